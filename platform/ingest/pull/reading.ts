import { parse } from 'csv-parse/sync';
import Type, { type Static } from 'typebox';
import type { Text } from '../../words/index.ts';
import { isRecord, nothing, type Read } from '../protocols/reading.ts';

const path = Type.String({ maxLength: 200 });

/**
 * Where an answer's figures stand. `rows`: the path to the list in JSON, '' where the answer is the list itself (or is one
 * row). In each row: `source` the path to its name of the thing measured ('' where all is of one), `time` ('' where it
 * has none: it is of when it was fetched), and the figures: those that the mapping's `properties` name by their path, or,
 * with `pair`, one figure whose name and value stand in two places. In CSV a path is the name of a column.
 */
export const readingSchema = Type.Object(
  {
    form: Type.Union([Type.Literal('json'), Type.Literal('csv')]),
    rows: path,
    source: path,
    time: path,
    /** `iso`, `unix`, `unix-ms`, or a pattern of yyyy MM dd HH mm ss in Vietnam's time */
    timeForm: Type.String({ maxLength: 40, pattern: '^(iso|unix|unix-ms|.*yyyy.*)$' }),
    pair: Type.Optional(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 200 }), value: Type.String({ minLength: 1, maxLength: 200 }) },
        { additionalProperties: false },
      ),
    ),
    delimiter: Type.Union([Type.Literal(','), Type.Literal(';'), Type.Literal('\t')]),
    decimal: Type.Union([Type.Literal('.'), Type.Literal(',')]),
  },
  { additionalProperties: false },
);

export type Reading = Static<typeof readingSchema>;
export type Rows = { rows: unknown[] } | { problem: Text };

const LOCAL_MS = 7 * 3_600_000;
const MOST_ROWS = 200_000;

/** The rows of an answer, or why there are none. */
export function rowsOf(bytes: Uint8Array, reading: Reading): Rows {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problem('câu trả lời không phải văn bản UTF-8', 'the answer is not UTF-8 text');
  }
  let rows: unknown;
  try {
    rows =
      reading.form === 'csv'
        ? parse(text, {
            columns: true,
            delimiter: reading.delimiter,
            trim: true,
            skip_empty_lines: true,
            to: MOST_ROWS + 1,
          })
        : at(JSON.parse(text), reading.rows);
  } catch (error) {
    const form = reading.form.toUpperCase();
    const why = (error as Error).message.slice(0, 200);
    return problem(`câu trả lời không đọc được theo dạng ${form} (${why})`, `the answer is not ${form} (${why})`);
  }
  const found = Array.isArray(rows) ? rows : isRecord(rows) ? [rows] : null;
  if (!found) {
    return problem(
      `không có danh sách nào ở “${reading.rows}” trong câu trả lời`,
      `there is no list at “${reading.rows}” in the answer`,
    );
  }
  if (found.length > MOST_ROWS) return problem(`câu trả lời có hơn ${MOST_ROWS} dòng`, `more than ${MOST_ROWS} rows`);
  return { rows: found };
}

