/**
 * A workbook (XLSX), read row by row. It is a zip archive of XML: what it would expand to is known from its directory and
 * refused there before anything is expanded, and yauzl stops where an entry is larger than it said.
 */
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import yauzl from 'yauzl';
import { fromCsvCell, refuse } from '../../words/index.ts';
import type { TableRow } from './text-table.ts';
import type { Cell } from './values.ts';

type Limits = { entries: number; expanded: number; texts: number; ratio: number };

/** A sheet of 1,048,576 rows and ten columns expands to some 600 MB, at 5 to 25 times its packed size. */
export const LIMITS: Limits = {
  entries: 2_000,
  expanded: 1024 * 1024 * 1024,
  /** shared texts and styles are held in memory */
  texts: 64 * 1024 * 1024,
  ratio: 150,
};
/** Below this size what is packed tightly does no harm. */
const HARMLESS = 1024 * 1024;
const MOST_COLUMNS = 500;
const LONGEST_TEXT = 32_767;

type Workbook = {
  sheets: { name: string; path: string }[];
  /** days count from 1904 */
  from1904: boolean;
  texts: string[];
  /** of each cell style, whether its number is a time */
  isTime: boolean[];
  entries: Map<string, yauzl.Entry>;
  zip: yauzl.ZipFile;
};

/** The names of the sheets that are shown, in their order. */
export async function sheetsOf(path: string, limits = LIMITS): Promise<string[]> {
  const book = await openBook(path, limits);
  book.zip.close();
  return book.sheets.map((sheet) => sheet.name);
}

/** The rows of a sheet. Formulas give their stored values; a merged cell's value stands in all the cells it covers. */
export async function* sheetRows(path: string, name: string | null, limits = LIMITS): AsyncGenerator<TableRow> {
  const book = await openBook(path, limits);
  try {
    const sheet = book.sheets.find((one) => one.name === name) ?? book.sheets[0];
    const entry = sheet && book.entries.get(sheet.path);
    if (!entry) throw notWorkbook('sheet');
    const merged = await mergedOf(book, entry);
    yield* cellsOf(book, await streamOf(book.zip, entry), merged);
  } finally {
    book.zip.close();
  }
}

async function openBook(path: string, limits: Limits): Promise<Workbook> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false }).catch((error) => {
    throw notWorkbook((error as Error).message);
  });
  try {
    const entries = await entriesOf(zip, limits);
    const all = async (name: string): Promise<Node[]> => {
      const entry = entries.get(name);
      return entry ? nodesOf(await streamOf(zip, entry)) : [];
    };
    const [book, relations, styles] = [
      await all('xl/workbook.xml'),
      await all('xl/_rels/workbook.xml.rels'),
      await all('xl/styles.xml'),
    ];
    const targets = new Map(
      relations.filter((one) => one.name === 'Relationship').map(({ at }) => [at.Id, pathOf(at.Target ?? '')]),
    );
    const sheets = book
      .filter(({ name, at }) => name === 'sheet' && (at.state ?? 'visible') === 'visible')
      .map(({ at }) => ({ name: at.name ?? '', path: targets.get(at['r:id'] ?? '') ?? '' }));
    if (sheets.length === 0) throw notWorkbook('no sheet');
    const texts = entries.get('xl/sharedStrings.xml');
    return {
      sheets,
      from1904: book.some(({ name, at }) => name === 'workbookPr' && /^(1|true)$/.test(at.date1904 ?? '')),
      texts: texts ? await textsOf(await streamOf(zip, texts)) : [],
      isTime: timeStyles(styles),
      entries,
      zip,
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** The directory, refused where what it promises is too much. */
async function entriesOf(zip: yauzl.ZipFile, limits: Limits): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  if (zip.entryCount > limits.entries) throw bomb();
  let expanded = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, uncompressedSize: size, compressedSize: packed } = entry;
    expanded += size;
    const isHeld = !name.startsWith('xl/worksheets/');
    if (expanded > limits.expanded || (isHeld && name.endsWith('.xml') && size > limits.texts)) throw bomb();
    if (size > HARMLESS && size > packed * limits.ratio) throw bomb();
    entries.set(name, entry);
  }
  if (!entries.has('xl/workbook.xml')) throw notWorkbook('xl/workbook.xml');
  return entries;
}

