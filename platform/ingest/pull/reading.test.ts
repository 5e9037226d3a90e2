import { describe, expect, it } from 'vitest';
import { instantOf, type Reading, readRow, rowsOf } from './reading.ts';

const json: Reading = {
  form: 'json',
  rows: '$.data.items',
  source: 'station.code',
  time: 'at',
  timeForm: 'iso',
  delimiter: ',',
  decimal: '.',
};
const bytes = (text: string) => new TextEncoder().encode(text);
/** 23 November 2026, 08:05 in Vietnam */
const AT = Date.UTC(2026, 10, 23, 1, 5);

const readAll = (text: string, reading: Reading, named: string[]) => {
  const found = rowsOf(bytes(text), reading);
  return 'problem' in found ? found.problem.en : found.rows.map((row) => readRow(row, reading, named, AT));
};

describe('an answer', () => {
  it('of JSON is read by its paths, with numbers as texts, and missing figures are no faults', () => {
    const text = JSON.stringify({
      data: {
        items: [
          { station: { code: 'A1' }, at: '2026-11-23T08:05:00+07:00', v: [{ 'pm.25': 35.5 }], so2: '7' },
          { station: { code: 7 }, at: '2026-11-23 08:05', v: [{ 'pm.25': null }], so2: 'n/a' },
          { at: '2026-11-23T08:05:00Z' },
          'nonsense',
        ],
      },
    });
    expect(readAll(text, json, ["v[0]['pm.25']", 'so2'])).toMatchObject([
      {
        readings: [
          { source: 'A1', name: "v[0]['pm.25']", at: AT, value: 35.5 },
          { source: 'A1', name: 'so2', at: AT, value: 7 },
        ],
        bad: [],
      },
      { readings: [], bad: [{ at: 'so2', reason: { en: '“so2” is "n/a", not a number' } }] },
      { readings: [], bad: [{ at: 'station.code' }] },
      { readings: [], bad: [{ reason: { en: 'the row is no record' } }] },
    ]);
  });

  it('of CSV is read by its columns, with semicolons and comma decimals, a BOM before it', () => {
    const text =
      '\uFEFFTrạm;Thông số;Giá trị;Lúc\r\nA1;PM2.5;35,5;23/11/2026 08:05\r\nA1;SO2;1.315,5;23/11/2026 08:05\r\n';
    const csv: Reading = {
      ...json,
      form: 'csv',
      rows: '',
      source: 'Trạm',
      time: 'Lúc',
      timeForm: 'dd/MM/yyyy HH:mm',
      pair: { name: 'Thông số', value: 'Giá trị' },
      delimiter: ';',
      decimal: ',',
    };
    expect(readAll(text, csv, [])).toMatchObject([
      { readings: [{ source: 'A1', name: 'PM2.5', at: AT, value: 35.5 }], bad: [] },
      { readings: [], bad: [{ at: 'SO2' }] },
    ]);
  });

  it('that is one record is one row; without times it is of when it was fetched', () => {
    const one: Reading = { ...json, rows: '', source: '', time: '' };
    expect(readAll('{"pm25": 12}', one, ['pm25'])).toMatchObject([
      { readings: [{ source: null, name: 'pm25', at: AT, value: 12 }] },
    ]);
  });

  it('that has another form says so, and names that every object has lead to nothing', () => {
    expect(readAll('<html>', json, [])).toContain('the answer is not JSON');
    expect(readAll('{"data": {}}', json, [])).toBe('there is no list at “$.data.items” in the answer');
    for (const rows of ['__proto__', 'constructor', 'a..b', 'a[']) {
      expect(readAll('{"a": [{}]}', { ...json, rows }, [])).toContain('there is no list');
    }
    const wrong = rowsOf(Uint8Array.of(0xff, 0xfe, 0x41), json);
    expect(wrong).toMatchObject({ problem: { en: 'the answer is not UTF-8 text' } });
  });
});

describe('a time', () => {
  it.each([
    ['2026-11-23T01:05:00Z', 'iso'],
    ['2026-11-23T08:05:00+07:00', 'iso'],
    ['2026-11-23T08:05', 'iso'],
    ['2026-11-23 08:05:00.000', 'iso'],
    [AT / 1000, 'unix'],
    [String(AT), 'unix-ms'],
    ['20261123080500', 'yyyyMMddHHmmss'],
    [20261123080500, 'yyyyMMddHHmmss'],
    ['23/11/2026 08:05', 'dd/MM/yyyy HH:mm'],
    ['08h05 ngày 23-11-2026', 'HHhmm ngày dd-MM-yyyy'],
  ])('%s is read by the form %s, Vietnam’s where it has no zone', (value, form) => {
    expect(instantOf(value, form)).toBe(AT);
  });

  it.each([
    ['31/02/2026 08:05', 'dd/MM/yyyy HH:mm'],
    ['23/11/2026 25:05', 'dd/MM/yyyy HH:mm'],
    ['23/11/2026 08:05:00', 'dd/MM/yyyy HH:mm'],
    ['3/11/2026 08:05', 'dd/MM/yyyy HH:mm'],
    ['yesterday', 'iso'],
    ['11/23/2026', 'iso'],
    [null, 'iso'],
    ['soon', 'unix'],
  ])('%s is not of the form %s', (value, form) => {
    expect(instantOf(value, form)).toBeNaN();
  });
});
