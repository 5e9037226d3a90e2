/**
 * The Vietnamese lunar calendar by Hồ Ngọc Đức's method (after Meeus, 'Astronomical Algorithms', 1998): months begin
 * on the day of the new moon at UTC+7, the eleventh month holds the winter solstice, and a year of thirteen months
 * repeats the first month without a principal term. Pure; days are Julian day numbers of the local civil day.
 */
export type LunarDate = { day: number; month: number; year: number; leap: boolean };
export type SolarDate = { day: number; month: number; year: number };

const TIME_ZONE_HOURS = 7;
const SYNODIC_MONTH = 29.530588853;
/** New moon of 1 January 1900, 13:52 universal time. */
const FIRST_NEW_MOON = 2415021.076998695;
const RADIANS = Math.PI / 180;

/** Julian day number of a day of the Gregorian calendar. */
export function julianDay({ day, month, year }: SolarDate): number {
  const a = Math.floor((14 - month) / 12);
  const y = year + 4800 - a;
  const m = month + 12 * a - 3;
  return (
    day +
    Math.floor((153 * m + 2) / 5) +
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) -
    32045
  );
}

/** The day of the Gregorian calendar of a Julian day number. */
export function fromJulianDay(jd: number): SolarDate {
  const a = jd + 32044;
  const b = Math.floor((4 * a + 3) / 146097);
  const c = a - Math.floor((b * 146097) / 4);
  const d = Math.floor((4 * c + 3) / 1461);
  const e = c - Math.floor((1461 * d) / 4);
  const m = Math.floor((5 * e + 2) / 153);
  return {
    day: e - Math.floor((153 * m + 2) / 5) + 1,
    month: m + 3 - 12 * Math.floor(m / 10),
    year: b * 100 + d - 4800 + Math.floor(m / 10),
  };
}

/** Local day on which the k-th new moon after 1 January 1900 falls. */
function newMoonDay(k: number): number {
  const t = k / 1236.85;
  const t2 = t * t;
  const t3 = t2 * t;
  const mean =
    2415020.75933 +
    29.53058868 * k +
    0.0001178 * t2 -
    0.000000155 * t3 +
    0.00033 * Math.sin((166.56 + 132.87 * t - 0.009173 * t2) * RADIANS);
  const sun = (359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3) * RADIANS;
  const moon = (306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3) * RADIANS;
  const node = (21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3) * RADIANS;
  const correction =
    (0.1734 - 0.000393 * t) * Math.sin(sun) +
    0.0021 * Math.sin(2 * sun) -
    0.4068 * Math.sin(moon) +
    0.0161 * Math.sin(2 * moon) -
    0.0004 * Math.sin(3 * moon) +
    0.0104 * Math.sin(2 * node) -
    0.0051 * Math.sin(sun + moon) -
    0.0074 * Math.sin(sun - moon) +
    0.0004 * Math.sin(2 * node + sun) -
    0.0004 * Math.sin(2 * node - sun) -
    0.0006 * Math.sin(2 * node + moon) +
    0.001 * Math.sin(2 * node - moon) +
    0.0005 * Math.sin(2 * moon + sun);
  const dynamical =
    t < -11
      ? 0.001 + 0.000839 * t + 0.0002261 * t2 - 0.00000845 * t3 - 0.000000081 * t * t3
      : -0.000278 + 0.000265 * t + 0.000262 * t2;
  return Math.floor(mean + correction - dynamical + 0.5 + TIME_ZONE_HOURS / 24);
}

/** Which twelfth of its path the sun is in at local midnight: 0 from the spring equinox, 9 from the winter solstice. */
function sunSector(jd: number): number {
  const t = (jd - 0.5 - TIME_ZONE_HOURS / 24 - 2451545) / 36525;
  const t2 = t * t;
  const anomaly = (357.5291 + 35999.0503 * t - 0.0001559 * t2 - 0.00000048 * t * t2) * RADIANS;
  const mean = 280.46645 + 36000.76983 * t + 0.0003032 * t2;
  const centre =
    (1.9146 - 0.004817 * t - 0.000014 * t2) * Math.sin(anomaly) +
    (0.019993 - 0.000101 * t) * Math.sin(2 * anomaly) +
    0.00029 * Math.sin(3 * anomaly);
  const longitude = (((mean + centre) % 360) + 360) % 360;
  return Math.floor(longitude / 30);
}

/** First day of the lunar month that holds the winter solstice of the solar year. */
function eleventhMonth(year: number): number {
  const days = julianDay({ day: 31, month: 12, year }) - 2415021;
  const k = Math.floor(days / SYNODIC_MONTH);
  const start = newMoonDay(k);
  return sunSector(start) >= 9 ? newMoonDay(k - 1) : start;
}

/** How many months after the eleventh the leap month comes, in a lunar year of thirteen months. */
function leapOffset(eleventh: number): number {
  const k = Math.floor((eleventh - FIRST_NEW_MOON) / SYNODIC_MONTH + 0.5);
  let i = 1;
  let arc = sunSector(newMoonDay(k + i));
  for (;;) {
    const last = arc;
    i += 1;
    arc = sunSector(newMoonDay(k + i));
    if (arc === last || i >= 14) return i - 1;
  }
}

export function toLunar(solar: SolarDate): LunarDate {
  const jd = julianDay(solar);
  const k = Math.floor((jd - FIRST_NEW_MOON) / SYNODIC_MONTH);
  let start = newMoonDay(k + 1);
  if (start > jd) start = newMoonDay(k);
  let before = eleventhMonth(solar.year);
  let after = before;
  let year: number;
  if (before >= start) {
    year = solar.year;
    before = eleventhMonth(solar.year - 1);
  } else {
    year = solar.year + 1;
    after = eleventhMonth(solar.year + 1);
  }
  const months = Math.floor((start - before) / 29);
  let month = months + 11;
  let leap = false;
  if (after - before > 365) {
    const offset = leapOffset(before);
    if (months >= offset) {
      month = months + 10;
      leap = months === offset;
    }
  }
  if (month > 12) month -= 12;
  if (month >= 11 && months < 4) year -= 1;
  return { day: jd - start + 1, month, year, leap };
}

/** The solar day of a day of an ordinary (not leap) lunar month; day 0 is the last day of the month before. */
export function fromLunar(lunar: { day: number; month: number; year: number }): SolarDate {
  const before = eleventhMonth(lunar.month < 11 ? lunar.year - 1 : lunar.year);
  const after = eleventhMonth(lunar.month < 11 ? lunar.year : lunar.year + 1);
  let offset = lunar.month - 11;
  if (offset < 0) offset += 12;
  if (after - before > 365) {
    const leap = leapOffset(before);
    if (offset >= leap) offset += 1;
  }
  const k = Math.floor(0.5 + (before - FIRST_NEW_MOON) / SYNODIC_MONTH);
  return fromJulianDay(newMoonDay(k + offset) + lunar.day - 1);
}
