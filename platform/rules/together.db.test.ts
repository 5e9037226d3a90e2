import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Alerts } from '../alerts/index.ts';
import { aqiRule, dustRule, makeWorld, minute, type World } from './testing.ts';

/** Sends sixty values one by one through the worlds in turn, as two processes behind one door would. */
async function sendHour(worlds: World[]): Promise<void> {
  const series = await Promise.all(
    worlds.map((one) => one.log.series.numbersOf([{ entityId: 's1', property: 'dust' }])),
  );
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const turn = n % worlds.length;
      await worlds[turn]?.log.offer([{ seriesId: series[turn]?.[0] ?? 0, at: minute(n), value: 160 + n, quality: 0 }]);
    }),
  );
}

describe('judging by several processes and after crashes', () => {
  it('opens one alert though two processes take and judge the values', async () => {
    const one = await makeWorld([dustRule]);
    const two = await makeWorld([dustRule], { beside: one });
    await one.station('s1');
    for (const world of [one, two]) world.setClock(minute(60));
    await sendHour([one, two]);
    await one.log.settled();
    const alerts = await one.all();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ state: 'open', condition: 'on', happenedAt: new Date(minute(0)), peak: 219 });
    const opened = await one.database.pool.query("select 1 from events where kind = 'alert.opened'");
    expect(opened.rowCount).toBe(1);
    expect([...one.errors, ...two.errors]).toEqual([]);
    await two.close();
    await one.close();
  });

  it('opens one alert for two values a millisecond apart, through two processes', async () => {
    const rule = { ...dustRule, for: 'PT1M' };
    const one = await makeWorld([rule]);
    const two = await makeWorld([rule], { beside: one });
    await one.station('s1');
    for (const world of [one, two]) world.setClock(minute(60));
    const [seriesId = 0] = await one.log.series.numbersOf([{ entityId: 's1', property: 'dust' }]);
    for (let n = 0; n < 20; n += 1) {
      await Promise.all(
        [one, two].map((world, i) => world.log.offer([{ seriesId, at: minute(n) + i, value: 200, quality: 0 }])),
      );
    }
    await one.log.settled();
    const alerts = await one.all();
    expect(alerts).toMatchObject([{ state: 'open' }]);
    // Of the first two either may commit first, and an alert keeps the beginning under which it was raised.
    expect([minute(0), minute(0) + 1]).toContain(alerts[0]?.happenedAt.getTime());
    const opened = await one.database.pool.query("select kind from events where kind like 'alert.opened'");
    expect(opened.rowCount).toBe(1);
    const episodes = await one.database.pool.query('select until_at from rule_episodes');
    expect(episodes.rows).toEqual([{ until_at: null }]);
    await two.close();
    await one.close();
  });

  it('knows after another process judged, or died, what was judged, though that was not written down', async () => {
    const first = await makeWorld([dustRule]);
    for (const id of ['s1', 's2']) await first.station(id);
    first.setClock(minute(60));
    // The first value writes until when the series is judged; the next ones, within the time of a checkpoint, do not.
    for (const id of ['s1', 's2']) await first.send(id, 'dust', [[0, 100]]);
    await first.send('s1', 'dust', [[30, 100]]);
    // of s2 the last judged value was corrected to a fault and the correction judged too
    await first.send('s2', 'dust', [[30, 100]]);
    await first.send('s2', 'dust', [[30, 100, 2]]);
    const written = await first.database.pool.query<{ last_at: Date }>('select last_at from rule_watches');
    expect(written.rows.map((row) => row.last_at)).toEqual([new Date(minute(0)), new Date(minute(0))]);
    await first.log.stop();

    const second = await makeWorld([dustRule], { beside: first });
    second.setClock(minute(61));
    for (const id of ['s1', 's2']) await second.send(id, 'dust', [[20, 100]]);
    const late = (world: World) => world.rules.tallies();
    // the correction, and the two late ones
    expect(await late(second)).toMatchObject([{ reason: 'late', count: 3 }]);
    await second.send('s1', 'dust', [[31, 100]]);
    expect(await late(second)).toMatchObject([{ reason: 'late', count: 3 }]);
    expect([...first.errors, ...second.errors]).toEqual([]);
    await second.close();
    await first.close();
  });

  it('trusts nothing that it did in a step that was undone', async () => {
    let deaths = 1;
    const dying = (real: Alerts): Alerts => ({
      ...real,
      async change(tx, changes) {
        deaths -= 1;
        if (deaths >= 0) throw new Error('died before the commit');
        return real.change(tx, changes);
      },
    });
    const world = await makeWorld([{ ...dustRule, for: 'PT3M' }], { alerts: dying });
    await world.station('s1');
    world.setClock(minute(60));
    for (let n = 0; n < 5; n += 1) await world.send('s1', 'dust', [[n, 160]]);
    await world.send('s1', 'dust', [[5, 100]]);
    expect(world.errors).toHaveLength(1);
    expect(await world.rules.tallies()).toEqual([]);
    expect(await world.all()).toMatchObject([{ count: 3, condition: 'over', happenedAt: new Date(minute(0)) }]);
    await world.close();
  });

  it('repeats a step that died after its effects and before its commit, without loss or double', async () => {
    let deaths = 3;
    const dying = (real: Alerts): Alerts => ({
      ...real,
      async change(tx, changes) {
        const done = await real.change(tx, changes);
        deaths -= 1;
        if (deaths >= 0) throw new Error('died before the commit');
        return done;
      },
    });
    const world = await makeWorld([dustRule, aqiRule], { alerts: dying });
    await world.station('s1');
    world.setClock(minute(60));
    await sendHour([world]);
    await world.send('s1', 'aqi', [[0, 200]]);
    await world.log.settled();
    expect(world.errors.length).toBeGreaterThanOrEqual(3);
    expect((await world.all()).map((alert) => [alert.key, alert.count]).sort()).toEqual([
      ['rule:aqi-bad:s1', 1],
      ['rule:dust-high:s1', 1],
    ]);
    const told = await world.database.pool.query("select subject from events where kind = 'alert.opened'");
    expect(told.rowCount).toBe(2);
    await world.close();
  });

  it('asks the database a handful of times for a step of twenty thousand values of five hundred stations', async () => {
    const world = await makeWorld([dustRule, aqiRule]);
    const ids = Array.from({ length: 500 }, (_, i) => `s${i}`);
    for (const id of ids) await world.station(id);
    const numbers = await world.log.series.numbersOf(ids.map((entityId) => ({ entityId, property: 'dust' })));
    await world.log.settled();
    await world.log.stop();

    let asked = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        asked += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const fresh = await makeWorld([dustRule, aqiRule], { beside: world, plugin: counting });
    fresh.setClock(minute(60));
    asked = 0;
    // one station in forty is above the limit, for forty minutes: runs that go on, and no alert yet
    await fresh.log.offer(
      numbers.flatMap((seriesId, i) =>
        Array.from({ length: 40 }, (_, n) => ({
          seriesId,
          at: minute(n),
          value: i % 40 === 0 ? 160 : 100,
          quality: 0 as const,
        })),
      ),
    );
    const count = async (table: string): Promise<number> =>
      (await world.database.pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n ?? 0;
    await expect.poll(() => count('rule_watches'), { timeout: 20_000, interval: 50 }).toBe(500);
    expect(await count('rule_states')).toBe(13);
    // The step of rules, that of the current state, and the looks of both while they wait.
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(100);
    expect(fresh.errors).toEqual([]);
    await fresh.close();
    await world.close();
  });
});
