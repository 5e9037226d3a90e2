/** Rows as CSV (RFC 4180, UTF-8 with BOM so that spreadsheets read Vietnamese). */
import { csvCell, type Language } from '../words/index.ts';
import type { Cell, Column } from './types.ts';

/** Columns that say where each row comes from, on every line: a file loses its heading when it is cut up. */
export type ProvenanceColumns = Readonly<Record<string, string>>;

export function csvHead(columns: readonly Column[], provenance: ProvenanceColumns, language: Language): string {
  const titles = columns.map((column) => column.title[language] + (column.unit ? ` (${column.unit})` : ''));
  return `\uFEFF${line([...titles, ...Object.keys(provenance)])}`;
}

export function csvLines(
  columns: readonly Column[],
  items: readonly Record<string, Cell>[],
  provenance: ProvenanceColumns,
): string {
  const tail = Object.values(provenance);
  return items.map((item) => line([...columns.map((column) => item[column.key] ?? null), ...tail])).join('');
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

const cell = (value: Cell): string => (typeof value === 'string' ? csvCell(value) : String(value ?? ''));
