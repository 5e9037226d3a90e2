import type { ColumnType, JSONColumnType } from 'kysely';
import type { RuleDeclaration } from './types.ts';

type Definition = JSONColumnType<RuleDeclaration>;

export type RulesTables = {
  rules: {
    id: string;
    version: number;
    definition: Definition;
    declared: Definition;
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
  rule_stamp: { only_one: ColumnType<boolean, never, never>; n: number };
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
  rule_silences: { entity_id: string; since: Date; raised_at: Date };
};
