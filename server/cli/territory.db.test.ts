import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../platform/audit/index.ts';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { createTerritory, type Territory } from '../../platform/territory/index.ts';
import { noPlace, type OpenPlatform } from './open.ts';
import { territoryCommand } from './territory.ts';

const now = new Date('2026-11-23T02:00:00Z');
const real = join(import.meta.dirname, '../../../shared/data/territory');

let database: TestDatabase;
let territory: Territory;
let directory: string;
let out: string[] = [];
let err: string[] = [];
const open: OpenPlatform = (work) => {
  const audit = createAudit({ db: database.db, now: () => now });
  return work({ database, audit, applied: [], now: () => now });
};
const run = (...args: string[]) => {
  [out, err] = [[], []];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  return territoryCommand.run(args, io, open, noPlace);
};

beforeAll(async () => {
  database = await testDatabase();
  territory = createTerritory({ db: database.db, audit: { record: async () => undefined }, now: () => now });
  directory = await mkdtemp(join(tmpdir(), 'dttm-borders-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await database.close();
});

describe('territory import', () => {
  it('says how it is used, and what is wrong with a file that is no GeoJSON', async () => {
    expect(await run('import')).toBe(2);
    expect(await run('export', 'x')).toBe(2);
    expect(await run('import', 'x', '--valid-from')).toBe(2);
    expect(err[0]).toContain(territoryCommand.usage);
    const file = join(directory, 'broken.geojson');
    await writeFile(file, '{');
    await expect(run('import', file)).rejects.toThrow(/not-json/);
  });

  it('tells each feature, keeps the good ones, and ends with 1 where some were refused', async () => {
    const ring = [
      [106.4, 20.4],
      [106.42, 20.4],
      [106.42, 20.42],
      [106.4, 20.4],
    ];
    const feature = (code: string) => ({ properties: { code }, geometry: { type: 'Polygon', coordinates: [ring] } });
    const file = join(directory, 'two.geojson');
    await writeFile(file, JSON.stringify({ features: [feature('12862'), feature('00000')] }));
    // 12862 was Xã Thụy Xuân before 1 July 2025 and is Xã Đông Thuỵ Anh since.
    expect(await run('import', file, '--valid-from', '2025-06-30')).toBe(1);
    expect(out[0]).toContain('Xã Thụy Xuân');
    expect(err).toEqual([expect.stringContaining('00000')]);
    await territory.seed();
    const june = new Date('2025-06-30T05:00:00Z');
    expect(territory.pointToUnit(106.41, 20.405, june)).toMatchObject({ name: 'Xã Thụy Xuân', approximate: false });
  });

  describe.skipIf(!existsSync(real))('of the surveyed borders', () => {
    it('takes all of them', async () => {
      expect(await run('import', join(real, 'communes-2025-07.geojson')), err.join('\n')).toBe(0);
      expect(out).toHaveLength(104 + 1);
      expect(await run('import', join(real, 'thai-binh-districts-2025-03.geojson')), err.join('\n')).toBe(0);
      expect(out).toHaveLength(9 + 1);
    });

    it('after which all but a few centres lie in their own commune', async () => {
      await territory.seed();
      // A bent commune's centre may lie beside it.
      const wrong = territory.units({ at: now, level: 'commune' }).filter((unit) => {
        const at = unit.centre ?? { lon: 0, lat: 0 };
        return territory.pointToUnit(at.lon, at.lat, now)?.code !== unit.code;
      });
      expect(wrong.length).toBeLessThanOrEqual(5);
    });
  });
});
