import { afterEach, describe, expect, it } from 'vitest';
import { admin, dustRule, makeWorld, minute, start, type World } from './testing.ts';
import type { RuleDeclaration } from './types.ts';

const { clear: _, ...plainRule } = dustRule;
const rule = (change: Partial<RuleDeclaration>): RuleDeclaration => ({
  ...plainRule,
  for: 'PT1M',
  title: { vi: 'Bụi cao', en: 'High dust' },
  text: { vi: '{value}', en: '{value}' },
  ...change,
});

describe('what a rule may look at beside a limit', () => {
  let world: World;
  const begin = async (...rules: RuleDeclaration[]) => {
    world = await makeWorld(rules);
    world.setClock(minute(200));
  };
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  const raised = async () => (await world.all()).map((alert) => alert.entityId);

  it('is how fast a value changes', async () => {
    await begin(rule({ when: 'rise > 50', inputs: { rise: { kind: 'change', of: 'dust', over: 'PT10M' } } }));
    await world.station('s1');
    const [told] = await world.rules.list();
    expect(told?.words?.vi).toContain('Khi mức thay đổi của Bụi PM2.5 sau 10 phút lớn hơn 50');
    await world.send('s1', 'dust', [
      [0, 10],
      [5, 40],
      // 40 more than five minutes before, but 60 - 10 = 50 more than ten minutes before: not more than 50
      [10, 60],
    ]);
    expect(await raised()).toEqual([]);
    // 91 - 40 = 51
    await world.send('s1', 'dust', [[15, 91]]);
    expect(await raised()).toEqual(['s1']);
  });

  it('is not known where there was no value so long before', async () => {
    await begin(rule({ when: 'rise > 50', inputs: { rise: { kind: 'change', of: 'dust', over: 'PT10M' } } }));
    await world.station('s1');
    // the last value at or before minute 10 is four minutes older than that: more than 2.5 intervals
    await world.send('s1', 'dust', [
      [6, 10],
      [20, 400],
    ]);
    expect(await raised()).toEqual([]);
  });

  it('is the time of the day: outside, nothing opens and what is open is over', async () => {
    // minute 0 is 08:00 of a Monday in the province
    await begin(
      rule({
        when: 'dust > 150',
        active: [
          { from: '08:10', to: '08:20' },
          { from: '10:00', to: '11:00', days: [1] },
        ],
      }),
    );
    await world.station('s1');
    await world.send('s1', 'dust', [[9, 200]]);
    expect(await raised()).toEqual([]);
    await world.send('s1', 'dust', [[19, 200]]);
    expect(await world.all()).toMatchObject([{ condition: 'on' }]);
    await world.send('s1', 'dust', [[20, 200]]);
    expect(await world.all()).toMatchObject([{ condition: 'over', overAt: new Date(minute(20)) }]);
    await world.send('s1', 'dust', [[120, 200]]);
    expect(await world.all()).toMatchObject([{ condition: 'on' }]);
  });

  it('is where the entity stands, or which it is', async () => {
    await begin(
      rule({ id: 'by-area', when: 'dust > 150', areas: ['12436'] }),
      rule({ id: 'by-entity', when: 'dust > 150', entities: ['s1', 's3'] }),
      rule({ id: 'by-both', when: 'dust > 150', entities: ['s1', 's2'], areas: ['12436'] }),
    );
    await world.station('s1');
    await world.station('s2', { areaCode: '12436' });
    for (const id of ['s1', 's2']) await world.send(id, 'dust', [[0, 200]]);
    expect((await world.all()).map((alert) => alert.key).sort()).toEqual([
      'rule:by-area:s2',
      'rule:by-both:s2',
      'rule:by-entity:s1',
    ]);
    // s1 moves: from then on it is judged where it is
    const s1 = (await world.context.read(world.database.db, ['s1'])).get('s1');
    if (!s1) throw new Error('no s1');
    await world.database.db.transaction().execute((tx) => world.context.save(tx, admin, { ...s1, areaCode: '12436' }));
    await world.send('s1', 'dust', [[1, 200]]);
    expect((await world.all()).map((alert) => alert.key)).toContain('rule:by-area:s1');
  });

  it('is what the other points of the commune measure, also one that comes later', async () => {
    await begin(
      rule({
        when: 'dust > 100 and high >= 2',
        inputs: { high: { kind: 'area', of: 'Station.dust', take: 'count', above: 100 } },
      }),
    );
    await world.station('s1');
    await world.station('far', { areaCode: '12436' });
    await world.send('far', 'dust', [[0, 150]]);
    await world.send('s1', 'dust', [[0, 150]]);
    expect(await raised()).toEqual([]);
    await world.station('s2');
    await world.send('s2', 'dust', [[1, 101]]);
    expect(await raised()).toEqual(['s2']);
    await world.send('s1', 'dust', [[2, 150]]);
    expect(await raised()).toEqual(['s2', 's1']);
  });

  it('is what is unusual for this hour of the week, with enough weeks behind it', async () => {
    await begin(rule({ when: 'odd > 3.5', inputs: { odd: { kind: 'unusual', of: 'dust', weeks: 6, least: 5 } } }));
    for (const id of ['s1', 'young']) await world.station(id);
    const numbers = await world.log.series.numbersOf(
      ['s1', 'young'].map((entityId) => ({ entityId, property: 'dust' })),
    );
    // hourly means of the same hour in the weeks before: 10 12 14 16 18 (median 14, MAD 2), for `young` only four
    for (const [n, mean] of [10, 12, 14, 16, 18].entries()) {
      for (const id of n < 4 ? numbers : numbers.slice(0, 1)) {
        await world.database.pool.query(
          `insert into rollups (series_id, width, bucket, n, n_all, sum) values ($1, 'hour', $2, 60, 60, $3)`,
          [id, new Date(start - (n + 1) * 7 * 86_400_000), mean * 60],
        );
      }
    }
    // (24.3 - 14) / (1.4826 * 2) = 3.47
    for (const id of ['s1', 'young']) await world.send(id, 'dust', [[0, 24.3]]);
    expect(await raised()).toEqual([]);
    // (24.5 - 14) / (1.4826 * 2) = 3.54
    for (const id of ['s1', 'young']) await world.send(id, 'dust', [[1, 24.5]]);
    expect(await raised()).toEqual(['s1']);
  });

  it('makes an alert graver and lesser again with value and time', async () => {
    await begin(
      rule({
        when: 'dust > 100',
        severity: 2,
        grades: [
          { severity: 4, when: 'dust > 300' },
          { severity: 3, after: 'PT10M' },
        ],
      }),
    );
    await world.station('s1');
    const severity = async (at: number, value: number) => {
      await world.send('s1', 'dust', [[at, value]]);
      return (await world.all())[0]?.severity;
    };
    expect(await severity(0, 150)).toBe(2);
    expect(await severity(1, 301)).toBe(4);
    expect(await severity(2, 200)).toBe(2);
    for (const at of [4, 6]) expect(await severity(at, 200)).toBe(2);
    // [0, 10) is ten minutes with the value of minute 9
    expect(await severity(8, 200)).toBe(2);
    expect(await severity(9, 200)).toBe(3);
  });
});

