/**
 * Kill -9 of the server and of its database while two senders deliver: what was acknowledged is there exactly once,
 * sums and indexes are those of the values, one alert is raised and none is doubled or missed, and the audit chain
 * holds. Nothing here depends on how fast the machine is: senders and readers wait for what must come true.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Killable, startKillable } from './killable-server.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const station = 'urn:ngsi-ld:AirQualityStation:kill';

type Row = { entity: string; property: string; observedAt: string; value: number };
type Point = { at: number; value: number | null; n: number };

let server: Killable;

beforeAll(async () => {
  server = await startKillable();
}, 120_000);

afterAll(async () => {
  await server?.end();
}, 60_000);

/** Asks until the server answers; refusals of what was asked are errors, a server that is away is waited for. */
async function ask<T>(method: string, path: string, headers: Record<string, string>, body?: object): Promise<T> {
  for (;;) {
    const answer = await fetch(server.url() + path, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((error: unknown) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (answer?.ok) {
      // The answer itself can be cut off by a kill: then it counts as not given.
      const whole = await answer.json().catch(() => null);
      if (whole !== null) return whole as T;
    } else if (answer && answer.status < 500 && answer.status !== 429) {
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    await sleep(100);
  }
}

it('keeps every acknowledged value once, its sums, its one alert and the audit chain', async () => {
  const setup = await fetch(`${server.url()}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'dttm' },
    body: JSON.stringify({ loginName: 'quantri', name: 'Quản trị', password: 'Lúa-chín-vàng-2520' }),
  });
  expect(setup.status, await setup.clone().text()).toBe(200);
  const cookie = (setup.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const admin = { cookie, 'x-requested-with': 'dttm' };
  await ask('PUT', `/api/entities/${station}`, admin, {
    type: 'AirQualityStation',
    name: 'Trạm chịu lỗi',
    organisationId: null,
    location: { lon: 106.27, lat: 20.446 },
    properties: { everySeconds: 60 },
  });
  const keys: string[] = [];
  for (const id of ['gui-1', 'gui-2']) {
    const { key } = await ask<{ key: string }>('PUT', `/api/devices/${id}`, admin, { name: id, entityIds: [station] });
    keys.push(key);
  }

  // Twenty whole hours up to the one that runs: PM2.5 of 20 µg/m³ for eight hours, 400 for the next eight, 10 for the
  // last four. By hand (Decision 1459): 20/400 < 1/2, so the weight is 1/2 and the NowCast is the sum of c_i/2^i.
  //   hour 8    200 + 10 = 210         between 150 and 250: index 260   above 150: bad begins
  //   hour 9    200 + 100 + 5 = 305    between 250 and 350: index 355   above 300: hazardous begins
  //   hour 16   5 + 199.2 = 204.2      between 150 and 250: index 254   at most 280: hazardous ends
  //   hour 17   5 + 2.5 + 99.6 = 107.1 between 80 and 150:  index 169   still bad
  //   hour 18   5 + 2.5 + 1.25 + 49.8 = 58.6, between 50 and 80: index 114, at most 130: bad ends
  const end = Math.floor(Date.now() / HOUR) * HOUR;
  const start = end - 20 * HOUR;
  const level = (hour: number): number => (hour < 8 ? 20 : hour < 16 ? 400 : 10);
  const truth = new Map<string, Map<number, number>>([
    ['pm25', new Map()],
    ['temperature', new Map()],
  ]);
  const rows: Row[] = [];
  for (let minute = 0; minute < 20 * 60; minute++) {
    const at = start + minute * MINUTE;
    const observedAt = new Date(at).toISOString();
    const values = { pm25: level(Math.floor(minute / 60)), temperature: 20 + (minute % 10) };
    for (const [property, value] of Object.entries(values)) {
      truth.get(property)?.set(at, value);
      rows.push({ entity: station, property, observedAt, value });
    }
  }
  const batches: Row[][] = [];
  for (let from = 0; from < rows.length; from += 40) batches.push(rows.slice(from, from + 40));

  // Both senders send everything, in the same order: what one has delivered the other resends, killed or not.
  const acknowledged = [0, 0];
  let running = true;
  const sender = async (which: number): Promise<void> => {
    for (const observations of batches) {
      const answer = await ask<{ accepted: number; refused: unknown[] }>(
        'POST',
        '/api/ingest/observations',
        { authorization: `Bearer ${keys[which]}` },
        { observations },
      );
      expect(answer).toEqual({ accepted: observations.length, refused: [] });
      acknowledged[which] = (acknowledged[which] ?? 0) + 1;
      // Leaves time for what follows the log (sums, indexes, rules), so that kills hit that work too.
      await sleep(60);
    }
  };
  const reached = async (batch: number): Promise<void> => {
    while (running && Math.max(...acknowledged) < batch) await sleep(20);
  };
  const kills: string[] = [];
  const killer = async (): Promise<void> => {
    // At a fifth, two fifths, … of the way: while clean air, while bad air, and about where it ends.
    for (const [index, what] of (['server', 'database', 'server', 'database'] as const).entries()) {
      await reached(Math.floor((batches.length * (index + 1)) / 5));
      expect(running, 'the senders were done before the kill').toBe(true);
      const midst = Math.max(...acknowledged);
      expect(midst).toBeLessThan(batches.length);
      kills.push(what);
      if (what === 'server') await server.killServer();
      else await server.killDatabase();
    }
  };
  await Promise.all([
    Promise.all([sender(0), sender(1)]).finally(() => {
      running = false;
    }),
    killer(),
  ]);
  expect(kills).toEqual(['server', 'database', 'server', 'database']);
  expect(acknowledged).toEqual([batches.length, batches.length]);

  // What follows the log is through when no follower is behind.
  for (;;) {
    const health = await ask<{ waiting: number; followers: { behind: number; error: string | null }[] }>(
      'GET',
      '/api/service',
      admin,
    );
    if (health.waiting === 0 && health.followers.every((one) => one.behind === 0)) break;
    await sleep(200);
  }

  const curve = async (property: string, step: string): Promise<Point[]> => {
    const query = new URLSearchParams({
      from: new Date(start - HOUR).toISOString(),
      to: new Date(end + HOUR).toISOString(),
      step,
    });
    const answer = await ask<{ points: Point[]; cut: boolean }>(
      'GET',
      `/api/history/${station}/${property}?${query}`,
      admin,
    );
    expect(answer.cut).toBe(false);
    return answer.points;
  };

  for (const [property, expected] of truth) {
    const raw = await curve(property, 'raw');
    expect(raw.map(({ at, value }) => [at, value])).toEqual([...expected]);
    // 60 values an hour in 20 hours: sums that counted a resend, or lost a batch, would differ.
    const hours = (await curve(property, 'hour')).filter((one) => one.n > 0);
    expect(hours.map(({ at, n }) => [at, n])).toEqual(
      Array.from({ length: 20 }, (_, hour) => [start + hour * HOUR, 60]),
    );
    if (property === 'pm25') expect(hours.map((one) => one.value)).toEqual(hours.map((_, hour) => level(hour)));
  }

  // VN_AQI of each hour: the first needs two of three hours for its NowCast, so that 19 hours have one.
  const index = await curve('vn_aqi_hourly', 'raw');
  expect(index.map((one) => one.at)).toEqual(Array.from({ length: 19 }, (_, hour) => start + (hour + 1) * HOUR));
  const above = (limit: number) =>
    index.filter((one) => (one.value ?? 0) > limit).map((one) => (one.at - start) / HOUR);
  expect(above(150)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  expect(above(300)).toEqual([9, 10, 11, 12, 13, 14, 15]);

  // Two rules see it (above 150: bad; above 300: hazardous): one alert each, begun and over as computed above.
  const { items } = await ask<{
    items: { key: string; condition: string; happenedAt: string; overAt: string | null }[];
  }>('GET', `/api/alerts?${new URLSearchParams({ entity: station, limit: '100' })}`, admin);
  const hour = (count: number): string => new Date(start + count * HOUR).toISOString();
  const ofRule = (id: string) =>
    items
      .filter((one) => one.key === `rule:environment.air.${id}:${station}`)
      .map(({ condition, happenedAt, overAt }) => ({ condition, happenedAt, overAt }));
  expect(ofRule('aqi-bad')).toEqual([{ condition: 'over', happenedAt: hour(8), overAt: hour(18) }]);
  expect(ofRule('aqi-hazardous')).toEqual([{ condition: 'over', happenedAt: hour(9), overAt: hour(16) }]);
  expect(items.filter((one) => one.key.startsWith('rule:'))).toHaveLength(2);
  expect(new Set(items.map((one) => one.key)).size).toBe(items.length);

  const verified = await ask<{ ok: boolean; rows: number }>('GET', '/api/audit/verify', admin);
  expect(verified).toMatchObject({ ok: true });
  expect(verified.rows).toBeGreaterThan(3);
}, 240_000);
