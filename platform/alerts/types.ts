/** What an alert is, and what others may ask of it. Browser-safe. */
import type { ActivePeriod } from '../calendar/index.ts';
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

/** A condition that began more than `times` within a time is one alert that stays until it has been quiet for a time. */
export type FlappingTerms = { times: number; withinMs: number; quietMs: number };

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
  /** when it counts as flapping (default: as the platform says) */
  flapping?: FlappingTerms;
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
  entityType: string | null;
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
  /** when its condition began, of the time in which this counts */
  turns: Date[];
  /** it opens and closes all the time: since when, how often since then, how long it must be quiet */
  flapping: { since: Date; times: number; quietMs: number } | null;
  /** when a flapping alert that is over now will have been quiet for long enough */
  quietAt: Date | null;
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
  | 'flapping'
  | 'quiet'
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

/** What a pause is about: an entity; a site and all that depends on it; a source (rule); a type; a commune; a unit. */
export type PauseScope = {
  entity?: string;
  site?: string;
  source?: string;
  type?: string;
  area?: string;
  organisation?: string;
};

export type NewPause = { scope: PauseScope; from: Date; until: Date; weekly?: ActivePeriod[] | null; reason: string };

export type Pause = {
  id: string;
  scope: PauseScope;
  /** its scope in plain words */
  words: Text;
  from: Date;
  until: Date;
  weekly: ActivePeriod[] | null;
  reason: string;
  made: By & { at: Date };
  ended: (By & { at: Date }) | null;
  /** on now; to come; between two of its weekly times; over */
  state: 'on' | 'coming' | 'between' | 'over';
  /** alerts that it has held back, and those of them that wait for its end */
  held: number;
  waiting: number;
  areaCode: string | null;
  organisationId: string | null;
};

/** An alert that a pause held back. */
export type HeldBack = {
  id: string;
  entityId: string;
  entityName: string;
  title: Text;
  severity: Severity;
  times: number;
  since: Date;
  lastAt: Date;
  overAt: Date | null;
  releasedAt: Date | null;
  pauseId: string;
  until: Date;
  reason: string;
};

/** 'Vì sao?': what an alert stands on, as its producer explains it. Times are ISO 8601. */
export type AlertExplanation = {
  /** what was judged, in plain words */
  words: Text;
  rule: { id: string; version: number; title: Text; law: Text | null } | null;
  formula: string | null;
  /** the observations behind it, oldest first; `cut` where there were more */
  rows: { property: string; title: Text; at: string; value: number; unit: string; quality: number }[];
  cut: boolean;
};

export type Explain = (alert: Alert) => Promise<AlertExplanation | null>;

/** A condition seen, or seen to be over since `at`. */
export type Change = { raise: NewAlert } | { clear: string; at: Date };

/** What is done with many alerts at once. */
export type Act =
  | { act: 'acknowledge'; note?: string }
  | { act: 'assign'; to: string }
  | { act: 'snooze'; until: Date; reason: string }
  | { act: 'close'; reason: string };
