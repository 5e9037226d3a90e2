import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, type Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { serveContext } from './index.ts';
import { gauge, now, officerOfA, type TestContext, testContext, writer } from './testing.ts';

/** Reads and writes what lies in area A. */
const editorOfA: Principal = {
  ...officerOfA,
  grants: (['entity:read', 'entity:write'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [], areas: ['A'] },
  })),
};

describe('many entities at once', () => {
  let test: TestContext;
  let http: Http;
  let who: Principal;
  beforeEach(async () => {
    test = await testContext();
    who = writer;
    http = await createHttp({ logger: false, authenticators: [async () => who], version: 'test' });
    serveContext(http, test.database.db, test.context, now);
  });
  afterEach(async () => {
    await http.app.close();
    await test.stop();
  });
  const get = async (url: string) => (await http.app.inject({ url })).body;
  const post = async (url: string, payload: object) => {
    const answer = await http.app.inject({ method: 'POST', url, payload, headers: { 'x-requested-with': 'dttm' } });
    return answer.json();
  };
  const entity = async (id: string) => (await test.context.read(test.database.db, [id])).get(id);
  const count = async (table: string) =>
    Number((await test.database.pool.query(`select count(*) as n from ${table}`)).rows[0]?.n);

  it('exports what the list shows, in its order, with no formula in it, and says what is simulated', async () => {
    await test.save(
      gauge('b', { name: '=cmd|calc', provenance: 'simulated', properties: { gates: 3, street: '+84' } }),
    );
    await test.save(gauge('a', { name: 'Ao "cá", Đông', location: null, areaCode: 'A' }));
    await test.save(gauge('lock', { type: 'Lock' }));
    const lines = (await get('/api/entities/export.csv?type=Gauge')).split('\r\n');
    expect(lines).toEqual([
      '\uFEFFid,type,name,organisationId,areaCode,lon,lat,isPublic,version,provenance,origin,p.gates,p.street,p.expectsData,p.dependsOn,p.drainsTo',
      "b,Gauge,'=cmd|calc,,A,106.3,20.4,false,1,simulated,DỮ LIỆU MÔ PHỎNG,3,'+84,,,",
      'a,Gauge,"Ao ""cá"", Đông",,A,,,false,1,measured,số liệu đo,2,,,,',
      '',
    ]);
    expect((await get('/api/entities/export.csv?q=khong-co')).split('\r\n')).toHaveLength(2);
    const geo = JSON.parse(await get('/api/entities/export.geojson?order=-name&type=Gauge'));
    expect(geo.features.map((one: { id: string; geometry: unknown }) => [one.id, one.geometry])).toEqual([
      ['a', null],
      ['b', { type: 'Point', coordinates: [106.3, 20.4] }],
    ]);
    who = { ...editorOfA, grants: [] };
    expect((await get('/api/entities/export.csv')).split('\r\n')).toHaveLength(2);
    expect(JSON.parse(await get('/api/entities/export.geojson')).features).toEqual([]);
  });

  it.each(['csv', 'geojson'] as const)('takes back its own export as %s: nothing is changed by it', async (format) => {
    await test.save(gauge('a', { name: '=1+1', properties: { gates: 3, street: 'Lê Lợi' } }));
    await test.save(gauge('b', { location: null, areaCode: 'A', isPublic: true }));
    const told = await post('/api/entities/import', {
      format,
      text: await get(`/api/entities/export.${format}?type=Gauge`),
      dryRun: false,
    });
    expect(told).toEqual({ made: 0, changed: 0, same: 2, refused: [], toCorrect: null });
  });

  it('shows before what a file would do, then does it; refused lines come back to be corrected', async () => {
    await test.save(gauge('old', { properties: { gates: 2, street: 'Lý Bôn' } }));
    const text = [
      'id;type;name;lon;lat;p.gates',
      'new;Gauge;Cống mới;106,31;20,41;4',
      'old;Gauge;Cống cũ;106.3;20.4;5',
      'bad;Gauge;Cống hỏng;106.3;20.4;0',
      'where;Gauge;Cống lạc;400;20.4;1',
      'old;Gauge;Hai lần;106.3;20.4;1',
      'dragon;Dragon;Rồng;106.3;20.4;1',
    ].join('\n');
    const events = await count('events');
    const preview = await post('/api/entities/import', { format: 'csv', text, dryRun: true });
    expect(preview).toMatchObject({ made: 1, changed: 1, same: 0 });
    expect(preview.refused.map((one: { line: number }) => one.line)).toEqual([4, 5, 6, 7]);
    expect([await entity('new'), (await entity('old'))?.name, await count('events')]).toEqual([
      undefined,
      'Cống old',
      events,
    ]);
    const done = await post('/api/entities/import', { format: 'csv', text, dryRun: false });
    expect(done).toEqual(preview);
    expect(await entity('new')).toMatchObject({ location: { lon: 106.31, lat: 20.41 }, areaCode: 'A', version: 1 });
    // What the file does not name stays as it was.
    expect(await entity('old')).toMatchObject({
      name: 'Cống cũ',
      properties: { gates: 5, street: 'Lý Bôn' },
      version: 2,
    });
    expect(await count("audit_entries where action in ('entity.make', 'entity.change')")).toBe(3);
    const corrected = done.toCorrect.replace(',400,', ',106.35,').replace(/;?bad,(.*),0\r\n/, 'bad,$1,1\r\n');
    const again = await post('/api/entities/import', { format: 'csv', text: corrected, dryRun: false });
    expect(again).toMatchObject({ made: 2 });
    expect((await entity('where'))?.location?.lon).toBe(106.35);
  });

  it('refuses the rows that one may not write, and takes the others', async () => {
    await test.save(gauge('theirs', { location: { lon: 106.5, lat: 20.4 } }));
    who = editorOfA;
    const text =
      'id,type,name,lon,lat,p.gates\ntheirs,Gauge,Của tôi,106.3,20.4,1\nmine,Gauge,Của tôi,106.3,20.4,1\nfar,Gauge,Xa,106.5,20.4,1';
    const told = await post('/api/entities/import', { format: 'csv', text, dryRun: false });
    expect([told.made, told.changed, told.refused.map((one: { id: string }) => one.id)]).toEqual([
      1,
      0,
      ['theirs', 'far'],
    ]);
    expect((await entity('theirs'))?.name).toBe('Cống theirs');
  });

  it('never makes measured what was simulated, by a file', async () => {
    const file = (provenance: string) => ({
      format: 'csv',
      text: `id,type,name,lon,lat,p.gates,provenance\ns,Gauge,Cống,106.3,20.4,1,${provenance}`,
      dryRun: false,
    });
    await post('/api/entities/import', file('simulated'));
    await post('/api/entities/import', { ...file('measured'), text: file('measured').text.replace('Cống', 'Khác') });
    expect(await entity('s')).toMatchObject({ name: 'Khác', provenance: 'simulated' });
  });

  it.each([
    ['csv', 'name\nx'],
    ['csv', ''],
    ['geojson', '{"type":"Feature"}'],
    ['geojson', '{'],
    ['csv', `id\n${'a\n'.repeat(5001)}`],
  ])('refuses a file that is none: %s %#', async (format, text) => {
    const told = await post('/api/entities/import', { format, text: text || ' ', dryRun: true });
    expect([400, 422]).toContain(told.status);
  });

  it('refuses features without a point or with odd names, and pollutes nothing', async () => {
    const text = JSON.stringify({
      type: 'FeatureCollection',
      features: [
        { id: 'line', geometry: { type: 'LineString', coordinates: [] }, properties: { type: 'Gauge', name: 'x' } },
        {
          id: 'proto',
          geometry: null,
          properties: JSON.parse('{"type":"Gauge","name":"x","properties":{"__proto__":{"gates":1}}}'),
        },
        null,
        { id: '__proto__', geometry: null, properties: { type: '__proto__', name: 'x' } },
      ],
    });
    const told = await post('/api/entities/import', { format: 'geojson', text, dryRun: false });
    expect([told.made, told.refused.length]).toEqual([0, 4]);
    expect(({} as { gates?: number }).gates).toBeUndefined();
  });

  it('changes one field of many: each by right and version, the rest told with the reason', async () => {
    const mine = await test.save(gauge('mine', { properties: { gates: 2, street: 'Lý Bôn' } }));
    await test.save(gauge('edited'));
    await test.save(gauge('edited', { name: 'Vừa sửa' }));
    await test.save(gauge('open', { location: { lon: 106.5, lat: 20.4 }, isPublic: true }));
    await test.save(gauge('hidden', { location: { lon: 106.5, lat: 20.4 } }));
    who = editorOfA;
    const items = [mine.id, 'edited', 'open', 'hidden'].map((id) => ({ id, version: 1 }));
    const change = { properties: { gates: 7, street: null } };
    const preview = await post('/api/entities/bulk', { items, change, dryRun: true });
    expect([preview.changed, preview.refused.map((one: { id: string }) => one.id)]).toEqual([
      1,
      ['hidden', 'edited', 'open'],
    ]);
    expect((await entity('mine'))?.version).toBe(1);
    expect(await post('/api/entities/bulk', { items, change, dryRun: false })).toEqual(preview);
    expect(await entity('mine')).toMatchObject({ version: 2, properties: { gates: 7 } });
    expect(await entity('hidden')).toMatchObject({ version: 1 });
    const given = { items: [{ id: 'mine', version: 2 }], change: { organisationId: null }, dryRun: false };
    expect(await post('/api/entities/bulk', given)).toMatchObject({ same: 1 });
    // What is hidden is told as what does not exist.
    expect(preview.refused[0].reason.en).toContain('or you may not see it');
    const moved = await post('/api/entities/bulk', {
      items: [{ id: 'mine', version: 2 }],
      change: { areaCode: 'B' },
      dryRun: false,
    });
    expect(moved.refused[0].reason.vi).toContain('tọa độ');
  });
});
