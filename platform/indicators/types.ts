import type { Principal } from '../rights/index.ts';
import type { Text } from '../words/index.ts';
import type { Period, PeriodKind } from './periods.ts';

/** What a system says of one of its indicators. */
export type IndicatorDeclaration = {
  /** stable, kebab-case with dots between */
  code: string;
  title: Text;
  /** over the names of registered sources: 'share(alerts.in-time, alerts.opened)' */
  formula: string;
  unit: string;
  period: PeriodKind;
  better: 'higher' | 'lower';
  target?: number;
  /** the rule that asks for it */
  law?: Text;
  /** other systems whose sources its formula names: without them it is not shown */
  needs?: readonly string[];
};

export type Cell = string | number | boolean | null;
export type Column = { key: string; title: Text; unit?: string };
export type Page = { limit: number; offset: number };
export type Rows = { columns: Column[]; items: Record<string, Cell>[]; total: number };

/**
 * A named figure with the rows behind it. Both count only what the principal may see, and within the area where one
 * is given; `figure` must be what `rows` show (null where nothing can be said: no data is not zero).
 */
export type Source = {
  name: string;
  title: Text;
  unit: string;
  figure(principal: Principal, period: Period, areaCode?: string): Promise<number | null>;
  rows(principal: Principal, period: Period, areaCode: string | undefined, page: Page): Promise<Rows>;
};

/** A declaration as it stood from a day on. */
export type Version = {
  code: string;
  version: number;
  title: Text;
  formula: string;
  unit: string;
  period: PeriodKind;
  better: 'higher' | 'lower';
  target: number | null;
  law: Text | null;
  validFrom: Date;
};

export type Snapshot = {
  code: string;
  period: string;
  version: number;
  value: number | null;
  inputs: Record<string, number | null>;
  computedAt: Date;
};

export type Input = { name: string; title: Text; unit: string; value: number | null };

export type Figure = {
  code: string;
  title: Text;
  unit: string;
  better: 'higher' | 'lower';
  target: number | null;
  /** whether the target is met; null without a target or a value */
  met: boolean | null;
  period: string;
  /** false while the period still runs */
  complete: boolean;
  /** computed now, of what the reader may see */
  value: number | null;
  previous: number | null;
  version: number;
  inputs: Input[];
  /** why nothing can be computed: the period's formula uses a source that there is no longer */
  problem: Text | null;
  /** the closed figure; only for who sees the whole province and asks without an area */
  snapshot: { value: number | null; version: number; computedAt: Date; differs: boolean } | null;
};

/** The answer to 'Vì sao?'. */
export type Explanation = Figure & {
  formula: string;
  /** the formula in words, with values */
  words: Text;
  law: Text | null;
  /** since when this formula holds */
  validFrom: Date;
  versions: { version: number; formula: string; validFrom: Date }[];
};
