/** The units that formulas know, as data. A unit that is not here can be declared all the same; it then equals only itself. */
import type { Text } from '../words/index.ts';

/** Powers of the base dimensions, for example { mass: 1, length: -3 }. */
export type Dimensions = Readonly<Record<string, number>>;

export type UnitRow = {
  /** every way to write it, the first is shown; compared after NFKC, so that ³ is 3 and both µ are one */
  spelled: readonly [string, ...string[]];
  dimensions: Dimensions;
  /** how many of the dimension's base unit one of it is (kg, m, s, °C, A, đồng ...) */
  factor: number;
  /** shown instead of the symbol where it stands alone; else the symbol serves both languages */
  alone?: Text;
  /** shown within a compound unit (m³/ngày) where it differs by language */
  within?: Text;
  /** a level on a logarithmic scale: it is compared and subtracted, never summed or averaged */
  logarithmic?: true;
};

const of = (
  dimensions: Dimensions,
  factor: number,
  spelled: readonly [string, ...string[]],
  more: Pick<UnitRow, 'alone' | 'within' | 'logarithmic'> = {},
): UnitRow => ({ spelled, dimensions, factor, ...more });
const both = (vi: string, en: string): Pick<UnitRow, 'alone' | 'within'> => ({ alone: { vi, en }, within: { vi, en } });
const alone = (vi: string, en: string): Pick<UnitRow, 'alone'> => ({ alone: { vi, en } });

const power = { mass: 1, length: 2, time: -3 };
const energy = { mass: 1, length: 2, time: -2 };
const pressure = { mass: 1, length: -1, time: -2 };
const conductance = { mass: -1, length: -2, time: 3, current: 2 };

/**
 * No prefix is worked out and no unit has an offset (°C is the only temperature): what is meant is written out.
 * A month is no fixed number of days, so months and years are a dimension of their own. Parts per million need a
 * molar mass to become µg/m³, so they too stand alone.
 */
export const unitTable: readonly UnitRow[] = [
  of({ mass: 1 }, 1e-12, ['ng']),
  of({ mass: 1 }, 1e-9, ['µg', 'ug']),
  of({ mass: 1 }, 1e-6, ['mg']),
  of({ mass: 1 }, 1e-3, ['g']),
  of({ mass: 1 }, 1, ['kg']),
  of({ mass: 1 }, 100, ['tạ'], both('tạ', 'quintal')),
  of({ mass: 1 }, 1000, ['tấn', 't', 'tonne'], both('tấn', 't')),

  of({ length: 1 }, 1e-6, ['µm', 'um']),
  of({ length: 1 }, 1e-3, ['mm']),
  of({ length: 1 }, 1e-2, ['cm']),
  of({ length: 1 }, 1, ['m']),
  of({ length: 1 }, 1000, ['km']),
  of({ length: 2 }, 10_000, ['ha']),
  of({ length: 3 }, 1e-6, ['ml', 'mL']),
  of({ length: 3 }, 1e-3, ['l', 'L', 'lít']),

  of({ time: 1 }, 1e-3, ['ms']),
  of({ time: 1 }, 1, ['s', 'giây'], alone('giây', 's')),
  of({ time: 1 }, 60, ['min', 'phút'], both('phút', 'min')),
  of({ time: 1 }, 3600, ['h', 'giờ'], alone('giờ', 'h')),
  of({ time: 1 }, 86_400, ['day', 'ngày', 'd'], both('ngày', 'day')),
  of({ time: 1 }, 604_800, ['week', 'tuần'], both('tuần', 'week')),
  of({ month: 1 }, 1, ['month', 'tháng'], both('tháng', 'month')),
  of({ month: 1 }, 12, ['year', 'năm'], both('năm', 'year')),
  of({ time: -1 }, 1, ['Hz']),

  of({ temperature: 1 }, 1, ['°C', 'Cel', 'degC', 'C']),
  of({ angle: 1 }, 1, ['°', 'deg']),

  of(pressure, 1, ['Pa']),
  of(pressure, 100, ['hPa', 'mbar']),
  of(pressure, 1000, ['kPa']),
  of(pressure, 100_000, ['bar']),
  of(power, 1, ['W']),
  of(power, 1000, ['kW']),
  of(power, 1e6, ['MW']),
  of(energy, 1, ['J']),
  of(energy, 3600, ['Wh']),
  of(energy, 3.6e6, ['kWh']),
  of(energy, 3.6e9, ['MWh']),
  of({ current: 1 }, 1, ['A']),
  of({ ...power, current: -1 }, 1, ['V']),
  of({ ...power, current: -1 }, 1000, ['kV']),
  of(conductance, 1e-6, ['µS', 'uS']),
  of(conductance, 1e-3, ['mS']),
  of({ light: 1 }, 1, ['lux', 'lx']),
  of({ turbidity: 1 }, 1, ['NTU']),
  of({ ppm: 1 }, 1, ['ppm']),
  of({ ppm: 1 }, 1e-3, ['ppb']),
  of({ mpn: 1 }, 1, ['MPN/100 ml', 'MPN/100ml', 'MPN/100 mL', 'MPN/100mL']),
  of({ soundLevel: 1 }, 1, ['dB'], { logarithmic: true }),
  // A-weighted: a level of its own, not to be compared with an unweighted one.
  of({ soundLevelA: 1 }, 1, ['dBA', 'dB(A)'], { logarithmic: true }),

  of({ information: 1 }, 1, ['byte', 'B']),
  of({ information: 1 }, 1024, ['kB']),
  of({ information: 1 }, 1024 ** 2, ['MB']),
  of({ information: 1 }, 1024 ** 3, ['GB']),
  of({ information: 1 }, 1024 ** 4, ['TB']),

  of({ money: 1 }, 1, ['đồng', 'VND', 'đ'], both('đồng', 'VND')),
  of({ money: 1 }, 1e6, ['triệu đồng', 'million VND'], both('triệu đồng', 'million VND')),
  of({ money: 1 }, 1e9, ['tỷ đồng', 'tỉ đồng', 'billion VND'], both('tỷ đồng', 'billion VND')),
  of({ person: 1 }, 1, ['người', 'person'], both('người', 'people')),
  of({ household: 1 }, 1, ['hộ', 'household'], both('hộ', 'households')),

  // A share of one; how it meets plain numbers is written in units.ts.
  of({}, 0.01, ['%', 'percent', 'P1']),
];
