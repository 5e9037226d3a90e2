import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvCell, fromCsvCell } from '../../words/index.ts';
import { firstRows, kindOf } from './file.ts';
import { textRows } from './text-table.ts';
import { dateOrderOf, decimalOf, readNumber, readQuality, readTime } from './values.ts';

describe('a number in a file', () => {
  it('is read with the decimal sign of the file, with or without groups of thousands', () => {
    expect(readNumber('12,5', ',')).toBe(12.5);
    expect(readNumber('1.234,5', ',')).toBe(1234.5);
    expect(readNumber('1.234', ',')).toBe(1234);
    expect(readNumber('1,234.5', '.')).toBe(1234.5);
    expect(readNumber('1 234,5', ',')).toBe(1234.5);
    expect(readNumber('-0,05', ',')).toBe(-0.05);
    expect(readNumber('1.2e-3', '.')).toBe(0.0012);
    expect(readNumber(7, ',')).toBe(7);
  });

  it('is refused where it fits the other sign only, and never guessed', () => {
    expect(readNumber('12.5', ',')).toMatchObject({ vi: expect.stringContaining('dấu thập phân “,”') });
    expect(readNumber('12,5', '.')).toMatchObject({ en: expect.stringContaining('decimal sign “.”') });
  });

  it.each(['NaN', 'nan', 'Infinity', '-Infinity', '∞', '1e999', '#N/A', 'n/a', '-', '1-2', '0x10', '1,2,3'])(
    '%s is no number',
    (text) => {
      expect(readNumber(text, ',')).toHaveProperty('vi');
      expect(readNumber(text, '.')).toHaveProperty('vi');
    },
  );

  it('says the decimal sign of the file where one number decides, and nothing where none does', () => {
    expect(decimalOf(['12', '1.234', '12,5'])).toBe(',');
    expect(decimalOf(['12', '1,234', '12.5'])).toBe('.');
    expect(decimalOf(['12', '1.234', '2,345'])).toBeNull();
  });
});

describe('a time in a file', () => {
  // 27 August 2026 14:05 in Việt Nam is 07:05 UTC.
  const at = Date.UTC(2026, 7, 27, 7, 5);

  it.each([
    '27/08/2026 14:05',
    '27/8/2026 14:05:00',
    '27-08-2026 14:05',
    '27.08.2026, 14:05',
    '27/08/2026 14h05',
    '27/08/2026 02:05 CH',
    '14:05 27/08/2026',
    '14 giờ 05, ngày 27/08/2026',
    '2026-08-27 14:05',
    '2026-08-27T14:05:00',
    '2026-08-27T14:05:00+07:00',
    '2026-08-27T07:05:00Z',
    '2026/08/27 14:05',
    '20260827140500',
    '202608271405',
  ])('%s is read, in local time where no zone is written', (text) => {
    expect(readTime(text, 'dmy')).toBe(at);
  });

  it('is read from the day number of a spreadsheet', () => {
    // 1 January 2026 is day 46,023 (25,569 days from 30 December 1899 to 1970, and 20,454 more).
    expect(readTime(46_023, 'dmy')).toBe(Date.UTC(2025, 11, 31, 17));
    expect(readTime(46_023.25, 'dmy')).toBe(Date.UTC(2025, 11, 31, 23));
  });

  it('of a day alone is its midnight, and 24:00 is its end', () => {
    expect(readTime('27/08/2026', 'dmy')).toBe(Date.UTC(2026, 7, 26, 17));
    expect(readTime('27/08/2026 24:00', 'dmy')).toBe(Date.UTC(2026, 7, 27, 17));
  });

  it.each(['30/02/2026 10:00', '13/13/2026', '27/08/2026 25:00', '27/08/2026 10:61', '27/08/26', 'hôm qua', '12', ''])(
    '“%s” is refused',
    (text) => {
      expect(readTime(text, 'dmy')).toHaveProperty('vi');
    },
  );

  it('is month/day only where the file says so', () => {
    expect(readTime('08/27/2026 14:05', 'dmy')).toHaveProperty('vi');
    expect(readTime('08/27/2026 14:05', 'mdy')).toBe(at);
    expect(dateOrderOf(['08/09/2026', '08/27/2026'])).toBe('mdy');
    expect(dateOrderOf(['08/09/2026', '27/08/2026'])).toBe('dmy');
    expect(dateOrderOf(['08/09/2026'])).toBeNull();
  });
});

