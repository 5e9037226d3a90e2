import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import { publicPrincipal, systemPrincipal } from '../rights/index.ts';
import { createTerritory, type FeatureCollection, serveTerritory, type Territory } from './index.ts';

const before = new Date('2025-06-30T16:59:00Z'); // 23:59 on 30 June in Vietnam
const after = new Date('2025-06-30T17:00:00Z'); // 0:00 on 1 July
const now = new Date('2026-11-23T02:00:00Z');
const admin = systemPrincipal('test', ['territory:manage']);

let database: TestDatabase;
let territory: Territory;
let http: Http;
const recorded: { action: string }[] = [];
const audit = {
  record: async (_tx: unknown, entry: { action: string }) => {
    recorded.push(entry);
  },
};
const create = () => createTerritory({ db: database.db, audit, now: () => now });

beforeAll(async () => {
  database = await testDatabase();
  territory = create();
  await territory.seed();
  http = await createHttp({ logger: false, authenticators: [], version: 'test' });
  serveTerritory(http, territory);
});
afterAll(async () => {
  await http.app.close();
  await database.close();
});

describe('units and their time', () => {
  it('stand three levels deep until 30 June 2025 and two since 1 July', () => {
    expect(territory.units({ at: before, level: 'district' })).toHaveLength(8);
    expect(territory.units({ at: before, level: 'commune' })).toHaveLength(242);
    expect(territory.units({ at: after, level: 'district' })).toHaveLength(0);
    expect(territory.units({ at: after, level: 'commune' })).toHaveLength(104);
    expect(territory.units({ at: after, level: 'province' }).map((unit) => unit.name)).toEqual(['Tỉnh Hưng Yên']);
  });

  it('are told apart by time where a code is used again', () => {
    expect(territory.unit('12862', before).name).toBe('Xã Thụy Xuân');
    expect(territory.unit('12862', after).name).toBe('Xã Đông Thuỵ Anh');
    expect(territory.unit('12862').name).toBe('Xã Đông Thuỵ Anh');
    expect(territory.unit('338').name).toBe('Huyện Quỳnh Phụ');
    expect(() => territory.unit('338', after)).toThrow(/not-found/);
    expect(() => territory.unit('00000')).toThrow(/not-found/);
  });

  it('are found with and without diacritics, in Vietnamese order', () => {
    const names = (q: string) => territory.units({ at: before, q, level: 'district' }).map((unit) => unit.name);
    expect(names('vu thu')).toEqual(['Huyện Vũ Thư']);
    expect(names('Vũ Thư')).toEqual(['Huyện Vũ Thư']);
    expect(names('ĐÔNG')).toEqual(['Huyện Đông Hưng']);
    expect(territory.units({ at: now, q: '12862' }).map((unit) => unit.code)).toEqual(['12862']);
    // D comes before Đ in Vietnamese.
    const all = territory.units({ at: now, level: 'commune', q: 'Xã D' }).map((unit) => unit.name);
    expect(all.indexOf('Xã Diên Hà')).toBeLessThan(all.findIndex((name) => name.startsWith('Xã Đ')));
  });

  it('keep what they were formed from and what became of them', () => {
    const detail = territory.detail('13141');
    expect(detail.predecessors.map((one) => one.unit?.name)).toContain('Xã Vũ Quí');
    expect(detail.sameCode.map((one) => one.name)).toEqual(['Xã Vũ Quí']);
    expect(territory.detail('13141', before).successors.map((one) => one.name)).toEqual(['Xã Vũ Quý']);
  });

  it('are seeded once: a second start changes nothing', async () => {
    const count = async () =>
      Number(
        (await database.pool.query('select count(*) n, max(revision) r from territory_units, territory_state')).rows[0]
          .r,
      );
    const was = await count();
    const again = create();
    await again.seed();
    expect(await count()).toBe(was);
    expect(again.units({ at: now })).toHaveLength(105);
  });
});

describe('rights by area', () => {
  it("reach from a commune of today to the records of the units it was formed from, and not to its neighbour's", () => {
    const closure = territory.areaClosure('13141');
    const parts = territory.detail('13141').predecessors.flatMap((one) => (one.unit ? [one.unit.code] : []));
    expect(parts).toHaveLength(4);
    expect(closure.toSorted()).toEqual([...new Set(['13141', ...parts])].toSorted());
    const others = territory.units({ at: now, level: 'commune' }).filter((unit) => unit.code !== '13141');
    expect(others.filter((unit) => closure.includes(unit.code))).toEqual([]);
  });

  it('reach from the province to everything in it, now and before', () => {
    const closure = territory.areaClosure('33');
    // 104 communes and 33; 34, its 8 districts and 242 communes, of which 65 codes are used again.
    expect(closure).toHaveLength(105 + 251 - 65);
  });

  it('reach from a former district to the communes made wholly of it, never to the merged province', () => {
    const closure = territory.areaClosure('338');
    expect(closure).toContain('12532');
    expect(closure).not.toContain('33');
    expect(closure).not.toContain('34');
    // Phường Vũ Phúc mainly lies in Vũ Thư but took in a ward of the city.
    const vuThu = territory.areaClosure('344');
    expect(vuThu).not.toContain('12436');
    expect(territory.areaClosure('34')).not.toContain('33');
    expect(territory.areaClosure('nowhere')).toEqual([]);
  });
});

