/** Numbers and units as they are written in Vietnam (1.315,5) and in English (1,315.5). */
import type { Language } from '../../../platform/words/index.ts';

const locales: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };
const made = new Map<string, Intl.NumberFormat>();

function formatter(language: Language, least: number, most: number): Intl.NumberFormat {
  const key = `${language}/${least}/${most}`;
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
    useGrouping: 'always',
  });
  made.set(key, fresh);
  return fresh;
}

/** What stands for 'no value' in every cell and figure. */
export const noValue = '–';

/** `decimals` fixes the places after the comma; without it at most two are shown, as many as are needed. */
export function formatNumber(value: number | null | undefined, language: Language, decimals?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noValue;
  const text = formatter(language, decimals ?? 0, decimals ?? 2).format(value);
  return text.replace(/^-/, '\u2212').replace(/^\u22120([.,]0*)?$/, '0$1');
}

/** A share of one as a percentage: 0.875 -> 87,5 %. */
export function formatShare(share: number | null | undefined, language: Language, decimals = 0): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return noValue;
  return `${formatNumber(share * 100, language, decimals)} %`;
}

/** UN/CEFACT and plain ASCII unit codes as people write them; an unknown code is shown as it is. */
const unitWords: Record<string, string> = {
  'ug/m3': 'µg/m³',
  'µg/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  'mg/l': 'mg/l',
  'ug/l': 'µg/l',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  'm3/day': 'm³/ngày',
  m2: 'm²',
  km2: 'km²',
  m3: 'm³',
  Cel: '°C',
  degC: '°C',
  C: '°C',
  percent: '%',
  P1: '%',
  '%': '%',
  'uS/cm': 'µS/cm',
  dBA: 'dBA',
  'MPN/100ml': 'MPN/100 ml',
  'km/h': 'km/h',
  '1': '',
  one: '',
};

const englishUnits: Record<string, string> = { 'm3/day': 'm³/day' };

export function formatUnit(unit: string | null | undefined, language: Language): string {
  if (!unit) return '';
  if (language === 'en' && englishUnits[unit] !== undefined) return englishUnits[unit];
  return unitWords[unit] ?? unit;
}

/** Value and unit with a no-break space between: '1.315,5 µg/m³'. */
export function formatQuantity(
  value: number | null | undefined,
  unit: string | null | undefined,
  language: Language,
  decimals?: number,
): string {
  const number = formatNumber(value, language, decimals);
  const word = formatUnit(unit, language);
  return number === noValue || word === '' ? number : `${number}\u00a0${word}`;
}

/** Bytes in the unit that keeps the number short: 1536 -> '1,5 kB' (1 kB = 1024 bytes). */
export function formatBytes(bytes: number, language: Language): string {
  const units = ['byte', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${formatNumber(value, language, step === 0 ? 0 : 1)} ${units[step]}`;
}
