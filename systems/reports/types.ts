/** What a report and its category are. Browser-safe. */
import type { TObject } from 'typebox';
import type { Text } from '../../platform/words/index.ts';

export const urgencies = ['normal', 'urgent', 'emergency'] as const;
export type Urgency = (typeof urgencies)[number];

export const channels = ['app', 'web', 'hotline', 'open311', 'widget'] as const;
export type Channel = (typeof channels)[number];

/** A time allowed: ISO 8601, in working or calendar time. */
export type Deadline = { budget: string; kind: 'working' | 'calendar' };

/** Who answers: the commune of the place, or one organisation wherever it is. */
export type UnitOf = { to: 'commune' } | { to: 'organisation'; id: string };

export type Category = {
  code: string;
  /** null: a family of categories; reports are of its leaves */
  parent: string | null;
  title: Text;
  unit: UnitOf;
  deadlines: Record<Urgency, Deadline>;
  /** whether the public ever sees reports of it */
  isPublic: boolean;
  /** private premises: the public sees the place only roughly */
  blurred: boolean;
  /** about a unit or its officers */
  aboutUnit: boolean;
  /** fields of its own */
  form: TObject;
  /** words and phrases that suggest it */
  words: readonly string[];
};

/** The steps of a report's life; `published` and after are closed, until somebody reopens. */
export const stepNames = [
  'received',
  'assigned',
  'in-progress',
  'asked',
  'proposed',
  'published',
  'closed',
  'reopened',
  'refused',
] as const;
export type StepName = (typeof stepNames)[number];

export type Place = { lon: number; lat: number };

export const templateKinds = ['answer', 'question', 'refusal', 'transfer'] as const;
export type TemplateKind = (typeof templateKinds)[number];
