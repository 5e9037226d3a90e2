import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, type Quality } from '../events/index.ts';
import { visible } from '../rights/index.ts';
import { admin, aqiRule, dustRule, makeWorld, minute, type World } from './testing.ts';

type Row = [number, number, Quality?];
const range = (from: number, to: number, value: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i): Row => [from + i, value]);

describe('judging', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld([dustRule, aqiRule]);
    await world.station('s1');
    world.setClock(minute(0));
  });
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  const at = (n: number) => world.setClock(minute(n));
  const tallies = async () => Object.fromEntries((await world.rules.tallies()).map((one) => [one.reason, one.count]));

  it('opens one alert, not sixty, when one-minute values are above the limit for an hour', async () => {
    at(59);
    await world.send('s1', 'dust', range(0, 58, 160));
    expect(await world.all()).toEqual([]);
    at(60);
    await world.send('s1', 'dust', [[59, 171]]);
    at(120);
    for (let n = 60; n < 70; n += 1) await world.send('s1', 'dust', [[n, 165]]);
    await world.send('s1', 'dust', range(70, 119, 162));
    const alerts = await world.all();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      key: 'rule:dust-high:s1',
      state: 'open',
      condition: 'on',
      severity: 3,
      // with the sixtieth value and the sixty after it
      count: 61,
      value: 162,
      peak: 171,
      areaCode: '12433',
      organisationId: 'so-nnmt',
      opens: 'environment-incident',
      title: { vi: 'Bụi cao tại Trạm s1' },
      text: { vi: 'Bụi PM2.5 162 µg/m³ trên 150 trong 1 giờ' },
    });
    expect(alerts[0]?.happenedAt).toEqual(new Date(minute(0)));
    expect(alerts[0]?.knownAt).toEqual(new Date(minute(60)));
    const opened = await world.database.pool.query("select 1 from events where kind = 'alert.opened'");
    expect(opened.rowCount).toBe(1);
  });

  it('opens an alert with one hourly value above the limit, for an hour', async () => {
    at(60);
    await world.send('s1', 'aqi', [[0, 151]]);
    expect(await world.all()).toMatchObject([{ key: 'rule:aqi-bad:s1', severity: 4, value: 151 }]);
  });

  it('ends the condition only below the lower limit, and the alert stays until somebody saw it', async () => {
    at(59);
    await world.send('s1', 'dust', range(0, 59, 160));
    await world.send('s1', 'dust', [[60, 130]]);
    expect(await world.all()).toMatchObject([{ condition: 'on' }]);
    await world.send('s1', 'dust', [[61, 119]]);
    const [alert] = await world.all();
    expect(alert).toMatchObject({ state: 'open', condition: 'over', overAt: new Date(minute(61)) });
    await world.alerts.acknowledge(admin, alert?.id ?? '');
    expect(await world.all()).toMatchObject([{ state: 'closed' }]);
  });

  it('judges several hours of one station that arrive at once, in their own order', async () => {
    at(300);
    const shuffled = [...range(0, 59, 160), ...range(60, 120, 100), ...range(121, 180, 200)].sort(
      (a, b) => ((a[0] * 7) % 13) - ((b[0] * 7) % 13),
    );
    await world.send('s1', 'dust', shuffled);
    const [alert, ...others] = await world.all();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ condition: 'on', count: 2, peak: 200 });
    const steps = await world.alerts.timeline(visible(admin, 'alert:read'), alert?.id ?? '');
    expect(steps.map((step) => step.kind)).toEqual(['opened', 'cleared', 'returned']);
  });

  it('never alarms on calibration or faults, nor ends an alarm by them', async () => {
    at(60);
    await world.send(
      's1',
      'dust',
      range(0, 59, 900).map(([n, value]): Row => [n, value, 1]),
    );
    await world.send('s1', 'aqi', [[0, 400, 2]]);
    expect(await world.all()).toEqual([]);
    at(120);
    await world.send('s1', 'dust', range(60, 119, 160));
    await world.send('s1', 'dust', [[120, 0, 1]]);
    expect(await world.all()).toMatchObject([{ condition: 'on' }]);
  });

  it('breaks a run at a hole longer than two and a half intervals', async () => {
    at(70);
    await world.send('s1', 'dust', [...range(0, 29, 160), ...range(33, 65, 160)]);
    expect(await world.all()).toEqual([]);
  });

  it('watches each station for itself', async () => {
    await world.station('s2', { areaCode: '12436' });
    at(60);
    await world.send('s1', 'dust', range(0, 29, 160));
    await world.send('s2', 'dust', range(30, 59, 160));
    expect(await world.all()).toEqual([]);
    at(90);
    await world.send('s2', 'dust', range(60, 89, 160));
    expect(await world.all()).toMatchObject([{ entityId: 's2', areaCode: '12436' }]);
  });

  it('raises nothing for data of the past (an import), and counts them', async () => {
    at(60 * 24 * 3);
    await world.send('s1', 'dust', range(0, 119, 400));
    expect(await world.all()).toEqual([]);
    expect(await tallies()).toEqual({ old: 120 });
  });

  it('still judges what was accepted in time though the judging itself was late', async () => {
    at(60);
    await world.log.stop();
    const [seriesId = 0] = await world.log.series.numbersOf([{ entityId: 's1', property: 'dust' }]);
    // A process that takes values and judges none: its log follows nothing.
    const door = createLog({
      db: world.database.db,
      pool: world.database.pool,
      now: () => new Date(minute(60)),
      onError: (_follower, error) => world.errors.push(error),
    });
    await door.offer(range(0, 59, 160).map(([n, value]) => ({ seriesId, at: minute(n), value, quality: 0 as const })));
    await door.stop();
    // Two days later the rules run again.
    const again = await makeWorld([dustRule, aqiRule], { beside: world });
    again.setClock(minute(60 * 48));
    await again.log.settled();
    expect(await again.all()).toMatchObject([{ key: 'rule:dust-high:s1', knownAt: new Date(minute(60 * 48)) }]);
    expect(again.errors).toEqual([]);
    await again.close();
  });

  it('does not judge values from ahead of its clock, and counts them', async () => {
    at(0);
    await world.send('s1', 'aqi', [[60 * 24, 400]]);
    expect(await world.all()).toEqual([]);
    expect(await tallies()).toEqual({ future: 1 });
  });

  it('raises for a late value what nobody knew of, over already where it is', async () => {
    at(240);
    await world.send('s1', 'aqi', [[0, 100]]);
    await world.send('s1', 'aqi', [[120, 100]]);
    await world.send('s1', 'aqi', [[60, 180]]);
    expect(await world.all()).toMatchObject([
      { state: 'open', condition: 'over', happenedAt: new Date(minute(60)), overAt: new Date(minute(120)), value: 180 },
    ]);
    expect(await tallies()).toEqual({ late: 1 });
  });

  it('completes a run with late minutes', async () => {
    at(60);
    await world.send('s1', 'dust', [...range(0, 29, 160), ...range(40, 59, 160)]);
    expect(await world.all()).toEqual([]);
    await world.send('s1', 'dust', range(30, 39, 160));
    expect(await world.all()).toMatchObject([{ condition: 'on', happenedAt: new Date(minute(0)) }]);
    // and goes on as one alert that ends once
    at(62);
    await world.send('s1', 'dust', [[60, 160]]);
    await world.send('s1', 'dust', [[61, 100]]);
    expect(await world.all()).toMatchObject([{ condition: 'over' }]);
  });

  it('ends as one episode an alert whose beginning late data have moved', async () => {
    at(60);
    await world.send('s1', 'dust', range(0, 59, 160));
    await world.send('s1', 'dust', range(-10, -1, 160));
    at(61);
    await world.send('s1', 'dust', [[60, 100]]);
    // a late correction afterwards finds nothing that would still go on, and nothing new
    await world.send('s1', 'dust', [[30, 170]]);
    const episodes = await world.database.pool.query('select until_at, withdrawn from rule_episodes');
    expect(episodes.rows).toEqual([{ until_at: new Date(minute(60)), withdrawn: false }]);
    const alerts = await world.all();
    expect(alerts).toMatchObject([{ condition: 'over', overAt: new Date(minute(60)) }]);
    const steps = await world.alerts.timeline(visible(admin, 'alert:read'), alerts[0]?.id ?? '');
    expect(steps.map((step) => step.kind)).toEqual(['opened', 'cleared']);
  });

  it('does not raise again for the correction of a value that alarmed', async () => {
    at(60);
    await world.send('s1', 'aqi', [[0, 160]]);
    await world.send('s1', 'aqi', [[0, 170]]);
    const alerts = await world.all();
    expect(alerts).toMatchObject([{ condition: 'on', count: 1 }]);
    const steps = await world.alerts.timeline(visible(admin, 'alert:read'), alerts[0]?.id ?? '');
    expect(steps.map((step) => step.kind)).toEqual(['opened']);
  });

  it('marks an alert over when a correction takes its ground away, be it to a fault', async () => {
    at(60);
    await world.send('s1', 'aqi', [[0, 160]]);
    await world.send('s1', 'aqi', [[0, 90]]);
    expect(await world.all()).toMatchObject([{ condition: 'over', state: 'open' }]);
    at(120);
    await world.send('s1', 'aqi', [[60, 180]]);
    expect(await world.all()).toMatchObject([{ condition: 'on' }]);
    await world.send('s1', 'aqi', [[60, 180, 2]]);
    expect(await world.all()).toMatchObject([{ condition: 'over' }]);
  });

  it('judges on after the clock went forward a day by mistake and back', async () => {
    at(0);
    await world.send('s1', 'dust', range(-10, -1, 100));
    at(60 * 24);
    await world.send('s1', 'dust', range(60 * 24 - 5, 60 * 24 - 1, 100));
    at(60);
    await world.send('s1', 'dust', range(0, 30, 160));
    await world.send('s1', 'dust', range(31, 58, 160));
    expect(await world.all()).toEqual([]);
    await world.send('s1', 'dust', [[59, 160]]);
    expect(await world.all()).toMatchObject([{ condition: 'on', happenedAt: new Date(minute(0)) }]);
    at(61);
    await world.send('s1', 'dust', [[60, 100]]);
    expect(await world.all()).toMatchObject([{ condition: 'over', overAt: new Date(minute(60)) }]);
  });
});

describe('rules over several properties', () => {
  it('take the last good value of the other property, and judge nothing where it is too old', async () => {
    const world = await makeWorld([{ ...dustRule, clear: 'dust < 120', when: 'dust > 150 and wind < 2', for: 'PT2M' }]);
    await world.station('s1');
    world.setClock(minute(60));
    await world.send('s1', 'dust', range(0, 5, 160));
    expect(await world.all()).toEqual([]);
    await world.send('s1', 'wind', [
      [10, 1],
      [11, 50, 1],
    ]);
    await world.send('s1', 'dust', [
      [11, 160],
      [12, 160],
    ]);
    expect(await world.all()).toMatchObject([{ happenedAt: new Date(minute(11)) }]);
    expect(world.errors).toEqual([]);
    await world.close();
  });
});
