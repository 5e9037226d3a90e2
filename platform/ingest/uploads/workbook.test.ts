import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { kindOf } from './file.ts';
import type { TableRow } from './text-table.ts';
import { LIMITS, sheetRows, sheetsOf } from './workbook.ts';

describe('a workbook', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'workbook-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const all = async (path: string, sheet: string | null = null, limits = LIMITS): Promise<TableRow[]> => {
    const rows: TableRow[] = [];
    for await (const row of sheetRows(path, sheet, limits)) rows.push(row);
    return rows;
  };
  /** A workbook written by hand, to hold what no honest program writes. */
  const zip = async (entries: Record<string, string | Readable>, name = 'hand.xlsx'): Promise<string> => {
    const file = new yazl.ZipFile();
    for (const [path, content] of Object.entries(entries)) {
      if (typeof content === 'string') file.addBuffer(Buffer.from(content), path);
      else file.addReadStream(content, path);
    }
    file.end();
    const path = join(directory, name);
    await pipeline(file.outputStream, createWriteStream(path));
    return path;
  };
  const book = (sheetData: string | Readable, more: Record<string, string> = {}) => ({
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="Một" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': sheetData,
    ...more,
  });

  it('gives the stored values of formulas, dates as they are shown, and a merged cell’s value in all it covers', async () => {
    const written = new exceljs.Workbook();
    const sheet = written.addWorksheet('Số liệu');
    sheet.addRow(['Bảng quan trắc tháng 11']);
    sheet.mergeCells('A1:D1');
    sheet.addRow(['Trạm', 'Thời gian', 'PM2.5', 'Ghi chú']);
    sheet.addRow([
      'Vũ Thư',
      new Date(Date.UTC(2026, 10, 22, 8, 5)),
      { formula: 'C4*2', result: 25 },
      '=không phải công thức',
    ]);
    sheet.addRow([
      '',
      new Date(Date.UTC(2026, 10, 22, 8, 10)),
      12.5,
      { richText: [{ text: 'đậm ' }, { text: 'nhạt' }] },
    ]);
    sheet.mergeCells('A3:A4');
    sheet.getColumn(2).numFmt = 'dd/mm/yyyy hh:mm';
    sheet.addRow(['Tiền Hải', 46_348.5, { formula: '1/0', result: { error: '#DIV/0!' } }, true]);
    written.addWorksheet('Ẩn', { state: 'hidden' }).addRow(['x']);
    written.addWorksheet('Khác').addRow(['y']);
    const path = join(directory, 'real.xlsx');
    await writeFile(path, Buffer.from(await written.xlsx.writeBuffer()));
    expect(await kindOf(path, 'real.xlsx')).toMatchObject({ kind: 'xlsx', sheets: ['Số liệu', 'Khác'] });
    expect(await all(path)).toEqual([
      { line: 1, cells: Array(4).fill('Bảng quan trắc tháng 11') },
      { line: 2, cells: ['Trạm', 'Thời gian', 'PM2.5', 'Ghi chú'] },
      { line: 3, cells: ['Vũ Thư', '2026-11-22 08:05:00', 25, '=không phải công thức'] },
      { line: 4, cells: ['Vũ Thư', '2026-11-22 08:10:00', 12.5, 'đậm nhạt'] },
      // Day 46,348 is 325 days after 1 January 2026 (46,023): 22 November; half a day is noon.
      { line: 5, cells: ['Tiền Hải', '2026-11-22 12:00:00', '#DIV/0!', 'TRUE'] },
    ]);
    expect(await all(path, 'Khác')).toEqual([{ line: 1, cells: ['y'] }]);
    await expect(kindOf(path, 'real.csv')).rejects.toMatchObject({ code: 'not-what-its-name-says' });
  });

  it('that is a zip bomb, packed a thousand to one, is refused before it is expanded', async () => {
    // 16 MB of one letter packs a thousand to one.
    const path = await zip(book(Readable.from([Buffer.alloc(16 * 1024 * 1024, 'a')])));
    expect((await readFile(path)).length).toBeLessThan(64 * 1024);
    await expect(sheetsOf(path)).rejects.toMatchObject({ code: 'expands-too-much', status: 413 });
  });

  it('of too many entries, too large in all, or with texts that fill the memory is refused', async () => {
    const sheet = '<worksheet><sheetData/></worksheet>';
    const many = await zip(book(sheet, Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`x/${n}.xml`, 'x']))));
    await expect(sheetsOf(many, { ...LIMITS, entries: 20 })).rejects.toMatchObject({ code: 'expands-too-much' });
    const path = await zip(book(sheet, { 'xl/sharedStrings.xml': `<sst>${'<si><t>a</t></si>'.repeat(10_000)}</sst>` }));
    await expect(sheetsOf(path, { ...LIMITS, texts: 100_000 })).rejects.toMatchObject({ code: 'expands-too-much' });
    await expect(sheetsOf(path, { ...LIMITS, expanded: 100_000 })).rejects.toMatchObject({ code: 'expands-too-much' });
    expect(await sheetsOf(path)).toEqual(['Một']);
  });

  it('that lies in its directory about its size is not read beyond it', async () => {
    const path = await zip(book(`<worksheet><sheetData>${'<row/>'.repeat(1000)}</sheetData></worksheet>`));
    const bytes = await readFile(path);
    // The directory's entry of the sheet says 10 bytes where there are 6,000 and more.
    const at = bytes.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
    bytes.writeUInt32LE(10, at + 24);
    await writeFile(path, bytes);
    await expect(all(path)).rejects.toMatchObject({ code: 'not-a-workbook' });
  });

  it('with entities that expand one another is refused', async () => {
    const path = await zip(
      book(
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>',
      ),
    );
    await expect(all(path)).rejects.toMatchObject({ code: 'not-a-workbook' });
  });

  it('that is another zip archive, or cut off, is refused by its content', async () => {
    const other = await zip({ 'word/document.xml': '<document/>' }, 'other.xlsx');
    await expect(kindOf(other, 'other.xlsx')).rejects.toMatchObject({ code: 'not-a-workbook' });
    const path = await zip(book('<worksheet><sheetData/></worksheet>'), 'cut.xlsx');
    await writeFile(path, (await readFile(path)).subarray(0, -30));
    await expect(kindOf(path, 'cut.xlsx')).rejects.toMatchObject({ code: 'not-a-workbook' });
  });

  it('of other programs, with prefixes, texts in place and cells without their place, is read too', async () => {
    const path = await zip(
      book(
        '<x:worksheet xmlns:x="x"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Trạm</x:t></x:is></x:c><x:c><x:v>1.5</x:v></x:c></x:row>' +
          '<x:row r="7"><x:c r="C7" t="str"><x:f>A1</x:f><x:v>Trạm</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      ),
    );
    expect(await all(path)).toEqual([
      { line: 1, cells: ['Trạm', 1.5] },
      { line: 7, cells: ['', '', 'Trạm'] },
    ]);
  });
});
