/** A file of separated values: its encoding and separator are found out by its content, and it is read row by row. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import { fromCsvCell, refuse } from '../../words/index.ts';
import type { Cell } from './values.ts';

export type TableRow = { line: number; cells: Cell[] };

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258' | 'windows-1252';

const BEGINNING = 64 * 1024;
const LONGEST_ROW = 256 * 1024;
const separators = [';', '\t', ',', '|'] as const;

/**
 * The encoding of a text file: its mark, then whether all of it is UTF-8, then Windows. Windows-1258 and 1252 differ in the
 * letters of Vietnamese only: its tone marks stand behind their vowels.
 */
export async function encodingOf(path: string): Promise<Encoding> {
  const file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0).finally(() => file.close());
  const start = buffer.subarray(0, bytesRead);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  start.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > start.length / 8 && even < odd / 8) return 'utf-16le';
  if (even > start.length / 8 && odd < even / 8) return 'utf-16be';
  if (even + odd > 0) throw notText();
  if (await isUtf8(path)) return 'utf-8';
  return isVietnamese(start) ? 'windows-1258' : 'windows-1252';
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** A tone mark of Windows-1258 behind a vowel, or đ, ơ, ư. */
function isVietnamese(bytes: Uint8Array): boolean {
  const text = new TextDecoder('windows-1258').decode(bytes);
  return /[aeiouyâăêôơư][\u0300\u0301\u0303\u0309\u0323]|[đơư]/iu.test(text);
}

/** The separator that gives the most columns in the most of the first rows. */
export async function separatorOf(path: string, encoding: Encoding): Promise<string> {
  const file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0).finally(() => file.close());
  const text = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead));
  const score = (separator: string): number => {
    try {
      const rows = parseNow(text, { ...reading, delimiter: separator, to: 20 }) as string[][];
      const counts = rows.map((row) => row.length);
      const most = Math.max(0, ...counts);
      // A decimal comma cuts rows at every number: what gives rows of one length is the separator.
      return most < 2 ? 0 : counts.filter((count) => count === most).length / counts.length + most / 10_000;
    } catch {
      return 0;
    }
  };
  const scores = separators.map((separator) => ({ separator, score: score(separator) }));
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? best.separator : ',';
}

const reading = {
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: LONGEST_ROW,
} as const;

/** The rows of the file, read on only as they are taken. Throws a Refusal where it cannot be read on. */
export async function* textRows(path: string, encoding: Encoding, separator: string): AsyncGenerator<TableRow> {
  const parser = parse({ ...reading, delimiter: separator, info: true });
  const source = Readable.from(decoded(path, encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      // Windows-1258 writes a letter and its tone mark as two.
      const cells = encoding === 'windows-1258' ? record.map((cell) => cell.normalize('NFC')) : record;
      yield { line: info.lines, cells: cells.map((cell) => fromCsvCell(cell.trim())) };
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_')) throw notCsv(error as Error);
    throw error;
  } finally {
    source.destroy();
  }
}

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path)) {
    const text = decoder.decode(chunk as Buffer, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

function notText() {
  return refuse(415, 'not-a-table', {
    vi: 'Nội dung tệp không phải văn bản CSV cũng không phải sổ tính XLSX (tên tệp không quyết định). Hãy lưu lại thành CSV hoặc XLSX rồi nạp lại.',
    en: 'The content of the file is neither CSV text nor an XLSX workbook (its name does not decide). Save it as CSV or XLSX and send it again.',
  });
}

function notCsv(error: Error) {
  return refuse(422, 'not-csv', {
    vi: `Không đọc tiếp được tệp CSV: ${error.message}. Thường do một dấu ngoặc kép không được đóng; các dòng trước đó đã xử lý.`,
    en: `The CSV file cannot be read on: ${error.message}. Mostly a quotation mark is not closed; the rows before it were dealt with.`,
  });
}
