import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Principal, publicPrincipal, visible } from '../rights/index.ts';
import { readFilter } from './filter.ts';
import { type EntityQuery, intervalOf, type NewEntity } from './index.ts';
import { Gauge, gauge, officerOfA, type TestContext, testContext, writer } from './testing.ts';

const all = visible(writer, 'entity:read');

describe('context', () => {
  let test: TestContext;
  beforeEach(async () => {
    test = await testContext();
  });
  afterEach(async () => {
    await test.stop();
  });
  const save = (entity: NewEntity, principal?: Principal, version?: number) => test.save(entity, principal, version);
  const idsOf = async (query: EntityQuery) => (await test.context.find(all, query)).items.map((one) => one.id);

  it('keeps an entity of its type, in the area of its place, with an event and an audit row', async () => {
    const saved = await save(gauge('g1'));
    expect(saved).toMatchObject({ areaCode: 'A', version: 1, isPublic: false });
    expect((await save(gauge('g1', { location: { lon: 106.5, lat: 20.4 } }))).areaCode).toBe('B');
    const events = await test.database.pool.query('select kind from events order by id');
    expect(events.rows.map((row: { kind: string }) => row.kind)).toEqual(['entity.made', 'entity.changed']);
    expect((await test.database.pool.query('select action from audit_entries order by id')).rows).toEqual([
      { action: 'entity.make' },
      { action: 'entity.change' },
    ]);
  });

  it('refuses what does not fit the type, an unknown type, and the second of two editors', async () => {
    await expect(save(gauge('g1', { properties: { gates: 0 } }))).rejects.toMatchObject({ code: 'entity-properties' });
    await expect(save(gauge('g1', { type: 'Dragon' }))).rejects.toMatchObject({ code: 'unknown-type' });
    await save(gauge('g1'));
    await save(gauge('g1', { name: 'Cống mới' }), writer, 1);
    await expect(save(gauge('g1', { name: 'Cống khác' }), writer, 1)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
  });

  it('relates entities, read from both sides and only as far as the reader sees', async () => {
    await save(gauge('sea', { name: 'Cống Trà Linh', location: { lon: 106.5, lat: 20.4 } }));
    await save(
      gauge('canal', { name: 'Cống Lân', properties: { gates: 2, drainsTo: 'sea', dependsOn: 'substation' } }),
    );
    const field = { gates: 2, drainsTo: ['sea', 'canal'] };
    await save(gauge('field', { name: 'Cống Nhâm Lang', properties: field }));
    const related = async (principal: Principal, id: string) => {
      const rights = visible(principal, 'entity:read');
      const { items } = await test.context.related(rights, await test.context.get(rights, id));
      return items.map((one) => [one.direction, one.relation, one.title.vi, one.id, one.name]);
    };
    expect(await related(writer, 'canal')).toEqual([
      // Named before it is there, as an import in any order does.
      ['to', 'dependsOn', 'Phụ thuộc vào (nguồn điện, cổng kết nối)', 'substation', null],
      ['to', 'drainsTo', 'Tiêu ra', 'sea', 'Cống Trà Linh'],
      ['from', 'drainsTo', 'Nhận nước từ', 'field', 'Cống Nhâm Lang'],
    ]);
    expect(await related(writer, 'sea')).toEqual([
      ['from', 'drainsTo', 'Nhận nước từ', 'canal', 'Cống Lân'],
      ['from', 'drainsTo', 'Nhận nước từ', 'field', 'Cống Nhâm Lang'],
    ]);
    // The sluice in area B is beyond the rights of the officer of A: its id stands in what they may read, no more.
    expect((await related(officerOfA, 'field'))[0]).toEqual(['to', 'drainsTo', 'Tiêu ra', 'sea', null]);
    const wrong = (properties: Record<string, unknown>) =>
      expect(save(gauge('x', { properties: { gates: 2, ...properties } }))).rejects.toMatchObject({
        code: 'entity-properties',
        flaws: [{ at: Object.keys(properties)[0] }],
      });
    await wrong({ drainsTo: 'x' });
    await wrong({ drainsTo: 7 });
    await wrong({ dependsOn: Array.from({ length: 11 }, (_, n) => `g${n}`) });
  });

  it('lists and counts by right: the own area, what is public, nothing of the neighbour', async () => {
    await save(gauge('a'));
    await save(gauge('b', { location: { lon: 106.5, lat: 20.4 } }));
    await save(gauge('open', { location: { lon: 106.5, lat: 20.4 }, isPublic: true }));
    const seen = async (principal: Principal) => {
      const { items, total } = await test.context.find(visible(principal, 'entity:read'), {});
      return [items.map((one) => one.id), total];
    };
    expect(await seen(officerOfA)).toEqual([['a', 'open'], 2]);
    expect(await seen(publicPrincipal)).toEqual([['open'], 1]);
    await expect(test.context.get(visible(officerOfA, 'entity:read'), 'b')).rejects.toMatchObject({ status: 404 });
    // He may read A and write nothing.
    await expect(save(gauge('a'), officerOfA)).rejects.toMatchObject({ status: 403 });
  });

  it('finds names with and without diacritics, in Vietnamese order', async () => {
    for (const [id, name] of [
      ['1', 'Cống Ơn'],
      ['2', 'Cống Đông'],
      ['3', 'Cống Dương'],
      ['4', 'Cống Ẩn'],
      ['5', 'Trạm 100%'],
    ] as const)
      await save(gauge(id, { name }));
    const names = async (q?: string) =>
      (await test.context.find(all, q === undefined ? {} : { q })).items.map((one) => one.name);
    expect(await names('dong')).toEqual(['Cống Đông']);
    expect(await names('CỐNG')).toEqual(['Cống Ẩn', 'Cống Dương', 'Cống Đông', 'Cống Ơn']);
    expect(await names('100%')).toEqual(['Trạm 100%']);
    expect(await names('_')).toEqual([]);
  });

  it('finds each word wherever it stands in the name, an id as a whole, and the first few of all to choose from', async () => {
    await save(gauge('urn:ngsi-ld:Gauge:1', { name: 'Cống Vũ Thư số 1' }));
    await save(gauge('urn:ngsi-ld:Gauge:2', { name: 'Cống Vũ Thư số 2' }));
    await save(gauge('urn:ngsi-ld:Gauge:3', { name: 'Cống Thư Trì số 1', type: 'Lock' }));
    expect(await idsOf({ q: '1 vu thu' })).toEqual(['urn:ngsi-ld:Gauge:1']);
    expect(await idsOf({ q: 'urn:ngsi-ld:Gauge:2' })).toEqual(['urn:ngsi-ld:Gauge:2']);
    const names = await test.context.names(all, { q: 'thư', limit: 2 });
    expect(names.map((one) => one.name)).toEqual(['Cống Thư Trì số 1', 'Cống Vũ Thư số 1']);
    const locks = await test.context.names(all, { q: 'số', types: ['Lock'] });
    expect(locks).toEqual([{ id: 'urn:ngsi-ld:Gauge:3', type: 'Lock', name: 'Cống Thư Trì số 1', areaCode: 'A' }]);
    expect(await test.context.names(visible(publicPrincipal, 'entity:read'), { q: 'thu' })).toEqual([]);
  });

  it('finds two characters where a word begins, after a sign too, and more characters anywhere', async () => {
    await save(gauge('a', { name: 'Trạm TB-01 (Hưng Hà)' }));
    await save(gauge('b', { name: 'Cống Thư Trì' }));
    expect(await idsOf({ q: '01' })).toEqual(['a']);
    expect(await idsOf({ q: 'hư' })).toEqual(['a']);
    expect(await idsOf({ q: 'th' })).toEqual(['b']);
    expect(await idsOf({ q: '0%' })).toEqual([]);
    expect(await idsOf({ q: 'hu t' })).toEqual(['a']);
    expect((await idsOf({ q: 'rạm' })).length).toBe(1);
  });

  it('pages by name in both directions, with nothing twice and nothing left out', async () => {
    const names = ['Âu A', 'Âu B', 'Âu C', 'Âu D', 'Âu Đ'];
    for (const [index, name] of names.entries()) await save(gauge(`g${index}`, { name }));
    const page = async (offset: number, order?: '-name') =>
      (await test.context.find(all, { limit: 2, offset, ...(order ? { order } : {}) })).items.map((one) => one.name);
    expect([await page(0), await page(2), await page(4)]).toEqual([['Âu A', 'Âu B'], ['Âu C', 'Âu D'], ['Âu Đ']]);
    expect(await page(0, '-name')).toEqual(['Âu Đ', 'Âu D']);
  });

  it('asks properties: equal, greater, there, one member of a list', async () => {
    await save(gauge('a', { properties: { gates: 2, street: 'Lê Lợi' } }));
    await save(gauge('b', { properties: { gates: 5 } }));
    await save(gauge('c', { properties: { gates: 9, street: '"; drop table entities; --' } }));
    const where = (text: string) => idsOf({ filter: readFilter(text) });
    expect(await where('gates>=5')).toEqual(['b', 'c']);
    expect(await where('street=="Lê Lợi"')).toEqual(['a']);
    expect(await where('street;gates<9')).toEqual(['a']);
    expect(await where(String.raw`street=="\"; drop table entities; --"`)).toEqual(['c']);
    expect(await where('height')).toEqual([]);
    expect(await where('street>5')).toEqual([]);
  });

  it('finds what lies in a box, and what lies near a point, the nearest first', async () => {
    // On the parallel of 20.45 a hundredth of a degree of longitude is 111.195 km * cos(20.45) / 100 = 1,042 m.
    for (const [id, lon] of [
      ['far', 106.36],
      ['near', 106.341],
      ['middle', 106.35],
    ] as const)
      await save(gauge(id, { location: { lon, lat: 20.45 } }));
    await save(gauge('nowhere', { location: null, areaCode: 'A' }));
    expect(await idsOf({ box: [106.345, 20.4, 106.37, 20.5] })).toEqual(['far', 'middle']);
    expect(await idsOf({ near: { lon: 106.34, lat: 20.45, metres: 1100 } })).toEqual(['near', 'middle']);
    expect(await idsOf({ near: { lon: 106.34, lat: 20.45, metres: 1000 } })).toEqual(['near']);
    expect(await idsOf({ near: { lon: 106.34, lat: 20.45, metres: 5000 }, order: 'name' })).toEqual([
      'far',
      'middle',
      'near',
    ]);
  });

  it('counts to ten thousand and says that there are more', async () => {
    await test.database.pool.query(`insert into entities
      (id, type, name, name_plain, lon, lat, provenance, area_code, created_at, updated_at, properties)
      select 'g' || n, 'Gauge', 'Cống ' || n, 'cong ' || n, 106.3, 20.4, 'simulated', 'A', now(), now(), '{}'
      from generate_series(1, 10001) n`);
    const { total, more, items } = await test.context.find(all, { limit: 1 });
    expect([total, more, items.length]).toEqual([10_000, true, 1]);
    const some = await test.context.find(all, { q: '999', limit: 100 });
    // 999, 1999 ... 9999 (ten) and 9990 to 9998 (nine).
    expect([some.total, some.more]).toEqual([19, false]);
  });

  it('holds the newest observation as the state, whatever order they come in', async () => {
    await save(gauge('g1'));
    const level = async () => (await test.context.latest(test.database.db, ['g1'])).get('g1')?.level?.value;
    await test.observe('g1', 5, 2);
    await test.observe('g1', 1, 9);
    expect(await level()).toBe(2);
    await test.observe('g1', 5, 3);
    expect(await level()).toBe(3);
  });

  it('promises the interval of the entity before that of its type', () => {
    const observed = Gauge.observes.level as NonNullable<(typeof Gauge.observes)['level']>;
    expect(intervalOf({ properties: {} }, observed)).toBe(600);
    expect(intervalOf({ properties: { everySeconds: 60 } }, observed)).toBe(60);
    expect(intervalOf({ properties: { everySeconds: 60 } }, { ...observed, derived: true })).toBe(600);
    // A laboratory's daily count keeps its day.
    expect(intervalOf({ properties: { everySeconds: 60 } }, { ...observed, everySeconds: 86_400 })).toBe(86_400);
  });
});
