import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../rights/index.ts';
import { admin, aqiRule, dustRule, makeWorld, minute, type World } from './testing.ts';
import type { RuleDeclaration, Trial } from './types.ts';

const DAY = 24 * 60;
const operator: Principal = {
  kind: 'user',
  id: 'u-lan',
  name: 'Trần Thị Lan',
  organisationId: null,
  grants: [{ permission: 'alert:read', scope: { all: true } }],
};

describe('a trial of a rule over stored history', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld([aqiRule]);
    for (const id of ['s1', 's2']) await world.station(id);
  });
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  const tried = async (definition: RuleDeclaration, days: number): Promise<Trial> => {
    const id = await world.rules.try(admin, definition, days);
    await world.rules.settled();
    return world.rules.trial(admin, id);
  };
  const hour = (from: number, value: number): [number, number][] =>
    Array.from({ length: 60 }, (_, n) => [from + n, value]);

  it('counts and lists what would have been raised, and raises nothing', async () => {
    // s1 is above 150 for an hour at 08:00 on two days (the second time up to 180), s2 for 59 minutes only
    world.setClock(minute(2 * DAY));
    await world.send('s1', 'dust', [...hour(0, 160), [60, 100], ...hour(DAY, 170), [DAY + 60, 180], [DAY + 61, 100]]);
    await world.send('s2', 'dust', [...hour(0, 160).slice(1), [60, 100]]);
    world.setClock(minute(3 * DAY));
    const trial = await tried(dustRule, 4);
    expect(trial).toMatchObject({ state: 'done', problem: null });
    expect(trial.result).toMatchObject({
      count: 2,
      entities: 2,
      // 61 + 62 of s1, 60 of s2
      observations: 183,
      alerts: [
        {
          entityId: 's1',
          entityName: 'Trạm s1',
          sinceAt: new Date(minute(DAY)).toISOString(),
          reachedAt: new Date(minute(DAY + 59)).toISOString(),
          untilAt: new Date(minute(DAY + 61)).toISOString(),
          peak: 180,
          severity: 3,
        },
        { sinceAt: new Date(minute(0)).toISOString(), peak: 160 },
      ],
    });
    // from 08:00 on 22/11 to 08:00 on 26/11
    expect(trial.result?.days).toEqual([
      { day: '2026-11-22', count: 0 },
      { day: '2026-11-23', count: 1 },
      { day: '2026-11-24', count: 1 },
      { day: '2026-11-25', count: 0 },
      { day: '2026-11-26', count: 0 },
    ]);
    expect(trial.words.vi).toContain('Khi Bụi PM2.5 lớn hơn 150');
    expect(await world.all()).toEqual([]);
    const states = await world.database.pool.query('select 1 from rule_states union all select 1 from rule_episodes');
    expect(states.rowCount).toBe(0);
  });

  it('knows a condition that began before its time, and does not count what had opened before', async () => {
    world.setClock(minute(DAY + 40));
    // holds since 30 minutes before the 24 hours that are tried; and an alert that had opened ten minutes before them
    await world.send('s1', 'dust', [...hour(10, 160), [70, 100]]);
    await world.send('s2', 'dust', [...hour(-30, 160), [30, 160], [41, 100]]);
    const trial = await tried(dustRule, 1);
    expect(trial.result?.alerts).toMatchObject([{ entityId: 's1', sinceAt: new Date(minute(10)).toISOString() }]);
    expect(trial.result?.count).toBe(1);
  });

  it('agrees with what the same rule raised live over the same data', async () => {
    // One process follows at a time: this one has no such rule and leaves the lease to the one that has.
    await world.log.stop();
    const live = await makeWorld([{ ...dustRule, for: 'PT3M' }], { beside: world });
    // Values that wander between 100 and 199 without a pattern (a linear congruential generator, seed 7).
    let seed = 7;
    const values = Array.from({ length: 600 }, (_, n): [number, number] => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return [n, 100 + (Math.floor(seed / 65_536) % 100)];
    });
    for (const one of [world, live]) one.setClock(minute(600));
    await live.send('s1', 'dust', values);
    const episodes = await world.database.pool.query<{ since: Date; until_at: Date | null }>(
      'select since, until_at from rule_episodes order by since desc',
    );
    expect(episodes.rows.length).toBeGreaterThan(3);
    const trial = await tried({ ...dustRule, for: 'PT3M' }, 1);
    expect(trial.result?.alerts.map((one) => [one.sinceAt, one.untilAt])).toEqual(
      episodes.rows.map((row) => [row.since.toISOString(), row.until_at?.toISOString() ?? null]),
    );
    await live.close();
  });

  it('is refused for a rule that cannot be judged, and to those who may not make rules', async () => {
    await expect(world.rules.try(admin, { ...dustRule, when: 'dust > ozone' }, 30)).rejects.toMatchObject({
      code: 'rule-formula',
    });
    await expect(world.rules.try(operator, dustRule, 30)).rejects.toMatchObject({ status: 403 });
    const id = await world.rules.try(admin, dustRule, 30);
    await expect(world.rules.trial(operator, id)).rejects.toMatchObject({ status: 403 });
    await world.rules.settled();
  });

  it('says that it stopped where its process died', async () => {
    const id = await world.rules.try(admin, dustRule, 1);
    await world.rules.settled();
    await world.database.pool.query('update rule_trials set result = null');
    expect((await world.rules.trial(admin, id)).state).toBe('running');
    world.setClock(minute(2));
    expect((await world.rules.trial(admin, id)).state).toBe('stopped');
  });
});

