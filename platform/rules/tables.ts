import type { ColumnType, JSONColumnType } from 'kysely';
import type { Text } from '../words/index.ts';
import type { RuleDeclaration, Trial } from './types.ts';

type Definition = JSONColumnType<RuleDeclaration>;
type DefinitionOrNull = ColumnType<RuleDeclaration | null, string | null, string | null>;

export type RulesTables = {
  rules: {
    id: string;
    version: number;
    definition: Definition;
    declared: DefinitionOrNull;
    enabled: boolean;
    edited_by: string | null;
    edited_name: string | null;
    edited_at: Date;
  };
  rule_versions: {
    rule_id: string;
    version: number;
    definition: Definition;
    enabled: boolean;
    edited_by: string | null;
    edited_name: string | null;
    edited_at: Date;
  };
  rule_stamp: { only_one: ColumnType<boolean, never, never>; n: number; last_step: string | null };
  rule_watches: { series_id: number; last_at: Date };
  rule_states: {
    rule_id: string;
    entity_id: string;
    version: number;
    since: Date;
    last_true: Date;
    active_from: Date | null;
  };
  rule_episodes: {
    rule_id: string;
    entity_id: string;
    since: Date;
    reached_at: Date;
    until_at: Date | null;
    withdrawn: boolean;
    version: number;
  };
  rule_tallies: { reason: 'late' | 'old' | 'future'; n: number; last_at: Date };
  platform_uptime: { from_at: Date; to_at: Date };
  rule_held: {
    key: string;
    entity_id: string;
    title: JSONColumnType<Text>;
    since: Date;
    by_entity: string;
    by_rule: string | null;
  };
  rule_trials: {
    id: string;
    rule: Definition;
    from_at: Date;
    to_at: Date;
    started_by: string;
    started_at: Date;
    moved_at: Date;
    done: number;
    total: number;
    result: ColumnType<Trial['result'], string | null, string>;
    problem: ColumnType<Text | null, string | null, string>;
  };
  rule_silences: { entity_id: string; since: Date; raised_at: Date };
};
