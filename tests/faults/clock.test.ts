/**
 * The machine's clock jumps a day ahead and a day back (a dead battery, a wrong time server), for the program and its
 * database alike: nothing acknowledged is lost, and followers, sums and the audit chain hold.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openToAll } from '../../platform/database/index.ts';
import { type RunningServer, startTestServer } from '../running-server.ts';
import { type Province, settle, sorted } from './province.ts';

const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));
const DAY = 86_400_000;
const MINUTE = 60_000;

let directory: string;
let server: RunningServer | undefined;
let province: Province;

beforeAll(async () => {
  if (!library) return;
  directory = await mkdtemp(join(tmpdir(), 'dttm-clock-'));
  await openToAll(directory);
  await jump(0);
  server = await startTestServer({
    mode: 'clean',
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: join(directory, 'offset'),
      FAKETIME_NO_CACHE: '1',
      // What measures how long something takes does not jump on a real machine either.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      MQTT_PORT: '-1',
    },
  });
  province = await settle(() => server?.url ?? '');
}, 120_000);
afterAll(async () => {
  await server?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
}, 60_000);

const jump = (days: number) =>
  writeFile(join(directory, 'offset'), `${days >= 0 ? '+' : ''}${days}d\n`, { mode: 0o644 });

it.skipIf(!library)(
  `a clock that jumps a day ahead and back${library ? '' : ' (skipped: there is no libfaketime)'}`,
  async () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const clock = async (): Promise<number> => Date.parse((await province.get<{ at: string }>('/api/service')).at);
    const near = (days: number) => async (): Promise<boolean> =>
      Math.abs((await clock()) - Date.now() - days * DAY) < MINUTE;

    for (let n = 30; n > 20; n--) expect(await province.send(now - n * MINUTE, n), province.why()).toBe(true);
    // A value of tomorrow is refused while it is tomorrow.
    expect(await province.send(now + DAY - 30 * MINUTE, 1)).toBe(false);

    await jump(1);
    expect(await near(1)()).toBe(true);
    for (let n = 30; n > 20; n--)
      expect(await province.send(now + DAY - n * MINUTE, 20 + n), province.why()).toBe(true);
    await province.settled();

    await jump(0);
    expect(await near(0)()).toBe(true);
    for (let n = 20; n > 10; n--) expect(await province.send(now - n * MINUTE, n), province.why()).toBe(true);
    await province.settled();

    await jump(-1);
    expect(await near(-1)()).toBe(true);
    for (let n = 30; n > 20; n--)
      expect(await province.send(now - DAY - n * MINUTE, n - 40), province.why()).toBe(true);
    await province.settled();

    await jump(0);
    expect(await province.send(now - 5 * MINUTE, 5), province.why()).toBe(true);
    await province.settled();
    expect(province.acknowledged.size).toBe(41);
    expect(await province.stored(now - 2 * DAY)).toEqual(sorted(province.acknowledged));
    // The hour of each value holds exactly the values of that hour, whatever the clock said when it came.
    const query = new URLSearchParams({
      from: new Date(now - 2 * DAY).toISOString(),
      to: new Date(now + 2 * DAY).toISOString(),
      step: 'hour',
    });
    const path = `/api/history/urn:ngsi-ld:AirQualityStation:loi/temperature?${query}`;
    const { points } = await province.get<{ points: { at: number; n: number }[] }>(path);
    const counts = new Map<number, number>();
    for (const at of province.acknowledged.keys()) {
      const hour = Math.floor(at / (60 * MINUTE)) * 60 * MINUTE;
      counts.set(hour, (counts.get(hour) ?? 0) + 1);
    }
    expect(points.filter((one) => one.n > 0).map(({ at, n }) => [at, n])).toEqual(sorted(counts));
    expect(await province.get('/api/audit/verify')).toMatchObject({ ok: true });
    // A day that was not lived is no silence of the station, once it has sent again.
    const alerts = await province.get<{ items: { key: string; condition: string }[] }>('/api/alerts?limit=100');
    expect(alerts.items.filter((one) => one.key.startsWith('silent:') && one.condition === 'on')).toEqual([]);
  },
  180_000,
);
