import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, minute, type World } from './testing.ts';

const second = (n: number): Date => new Date(minute(0) + n * 1000);

describe('silence', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld([]);
    world.setClock(minute(0));
    await world.station('s1');
  });
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  /** the platform runs from one second to another, with a beat every 15 */
  const run = async (from: number, to: number): Promise<number | null> => {
    let silent: number | null = null;
    for (let n = from; n <= to; n += 15) {
      world.setClock(second(n).getTime());
      silent = await world.rules.tick(second(n));
    }
    return silent;
  };
  const sendAt = async (n: number, id = 's1'): Promise<void> => {
    world.setClock(second(n).getTime());
    await world.send(id, 'dust', [[n / 60, 20]]);
  };

  it('of a station that promised a value a minute is an alert after five minutes, and over when data come again', async () => {
    await sendAt(0);
    expect(await run(0, 300)).toBe(0);
    expect(await world.all()).toEqual([]);
    expect(await run(315, 345)).toBe(1);
    expect(await world.all()).toMatchObject([
      {
        key: 'silent:s1',
        state: 'open',
        condition: 'on',
        count: 1,
        happenedAt: second(0),
        knownAt: second(315),
        areaCode: '12433',
      },
    ]);
    await sendAt(360);
    expect(await run(360, 375)).toBe(0);
    expect(await world.all()).toMatchObject([{ condition: 'over', overAt: second(360) }]);
  });

  it('of a station that never sent anything is an alert, counted from when it was registered', async () => {
    await run(0, 330);
    expect(await world.all()).toMatchObject([{ key: 'silent:s1', happenedAt: second(0) }]);
    expect((await world.all())[0]?.text.vi).toContain('chưa gửi số liệu nào');
  });

  it('is not broken by values that the platform computes itself', async () => {
    await sendAt(0);
    await run(0, 300);
    await world.send('s1', 'aqi', [[0, 50]]);
    expect(await run(315, 330)).toBe(1);
  });

  it('is said again every hour while it lasts, as the same alert', async () => {
    await sendAt(0);
    for (let n = 0; n <= 2 * 3600; n += 45) await world.rules.tick(second(n));
    expect(await world.all()).toMatchObject([{ count: 2, condition: 'on' }]);
  });

  it('does not count time in which the platform was down', async () => {
    await sendAt(0);
    await run(0, 240);
    // Down for two hours; data come again with the third beat.
    expect(await run(7200, 7230)).toBe(0);
    await sendAt(7245);
    expect(await run(7245, 7260)).toBe(0);
    expect(await world.all()).toEqual([]);
    // 240 s before the next stop and 75 s after it: five minutes and a quarter of being up
    await run(7260, 7485);
    expect(await run(14_400, 14_445)).toBe(0);
    expect(await run(14_460, 14_475)).toBe(1);
  });

  it('is not declared when the clock jumps a day forward or back', async () => {
    await sendAt(0);
    await run(0, 60);
    expect(await run(86_400, 86_460)).toBe(0);
    await sendAt(86_460);
    expect(await run(75, 120)).toBe(0);
    expect(await world.all()).toEqual([]);
    // Silence is looked for again once the clock has passed the time of the last data.
    expect(await run(86_475, 86_760)).toBe(0);
    expect(await run(86_775, 86_790)).toBe(1);
  });

  it('of an entity that is not expected to send is none, and ends when it is declared so', async () => {
    await world.station('replay', { expectsData: false });
    await run(0, 330);
    expect((await world.all()).map((alert) => alert.key)).toEqual(['silent:s1']);
    await world.station('s1', { expectsData: false });
    expect(await run(345, 360)).toBe(0);
    expect(await world.all()).toMatchObject([{ condition: 'over' }]);
  });

  it('is looked for by one of two processes at a time, and raises one alert', async () => {
    const other = await makeWorld([], { beside: world });
    await sendAt(0);
    for (let n = 0; n <= 360; n += 15) {
      world.setClock(second(n).getTime());
      other.setClock(second(n).getTime());
      await Promise.all([world.rules.tick(second(n)), other.rules.tick(second(n))]);
    }
    expect(await world.all()).toMatchObject([{ key: 'silent:s1', count: 1 }]);
    await other.close();
  });
});
