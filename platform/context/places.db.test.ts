import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Principal, publicPrincipal } from '../rights/index.ts';
import type { Box, Context } from './index.ts';
import { gauge, officerOfA, type TestContext, testContext, writer } from './testing.ts';

const province: Box = [106, 20, 107, 21];

describe('places on a map', () => {
  let test: TestContext;
  beforeEach(async () => {
    test = await testContext();
  });
  afterEach(async () => {
    await test.stop();
  });
  const view = (principal: Principal = writer, zoom = 9, box = province, context: Context = test.context) =>
    context.places.view(principal, { box, zoom });
  const seen = async (principal?: Principal, context?: Context) =>
    (await view(principal, 9, province, context)).spots.map((one) => [one.id, one.value]).sort();
  /** What was written is heard a moment later. */
  const until = async <T>(read: () => Promise<T>, wanted: T) => {
    for (let tries = 0; tries < 100; tries++) {
      if (JSON.stringify(await read()) === JSON.stringify(wanted)) return;
      await sleep(30);
    }
    expect(await read()).toEqual(wanted);
  };
  /** Many more than a map draws one by one: all at one place in A, or in B. */
  const crowd = (count: number, lon: number, areaCode: string) =>
    test.database.pool.query(
      `insert into entities (id, type, name, name_plain, lon, lat, provenance, area_code, created_at, updated_at)
        select $3 || '-' || n, 'Gauge', 'Cống ' || n, 'cong ' || n, $2, 20.4, 'measured', $3, now(), now()
        from generate_series(1, $1::int) n`,
      [count, lon, areaCode],
    );

  it('shows each with its headline while they are few, kept fresh by the log', async () => {
    await test.save(gauge('a'));
    await test.save(gauge('none', { location: null, areaCode: 'A' }));
    expect(await seen()).toEqual([['a', null]]);
    await test.observe('a', 5, 3);
    await until(seen, [['a', 3]]);
    // A late value of the past changes nothing.
    await test.observe('a', 1, 9);
    expect(await seen()).toEqual([['a', 3]]);
    // One that is made, and one that is moved out of what is looked at.
    await test.save(gauge('b', { location: { lon: 106.5, lat: 20.4 } }));
    await test.observe('b', 5, 1);
    await until(seen, [
      ['a', 3],
      ['b', 1],
    ]);
    await test.save(gauge('a', { location: { lon: 100, lat: 15 }, areaCode: 'A' }));
    await until(seen, [['b', 1]]);
    await test.save(gauge('b', { name: 'Âu thuyền', location: { lon: 106.5, lat: 20.4 } }));
    await until(async () => (await view()).spots[0]?.name, 'Âu thuyền');
  });

  it('draws clusters where there are too many: their number, their worst, each type by itself', async () => {
    await crowd(2100, 106.3, 'A');
    await test.save(gauge('alone', { location: { lon: 106.9, lat: 20.9 } }));
    await test.save(gauge('lock', { type: 'Lock' }));
    await test.save(gauge('lock2', { type: 'Lock' }));
    await test.observe('A-7', 5, 3);
    await test.observe('A-8', 6, 1);
    const { total, spots, clusters } = await view();
    expect(total).toBe(2103);
    expect(spots.map((one) => one.id)).toEqual(['alone']);
    expect(clusters.map(({ type, n, rank, lon }) => [type, n, rank, Number(lon.toFixed(3))])).toEqual([
      // A level of 3 is the second of three.
      ['Gauge', 2100, 1, 106.3],
      ['Lock', 2, null, 106.3],
    ]);
    expect(clusters[0]?.at).toBe(Date.UTC(2026, 10, 23, 1, 6));
    // Closer to what is alone there are few.
    expect(await view(writer, 12, [106.8, 20.8, 107, 21])).toMatchObject({ total: 1, clusters: [] });
  });

  it('keeps clusters where they are while the map is moved', async () => {
    await crowd(1500, 106.3, 'A');
    await crowd(1500, 106.7, 'B');
    const where = async (box: Box) =>
      (await view(writer, 9, box)).clusters.map((one) => [one.n, Number(one.lon.toFixed(6))]).sort();
    expect(await where(province)).toEqual([
      [1500, 106.3],
      [1500, 106.7],
    ]);
    expect(await where([106.1, 20.2, 106.9, 20.9])).toEqual(await where(province));
  });

  it('tells a stranger of another unit nothing: not in symbols, clusters, counts', async () => {
    await crowd(2100, 106.3, 'A');
    await crowd(2100, 106.31, 'B');
    await test.save(gauge('open', { location: { lon: 106.6, lat: 20.6 }, isPublic: true }));
    const mine = await view(officerOfA);
    expect([mine.total, mine.clusters.map((one) => one.n), mine.spots.map((one) => one.id)]).toEqual([
      2101,
      [2100],
      ['open'],
    ]);
    expect(await view(publicPrincipal)).toMatchObject({ total: 1, clusters: [] });
    expect((await view()).total).toBe(4201);
    const now = Date.UTC(2026, 10, 23, 3);
    const counted = async (principal: Principal) => (await test.context.places.counts(principal, now))[0]?.n;
    expect([await counted(writer), await counted(officerOfA), await counted(publicPrincipal)]).toEqual([4201, 2101, 1]);
    // What is no longer public is gone at once.
    await test.save(gauge('open', { location: { lon: 106.6, lat: 20.6 }, isPublic: false }));
    await until(() => seen(publicPrincipal), []);
  });

  it('counts those that send among those that promise to', async () => {
    await test.save(gauge('sends'));
    await test.save(gauge('silent', { provenance: 'simulated' }));
    await test.save(gauge('promises nothing', { properties: { gates: 1, expectsData: false } }));
    await test.observe('sends', 5, 1);
    // It promises a value every 600 s and is late after three of them; the test's clock stands still.
    const at = Date.UTC(2026, 10, 23, 3);
    await until(
      async () => await test.context.places.counts(writer, at + 1_800_000),
      [{ type: 'Gauge', n: 3, expected: 2, sending: 1, simulated: 1 }],
    );
    expect((await test.context.places.counts(writer, at + 1_801_000))[0]?.sending).toBe(0);
  });

  it('knows the same after a restart, and what was committed while nobody looked', async () => {
    await test.save(gauge('a'));
    await test.observe('a', 5, 3);
    await until(seen, [['a', 3]]);
    await test.log.stop();
    const { context, log } = test.another();
    // Committed, but not yet in the current state when the map is first asked for.
    const [seriesId = 0] = await log.series.numbersOf([{ entityId: 'a', property: 'level' }]);
    await log.offer([{ seriesId, at: Date.UTC(2026, 10, 23, 1, 10), value: 7, quality: 0 }]);
    await until(() => seen(writer, context), [['a', 7]]);
  });
});
