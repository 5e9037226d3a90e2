/** What a rule says. Browser-safe. */
import type { Severity } from '../alerts/index.ts';
import type { ActivePeriod } from '../calendar/index.ts';
import type { Text } from '../words/index.ts';

/**
 * A figure that a rule's formulas may name beside the properties of its type; each takes good values only.
 * - `change`: the value less that of `over` before (ISO 8601 duration), in the property's unit
 * - `unusual`: how far the value is from what is usual in this hour of the week, in scaled median deviations
 *   (see `season.ts`); unknown with fewer than `least` (default 4) of the last `weeks` (default 8)
 * - `area`: the last values of all entities of a type in the same commune, taken together; `count` counts those above
 *   `above`
 */
export type RuleInput =
  | { kind: 'change'; of: string; over: string }
  | { kind: 'unusual'; of: string; weeks?: number; least?: number }
  | { kind: 'area'; of: string; take: 'mean' | 'min' | 'max' | 'sum' | 'count'; above?: number };

/** A graver severity while its formula holds and/or once the condition has lasted `after`; the gravest counts. */
export type Grade = { severity: Severity; when?: string; after?: string };

export type Flapping = { times: number; within: string; quiet: string };

export type RuleDeclaration = {
  id: string;
  /** 'Type.property': judged whenever this property is observed */
  on: string;
  /** a formula over the observed properties of the type */
  when: string;
  /** hysteresis: what must be true for the condition to end (default: `when` is false) */
  clear?: string;
  /** ISO 8601 duration: how long the condition must have held */
  for: string;
  severity: Severity;
  title: Text;
  /** may hold {entity} {property} {value} {unit} {threshold} {for} {since} */
  text: Text;
  /** the text of the law behind it */
  law?: Text;
  /** the case type offered to whoever handles the alert */
  opens?: string;
  /** further figures that the formulas name */
  inputs?: Record<string, RuleInput>;
  /** when it is judged (default: always); outside the condition counts as over */
  active?: ActivePeriod[];
  /** only entities of these communes (codes) */
  areas?: string[];
  /** only these entities */
  entities?: string[];
  /** severity that rises and falls with value and time; never below `severity` */
  grades?: Grade[];
  /** when it counts as flapping: opened more than `times` within `within`; over when quiet for `quiet` (ISO 8601) */
  flapping?: Flapping;
  /** while its alert is on, nothing is raised for entities that depend on the one it is about (`dependsOn`) */
  holdsBack?: true;
};

export type Rule = {
  id: string;
  version: number;
  definition: RuleDeclaration;
  /** what the system declares; null for a rule that people made */
  declared: RuleDeclaration | null;
  enabled: boolean;
  editedBy: { id: string; name: string } | null;
  editedAt: Date;
  /** the rule in plain words; empty where it cannot be judged */
  words: Text | null;
  /** why it cannot be judged (its type or property is not there any more) */
  problem: Text | null;
};

/** What may be edited; what a rule is on is its nature. Null takes a part away. */
export type RuleEdit = {
  enabled?: boolean;
  when?: string;
  /** null takes the hysteresis away */
  clear?: string | null;
  for?: string;
  severity?: Severity;
  title?: Text;
  text?: Text;
  inputs?: Record<string, RuleInput> | null;
  active?: ActivePeriod[] | null;
  areas?: string[] | null;
  entities?: string[] | null;
  grades?: Grade[] | null;
  flapping?: Flapping | null;
  holdsBack?: true | null;
};

/** Observations that were not judged in order: late ones judged by recomputation, old and future ones not judged. */
export type Tally = { reason: 'late' | 'old' | 'future'; count: number; lastAt: Date };

/** An alert that a rule would have opened: since when the condition held, when it had held long enough, until when. */
export type TrialAlert = {
  entityId: string;
  entityName: string;
  sinceAt: string;
  reachedAt: string;
  untilAt: string | null;
  peak: number;
  severity: Severity;
};

/** A trial of a rule over stored history. */
export type Trial = {
  id: string;
  from: Date;
  to: Date;
  startedAt: Date;
  /** `stopped`: the process that ran it has died */
  state: 'running' | 'done' | 'failed' | 'stopped';
  done: number;
  total: number;
  words: Text;
  result: {
    count: number;
    /** how many entities and good observations of them were judged */
    entities: number;
    observations: number;
    /** newest first, 500 at most */
    alerts: TrialAlert[];
    days: { day: string; count: number }[];
  } | null;
  problem: Text | null;
};

/** What an import did with one rule, or would do. */
export type Imported = {
  id: string;
  outcome: 'made' | 'changed' | 'same' | 'refused';
  flaws: { at: string; reason: Text }[];
};

/** A rule that was not raised for an entity, because something that the entity depends on is out. */
export type Held = { title: Text; since: Date; byEntityId: string; byEntityName: string | null; byRule: Text | null };