it('reads the states of Circular 10/2021, and no others', () => {
  expect(['00', '01', '02', '', 'Hiệu chuẩn', 'LỖI'].map(readQuality)).toEqual([0, 1, 2, 0, 1, 2]);
  expect(readQuality('03')).toHaveProperty('vi');
  expect(readQuality('constructor')).toHaveProperty('vi');
});

it('never hands a spreadsheet a formula in the file of refused rows, and reads it back as it was', () => {
  const texts = ['=cmd|calc', '+1', '-5,2', '@SUM(A1)', '\tx', '＝1+1', 'a;b', 'say "x"'];
  for (const text of texts) {
    const cell = csvCell(text);
    expect(cell).not.toMatch(/^"?[=+\-@\t＝]/);
    expect(fromCsvCell(cell.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'))).toBe(text);
  }
});

describe('a text file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'upload-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const write = async (bytes: string | Uint8Array, name = 'a.csv'): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, bytes);
    return path;
  };
  const text = 'Trạm;Thời gian;Giá trị\r\nVũ Thư;27/08/2026 14:05;12,5\r\n';
  const rows = [
    ['Trạm', 'Thời gian', 'Giá trị'],
    ['Vũ Thư', '27/08/2026 14:05', '12,5'],
  ];
  const read = async (path: string) => {
    const kind = await kindOf(path, 'a.csv');
    return { kind, rows: (await firstRows(path, kind, null)).map((row) => row.cells) };
  };
  const utf16 = (big: boolean, mark: boolean): Buffer => {
    const little = Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
    return big ? little.swap16() : little;
  };

  it.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\uFEFF${text}`)],
    ['utf-16le', utf16(false, true)],
    ['utf-16be', utf16(true, true)],
    ['utf-16le', utf16(false, false)],
    ['utf-16be', utf16(true, false)],
  ])('in %s is read, with a byte order mark or without', async (encoding, bytes) => {
    const found = await read(await write(bytes));
    expect(found.kind).toMatchObject({ encoding, separator: ';' });
    expect(found.rows).toEqual(rows);
  });

  it('of Windows is converted, Vietnamese or Western, and its encoding told', async () => {
    // 'Trạm' in Windows-1258 is T r a, the dot below (0xF2), m; 'Vũ Thư' has the tilde (0xDE) and ư (0xFD).
    const vietnamese = Buffer.from([...Buffer.from('Tra\xf2m,Gi\xe1 tri\xf2\r\nVu\xde Th\xfd,1\r\n', 'latin1')]);
    const found = await read(await write(vietnamese));
    expect(found.kind.encoding).toBe('windows-1258');
    expect(found.rows).toEqual([
      ['Trạm', 'Giá trị'],
      ['Vũ Thư', '1'],
    ]);
    const western = await read(await write(Buffer.from('site,value (\xb5g/m\xb3)\r\nCaf\xe9,1\r\n', 'latin1')));
    expect(western.kind.encoding).toBe('windows-1252');
    expect(western.rows[0]).toEqual(['site', 'value (µg/m³)']);
  });

  it.each([
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'a.csv', 'not-a-table'],
    ['an old workbook', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'), 'a.xlsx', 'old-workbook'],
    ['a text called XLSX', Buffer.from(text), 'a.xlsx', 'not-what-its-name-says'],
    ['nothing', Buffer.alloc(0), 'a.csv', 'empty-file'],
  ])('that is %s is refused by its content', async (_what, bytes, name, code) => {
    await expect(kindOf(await write(bytes), name)).rejects.toMatchObject({ code });
  });

  it('with tabs, commas or decimal commas is cut where its columns are', async () => {
    expect((await read(await write('a\tb,c\td\n1\t2,5\t3\n'))).kind.separator).toBe('\t');
    expect((await read(await write('a,b,c\n1,2.5,3\n'))).kind.separator).toBe(',');
    expect((await read(await write('a;b\n1,5;2,25\n3;4,5\n'))).kind.separator).toBe(';');
  });

  it('whose quotation mark is never closed is refused, not swallowed', async () => {
    const path = await write(`a,b\n1,"2\n${'3,4\n'.repeat(100_000)}`);
    const all = async () => {
      for await (const row of textRows(path, 'utf-8', ',')) expect(row.cells.length).toBe(2);
    };
    await expect(all()).rejects.toMatchObject({ code: 'not-csv' });
  });
});
