/** Observations a second over HTTP, in batches of 100 and singly, with everything on, beside the bare floor. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, openDatabase, startEmbedded } from '../platform/database/index.ts';
import { migrationFolders } from '../server/migrations.ts';
import { bodies } from './bodies.ts';
import { influxRate } from './influx.ts';
import { type Load, post } from './load.ts';
import { type Platform, startPlatform } from './platform.ts';
import { against, cpuSeconds, type Measure, type Result, type Run } from './run.ts';

const CONNECTIONS = 32;
const PATH = '/api/ingest/observations';
const plan = [
  { name: 'ingest-http-batch', batch: 100, total: Number(process.env.BENCH_BATCH_TOTAL ?? 1_500_000), goal: 0.6 },
  { name: 'ingest-http-single', batch: 1, total: Number(process.env.BENCH_SINGLE_TOTAL ?? 200_000), goal: 0.6 },
];

type Floor = { port: number; cpu(): Promise<number>; stop(): Promise<void> };

async function startFloor(run: Run): Promise<Floor> {
  const server = await startEmbedded({ directory: join(run.directory, 'floor') });
  const database = openDatabase(server.url, { max: 1 });
  await database.migrate(await migrationFolders());
  const days = Array.from({ length: 5 }, (_, back) =>
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
  const child = fork(join(import.meta.dirname, 'floor.ts'), {
    env: { ...process.env, FLOOR_DATABASE_URL: server.url, FLOOR_PORT: String(port) },
  });
  await once(child, 'message');
  const stop = async (): Promise<void> => {
    run.running.delete(stop);
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
    await server.stop();
  };
  run.running.add(stop);
  return {
    port,
    cpu: async () => (await cpuSeconds(child.pid ?? 0)) + (await cpuSeconds(server.pid() ?? 0)),
    stop,
  };
}

const perSecond = (load: Load): number => {
  if (load.failures > 0) throw new Error(`${load.failures} requests failed`);
  return load.observations / load.seconds;
};

type Measured = { rate: number; acknowledged: number; behind: number; cpuMicros: number };

async function measure(
  server: Floor | Platform,
  headers: Record<string, string>,
  settle: () => Promise<number>,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [index, { batch, total }] of plan.entries()) {
    const options = { port: server.port, path: PATH, headers, connections: CONNECTIONS };
    await post({ ...options, bodies: bodies(Math.min(total, 30_000), batch, 2500 + index * 100) });
    await settle();
    const before = await server.cpu();
    const load = await post({ ...options, bodies: bodies(total, batch, index * 1200) });
    const behind = await settle();
    const cpuMicros = (((await server.cpu()) - before) * 1e6) / load.observations;
    const acknowledged = perSecond(load);
    measured.push({ rate: load.observations / (load.seconds + behind), acknowledged, behind, cpuMicros });
  }
  return measured;
}

export const http: Measure = {
  names: [...plan.map((one) => one.name), 'ingest-vs-influxdb'],
  async run(run) {
    const floor = await startFloor(run);
    const floors = await measure(floor, {}, async () => 0);
    await floor.stop();
    const platform = await startPlatform(run);
    const values = await measure(platform, { authorization: `Bearer ${platform.key}` }, platform.settled);
    await platform.stop();
    const influx = await influxRate(run);
    const results = plan.flatMap(({ name, goal }, index): Result[] => {
      const [value, bottom] = [values[index], floors[index]];
      if (!value || !bottom) return [];
      // What followers still had to do counts: the figure is of observations stored and followed to the end.
      const note = `${Math.round(value.acknowledged)}/s acknowledged, followers done ${value.behind.toFixed(1)} s later; CPU ${value.cpuMicros.toFixed(1)} µs an observation (floor ${bottom.cpuMicros.toFixed(1)})`;
      return [against(name, 'observations/s', value.rate, bottom.rate, goal, note)];
    });
    if (influx !== null && values[0]) {
      const note = 'InfluxDB 1.6 stores only: no entities, rights, roll-ups, derived values or rules';
      results.push(against('ingest-vs-influxdb', 'observations/s', values[0].rate, influx, 0.35, note));
    }
    return results;
  },
};
