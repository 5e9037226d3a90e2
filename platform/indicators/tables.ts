import type { JSONColumnType } from 'kysely';
import type { PeriodKind } from './periods.ts';

export type IndicatorTables = {
  indicator_versions: {
    code: string;
    version: number;
    title_vi: string;
    title_en: string;
    formula: string;
    unit: string;
    period: PeriodKind;
    better: 'higher' | 'lower';
    target: number | null;
    law_vi: string | null;
    law_en: string | null;
    valid_from: Date;
  };
  indicator_snapshots: {
    code: string;
    period: string;
    version: number;
    value: number | null;
    inputs: JSONColumnType<Record<string, number | null>, string, string>;
    computed_at: Date;
  };
};
