import { describe, expect, it } from 'vitest';
import { environment } from './index.ts';
import { parseStationFile } from './station-file.ts';

const now = new Date('2026-11-23T01:10:00Z');
const name = 'TB_TTQT_KKTHD_20261123080500.txt';
const bytes = (text: string) => new TextEncoder().encode(text);
const line = (parameter: string, value: string, unit = 'ug/Nm3', stamp = '20261123080500', status = '00') =>
  `${parameter}\t${value}\t${unit}\t${stamp}\t${status}`;
const parse = (text: string, file = name) => parseStationFile(bytes(text), file, now);

describe('a station file', () => {
  it('takes the sample of its door without a bad line', () => {
    const door = environment.doors?.[0];
    const parsed = door?.parse(bytes(door.sample.text), door.sample.name, now);
    expect(parsed?.bad).toEqual([]);
    // 0.61 mg/Nm3 of CO are 610 µg/m³; 08:05 local is 01:05 UTC; status 01 is calibrating.
    expect(parsed?.good.map(({ property, value, quality }) => [property, value, quality])).toEqual([
      ['pm25', 38.4, 0],
      ['co', 610, 0],
      ['so2', 12, 1],
    ]);
    expect(parsed?.good[0]?.at.toISOString()).toBe('2026-11-23T01:05:00.000Z');
    expect(parsed).toMatchObject({ station: 'TB_TTQT_KKTHD', folder: 'KKTHD', unfinished: false });
  });

  it('takes Windows line ends, a BOM, commas in numbers and names written otherwise', () => {
    const parsed = parse(`\ufeff${line('pm 2.5', '38,4')}\r\n${line('PM-10', '60', 'mg/m3')}\r\n`);
    expect(parsed.good.map(({ property, value }) => [property, value])).toEqual([
      ['pm25', 38.4],
      ['pm10', 60_000],
    ]);
  });

  it('keeps the good lines and tells each bad one with its number', () => {
    const parsed = parse(
      [
        line('PM2.5', '38.4'),
        line('PM99', '1'),
        line('PM10', 'abc'),
        line('PM10', '5', 'kg'),
        line('PM10', '5', 'ug/Nm3', '20261123259900'),
        line('PM10', '5', 'ug/Nm3', '20261124080500'),
        line('PM10', '5', 'ug/Nm3', '20261123080500', '07'),
        'PM10\t5',
        line('NO2', '0'),
        '',
      ].join('\n'),
    );
    // Zero is a value.
    expect(parsed.good.map(({ property, value }) => [property, value])).toEqual([
      ['pm25', 38.4],
      ['no2', 0],
    ]);
    expect(parsed.bad.map(({ at }) => at)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('never trusts a last line without its end', () => {
    const parsed = parse(`${line('PM2.5', '38.4')}\n${line('PM10', '12')}`);
    expect(parsed.unfinished).toBe(true);
    expect(parsed.good).toHaveLength(1);
    expect(parsed.bad).toMatchObject([{ at: 2 }]);
  });

  it('takes the last of two lines for one parameter and instant', () => {
    expect(parse(`${line('PM2.5', '1')}\n${line('PM2.5', '2')}\n`).good.map(({ value }) => value)).toEqual([2]);
  });

  it('refuses a wrong name, other encodings and binary data as a whole, in words', () => {
    expect(() => parse('', 'readings.txt')).toThrow(/province/);
    expect(() => parseStationFile(new Uint8Array([0xff, 0xfe, 0x50, 0x00]), name, now)).toThrow(/UTF-8/);
    expect(() => parse('PM2.5\0\n')).toThrow(/text/);
  });
});