describe('rules that people make, keep and exchange', () => {
  let world: World;
  const own: RuleDeclaration = { ...aqiRule, id: 'my.aqi', when: 'aqi > 100' };
  beforeEach(async () => {
    world = await makeWorld([dustRule]);
    await world.station('s1');
    world.setClock(minute(120));
  });
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });

  it('begin switched off, and judge when they are switched on', async () => {
    expect(await world.rules.make(admin, own)).toMatchObject({ version: 1, enabled: false, declared: null });
    await world.send('s1', 'aqi', [[0, 120]]);
    expect(await world.all()).toEqual([]);
    await world.rules.edit(admin, own.id, 1, { enabled: true });
    await world.send('s1', 'aqi', [[60, 120]]);
    expect(await world.all()).toMatchObject([{ key: 'rule:my.aqi:s1' }]);
    await expect(world.rules.make(admin, own)).rejects.toMatchObject({ status: 409, code: 'rule-exists' });
    await expect(world.rules.make(operator, { ...own, id: 'other' })).rejects.toMatchObject({ status: 403 });
  });

  it('go back to an old version as a new one', async () => {
    await world.rules.edit(admin, 'dust-high', 1, { when: 'dust > 80', active: [{ from: '07:00', to: '09:00' }] });
    const back = await world.rules.restore(admin, 'dust-high', 2, 1);
    expect(back).toMatchObject({ version: 3, enabled: true, definition: dustRule });
    expect(back.definition.active).toBeUndefined();
    await expect(world.rules.restore(admin, 'dust-high', 2, 1)).rejects.toMatchObject({ status: 409 });
    await expect(world.rules.restore(admin, 'dust-high', 3, 9)).rejects.toMatchObject({ status: 404 });
  });

  it('come out as a document that another installation takes, the good ones, switched off', async () => {
    await world.rules.make(admin, own);
    await world.rules.edit(admin, own.id, 1, { enabled: true });
    const document = await world.rules.export();
    expect(document).toMatchObject({ format: 'dttm-thai-binh/rules', version: 1 });
    const other = await makeWorld([dustRule]);
    const changed = {
      ...document,
      rules: [
        ...document.rules,
        { definition: { ...dustRule, id: 'wrong-formula', when: 'dust > ozone' }, enabled: true },
        { definition: { id: 'no-rule' }, enabled: true },
        { definition: { ...own, on: 'Station.aqi' }, enabled: true },
        null,
      ],
    };
    const outcome = (list: { id: string; outcome: string }[]) => list.map((one) => [one.id, one.outcome]);
    const expected = [
      ['dust-high', 'same'],
      ['my.aqi', 'made'],
      ['wrong-formula', 'refused'],
      ['no-rule', 'refused'],
      // a second time in the file
      ['my.aqi', 'refused'],
      ['#6', 'refused'],
    ];
    const dry = await other.rules.import(admin, changed, true);
    expect(outcome(dry)).toEqual(expected);
    expect(dry[2]?.flaws[0]?.at).toBe('/when:7-12');
    expect(await other.rules.list()).toHaveLength(1);
    expect(outcome(await other.rules.import(admin, changed, false))).toEqual(expected);
    expect(await other.rules.get('my.aqi')).toMatchObject({ enabled: false, definition: own });
    // an edit abroad comes as a new version, and what it is on cannot change
    const edited = { ...document, rules: [{ definition: { ...dustRule, severity: 5 }, enabled: false }] };
    expect(outcome(await other.rules.import(admin, edited, false))).toEqual([['dust-high', 'changed']]);
    expect(await other.rules.get('dust-high')).toMatchObject({ version: 2, enabled: true });
    const moved = { ...document, rules: [{ definition: { ...own, id: 'dust-high' }, enabled: false }] };
    expect(outcome(await other.rules.import(admin, moved, false))).toEqual([['dust-high', 'refused']]);
    await expect(other.rules.import(admin, { ...document, version: 2 }, true)).rejects.toMatchObject({
      code: 'rules-document',
    });
    await other.close();
  });
});
