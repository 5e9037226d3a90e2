/**
 * VN_AQI after Decision 1459/QĐ-TCMT of 12 November 2019. Pure functions, safe for the browser.
 * Concentrations are in µg/m³; an hour labelled h covers h:00 to h+1:00 local time; null means no valid value.
 */
import type { Text } from '../../platform/words/index.ts';

export type Pollutant = 'pm25' | 'pm10' | 'so2' | 'no2' | 'co' | 'o3';

/** Also the order in which a tie is decided. */
export const pollutants: readonly Pollutant[] = ['pm25', 'pm10', 'so2', 'no2', 'co', 'o3'];

export const pollutantNames: Record<Pollutant, string> = {
  pm25: 'PM2.5',
  pm10: 'PM10',
  so2: 'SO2',
  no2: 'NO2',
  co: 'CO',
  o3: 'O3',
};

/** Index values of the break points. */
export const indexSteps: readonly number[] = [0, 50, 100, 150, 200, 300, 400, 500];

/** Break points by averaging: one hour, eight hours (ozone) or 24 hours (particles; NowCast uses the same table). */
export type Scale = Pollutant | 'o3_8h';

export const breakPoints: Record<Scale, readonly number[]> = {
  o3: [0, 160, 200, 300, 400, 800, 1000, 1200],
  o3_8h: [0, 100, 120, 170, 210, 400],
  co: [0, 10000, 30000, 45000, 60000, 90000, 120000, 150000],
  so2: [0, 125, 350, 550, 800, 1600, 2100, 2630],
  no2: [0, 100, 200, 700, 1200, 2350, 3100, 3850],
  pm10: [0, 50, 150, 250, 350, 420, 500, 600],
  pm25: [0, 25, 50, 80, 150, 250, 350, 500],
};

export const aqiSource: Text = {
  vi: 'Quyết định 1459/QĐ-TCMT ngày 12/11/2019 (bảng điểm ngắt: chờ đối chiếu văn bản gốc)',
  en: 'Decision 1459/QĐ-TCMT of 12 November 2019 (table of break points: to be checked against the text)',
};

export type SubIndex = { index: number; concentration: number; beyondScale: boolean };

/**
 * Rounds half up. Sums of decimals such as 49.5 may come out as 49.49999999999999 in binary, so that what is within
 * 1e-9 of a half counts as the half: far below any digit that an instrument gives, far above the error of a double.
 */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5 + 1e-9);

/** Linear between the two break points around the concentration; above the last one 500 and `beyondScale`. */
export function subIndex(scale: Scale, concentration: number): SubIndex | null {
  if (!Number.isFinite(concentration) || concentration < 0) return null;
  const points = breakPoints[scale];
  for (let at = 1; at < points.length; at++) {
    const [low, high] = [points[at - 1] as number, points[at] as number];
    if (concentration > high) continue;
    const [from, to] = [indexSteps[at - 1] as number, indexSteps[at] as number];
    const index = from + ((to - from) * (concentration - low)) / (high - low);
    return { index: roundHalfUp(index), concentration, beyondScale: false };
  }
  // Ozone over 8 hours has no index above 400 µg/m³: the hourly one stands for it.
  return scale === 'o3_8h' ? null : { index: 500, concentration, beyondScale: true };
}

/** One hour or its absence; arrays of hours run from the oldest to the newest. */
export type Hours = readonly (number | null)[];

export type NowCast = { value: number; weight: number; minimum: number; maximum: number };

/**
 * NowCast over the last 12 hours (c1 newest). Needs two of c1, c2, c3; weight w = max(min/max, 1/2).
 * @param hours the newest hour last; at most the last 12 are used
 */
export function nowCast(hours: Hours): NowCast | null {
  const last = hours.slice(-12).reverse();
  const present = last.filter((value): value is number => value !== null);
  if (last.slice(0, 3).filter((value) => value !== null && value !== undefined).length < 2) return null;
  const minimum = Math.min(...present);
  const maximum = Math.max(...present);
  if (maximum === 0) return { value: 0, weight: 1, minimum, maximum };
  // Means of decimals such as 64.575 and 129.15 may stand in binary a hair beside the half that they are of each other;
  // there the decision has two formulas that differ by much (see roundHalfUp for the bound).
  const share = minimum / maximum;
  const weight = share > 0.5 + 1e-9 ? share : 0.5;
  let sum = 0;
  let weights = 0;
  last.forEach((value, index) => {
    if (value === null) return;
    // For w = 1/2 the decision gives the closed form sum (1/2)^i c_i, which is not divided by the weights present.
    const factor = weight > 0.5 ? weight ** index : 0.5 ** (index + 1);
    sum += factor * value;
    weights += factor;
  });
  return { value: weight > 0.5 ? sum / weights : sum, weight, minimum, maximum };
}

