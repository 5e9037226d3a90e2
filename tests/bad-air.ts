/**
 * What the tests that kill send and expect: a station with clean, bad and again clean air, sent by two devices that
 * resend whatever was not acknowledged; its sums, its index and its two alerts, computed by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const HOUR = 3_600_000;
const MINUTE = 60_000;
export const station = 'urn:ngsi-ld:AirQualityStation:kill';

export type Row = { entity: string; property: string; observedAt: string; value: number };
type Point = { at: number; value: number | null; n: number };
export type Ask = <T>(method: string, path: string, headers: Record<string, string>, body?: object) => Promise<T>;

/** Asks until the server answers; refusals of what was asked are errors, a server that is away is waited for. */
export const asking =
  (url: () => string): Ask =>
  async <T>(method: string, path: string, headers: Record<string, string>, body?: object): Promise<T> => {
    for (;;) {
      const answer = await fetch(url() + path, {
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
  };

/** The first administrator, the station and its two devices. */
export async function setUp(url: string, ask: Ask): Promise<{ admin: Record<string, string>; keys: string[] }> {
  const setup = await fetch(`${url}/api/setup`, {
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
  return { admin, keys };
}

export type BadAir = {
  start: number;
  batches: Row[][];
  /** Waits until all that follows the log is done, and compares everything with what was computed by hand. */
  check(ask: Ask, admin: Record<string, string>): Promise<void>;
};

export function badAir(): BadAir {
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

  const check = async (ask: Ask, admin: Record<string, string>): Promise<void> => {
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
  };
  return { start, batches, check };
}
