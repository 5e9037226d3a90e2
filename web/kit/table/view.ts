/** What a table shows, as data: so that it can be kept in the address, saved under a name, tested and exported. */
import { csvCell } from '../../../platform/words/index.ts';

export type Density = 'dense' | 'roomy';

export type TableView = {
  /** Free text, found in every column, with or without diacritics. */
  find?: string;
  sort?: { column: string; down: boolean };
  /** Column -> the values wanted; any of them matches. */
  filters?: Record<string, string[]>;
  /** Columns shown, in order; absent for the table's own choice. */
  columns?: string[];
  density?: Density;
  /** From 1. */
  page?: number;
};

export type Cell = string | number | boolean | Date | null | undefined;

export type ViewColumn<R> = { id: string; value: (row: R) => Cell; text: (row: R) => string; hidden?: boolean };

/** Lower case without diacritics, as the server searches. */
export function plainText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

const order = new Intl.Collator('vi', { numeric: true, sensitivity: 'base' });

/** Vietnamese order for words, size for numbers and times; what is missing comes last either way. */
export function compareCells(a: Cell, b: Cell, down: boolean): number {
  const missing = (cell: Cell) => cell === null || cell === undefined || cell === '' || Number.isNaN(cell);
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  const size = (cell: Cell): number | null =>
    typeof cell === 'number'
      ? cell
      : cell instanceof Date
        ? cell.getTime()
        : typeof cell === 'boolean'
          ? Number(cell)
          : null;
  const [x, y] = [size(a), size(b)];
  const result = x !== null && y !== null ? x - y : order.compare(String(a), String(b));
  return down ? -result : result;
}

/** The rows that the view shows, filtered and sorted, all pages. Sorting is stable. */
export function rowsOf<R>(rows: readonly R[], columns: readonly ViewColumn<R>[], view: TableView): R[] {
  const find = plainText(view.find?.trim() ?? '');
  const wanted = Object.entries(view.filters ?? {}).filter(([, values]) => values.length > 0);
  const kept = rows.filter((row) => {
    for (const [id, values] of wanted) {
      const column = columns.find((candidate) => candidate.id === id);
      if (column && !values.includes(column.text(row))) return false;
    }
    return find === '' || columns.some((column) => plainText(column.text(row)).includes(find));
  });
  const by = columns.find((column) => column.id === view.sort?.column);
  if (!by) return kept;
  const down = view.sort?.down ?? false;
  return kept.sort((a, b) => compareCells(by.value(a), by.value(b), down));
}

/** The columns that the view shows, in its order. */
export function columnsOf<C extends { id: string; hidden?: boolean }>(columns: readonly C[], view: TableView): C[] {
  if (!view.columns) return columns.filter((column) => !column.hidden);
  return view.columns.flatMap((id) => columns.find((column) => column.id === id) ?? []);
}

/**
 * Exactly what is shown: the columns in their order, the rows of the view, the texts of the cells. RFC 4180 with a BOM,
 * so that Excel reads the diacritics. A text that a spreadsheet would run as a formula is led by an apostrophe.
 */
export function csvOf<R>(rows: readonly R[], columns: readonly (ViewColumn<R> & { title: string })[]): string {
  // A figure below zero is no formula; what else a column of figures says is a text like any other.
  const cell = (text: string, value: Cell): string =>
    typeof value === 'number' && /^-\d[\d.,]*( [^\s=+\-@|()!"]+)?$/.test(text) ? `"${text}"` : csvCell(text);
  const lines = [
    columns.map((column) => csvCell(column.title)).join(','),
    ...rows.map((row) => columns.map((column) => cell(column.text(row), column.value(row))).join(',')),
  ];
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** The view as the address's query: only what differs from the table's own choice. */
export function viewToSearch(view: TableView): Record<string, string> {
  const search: Record<string, string> = {};
  if (view.find) search.q = view.find;
  if (view.sort) search.sort = `${view.sort.down ? '-' : ''}${view.sort.column}`;
  for (const [column, values] of Object.entries(view.filters ?? {})) {
    if (values.length > 0) search[`f.${column}`] = values.map(encodeURIComponent).join(',');
  }
  if (view.columns) search.cols = view.columns.join(',');
  if (view.density) search.density = view.density;
  if (view.page && view.page > 1) search.page = String(view.page);
  return search;
}

/** The inverse of `viewToSearch`; what it does not know it leaves alone. */
export function viewFromSearch(search: Record<string, unknown>): TableView {
  const view: TableView = {};
  const filters: Record<string, string[]> = {};
  for (const [name, raw] of Object.entries(search)) {
    const value = String(raw);
    if (name === 'q') view.find = value;
    else if (name === 'sort') view.sort = { column: value.replace(/^-/, ''), down: value.startsWith('-') };
    else if (name === 'cols') view.columns = value.split(',').filter(Boolean);
    else if (name === 'density' && (value === 'dense' || value === 'roomy')) view.density = value;
    else if (name === 'page' && Number(value) > 1) view.page = Math.floor(Number(value));
    else if (name.startsWith('f.')) filters[name.slice(2)] = value.split(',').map(decodeURIComponent);
  }
  if (Object.keys(filters).length > 0) view.filters = filters;
  return view;
}
