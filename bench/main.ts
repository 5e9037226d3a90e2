/**
 * `npm run bench`: what the platform does in a second, each figure beside a floor measured in the same run on the same
 * machine, against the same embedded PostgreSQL with full durability. Writes bench/results.json.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, openDatabase, openToAll, startEmbedded } from '../platform/database/index.ts';
import { migrationFolders } from '../server/migrations.ts';
import { type Load, post } from './load.ts';

export type Result = {
  name: string;
  value: number;
  unit: string;
  floor: number;
  ratio: number;
  goal: number;
  met: boolean;
};

const SENSORS = 500;
const PROPERTIES = ['pm25', 'pm10', 'so2', 'no2', 'co', 'o3'] as const;
const CONNECTIONS = 32;
const MINUTE = 60_000;
/** What must be ended if the run fails. */
const running = new Set<() => Promise<void>>();
const directory = await mkdtemp(join(tmpdir(), 'dttm-bench-'));
await openToAll(directory);
const entityOf = (index: number): string => `urn:ngsi-ld:AirQualityStation:bench-${index}`;

/** Bodies of one-minute data of all sensors, oldest first, ending in the present; every series moves on in time. */
function bodies(total: number, batch: number, offset: number): () => { text: string; observations: number } | null {
  const perMinute = SENSORS * PROPERTIES.length;
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - (Math.ceil(total / perMinute) + offset + 1) * MINUTE;
  let next = 0;
  return () => {
    if (next >= total) return null;
    const rows: string[] = [];
    for (; rows.length < batch && next < total; next++) {
      const place = next % perMinute;
      const at = new Date(start + Math.floor(next / perMinute) * MINUTE).toISOString();
      const property = PROPERTIES[place % PROPERTIES.length];
      rows.push(
        `{"entity":"${entityOf(Math.floor(place / PROPERTIES.length))}","property":"${property}","observedAt":"${at}","value":${20 + (next % 37)}}`,
      );
    }
    return { text: `{"observations":[${rows.join(',')}]}`, observations: rows.length };
  };
}

async function startFloor(): Promise<{ port: number; stop(): Promise<void> }> {
  const server = await startEmbedded({ directory: join(directory, 'floor') });
  const database = openDatabase(server.url, { max: 1 });
  await database.migrate(await migrationFolders());
  const days = Array.from({ length: 4 }, (_, back) =>
    new Date(Date.now() - (back - 1) * 86_400_000).toISOString().slice(0, 10),
  );
  for (const day of days) {
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await database.pool.query(
      `create table observations_${day.replaceAll('-', '')} partition of observations for values from ('${day}') to ('${next}')`,
    );
  }
  await database.close();
  const port = await freePort();
  const child: ChildProcess = fork(join(import.meta.dirname, 'floor.ts'), {
    env: { ...process.env, FLOOR_DATABASE_URL: server.url, FLOOR_PORT: String(port) },
  });
  await once(child, 'message');
  const stop = async (): Promise<void> => {
    running.delete(stop);
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
    await server.stop();
  };
  running.add(stop);
  return { port, stop };
}

type Platform = { port: number; key: string; settled(): Promise<number>; stop(): Promise<void> };

/** The real program (clean mode), its first administrator, 500 stations and one device, all through the API. */
async function startPlatform(): Promise<Platform> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'server', 'main.ts'), '--clean'], {
    env: { ...process.env, DATA_DIRECTORY: directory, PORT: '0', MQTT_PORT: '-1', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    running.delete(stop);
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  running.add(stop);
  const file = join(directory, 'clean', 'address.json');
  let url = '';
  for (let tries = 0; tries < 600 && !url; tries++) {
    await sleep(100);
    url = await readFile(file, 'utf8').then(
      (text) => (JSON.parse(text) as { url: string }).url,
      () => '',
    );
  }
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
  return {
    port: Number(new URL(url).port),
    key,
    async settled() {
      const started = performance.now();
      for (;;) {
        const health = (await (await call('GET', '/api/service')).json()) as { followers: { behind: number }[] };
        if (health.followers.every((one) => one.behind === 0)) return (performance.now() - started) / 1000;
        await sleep(50);
      }
    },
    stop,
  };
}

const rate = (load: Load): number => {
  if (load.failures > 0) throw new Error(`${load.failures} requests failed`);
  return load.observations / load.seconds;
};

const results: Result[] = [];
function tell(name: string, unit: string, value: number, floor: number, goal: number, note: string): void {
  const ratio = value / floor;
  results.push({
    name,
    value: Math.round(value),
    unit,
    floor: Math.round(floor),
    ratio: Number(ratio.toFixed(3)),
    goal,
    met: ratio >= goal,
  });
  console.log(
    `${name.padEnd(22)} ${Math.round(value).toLocaleString('en')} ${unit}; floor ${Math.round(floor).toLocaleString('en')}; ratio ${ratio.toFixed(2)} (goal ${goal}); ${note}`,
  );
}

try {
  const plan = [
    { name: 'ingest-http-batch', batch: 100, total: Number(process.env.BENCH_BATCH_TOTAL ?? 600_000), goal: 0.6 },
    { name: 'ingest-http-single', batch: 1, total: Number(process.env.BENCH_SINGLE_TOTAL ?? 40_000), goal: 0.6 },
  ];
  const path = '/api/ingest/observations';
  const floors: number[] = [];
  const floor = await startFloor();
  for (const [index, { batch, total }] of plan.entries()) {
    const headers = {};
    await post({
      port: floor.port,
      path,
      headers,
      connections: CONNECTIONS,
      bodies: bodies(Math.min(total, 30_000), batch, 1000 + index * 500),
    });
    floors.push(
      rate(
        await post({
          port: floor.port,
          path,
          headers,
          connections: CONNECTIONS,
          bodies: bodies(total, batch, index * 400),
        }),
      ),
    );
  }
  await floor.stop();

  const platform = await startPlatform();
  const headers = { authorization: `Bearer ${platform.key}` };
  for (const [index, { name, batch, total, goal }] of plan.entries()) {
    await post({
      port: platform.port,
      path,
      headers,
      connections: CONNECTIONS,
      bodies: bodies(Math.min(total, 30_000), batch, 1000 + index * 500),
    });
    await platform.settled();
    const load = await post({
      port: platform.port,
      path,
      headers,
      connections: CONNECTIONS,
      bodies: bodies(total, batch, index * 400),
    });
    const behind = await platform.settled();
    // What followers still had to do counts too: the figure is of observations stored and followed to the end.
    const followed = load.observations / (load.seconds + behind);
    tell(
      name,
      'observations/s',
      rate(load),
      floors[index] ?? 1,
      goal,
      `followers done ${behind.toFixed(1)} s later (${Math.round(followed).toLocaleString('en')}/s to the end)`,
    );
  }
  await platform.stop();
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  // Whatever failed, nothing of this run goes on running.
  for (const end of running) await end();
  await rm(directory, { recursive: true, force: true });
}
