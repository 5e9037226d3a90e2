import type { Text } from '../../words/index.ts';

/** One figure as a device named it: `source` is its own name for the thing measured, null where it names none. */
export type Reading = { source: string | null; name: string; at: number; value: number };

/**
 * What a message holds. Figures are readings; texts and the like are attributes, kept with the device; what is neither
 * is told in `bad` with its place in the message.
 */
export type Read = {
  readings: Reading[];
  attributes: Record<string, string | number | boolean>;
  bad: { at: string; reason: Text }[];
};

export const nothing = (): Read => ({ readings: [], attributes: {}, bad: [] });

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Milliseconds since 1970 of an ISO 8601 text; NaN where it is none. */
export const instantOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

const DEEPEST = 5;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Puts a value and all below it into what was read: numbers (also written as text) and truth values as figures, other
 * texts as attributes. Names of nested values are joined by dots.
 */
export function add(read: Read, source: string | null, name: string, value: unknown, at: number, depth = 0): void {
  if (typeof value === 'number') read.readings.push({ source, name, at, value });
  else if (typeof value === 'boolean') read.readings.push({ source, name, at, value: value ? 1 : 0 });
  else if (typeof value === 'string') {
    if (NUMBER.test(value.trim())) read.readings.push({ source, name, at, value: Number(value) });
    else read.attributes[name] = value.slice(0, 500);
  } else if (isRecord(value) && depth < DEEPEST) {
    for (const [key, part] of Object.entries(value)) add(read, source, `${name}.${key}`, part, at, depth + 1);
  } else if (value !== null && value !== undefined) {
    read.bad.push({
      at: name,
      reason: { vi: `“${name}” không phải số hay chữ`, en: `“${name}” is neither a number nor a text` },
    });
  }
}

export const notUnderstood = (what: string): { at: string; reason: Text } => ({
  at: '',
  reason: { vi: `bản tin không đúng dạng: cần ${what}`, en: `the message has another form: ${what} is needed` },
});
