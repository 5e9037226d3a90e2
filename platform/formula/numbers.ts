/** Numbers in explanations: 1.315,5 in Vietnamese, 1,315.5 in English. */
import type { Language } from '../words/index.ts';
import { type Unit, unitWords } from './units.ts';

const locales: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };
const made = new Map<string, Intl.NumberFormat>();

function formatter(language: Language, key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = `${language} ${key}`;
  const known = made.get(name);
  if (known) return known;
  const fresh = new Intl.NumberFormat(locales[language], { useGrouping: 'always', ...options });
  made.set(name, fresh);
  return fresh;
}

/** A number of the formula's own text: as it was written, with every place it has (up to 15 digits). */
export function exactNumber(value: number, language: Language): string {
  return signed(formatter(language, 'exact', { maximumSignificantDigits: 15 }).format(value));
}

/** A measured or computed number: with `decimals` places, else at most two, or three digits below 1. */
export function roundedNumber(value: number, language: Language, decimals?: number): string {
  if (decimals !== undefined) {
    const places = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return signed(formatter(language, `places ${decimals}`, places).format(value));
  }
  if (Math.abs(value) < 1) {
    return signed(formatter(language, 'small', { maximumSignificantDigits: 3 }).format(value));
  }
  return signed(formatter(language, 'large', { maximumFractionDigits: 2 }).format(value));
}

const signed = (text: string): string => text.replace(/^-/, '\u2212').replace(/^\u2212(0(?:[.,]0*)?)$/, '$1');

/** The number with its unit behind a no-break space. */
export function withUnit(number: string, unit: Unit, language: Language): string {
  const word = unitWords(unit, language);
  return word === '' ? number : `${number}\u00a0${word}`;
}