const streamOf = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> => zip.openReadStreamPromise(entry);

/** 'worksheets/sheet1.xml' and '/xl/worksheets/sheet1.xml' -> 'xl/worksheets/sheet1.xml' */
const pathOf = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`);

type Attributes = Partial<Record<string, string>>;
type Node = { name: string; at: Attributes };

/** Element names without their namespace's prefix: other programs write one. */
const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Feeds a stream to a parser. Entities beyond XML's own five are unknown to it: nothing expands. */
async function* parsed(stream: Readable, parser: SaxesParser): AsyncGenerator<void> {
  const decoder = new TextDecoder();
  let failure = null as Error | null;
  parser.on('error', (error) => {
    failure ??= error;
  });
  try {
    for await (const chunk of stream) {
      parser.write(decoder.decode(chunk as Buffer, { stream: true }));
      if (failure) throw failure;
      yield;
    }
    parser.close();
  } catch (error) {
    throw notWorkbook((error as Error).message);
  } finally {
    stream.destroy();
  }
}

async function nodesOf(stream: Readable): Promise<Node[]> {
  const nodes: Node[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => nodes.push({ name: bare(tag.name), at: tag.attributes as Attributes }));
  for await (const _ of parsed(stream, parser));
  return nodes;
}

async function textsOf(stream: Readable): Promise<string[]> {
  const texts: string[] = [];
  const parser = new SaxesParser();
  let text = '';
  let isText = false;
  let isReading = 0;
  parser.on('opentag', ({ name }) => {
    if (bare(name) === 'si') text = '';
    // How a text is pronounced (Japanese) is no part of it.
    if (bare(name) === 'rPh') isReading += 1;
    isText = bare(name) === 't' && isReading === 0;
  });
  parser.on('text', (part) => {
    if (isText && text.length < LONGEST_TEXT) text += part;
  });
  parser.on('closetag', ({ name }) => {
    isText = false;
    if (bare(name) === 'rPh') isReading -= 1;
    if (bare(name) === 'si') texts.push(text);
  });
  for await (const _ of parsed(stream, parser));
  return texts;
}

/** Number formats 14-22 and 45-47 are times by the standard (ECMA-376 18.8.30); others by the letters of their code. */
function timeStyles(nodes: readonly Node[]): boolean[] {
  const own = new Map(
    nodes.filter((one) => one.name === 'numFmt').map(({ at }) => [at.numFmtId, at.formatCode ?? ''] as const),
  );
  const from = nodes.findIndex((one) => one.name === 'cellXfs');
  const to = nodes.findIndex((one) => one.name === 'cellStyles');
  return nodes
    .slice(from < 0 ? nodes.length : from, to < 0 ? undefined : to)
    .filter((one) => one.name === 'xf')
    .map(({ at }) => {
      const id = Number(at.numFmtId ?? 0);
      const code = own.get(at.numFmtId) ?? '';
      const letters = code.replace(/"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]/gi, '');
      return (id >= 14 && id <= 22) || (id >= 45 && id <= 47) || /[ymdhs]/i.test(letters);
    });
}

type Area = { top: number; bottom: number; left: number; right: number };

/** Merged cells stand behind the rows in the file: the sheet is read once for them alone. */
async function mergedOf(book: Workbook, entry: yauzl.Entry): Promise<Area[]> {
  const areas: Area[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    if (bare(name) !== 'mergeCell' || areas.length >= 10_000) return;
    const [from = '', to = from] = String((attributes as Attributes).ref).split(':');
    const [a, b] = [placeOf(from), placeOf(to)];
    if (a && b) areas.push({ top: a.row, bottom: b.row, left: a.column, right: b.column });
  });
  for await (const _ of parsed(await streamOf(book.zip, entry), parser));
  return areas.filter((area) => area.right < MOST_COLUMNS);
}

/** 'B12' -> row 12, column 1 (from 0) */
function placeOf(ref: string): { row: number; column: number } | null {
  const [, letters = '', digits = ''] = /^([A-Z]{1,3})(\d{1,7})$/.exec(ref) ?? [];
  if (letters === '') return null;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(digits), column };
}

async function* cellsOf(book: Workbook, stream: Readable, merged: readonly Area[]): AsyncGenerator<TableRow> {
  const parser = new SaxesParser();
  let ready: TableRow[] = [];
  let row: { line: number; cells: Cell[] } = { line: 0, cells: [] };
  let cell = { column: -1, type: '', style: 0 };
  let text = '';
  let isText = false;
  parser.on('opentag', ({ name, attributes }) => {
    const at = attributes as Attributes;
    const tag = bare(name);
    if (tag === 'row') row = { line: Number(at.r ?? row.line + 1), cells: [] };
    else if (tag === 'c') {
      const column = at.r === undefined ? cell.column + 1 : (placeOf(at.r)?.column ?? -1);
      cell = { column, type: at.t ?? 'n', style: Number(at.s ?? 0) };
      text = '';
    }
    // <f> holds the formula: passed by, <v> beside it holds the value it had when the file was saved.
    isText = tag === 'v' || tag === 't';
  });
  parser.on('text', (part) => {
    if (isText && text.length < LONGEST_TEXT) text += part;
  });
  parser.on('closetag', ({ name }) => {
    const tag = bare(name);
    isText = false;
    if (tag === 'c' && cell.column >= 0 && cell.column < MOST_COLUMNS) {
      while (row.cells.length < cell.column) row.cells.push('');
      row.cells[cell.column] = cellValue(book, cell, text);
    } else if (tag === 'row') {
      cell.column = -1;
      ready.push(row);
    }
  });
  const tops = new Map<Area, Cell>();
  const filled = (one: TableRow): TableRow => {
    for (const area of merged) {
      if (one.line < area.top || one.line > area.bottom) continue;
      if (one.line === area.top) tops.set(area, one.cells[area.left] ?? '');
      for (let column = area.left; column <= area.right; column++) {
        while (one.cells.length <= column) one.cells.push('');
        one.cells[column] = tops.get(area) ?? '';
      }
    }
    return one;
  };
  for await (const _ of parsed(stream, parser)) {
    const rows = ready;
    ready = [];
    for (const one of rows) yield filled(one);
  }
  for (const one of ready) yield filled(one);
}

function cellValue(book: Workbook, cell: { type: string; style: number }, text: string): Cell {
  if (cell.type === 's') return fromCsvCell((book.texts[Number(text)] ?? '').trim());
  if (cell.type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
  if (cell.type !== 'n' || text === '') return fromCsvCell(text.trim());
  const number = Number(text);
  if (!Number.isFinite(number) || !book.isTime[cell.style]) return Number.isFinite(number) ? number : text;
  // Written out as the sheet shows it: a time of the day alone is no day.
  const days = number + (book.from1904 && number >= 1 ? 1462 : 0);
  const written = new Date(Math.round((days - 25_569) * 86_400) * 1000);
  if (Number.isNaN(written.getTime())) return number;
  const iso = written.toISOString();
  return number < 1 ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

function bomb() {
  return refuse(413, 'expands-too-much', {
    vi: 'Tệp XLSX này khi giải nén sẽ lớn bất thường nên không được mở. Hãy lưu lại sổ tính, bỏ trang thừa, hoặc chia nhỏ; hoặc dùng CSV.',
    en: 'This XLSX file would expand to an unusual size and was not opened. Save the workbook anew without needless sheets, split it, or use CSV.',
  });
}

function notWorkbook(why: string) {
  return refuse(415, 'not-a-workbook', {
    vi: `Không đọc được tệp XLSX (${why}). Hãy mở tệp, lưu lại thành XLSX rồi gửi lại.`,
    en: `The XLSX file cannot be read (${why}). Open it, save it as XLSX and send it again.`,
  });
}