describe('a point', () => {
  // The centre of Thành phố Thái Bình, 106.347 E 20.4543 N.
  it('lies in the district of its time, then in the commune of today', () => {
    expect(territory.pointToUnit(106.347, 20.4543, before, 'district')?.name).toBe('Thành phố Thái Bình');
    expect(territory.pointToUnit(106.347, 20.4543, after, 'district')).toBeNull();
    expect(territory.pointToUnit(106.347, 20.4543, after)?.parent).toBe('33');
    expect(territory.pointToUnit(106.347, 20.4543, before, 'province')?.code).toBe('34');
    expect(territory.pointToUnit(106.347, 20.4543, after, 'province')?.code).toBe('33');
  });

  it('is placed by approximated borders in the commune whose centre it is, and this is said', () => {
    for (const unit of territory.units({ at: now, level: 'commune' })) {
      const { lon, lat } = unit.centre ?? { lon: 0, lat: 0 };
      expect(territory.pointToUnit(lon, lat, now), unit.name).toMatchObject({ code: unit.code, approximate: true });
    }
  });

  it('outside of the province lies in none', () => {
    expect(territory.pointToUnit(105.85, 21.03, now)).toBeNull(); // Hà Nội
    expect(territory.pointToUnit(107.2, 20.3, now)).toBeNull(); // the open sea
  });
});

describe('over HTTP, for everyone', () => {
  const get = (url: string, headers: Record<string, string> = {}) => http.app.inject({ url, headers });

  it('lists, shows and locates', async () => {
    const list = (await get('/api/territory/units?level=commune&limit=10&offset=100')).json();
    expect(list).toMatchObject({ total: 104 });
    expect(list.items).toHaveLength(4);
    expect((await get('/api/territory/units/338?at=2025-06-30')).json()).toMatchObject({
      name: 'Huyện Quỳnh Phụ',
      border: { approximate: true },
      may: [],
    });
    expect((await get('/api/territory/units/338?at=2025-07-01')).statusCode).toBe(404);
    expect(
      (await get('/api/territory/locate?lon=106.347&lat=20.4543&at=2025-06-30&level=district')).json(),
    ).toMatchObject({
      unit: { code: '336' },
      approximate: true,
    });
    expect((await get('/api/territory/units?at=2025-13-45')).statusCode).toBe(400);
  });

  it('gives borders that say they are approximate, with an ETag', async () => {
    const answer = await get('/api/territory/borders?level=commune');
    const collection = answer.json() as FeatureCollection;
    expect(collection.features).toHaveLength(104);
    expect(collection.features.every((feature) => feature.properties.approximate === true)).toBe(true);
    const etag = String(answer.headers.etag);
    const again = await get('/api/territory/borders?level=commune', { 'if-none-match': etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('has Hoàng Sa and Trường Sa on the base of every map, as Vietnam', async () => {
    const base = (await get('/api/territory/base')).json() as FeatureCollection;
    const labels = base.features.filter((feature) => feature.properties.kind === 'archipelago');
    expect(labels.map((feature) => [feature.properties.name, feature.geometry.coordinates])).toEqual([
      ['Quần đảo Hoàng Sa (Việt Nam)', [112, 16.5]],
      ['Quần đảo Trường Sa (Việt Nam)', [114, 10]],
    ]);
    const [west, south, east, north] = base.bbox ?? [0, 0, 0, 0];
    expect([west > 105.8, south > 20.2, east < 106.7, north < 21.1]).toEqual([true, true, true, true]);
  });
});

describe('imported borders', () => {
  const feature = (properties: object, ring: [number, number][]) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: [ring] },
  });
  const box = (lon: number, lat: number, size: number): [number, number][] => [
    [lon, lat],
    [lon + size, lat],
    [lon + size, lat + size],
    [lon, lat + size],
    [lon, lat],
  ];

  it('are for who manages the territory only', async () => {
    await expect(territory.importBorders(publicPrincipal, { features: [] })).rejects.toThrow(/forbidden/);
  });

  it('keep the good features, refuse each bad one with its reason, and are told to the audit', async () => {
    const report = await territory.importBorders(admin, {
      type: 'FeatureCollection',
      features: [
        feature({ code: '13141' }, box(106.4, 20.4, 0.02)),
        feature({ code: '99999' }, box(106.4, 20.4, 0.02)),
        feature({ name: 'Xã Nguyễn Du' }, box(106.29, 20.64, 0.01).slice(0, 4)),
        feature({ code: '13141' }, box(106.4, 20.4, 0.02)),
        feature({ code: '338', valid_to: '2025-07-01' }, box(106.3, 20.6, 0.1)),
      ],
    });
    expect(report).toMatchObject({ stored: 2, refused: 3 });
    expect(report.items.map((line) => line.reason?.en ?? null)).toEqual([
      null,
      expect.stringContaining('No unit'),
      expect.stringContaining('not closed'),
      expect.stringContaining('earlier in the file'),
      null,
    ]);
    expect(recorded.map((entry) => entry.action)).toEqual(['territory.import']);
    expect(territory.pointToUnit(106.41, 20.41, now)).toMatchObject({ code: '13141', approximate: false });
    expect(territory.pointToUnit(106.31, 20.61, before, 'district')).toMatchObject({ code: '338', approximate: false });
    await expect(territory.importBorders(admin, { no: 1 })).rejects.toThrow(/not-geojson/);
    await expect(territory.importBorders(admin, { features: [] }, { validFrom: 'July' })).rejects.toThrow(/bad-day/);
  });

  it('are seen by another process at its next refresh', async () => {
    const other = create();
    await other.seed();
    await territory.importBorders(admin, { features: [feature({ code: '12532' }, box(106.29, 20.64, 0.01))] });
    expect(other.pointToUnit(106.295, 20.645, now)?.approximate).toBe(true);
    await other.refresh();
    expect(other.pointToUnit(106.295, 20.645, now)).toMatchObject({ code: '12532', approximate: false });
  });
});
