/**
 * How far a citizen's sensor agrees with the nearest official station. Pure; browser-safe.
 *
 * Targets of 'good' for PM2.5: US EPA, Performance Testing Protocols, Metrics, and Target Values for Fine Particulate
 * Matter Air Sensors (EPA/600/R-20/280, 2021): slope 1 ± 0.35, intercept within ± 5 µg/m³, R² ≥ 0.70, and RMSE ≤ 7 µg/m³
 * or NRMSE ≤ 30 %; for PM10 its supplement of 2023 (intercept ± 10, RMSE ≤ 14 µg/m³). The numbers are from memory: not
 * compared with the text. They are meant for daily means side by side; here hourly means some kilometres apart are
 * compared, which is stricter. 'fair' and all of noise are thresholds of our own.
 */

export type Grade = 'good' | 'fair' | 'poor' | 'unknown';

/** Why it is graded so. */
export type Ground = 'compared' | 'no-station' | 'few-hours' | 'still' | 'stuck';

export type Judgement = {
  grade: Grade;
  ground: Ground;
  /** the property compared */
  property: string;
  station: { id: string; name: string; metres: number } | null;
  /** hours with a mean of the sensor, of `WINDOW_HOURS` */
  hours: number;
  /** hours with a mean of both */
  shared: number;
  /** shared hours of a humidity at which fine drops count as dust */
  humid: number;
  /** the longest run of hours without any change of the value */
  stuck: number;
  fit: Fit | null;
};

/** `bias`: mean of sensor less station; `nrmse` in shares of the station's mean; `slope`, `intercept` of sensor over station. */
export type Fit = {
  bias: number;
  rmse: number;
  nrmse: number;
  slope: number;
  intercept: number;
  r2: number;
};

export const WINDOW_HOURS = 7 * 24;
/** Three days of shared hours: fewer would be one weather. */
export const LEAST_SHARED = 72;
/** Values an hour needs to have a mean, of a sensor that sends every five minutes or less often. */
export const LEAST_IN_HOUR = 3;
/** Optical sensors count drops above it (EPA and makers' notes put it between 75 and 85 %). */
export const HUMID_PERCENT = 80;
/** Clean air changes within half a day; a value that does not is a fan or a cable. */
export const STUCK_HOURS = 12;

export type Pair = { sensor: number; station: number };

/** The least-squares line of sensor over station, and the errors; null where the station did not change or fewer than two. */
export function compare(pairs: readonly Pair[]): Fit | null {
  const n = pairs.length;
  if (n < 2) return null;
  const meanOf = (of: (one: Pair) => number): number => pairs.reduce((sum, one) => sum + of(one), 0) / n;
  const x = meanOf((one) => one.station);
  const y = meanOf((one) => one.sensor);
  const xx = meanOf((one) => (one.station - x) ** 2);
  const yy = meanOf((one) => (one.sensor - y) ** 2);
  const xy = meanOf((one) => (one.station - x) * (one.sensor - y));
  if (xx === 0 || x === 0) return null;
  const rmse = Math.sqrt(meanOf((one) => (one.sensor - one.station) ** 2));
  const slope = xy / xx;
  return {
    bias: y - x,
    rmse,
    nrmse: rmse / Math.abs(x),
    slope,
    intercept: y - slope * x,
    // A sensor that says one and the same explains nothing.
    r2: yy === 0 ? 0 : xy ** 2 / (xx * yy),
  };
}

type Targets = { intercept: number; rmse: number };
const targets: Record<string, Targets> = { pm25: { intercept: 5, rmse: 7 }, pm10: { intercept: 10, rmse: 14 } };

export function gradeOf(property: string, fit: Fit): Exclude<Grade, 'unknown'> {
  const dust = targets[property];
  // Decibels are a logarithm: no slope and no share of a mean, only how far apart.
  if (!dust) {
    if (Math.abs(fit.bias) <= 2 && fit.rmse <= 3) return 'good';
    return Math.abs(fit.bias) <= 5 && fit.rmse <= 6 ? 'fair' : 'poor';
  }
  const isGood =
    fit.slope >= 0.65 &&
    fit.slope <= 1.35 &&
    Math.abs(fit.intercept) <= dust.intercept &&
    fit.r2 >= 0.7 &&
    (fit.rmse <= dust.rmse || fit.nrmse <= 0.3);
  if (isGood) return 'good';
  return fit.r2 >= 0.5 && (fit.rmse <= 2 * dust.rmse || fit.nrmse <= 0.6) ? 'fair' : 'poor';
}

/** An hour of a series; null where it has no mean that counts. */
export type Hour = { mean: number; min: number; max: number } | null;

/** The longest run of hours in which the value is one and the same; an hour without values ends no run and adds none. */
export function longestStill(hours: readonly Hour[]): number {
  let longest = 0;
  let run = 0;
  let value: number | null = null;
  for (const hour of hours) {
    if (!hour) continue;
    const isStill = hour.min === hour.max;
    run = isStill ? (hour.min === value ? run + 1 : 1) : 0;
    value = isStill ? hour.min : null;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** @param humidity of the same hours, by whichever of the two measures it */
export function judge(given: {
  property: string;
  sensor: readonly Hour[];
  station: (NonNullable<Judgement['station']> & { hours: readonly Hour[] }) | null;
  humidity: readonly (number | null)[];
}): Judgement {
  const { property, sensor, station, humidity } = given;
  const pairs: Pair[] = [];
  let humid = 0;
  sensor.forEach((hour, index) => {
    const other = station?.hours[index];
    if (!hour || !other) return;
    pairs.push({ sensor: hour.mean, station: other.mean });
    if ((humidity[index] ?? 0) > HUMID_PERCENT) humid += 1;
  });
  const stuck = longestStill(sensor);
  const fit = pairs.length >= LEAST_SHARED ? compare(pairs) : null;
  const told = {
    property,
    station: station && { id: station.id, name: station.name, metres: station.metres },
    hours: sensor.filter((hour) => hour !== null).length,
    shared: pairs.length,
    humid,
    stuck,
    fit,
  };
  if (stuck >= STUCK_HOURS) return { ...told, grade: 'poor', ground: 'stuck' };
  if (!station) return { ...told, grade: 'unknown', ground: 'no-station' };
  if (pairs.length < LEAST_SHARED) return { ...told, grade: 'unknown', ground: 'few-hours' };
  if (!fit) return { ...told, grade: 'unknown', ground: 'still' };
  return { ...told, grade: gradeOf(property, fit), ground: 'compared' };
}
