/** Reads hourly concentrations of a station from CSV: columns found by name, whatever else is in the file. */
import { parse } from 'csv-parse/sync';
import { refuse, type Text } from '../../platform/words/index.ts';
import { type Pollutant, pollutantNames, pollutants } from './air-quality.ts';

export type StationHour = {
  /** the hour's local label as if it were UTC, in ms: label arithmetic without a time zone */
  label: number;
  /** the instant (ms) where the file's local time is taken for Vietnam's */
  at: number;
  values: Partial<Record<Pollutant, number>>;
};

export type StationCsv = { hours: StationHour[]; bad: { line: number; reason: Text }[] };

const HOUR = 3_600_000;
const LOCAL = 7 * HOUR;
const timeColumns = ['year', 'month', 'day', 'hour'] as const;

/**
 * @returns the file's hours, oldest first; of two rows for one hour the later one in the file counts
 * @throws Refusal where a column of the time or every pollutant is missing
 */
export function readStationCsv(bytes: Uint8Array): StationCsv {
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(Buffer.from(bytes), {
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (error) {
    throw refuse(422, 'unreadable-csv', {
      vi: `Tệp CSV không đọc được: ${(error as Error).message}`,
      en: `Unreadable CSV: ${(error as Error).message}`,
    });
  }
  const header = (rows.shift()?.record ?? []).map((name) => name.toLowerCase());
  const columnOf = (name: string): number => header.indexOf(name.toLowerCase());
  const time = timeColumns.map(columnOf);
  const missing = timeColumns.filter((_, index) => time[index] === -1);
  const columns = pollutants
    .map((pollutant) => ({ pollutant, column: columnOf(pollutantNames[pollutant]) }))
    .filter(({ column }) => column !== -1);
  if (missing.length > 0 || columns.length === 0) {
    const names = missing.length > 0 ? missing.join(', ') : pollutants.map((one) => pollutantNames[one]).join(', ');
    throw refuse(422, 'missing-columns', { vi: `Thiếu cột: ${names}`, en: `Missing columns: ${names}` });
  }

  const bad: StationCsv['bad'] = [];
  const byLabel = new Map<number, StationHour>();
  for (const { record, info } of rows) {
    const [year, month, day, hour] = time.map((column) => Number(record[column] || Number.NaN));
    const label = Date.UTC(year ?? Number.NaN, (month ?? Number.NaN) - 1, day, hour);
    const back = new Date(label);
    if (
      !Number.isFinite(label) ||
      back.getUTCDate() !== day ||
      back.getUTCHours() !== hour ||
      back.getUTCMonth() + 1 !== month
    ) {
      bad.push({ line: info.lines, reason: { vi: 'thời gian không đúng', en: 'wrong time' } });
      continue;
    }
    const values: StationHour['values'] = {};
    for (const { pollutant, column } of columns) {
      const text = record[column] ?? '';
      if (text === '' || /^(na|nan|null)$/i.test(text)) continue;
      const value = Number(text);
      if (Number.isFinite(value) && value >= 0) values[pollutant] = value;
      else {
        const name = pollutantNames[pollutant];
        bad.push({
          line: info.lines,
          reason: { vi: `${name}: “${text}” không phải nồng độ`, en: `${name}: “${text}” is no concentration` },
        });
      }
    }
    byLabel.set(label, { label, at: label - LOCAL, values });
  }
  return { hours: [...byLabel.values()].sort((a, b) => a.label - b.label), bad };
}
