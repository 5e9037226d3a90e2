/** The real program in clean mode, with a first administrator, 500 stations and one device, all made through the API. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openToAll } from '../platform/database/index.ts';
import { cpuSeconds, type Run } from './run.ts';

export const SENSORS = 500;
export const PROPERTIES = ['pm25', 'pm10', 'so2', 'no2', 'co', 'o3'] as const;
export const entityOf = (index: number): string => `urn:ngsi-ld:AirQualityStation:bench-${index}`;

export type Platform = {
  url: string;
  port: number;
  mqttPort: number;
  databaseUrl: string;
  /** the administrator's session */
  cookie: string;
  /** the device's key, `bench.<secret>` */
  key: string;
  call(method: string, path: string, body?: object): Promise<Response>;
  /** Waits until every follower has passed everything. @returns seconds that it took */
  settled(): Promise<number>;
  /** CPU seconds used so far by the program and its database, which is its child */
  cpu(): Promise<number>;
  pid: number;
  stop(): Promise<void>;
};

export async function startPlatform(run: Run, options: { mqtt?: boolean } = {}): Promise<Platform> {
  const directory = await mkdtemp(join(run.directory, 'platform-'));
  await openToAll(directory);
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'server', 'main.ts'), '--clean'], {
    env: {
      ...process.env,
      DATA_DIRECTORY: directory,
      PORT: '0',
      MQTT_PORT: options.mqtt ? '0' : '-1',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    run.running.delete(stop);
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  run.running.add(stop);
  const file = join(directory, 'clean', 'address.json');
  type Address = { url: string; pid: number; mqttPort: number | null };
  let address: Address | null = null;
  for (let tries = 0; tries < 600 && address?.pid !== child.pid; tries++) {
    await sleep(100);
    address = await readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as Address,
      () => null,
    );
  }
  if (!address || !child.pid) throw new Error('the platform did not start');
  const { url, mqttPort } = address;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-requested-with': 'dttm' };
  const call = async (method: string, path: string, body?: object): Promise<Response> => {
    const answer = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const setUp = await call('POST', '/api/setup', {
    loginName: 'bench',
    name: 'Bench',
    password: 'mat-khau-do-luong-1',
  });
  headers.cookie = setUp.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const ids = Array.from({ length: SENSORS }, (_, index) => entityOf(index));
  for (const [index, id] of ids.entries()) {
    await call('PUT', `/api/entities/${encodeURIComponent(id)}`, {
      type: 'AirQualityStation',
      name: `Trạm đo ${index}`,
      organisationId: null,
      location: { lon: 106.2 + (index % 25) / 100, lat: 20.35 + Math.floor(index / 25) / 100 },
      properties: { everySeconds: 60 },
    });
  }
  const { key } = (await (await call('PUT', '/api/devices/bench', { name: 'Bench', entityIds: ids })).json()) as {
    key: string;
  };
  const password = await readFile(join(directory, 'clean', '.postgres.password'), 'utf8');
  const postmaster = await readFile(join(directory, 'clean', 'postgres', 'postmaster.pid'), 'utf8');
  const databaseUrl = `postgres://dttm:${password.trim()}@127.0.0.1:${postmaster.split('\n')[3]}/postgres`;
  return {
    url,
    databaseUrl,
    port: Number(new URL(url).port),
    mqttPort: mqttPort ?? -1,
    cookie: headers.cookie,
    key,
    call,
    pid: child.pid,
    async settled() {
      const started = performance.now();
      // Asked of the cursors themselves: the service page looks at far more, and would be measured with it.
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        for (;;) {
          const behind = await client.query(`select from cursors c cross join lateral (
            select from events e where (e.xid, e.id) > (c.xid, c.id) order by e.xid, e.id limit 1) e limit 1`);
          if (behind.rowCount === 0) return (performance.now() - started) / 1000;
          await sleep(50);
        }
      } finally {
        await client.end();
      }
    },
    cpu: () => cpuSeconds(child.pid ?? 0),
    stop,
  };
}