/** Mean of the hours present, where at least 75 % are there. */
export function meanOf(hours: Hours, length: number): { mean: number; present: number } | null {
  const present = hours.slice(-length).filter((value): value is number => value !== null);
  if (present.length < 0.75 * length) return null;
  return { mean: present.reduce((sum, value) => sum + value, 0) / present.length, present: present.length };
}

export type Aqi = {
  /** null where the rules give no VN_AQI */
  value: number | null;
  pollutant: Pollutant | null;
  beyondScale: boolean;
  parts: Partial<Record<Pollutant, SubIndex & { note: Text }>>;
};

export type HoursByPollutant = Partial<Record<Pollutant, Hours>>;

/** The largest sub-index; given only where PM10 or PM2.5 is among the pollutants. */
function combine(parts: Aqi['parts']): Aqi {
  const none: Aqi = { value: null, pollutant: null, beyondScale: false, parts };
  if (!parts.pm25 && !parts.pm10) return none;
  let best = none;
  for (const pollutant of pollutants) {
    const part = parts[pollutant];
    if (part && (best.value === null || part.index > best.value)) {
      best = { value: part.index, pollutant, beyondScale: part.beyondScale, parts };
    }
  }
  return best;
}

/**
 * Hourly VN_AQI of the newest hour: particles by NowCast, gases by the hour's mean.
 * @param hours by pollutant, newest hour last, aligned at the end
 */
export function hourlyAqi(hours: HoursByPollutant): Aqi {
  const parts: Aqi['parts'] = {};
  for (const pollutant of pollutants) {
    const series = hours[pollutant] ?? [];
    if (pollutant === 'pm25' || pollutant === 'pm10') {
      const cast = nowCast(series);
      const part = cast && subIndex(pollutant, cast.value);
      if (cast && part) {
        const weight = cast.weight.toFixed(3);
        parts[pollutant] = {
          ...part,
          note: {
            vi: `NowCast 12 giờ, trọng số w = ${weight.replace('.', ',')}`,
            en: `12-hour NowCast, weight w = ${weight}`,
          },
        };
      }
      continue;
    }
    const newest = series.at(-1);
    const part = newest === null || newest === undefined ? null : subIndex(pollutant, newest);
    if (part) parts[pollutant] = { ...part, note: { vi: 'trung bình 1 giờ', en: '1-hour mean' } };
  }
  return combine(parts);
}

/**
 * Daily VN_AQI: particles by the 24-hour mean (18 hours at least); ozone by the greater of its largest 1-hour and
 * largest 8-hour index; SO2, NO2, CO by the largest hour.
 * @param hours by pollutant: the 7 hours before the day, then its 24 hours (31 in all), oldest first
 */
export function dailyAqi(hours: HoursByPollutant): Aqi {
  const parts: Aqi['parts'] = {};
  for (const pollutant of pollutants) {
    const series = hours[pollutant] ?? [];
    const day = series.slice(-24);
    if (pollutant === 'pm25' || pollutant === 'pm10') {
      const mean = meanOf(day, 24);
      const part = mean && subIndex(pollutant, mean.mean);
      if (mean && part) {
        parts[pollutant] = {
          ...part,
          note: { vi: `trung bình 24 giờ (${mean.present}/24 giờ)`, en: `24-hour mean (${mean.present} of 24 hours)` },
        };
      }
      continue;
    }
    const present = day.filter((value): value is number => value !== null);
    const largest = present.length > 0 ? subIndex(pollutant, Math.max(...present)) : null;
    if (largest)
      parts[pollutant] = { ...largest, note: { vi: 'giờ lớn nhất trong ngày', en: 'largest hour of the day' } };
    if (pollutant === 'o3') {
      const eight = largestEightHours(series);
      const part = eight === null ? null : subIndex('o3_8h', eight);
      if (part && part.index > (largest?.index ?? -1)) {
        parts.o3 = { ...part, note: { vi: 'trung bình 8 giờ lớn nhất', en: 'largest 8-hour mean' } };
      }
    }
  }
  return combine(parts);
}

/** The largest mean of the 8-hour windows that end in one of the last 24 hours (6 of 8 hours at least). */
export function largestEightHours(series: Hours): number | null {
  let largest: number | null = null;
  for (let end = Math.max(1, series.length - 23); end <= series.length; end++) {
    const mean = meanOf(padded(series.slice(Math.max(0, end - 8), end), 8), 8);
    if (mean && (largest === null || mean.mean > largest)) largest = mean.mean;
  }
  return largest;
}

const padded = (hours: Hours, length: number): Hours => [
  ...Array<null>(Math.max(0, length - hours.length)).fill(null),
  ...hours,
];
