/**
 * VN_WQI after Decision 1460/QĐ-TCMT of 12 November 2019. Pure functions, safe for the browser.
 * Pesticides in µg/l, microbes in MPN/100 ml, temperature in °C, pH without unit, everything else in mg/l.
 */
import type { Text } from '../../platform/words/index.ts';
import { roundHalfUp } from './air-quality.ts';

export const waterParameters = [
  'pH',
  'Aldrin',
  'BHC',
  'Dieldrin',
  'DDTs',
  'Heptachlor',
  'Heptachlorepoxide',
  'As',
  'Cd',
  'Pb',
  'Cr6',
  'Cu',
  'Zn',
  'Hg',
  'DO',
  'T',
  'BOD5',
  'COD',
  'TOC',
  'N_NH4',
  'N_NO3',
  'N_NO2',
  'P_PO4',
  'Coliform',
  'Ecoli',
] as const;

export type WaterParameter = (typeof waterParameters)[number];
export type WaterSample = Partial<Record<WaterParameter, number | null>>;
export type Group = 'I' | 'II' | 'III' | 'IV' | 'V';

/** (concentration, q): linear between; `below` for what lies under the first point, `above` for what is over the last. */
type Curve = { points: readonly (readonly [number, number])[]; below: number; above: number };

const falling = (...at: number[]): Curve => ({
  points: at.map((value, index) => [value, [100, 75, 50, 25, 10][index] as number]),
  below: 100,
  above: 10,
});
/** Under the first point 100, at it already 75. */
const stepped = (...at: number[]): Curve => ({
  points: at.map((value, index) => [value, [75, 50, 25, 10][index] as number]),
  below: 100,
  above: 10,
});
const upTo = (limit: number): Curve => ({ points: [[limit, 100]], below: 100, above: 10 });

/** Break points as data; DO is by its share of saturation (%). */
export const waterCurves: Record<
  Exclude<WaterParameter, 'T' | 'Heptachlor' | 'Heptachlorepoxide'> | 'Heptachlors',
  { group: Group; curve: Curve }
> = {
  pH: {
    group: 'I',
    curve: {
      points: [
        [5.5, 50],
        [6, 100],
        [8.5, 100],
        [9, 50],
      ],
      below: 10,
      above: 10,
    },
  },
  Aldrin: { group: 'II', curve: upTo(0.1) },
  BHC: { group: 'II', curve: upTo(0.02) },
  Dieldrin: { group: 'II', curve: upTo(0.1) },
  DDTs: { group: 'II', curve: upTo(1) },
  Heptachlors: { group: 'II', curve: upTo(0.2) },
  As: { group: 'III', curve: falling(0.01, 0.02, 0.05, 0.1) },
  Cd: { group: 'III', curve: stepped(0.005, 0.008, 0.01, 0.1) },
  Pb: { group: 'III', curve: stepped(0.02, 0.04, 0.05, 0.5) },
  Cr6: { group: 'III', curve: falling(0.01, 0.02, 0.04, 0.05, 0.1) },
  Cu: { group: 'III', curve: falling(0.1, 0.2, 0.5, 1, 2) },
  Zn: { group: 'III', curve: falling(0.5, 1, 1.5, 2, 3) },
  Hg: { group: 'III', curve: stepped(0.001, 0.0015, 0.002, 0.01) },
  DO: {
    group: 'IV',
    curve: {
      points: [
        [20, 25],
        [50, 50],
        [75, 75],
        [88, 100],
        [112, 100],
        [125, 75],
        [150, 50],
        [200, 25],
      ],
      below: 10,
      above: 10,
    },
  },
  BOD5: { group: 'IV', curve: falling(4, 6, 15, 25, 50) },
  COD: { group: 'IV', curve: falling(10, 15, 30, 50, 150) },
  TOC: { group: 'IV', curve: falling(4, 6, 15, 25, 50) },
  N_NH4: { group: 'IV', curve: stepped(0.3, 0.6, 0.9, 5) },
  N_NO3: { group: 'IV', curve: falling(2, 5, 10, 15) },
  N_NO2: { group: 'IV', curve: upTo(0.05) },
  P_PO4: { group: 'IV', curve: falling(0.1, 0.2, 0.3, 0.5, 4) },
  Coliform: { group: 'V', curve: falling(2500, 5000, 7500, 10000) },
  Ecoli: { group: 'V', curve: falling(20, 50, 100, 200) },
};

export const wqiSource: Text = {
  vi: 'Quyết định 1460/QĐ-TCMT ngày 12/11/2019 (chọn công thức cuối: chờ đối chiếu)',
  en: 'Decision 1460/QĐ-TCMT of 12 November 2019 (choice of the final formula: to be confirmed)',
};

