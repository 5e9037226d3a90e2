import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aqi } from './aqi.ts';
import { noPlace, type OpenPlatform } from './open.ts';
import { wqi } from './wqi.ts';

/** These commands run anywhere, without a database. */
const noPlatform: OpenPlatform = async () => {
  throw new Error('this command opened the platform');
};

describe('the index commands', () => {
  let directory: string;
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dttm-cli-'));
    out.length = 0;
    err.length = 0;
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const file = async (text: string): Promise<string> => {
    const path = join(directory, 'file.csv');
    await writeFile(path, text);
    return path;
  };

  it('aqi: columns by name in any order, NA missing, absent hours as rows, daily on the last hour', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => hour !== 5);
    const path = await file(
      `\ufeff"O3","hour","day","month","year","PM2.5","station"\r\n${hours.map((hour) => `NA,${hour},1,3,2026,65,"x"`).join('\r\n')}\r\n`,
    );
    expect(await aqi.run([path], io, noPlatform, noPlace)).toBe(0);
    expect(out[0]).toBe('time,hourly_aqi,hourly_pollutant,daily_aqi,daily_pollutant');
    expect(out).toHaveLength(25);
    // The first hour has one of three hours only; from the second on NowCast of 65 is 65, index 125.
    expect(out[1]).toBe('2026-03-01 00:00,,,,');
    expect(out[2]).toBe('2026-03-01 01:00,125,PM2.5,,');
    // Hour 5 is absent: c1 missing, c2 and c3 there.
    expect(out[6]).toBe('2026-03-01 05:00,125,PM2.5,,');
    expect(out[24]).toBe('2026-03-01 23:00,125,PM2.5,125,PM2.5');
    expect(err).toEqual([]);
  });

  it('aqi: keeps the good cells of a bad row and tells the bad one with its line', async () => {
    const path = await file('year,month,day,hour,PM2.5,PM10\n2026,3,1,0,10,x\n2026,3,1,1,10,20\n2026,2,30,1,10,20\n');
    expect(await aqi.run([path], io, noPlatform, noPlace)).toBe(0);
    expect(out[2]).toContain('2026-03-01 01:00,20,PM2.5');
    expect(err[0]).toContain(':2:');
    expect(err[1]).toContain(':4:');
  });

  it('aqi: a missing file, a missing column and a wrong call end with 2', async () => {
    expect(await aqi.run([join(directory, 'none.csv')], io, noPlatform, noPlace)).toBe(2);
    expect(await aqi.run([await file('year,month,day,PM2.5\n2026,1,1,5\n')], io, noPlatform, noPlace)).toBe(2);
    expect(err.at(-1)).toContain('hour');
    expect(await aqi.run([], io, noPlatform, noPlace)).toBe(2);
  });

  it('wqi: a row for each sample, empty where the rules give none', async () => {
    const path = await file('pH,BOD5,COD,N_NO3,Coliform\n7,4,10,2,2500\n7,4,NA,NA,2500\n');
    expect(await wqi.run([path], io, noPlatform, noPlace)).toBe(0);
    expect(out).toEqual(['row,wqi,level', '1,100,Rất tốt', '2,,']);
    out.length = 0;
    expect(
      await wqi.run(
        [await file('pH,BOD5,COD,N_NO3,Coliform\n7,15,30,10,100\n'), '--weighted'],
        io,
        noPlatform,
        noPlace,
      ),
    ).toBe(0);
    expect(out[1]).toBe('1,63,Trung bình');
  });
});