/** The readings of one row. @param named figures that the mapping names @param fetchedAt time of what has none of its own */
export function readRow(row: unknown, reading: Reading, named: readonly string[], fetchedAt: number): Read {
  const read = nothing();
  const flaw = (at: string, vi: string, en: string) => read.bad.push({ at, reason: { vi, en } });
  const of = (place: string): unknown =>
    reading.form === 'csv' ? (isRecord(row) && Object.hasOwn(row, place) ? row[place] : undefined) : at(row, place);
  if (!isRecord(row)) {
    flaw('', 'dòng không phải là một bản ghi', 'the row is no record');
    return read;
  }
  let source: string | null = null;
  if (reading.source !== '') {
    const given = of(reading.source);
    if (typeof given !== 'string' && typeof given !== 'number') {
      flaw(reading.source, `không có tên đối tượng ở “${reading.source}”`, `no name of a thing at “${reading.source}”`);
      return read;
    }
    source = String(given).trim();
  }
  const instant = reading.time === '' ? fetchedAt : instantOf(of(reading.time), reading.timeForm);
  if (Number.isNaN(instant)) {
    const given = JSON.stringify(of(reading.time) ?? null).slice(0, 60);
    flaw(
      reading.time,
      `thời gian ${given} không đúng dạng “${reading.timeForm}”`,
      `the time ${given} is not of the form “${reading.timeForm}”`,
    );
    return read;
  }
  const add = (name: string, value: unknown): void => {
    // What was not measured is no fault of the row.
    if (value === undefined || value === null || value === '') return;
    const figure = numberOf(value, reading.decimal);
    if (figure === null) {
      const given = JSON.stringify(value).slice(0, 60);
      flaw(name, `“${name}” là ${given}, không phải số`, `“${name}” is ${given}, not a number`);
    } else read.readings.push({ source, name, at: instant, value: figure });
  };
  if (reading.pair) {
    const name = of(reading.pair.name);
    if (typeof name === 'string' || typeof name === 'number') add(String(name).trim(), of(reading.pair.value));
    else {
      const place = reading.pair.name;
      flaw(place, `không có tên thông số ở “${place}”`, `no name of a figure at “${place}”`);
    }
  } else for (const name of named) add(name, of(name));
  return read;
}

const STEP = /\.?([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/gy;

/** What stands at `a.b[0]['c.d']`, with or without `$.` before it; undefined where there is nothing. */
function at(value: unknown, place: string): unknown {
  const inside = place.replace(/^\$\.?/, '');
  let found = value;
  let read = 0;
  for (const [step, name, index, quoted] of inside.matchAll(STEP)) {
    read += step.length;
    if (index !== undefined) found = Array.isArray(found) ? found[Number(index)] : undefined;
    else {
      const key = name ?? quoted ?? '';
      found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
  }
  return read === inside.length ? found : undefined;
}

const NUMBER = { '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, ',': /^[+-]?\d+(,\d+)?$/ };

function numberOf(value: unknown, decimal: '.' | ','): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || !NUMBER[decimal].test(value.trim())) return null;
  return Number(value.trim().replace(',', '.'));
}

const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Milliseconds since 1970; NaN where the value is not of the form. A time without a zone is Vietnam's. */
export function instantOf(value: unknown, form: string): number {
  if (form === 'unix' || form === 'unix-ms') {
    const number = numberOf(value, '.');
    return number === null ? Number.NaN : form === 'unix' ? number * 1000 : number;
  }
  if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
  const text = String(value).trim();
  if (form === 'iso') {
    const zone = ISO.exec(text);
    if (!zone) return Number.NaN;
    if (zone[4] !== undefined) return Date.parse(text.replace(' ', 'T'));
    return Date.parse(`${text.replace(' ', 'T')}${zone[1] === undefined ? 'T00:00' : ''}+07:00`);
  }
  const parts: Record<string, number> = { MM: 1, dd: 1, HH: 0, mm: 0, ss: 0 };
  let rest = text;
  for (const [token] of form.matchAll(/yyyy|MM|dd|HH|mm|ss|./gsu)) {
    if (token === 'yyyy' || Object.hasOwn(parts, token)) {
      const digits = rest.slice(0, token.length);
      if (digits.length !== token.length || !/^\d+$/.test(digits)) return Number.NaN;
      parts[token] = Number(digits);
      rest = rest.slice(token.length);
    } else if (rest.startsWith(token)) rest = rest.slice(token.length);
    else return Number.NaN;
  }
  const { yyyy = Number.NaN, MM = 1, dd = 1, HH = 0, mm = 0, ss = 0 } = parts;
  const instant = Date.UTC(yyyy, MM - 1, dd, HH, mm, ss);
  // The 31st of February, 25 o'clock: what comes back is another time.
  const back = new Date(instant);
  const same = back.getUTCMonth() === MM - 1 && back.getUTCDate() === dd && back.getUTCHours() === HH;
  return rest === '' && same && mm < 60 && ss < 60 ? instant - LOCAL_MS : Number.NaN;
}

const problem = (vi: string, en: string): Rows => ({ problem: { vi, en } });
