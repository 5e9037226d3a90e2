/**
 * Limits in force, as data: what each applies to, over which averaging time, since when, from which text, confirmed by
 * whom. A limit is exceeded only over its own averaging time. Browser-safe.
 */
import type { Text } from '../../platform/words/index.ts';

export type Averaging = '1h' | '8h' | '24h' | 'year' | 'sample';

export type Limit = {
  id: string;
  standard: string;
  /** 'Type.property' */
  of: string;
  /** where it differs by class, column or zone: the entity's property and its value */
  when: { property: string; is: string } | null;
  /** hours of the day [from, to) for which it holds; null: always */
  hours: readonly [number, number] | null;
  low: number | null;
  high: number | null;
  unit: string;
  averaging: Averaging;
  validFrom: string;
  validTo: string | null;
  source: string;
  /** who checked it against the text; null: nobody yet, and `law` lists it */
  confirmedBy: string | null;
};

type Row = [property: string, low: number | null, high: number | null, unit: string, averaging: Averaging];

const limits = (
  standard: string,
  type: string,
  validFrom: string,
  validTo: string | null,
  rows: readonly Row[],
  when: Limit['when'] = null,
  hours: Limit['hours'] = null,
): Limit[] =>
  rows.map(([property, low, high, unit, averaging]) => ({
    id: [standard, property, averaging, when?.is, hours?.join('-')].filter(Boolean).join(' '),
    standard,
    of: `${type}.${property}`,
    when,
    hours,
    low,
    high,
    unit,
    averaging,
    validFrom,
    validTo,
    source: standard,
    confirmedBy: null,
  }));

const ug = 'µg/m³';
const water = (
  by: string,
  ph: [number, number],
  bod: number,
  cod: number,
  tss: number | null,
  oxygen: number,
  coliform: number,
) =>
  limits(
    'QCVN 08:2023/BTNMT',
    'SurfaceWaterStation',
    '2023-09-12',
    null,
    [
      ['ph', ph[0], ph[1], '', 'sample'],
      ['bod5', null, bod, 'mg/l', 'sample'],
      ['cod', null, cod, 'mg/l', 'sample'],
      ...(tss === null ? [] : [['tss', null, tss, 'mg/l', 'sample'] as Row]),
      ['do', oxygen, null, 'mg/l', 'sample'],
      ['coliform', null, coliform, 'MPN/100 ml', 'sample'],
      ['n_nh4', null, 0.3, 'mg/l', 'sample'],
    ],
    { property: 'qcvnClass', is: by },
  );
const waste = (column: string, ph: [number, number], cod: number, tss: number, ammonium: number) =>
  limits(
    'QCVN 40:2011/BTNMT',
    'WastewaterStation',
    '2012-02-15',
    null,
    [
      ['ph', ph[0], ph[1], '', '1h'],
      ['cod', null, cod, 'mg/l', '1h'],
      ['tss', null, tss, 'mg/l', '1h'],
      ['n_nh4', null, ammonium, 'mg/l', '1h'],
    ],
    { property: 'qcvnColumn', is: column },
  );
const noise = (zone: string, day: number, night: number) => [
  ...limits(
    'QCVN 26:2010/BTNMT',
    'NoiseStation',
    '2011-02-01',
    '2026-12-31',
    [['laeq', null, day, 'dBA', '1h']],
    { property: 'zone', is: zone },
    [6, 21],
  ),
  ...limits(
    'QCVN 26:2010/BTNMT',
    'NoiseStation',
    '2011-02-01',
    '2026-12-31',
    [['laeq', null, night, 'dBA', '1h']],
    { property: 'zone', is: zone },
    [21, 6],
  ),
];

export const allLimits: readonly Limit[] = [
  ...limits('QCVN 05:2023/BTNMT', 'AirQualityStation', '2023-09-12', null, [
    ['so2', null, 350, ug, '1h'],
    ['so2', null, 125, ug, '24h'],
    ['so2', null, 50, ug, 'year'],
    ['co', null, 30_000, ug, '1h'],
    ['co', null, 10_000, ug, '8h'],
    ['no2', null, 200, ug, '1h'],
    ['no2', null, 100, ug, '24h'],
    ['no2', null, 40, ug, 'year'],
    ['o3', null, 200, ug, '1h'],
    ['o3', null, 120, ug, '8h'],
    ['pm10', null, 100, ug, '24h'],
    ['pm10', null, 50, ug, 'year'],
    ['pm25', null, 50, ug, '24h'],
    ['pm25', null, 25, ug, 'year'],
  ]),
  ...water('A', [6.5, 8.5], 4, 10, 25, 6, 1000),
  ...water('B', [6, 8.5], 6, 15, 100, 5, 5000),
  ...water('C', [6, 8.5], 10, 20, null, 4, 7500),
  ...waste('A', [6, 9], 75, 50, 5),
  ...waste('B', [5.5, 9], 150, 100, 10),
  ...noise('special', 55, 45),
  ...noise('ordinary', 70, 55),
];

/** Standards whose values are still to be entered from their text. */
export const toBeEntered: readonly Text[] = [
  {
    vi: 'QCVN 26:2025/BNNMT (tiếng ồn; từ 14/11/2025, cơ sở hiện có đến 31/12/2026): chưa nhập giá trị',
    en: 'QCVN 26:2025/BNNMT (noise; from 14 November 2025, existing facilities until 31 December 2026): values to be entered',
  },
  {
    vi: 'QCVN 40:2025/BTNMT (nước thải công nghiệp; Thông tư 06/2025, có chuyển tiếp): chưa nhập giá trị',
    en: 'QCVN 40:2025/BTNMT (industrial wastewater; Circular 06/2025, with a transition): values to be entered',
  },
];

/** The limits that hold for an entity and a property on a day (`yyyy-mm-dd`). */
export function limitsOf(type: string, properties: Record<string, unknown>, property: string, on: string): Limit[] {
  return allLimits.filter(
    (limit) =>
      limit.of === `${type}.${property}` &&
      (limit.when === null || properties[limit.when.property] === limit.when.is) &&
      limit.validFrom <= on &&
      (limit.validTo === null || on <= limit.validTo),
  );
}

/** Whether a value over the limit's own averaging time exceeds it. */
export function exceeds(limit: Limit, value: number): boolean {
  return (limit.high !== null && value > limit.high) || (limit.low !== null && value < limit.low);
}