describe('what depends on something that is out', () => {
  const power = rule({ id: 'power-out', on: 'Station.wind', when: 'wind < 1', holdsBack: true });
  it('raises nothing, says why, and is raised when the cause is over and it still holds', async () => {
    const world = await makeWorld([power, rule({ when: 'dust > 150' })]);
    await world.station('site');
    await world.station('s1', { dependsOn: 'site' });
    world.setClock(minute(30));
    await world.send('site', 'wind', [[0, 0]]);
    await world.send('s1', 'dust', [[1, 200]]);
    expect((await world.all()).map((alert) => alert.key)).toEqual(['rule:power-out:site']);
    expect(await world.rules.heldBack(admin, 's1')).toMatchObject([
      { title: { vi: 'Bụi cao' }, byEntityId: 'site', byEntityName: 'Trạm site', since: new Date(minute(1)) },
    ]);
    await world.send('site', 'wind', [[2, 5]]);
    await world.send('s1', 'dust', [[3, 210]]);
    expect((await world.all()).map((alert) => alert.key)).toContain('rule:dust-high:s1');
    expect(await world.rules.heldBack(admin, 's1')).toEqual([]);
    expect(world.errors).toEqual([]);
    await world.close();
  });

  it('is not called silent while what it depends on is', async () => {
    const world = await makeWorld([]);
    await world.station('site');
    await world.station('s1', { dependsOn: 'site' });
    const tickTo = async (from: number, to: number) => {
      for (let n = from; n <= to; n += 1) {
        world.setClock(minute(n));
        await world.rules.tick(new Date(minute(n)));
      }
    };
    await tickTo(0, 7);
    expect((await world.all()).map((alert) => alert.key)).toEqual(['silent:site']);
    expect(await world.rules.heldBack(admin, 's1')).toMatchObject([{ byEntityId: 'site', byRule: null }]);
    await world.send('site', 'dust', [[7, 10]]);
    await tickTo(8, 9);
    // the gateway speaks again and the sensor does not: now it is the sensor's own silence
    expect(Object.fromEntries((await world.all()).map((alert) => [alert.key, alert.condition]))).toEqual({
      'silent:site': 'over',
      'silent:s1': 'on',
    });
    expect(await world.rules.heldBack(admin, 's1')).toEqual([]);
    await world.close();
  });
});
