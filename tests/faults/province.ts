/** For tests of faults: a small province on a running program, that sends values and knows what was acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';

export const station = 'urn:ngsi-ld:AirQualityStation:loi';
export const PASSWORD = 'Lúa-chín-vàng-2520';

export type Answer = { status: number; body: unknown };

export type Province = {
  /** of its device */
  key: string;
  /** Sends one value; true where it was acknowledged. Whatever goes wrong is 'not acknowledged', never an error. */
  send(at: number, value: number): Promise<boolean>;
  /** The last answer to `send`, for messages. */
  why(): string;
  /** What was acknowledged: instant in ms -> value. */
  acknowledged: Map<number, number>;
  /** Every stored value of the station since an instant, oldest first. */
  stored(since: number): Promise<[at: number, value: number][]>;
  get<T>(path: string): Promise<T>;
  /** Resolves when no follower is behind. */
  settled(): Promise<void>;
};

/** Asks until it is answered with what is wanted, for two minutes; what comes between is not looked at. */
export async function until<T>(ask: () => Promise<T | null | false>, what: string): Promise<T> {
  let last: unknown = null;
  for (const end = performance.now() + 120_000; performance.now() < end; await sleep(100)) {
    try {
      const found = await ask();
      if (found !== null && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what} did not come: ${String(last)}`);
}

/** Makes the first administrator, a station and its device. */
export async function settle(url: () => string): Promise<Province> {
  let cookie = '';
  const json = { 'content-type': 'application/json', 'x-requested-with': 'dttm' };
  const enter = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(url() + path, { method: 'POST', headers: json, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const ask = () =>
      fetch(url() + path, { method, headers: { ...json, cookie }, ...(body ? { body: JSON.stringify(body) } : {}) });
    let answer = await ask();
    if (answer.status === 401) {
      await enter('/api/session', { loginName: 'quantri', password: PASSWORD });
      answer = await ask();
    }
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  await enter('/api/setup', { loginName: 'quantri', name: 'Quản trị', password: PASSWORD });
  await call('PUT', `/api/entities/${station}`, {
    type: 'AirQualityStation',
    name: 'Trạm chịu lỗi',
    organisationId: null,
    location: { lon: 106.27, lat: 20.446 },
    properties: { everySeconds: 60 },
  });
  const device = await call<{ key: string }>('PUT', '/api/devices/loi', { name: 'loi', entityIds: [station] });
  const acknowledged = new Map<number, number>();
  let why = '';
  const get = <T>(path: string) => call<T>('GET', path);
  return {
    key: device.key,
    acknowledged,
    why: () => why,
    get,
    async send(at, value) {
      const observations = [
        { entity: station, property: 'temperature', observedAt: new Date(at).toISOString(), value },
      ];
      try {
        const answer = await fetch(`${url()}/api/ingest/observations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${device.key}` },
          body: JSON.stringify({ observations }),
          signal: AbortSignal.timeout(20_000),
        });
        const body = (await answer.json()) as { accepted?: number };
        why = `${answer.status} ${JSON.stringify(body)}`;
        if (!answer.ok || body.accepted !== 1) return false;
      } catch (error) {
        why = String(error);
        return false;
      }
      acknowledged.set(at, value);
      return true;
    },
    async stored(since) {
      const query = new URLSearchParams({
        from: new Date(since).toISOString(),
        to: new Date(since + 4 * 24 * 3_600_000).toISOString(),
        step: 'raw',
      });
      const { points } = await get<{ points: { at: number; value: number | null }[] }>(
        `/api/history/${station}/temperature?${query}`,
      );
      // A point without a value marks a gap of the curve.
      return points.flatMap(({ at, value }): [number, number][] => (value === null ? [] : [[at, value]]));
    },
    async settled() {
      await until(async () => {
        const state = await get<{ waiting: number; followers: { behind: number }[] }>('/api/service');
        return state.waiting === 0 && state.followers.every((one) => one.behind === 0);
      }, 'the end of the followers’ work');
    },
  };
}

export const sorted = (values: Map<number, number>): [number, number][] => [...values].sort(([a], [b]) => a - b);
