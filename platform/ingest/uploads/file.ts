/** A file that someone handed in, as a table: what it is follows from its content; its name may not say otherwise. */
import { open } from 'node:fs/promises';
import { refuse } from '../../words/index.ts';
import { type Encoding, encodingOf, separatorOf, type TableRow, textRows } from './text-table.ts';
import { sheetRows, sheetsOf } from './workbook.ts';

export type Facts = {
  kind: 'csv' | 'xlsx';
  /** of text */
  encoding: Encoding | null;
  separator: string | null;
  /** of a workbook */
  sheets: string[];
  headings: string[];
  /** the first rows as they stand in the file */
  sample: TableRow[];
};

export type FileKind = Pick<Facts, 'kind' | 'encoding' | 'separator' | 'sheets'>;

const SAMPLE_ROWS = 200;

/** Finds out what the file is. Throws a Refusal where it is no table, or not what its name says. */
export async function kindOf(path: string, name: string): Promise<FileKind> {
  const file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(8), 0, 8, 0).finally(() => file.close());
  const head = buffer.subarray(0, bytesRead).toString('latin1');
  if (head === '') throw refuse(422, 'empty-file', { vi: 'Tệp rỗng.', en: 'The file is empty.' });
  if (head.startsWith('\xd0\xcf\x11\xe0')) throw oldExcel();
  const isWorkbook = head.startsWith('PK\x03\x04');
  if (isWorkbook !== /\.xls[xm]$/i.test(name)) throw otherThanNamed(isWorkbook ? 'CSV' : 'XLSX');
  if (isWorkbook) return { kind: 'xlsx', encoding: null, separator: null, sheets: await sheetsOf(path) };
  const encoding = await encodingOf(path);
  return { kind: 'csv', encoding, separator: await separatorOf(path, encoding), sheets: [] };
}

/** The rows of the file (of one sheet of a workbook), read on only as they are taken. */
export function rowsOf(path: string, kind: FileKind, sheet: string | null): AsyncGenerator<TableRow> {
  if (kind.kind === 'xlsx') return sheetRows(path, sheet);
  return textRows(path, kind.encoding ?? 'utf-8', kind.separator ?? ',');
}

/** The first rows, to look at. */
export async function firstRows(path: string, kind: FileKind, sheet: string | null): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of rowsOf(path, kind, sheet)) {
    rows.push(row);
    if (rows.length === SAMPLE_ROWS) break;
  }
  return rows;
}

function oldExcel() {
  return refuse(415, 'old-workbook', {
    vi: 'Đây là sổ tính kiểu cũ (.xls) hoặc có mật khẩu. Hãy mở, bỏ mật khẩu, lưu thành XLSX hoặc CSV rồi nạp lại.',
    en: 'This is an old workbook (.xls), or one with a password. Open it, take the password off, save it as XLSX or CSV and send it again.',
  });
}

function otherThanNamed(kind: string) {
  return refuse(415, 'not-what-its-name-says', {
    vi: `Tên tệp nói là ${kind} nhưng nội dung không phải vậy. Hãy mở tệp, lưu lại đúng kiểu (tên kết thúc bằng .csv hoặc .xlsx) rồi nạp lại.`,
    en: `The file is called ${kind}, but its content is not. Open it, save it in its true form (a name ending in .csv or .xlsx) and send it again.`,
  });
}