function q({ points, below, above }: Curve, value: number): number {
  const first = points[0];
  if (!first || value < first[0]) return below;
  for (let at = 1; at < points.length; at++) {
    const [from, qFrom] = points[at - 1] as readonly [number, number];
    const [to, qTo] = points[at] as readonly [number, number];
    if (value <= to) return qFrom + ((qTo - qFrom) * (value - from)) / (to - from);
  }
  return value === points.at(-1)?.[0] ? (points.at(-1)?.[1] ?? above) : above;
}

/** Dissolved oxygen at saturation (mg/l) at the water's temperature (°C). */
export function oxygenAtSaturation(temperature: number): number {
  return 14.652 - 0.41022 * temperature + 0.007991 * temperature ** 2 - 0.000077774 * temperature ** 3;
}

export type WqiPart = { parameter: string; group: Group; value: number; q: number };

export type Wqi = {
  /** null where the rules give none (`reason` says why) */
  value: number | null;
  parts: WqiPart[];
  groups: Partial<Record<Group, number>>;
  reason: Text | null;
};

/** Levels, lowest first: name by the largest value of the level. */
export const wqiLevelNames: readonly { upTo: number; name: Text }[] = [
  { upTo: 9, name: { vi: 'Ô nhiễm rất nặng', en: 'Very heavily polluted' } },
  { upTo: 25, name: { vi: 'Kém', en: 'Poor' } },
  { upTo: 50, name: { vi: 'Xấu', en: 'Bad' } },
  { upTo: 75, name: { vi: 'Trung bình', en: 'Moderate' } },
  { upTo: 90, name: { vi: 'Tốt', en: 'Good' } },
  { upTo: 100, name: { vi: 'Rất tốt', en: 'Very good' } },
];

export function wqiLevel(value: number): Text {
  return (wqiLevelNames.find((level) => value <= level.upTo) ?? (wqiLevelNames.at(-1) as { name: Text })).name;
}

const groupOrder: readonly Group[] = ['I', 'II', 'III', 'IV', 'V'];

/**
 * VN_WQI of one sample. Needs three groups, group IV among them with three parameters.
 * @param options.weighted the form for waters that take organic and domestic waste: (IV² × V)^(1/3)
 */
export function waterQualityIndex(sample: WaterSample, options: { weighted?: boolean } = {}): Wqi {
  const parts: WqiPart[] = [];
  const given = (parameter: WaterParameter): number | null => {
    const value = sample[parameter];
    return value === null || value === undefined || !Number.isFinite(value) || value < 0 ? null : value;
  };
  for (const [parameter, { group, curve }] of Object.entries(waterCurves)) {
    let value: number | null;
    if (parameter === 'Heptachlors') {
      const [plain, epoxide] = [given('Heptachlor'), given('Heptachlorepoxide')];
      value = plain === null && epoxide === null ? null : (plain ?? 0) + (epoxide ?? 0);
    } else if (parameter === 'DO') {
      const [oxygen, temperature] = [given('DO'), given('T')];
      value = oxygen === null || temperature === null ? null : (100 * oxygen) / oxygenAtSaturation(temperature);
    } else value = given(parameter as WaterParameter);
    if (value !== null) parts.push({ parameter, group, value, q: q(curve, value) });
  }

  const groups: Partial<Record<Group, number>> = {};
  for (const group of groupOrder) {
    const values = parts.filter((part) => part.group === group).map((part) => part.q);
    if (values.length === 0) continue;
    groups[group] =
      group === 'II' || group === 'III'
        ? values.reduce((product, one) => product * one ** (1 / values.length), 1)
        : values.reduce((sum, one) => sum + one, 0) / values.length;
  }
  const organic = groups.IV;
  const count = parts.filter((part) => part.group === 'IV').length;
  if (organic === undefined || count < 3 || Object.keys(groups).length < 3) {
    return { value: null, parts, groups, reason: tooFew };
  }
  const first = ((groups.I ?? 100) / 100) * ((groups.II ?? 100) / 100) * ((groups.III ?? 100) / 100);
  const microbes = groups.V;
  const second =
    microbes === undefined
      ? organic
      : options.weighted
        ? Math.cbrt(organic ** 2 * microbes)
        : Math.sqrt(organic * microbes);
  return { value: roundHalfUp(first * second), parts, groups, reason: null };
}

const tooFew: Text = {
  vi: 'Chưa đủ số liệu: cần ít nhất 3 nhóm thông số, trong đó nhóm IV có từ 3 thông số trở lên.',
  en: 'Too few data: three groups are needed, group IV among them with three parameters.',
};
