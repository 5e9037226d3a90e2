/** What an alert is, and what others may ask of it. Browser-safe. */
import type { Provenance } from '../context/index.ts';
import type { Text } from '../words/index.ts';

/** 1 notice, 2 minor, 3 serious, 4 grave, 5 emergency (as the risk levels 1 to 5 of Decision 18/2021/QĐ-TTg). */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** Of the handling: who has it. */
export type AlertState = 'open' | 'acknowledged' | 'closed';

/** Of the condition itself, whatever people do: still there, or over. */
export type Condition = 'on' | 'over';

/** What the alert stands on; times in ISO 8601. Enough to find the rows, the rule and its version again. */
export type Evidence = {
  seriesId?: number;
  property: string;
  from: string;
  to: string;
  ruleId: string;
  ruleVersion: number;
  formula: string;
};

/** What a producer raises. The same key again is the same alert: it counts on and can only grow graver. */
export type NewAlert = {
  key: string;
  /** `rule:<id>`, `silence`, ...: the part before the colon says who explains it */
  source: string;
  entityId: string;
  title: Text;
  text: Text;
  severity: Severity;
  /** the newest severity counts, be it a lesser one (default: it can only grow graver) */
  falls?: boolean;
  value?: number;
  /** the worst value of those that this raise stands for (default: `value`) */
  peak?: number;
  /** how many sightings this raise stands for (default 1): a producer that reads in batches says it once */
  times?: number;
  unit?: string;
  /** which way of the value is worse, for the peak (default: higher) */
  worse?: 'higher' | 'lower';
  /** when the condition began */
  happenedAt: Date;
  /** until when it was seen (default: `happenedAt`) */
  lastAt?: Date;
  evidence?: Evidence;
  /** the case type that is offered to whoever handles it */
  opens?: string;
  areaCode: string | null;
  organisationId: string | null;
  provenance: Provenance;
  isPublic?: boolean;
};

export type By = { id: string; name: string };

export type Alert = {
  id: string;
  key: string;
  source: string;
  entityId: string;
  entityName: string;
  title: Text;
  text: Text;
  severity: Severity;
  value: number | null;
  unit: string | null;
  peak: number | null;
  worse: 'higher' | 'lower';
  count: number;
  happenedAt: Date;
  knownAt: Date;
  lastAt: Date;
  toldAt: Date;
  state: AlertState;
  condition: Condition;
  overAt: Date | null;
  acknowledged: (By & { at: Date }) | null;
  closed: (By & { at: Date; reason: string }) | null;
  reopened: number;
  caseId: string | null;
  opens: string | null;
  evidence: Evidence | null;
  areaCode: string | null;
  organisationId: string | null;
  provenance: Provenance;
  isPublic: boolean;
  /** put off: out of the front of the queue until then, and nobody is reminded of it */
  snoozed: (By & { until: Date; reason: string }) | null;
  /** when whoever is on duty is reminded next; null where nobody needs to be */
  remindAt: Date | null;
  /** how often it was said that nobody has it */
  reminders: number;
  /** the storm that it is part of */
  groupId: string | null;
};

/** A storm as the queue shows it: of the members that its reader may see and that are not closed. */
export type AlertGroup = {
  id: string;
  /** what they share: a site that they depend on, a rule within one commune, a rule across communes */
  kind: 'site' | 'rule-area' | 'rule';
  title: Text;
  /** why they are one group, in plain words */
  why: Text;
  openedAt: Date;
  /** when an alert last joined */
  joinedAt: Date;
  count: number;
  /** all that were ever in it */
  total: number;
  severity: Severity;
  bySeverity: { severity: Severity; count: number }[];
  /** nobody has them, and they are not put off */
  open: number;
  snoozed: number;
  /** the condition is over */
  over: number;
  areas: { code: string; name: string; count: number }[];
  holders: { name: string; count: number }[];
  caseIds: string[];
  happenedAt: Date | null;
  lastAt: Date | null;
  provenance: Provenance;
};

/** A line of the queue: an alert by itself, or a storm. */
export type QueueLine = { alert: Alert } | { group: AlertGroup };

/** What an act on many alerts came to for each of them. */
export type ActResult = { id: string; title: Text; entityName: string; done: boolean; reason: Text | null };

export type StepKind =
  | 'opened'
  | 'rose'
  | 'fell'
  | 'returned'
  | 'reopened'
  | 'cleared'
  | 'acknowledged'
  | 'assigned'
  | 'closed'
  | 'snoozed'
  | 'woken'
  | 'linked'
  | 'unlinked';

/** One line of the timeline, with its two times. */
export type Step = {
  kind: StepKind;
  happenedAt: Date;
  knownAt: Date;
  by: By;
  value: number | null;
  note: string | null;
};

/** What the log is told. */
export type Told = 'opened' | 'updated' | 'reminded' | 'acknowledged' | 'assigned' | 'cleared' | 'closed';
