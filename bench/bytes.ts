/**
 * `bytes-per-observation`: what closed days cost at rest. Fills an empty migrated database with whole days of one-minute
 * data of plausible sensors, compacts them as the job does, and divides what all tables of observations then take on
 * disk, indexes and TOAST included (`pg_total_relation_size`, the emptied row partitions too), by the observations.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { type Database, openDatabase, startEmbedded } from '../platform/database/index.ts';
import { createCompaction, stored } from '../platform/events/index.ts';
import { migrationFolders } from '../server/migrations.ts';
import { atMost, type Measure, percentile, type Result } from './run.ts';

const DAY_MS = 86_400_000;

/**
 * A day's course, slower weather and the noise of the sensor, rounded as such devices send: PM2.5 and PM10 to 0.1,
 * gases to 0.01, water level to 0.001 m, temperature and humidity to 0.1. Every hundredth minute is missing and each
 * day begins with a quarter of an hour of calibration for one series in ten.
 */
const sensors = `
  select s as series_id, at, round((case s % 6
      when 0 then 35 + 15 * sin(m / 229.0) + 4 * z
      when 1 then 60 + 25 * sin(m / 229.0) + 7 * z
      when 2 then 12 + 5 * sin(m / 300.0) + 0.8 * z
      when 3 then 1.8 + 0.6 * sin(m / 118.0) + 0.004 * z
      when 4 then 26 + 5 * sin(m / 229.0) + 0.15 * z
      else 78 + 12 * cos(m / 229.0) + 0.6 * z end)::numeric,
    case s % 6 when 2 then 2 when 3 then 3 else 1 end)::float8 as value,
    case when s % 10 = 0 and m < 15 then 1 else 0 end as quality
  from (select s, m, $1::timestamptz + m * interval '1 minute' as at, random_normal() as z
    from generate_series(1, $2::int) s, generate_series(0, 1439) m) raw
  where (s * 7 + m) % 100 <> 0`;

const SERIES = 300;
const DAYS = 2;

export const bytes: Measure = {
  names: ['bytes-per-observation'],
  async run(run) {
    const server = await startEmbedded({ directory: join(run.directory, 'bytes') });
    const stop = async (): Promise<void> => {
      run.running.delete(stop);
      await server.stop();
    };
    run.running.add(stop);
    const database = openDatabase(server.url);
    try {
      await database.migrate(await migrationFolders());
      return [await measure(database)];
    } finally {
      await database.close();
      await stop();
    }
  },
};

async function measure(database: Database): Promise<Result> {
  const { db, pool } = database;
  const now = new Date();
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const days = Array.from({ length: DAYS }, (_, index) => today - (DAYS + 1 - index) * DAY_MS);
  await pool.query('select setseed(0.25)');
  for (const day of days) {
    const [from, to] = [new Date(day).toISOString(), new Date(day + DAY_MS).toISOString()];
    const name = `observations_${from.slice(0, 10).replaceAll('-', '')}`;
    await pool.query(`create table ${name} partition of observations for values from ('${from}') to ('${to}')`);
    // Minute by minute, as they come: an index filled in order would be smaller than a real one.
    await pool.query(
      `insert into observations (series_id, observed_at, value, quality, batch)
        select series_id, at, value, quality, 0 from (${sensors}) s order by at, series_id`,
      [from, SERIES],
    );
    await pool.query(`vacuum (analyze) ${name}`);
  }
  const observations = await number(database, 'select count(*) as n from observations');
  const asRows = (await sizeOf(database)) / observations;
  const read = async (): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 50; round++) {
      const from = new Date(days[round % days.length] ?? 0);
      const started = performance.now();
      const within = { from, to: new Date(from.getTime() + DAY_MS) };
      await sql`select observed_at, value, quality from ${stored({
        series: sql`${1 + ((round * 7) % SERIES)}::int`,
        from: sql`${within.from}::timestamptz`,
        to: sql`${within.to}::timestamptz`,
        within,
      })} o order by observed_at`.execute(db);
      times.push(performance.now() - started);
    }
    return percentile(times, 0.5);
  };
  const readRowsMs = await read();
  const started = performance.now();
  await createCompaction({ db, pool, now: () => now }).run();
  const seconds = (performance.now() - started) / 1000;
  if ((await number(database, 'select sum(n) as n from observation_days')) !== observations) {
    throw new Error('compaction did not keep every observation');
  }
  await pool.query('vacuum (analyze) observation_days');
  const atRest = (await sizeOf(database)) / observations;
  const readAtRestMs = await read();
  return atMost(
    'bytes-per-observation',
    'bytes',
    atRest,
    4,
    `${observations.toLocaleString('en')} one-minute observations of ${SERIES} series, ${asRows.toFixed(1)} bytes each as they came; ` +
      `compacted ${Math.round(observations / seconds).toLocaleString('en')}/s; a series and day read in ${readAtRestMs.toFixed(1)} ms ` +
      `(${readRowsMs.toFixed(1)} ms as rows)`,
  );
}

async function number(database: Database, text: string): Promise<number> {
  const found = await database.pool.query<{ n: number }>(text);
  return Number(found.rows[0]?.n);
}

/** All leaves of the three tables that hold observations, with their indexes and TOAST. */
function sizeOf(database: Database): Promise<number> {
  return number(
    database,
    `select sum(pg_total_relation_size(t.relid)) + pg_total_relation_size('compacted_days') as n
      from (values ('observations'), ('observation_days')) v (name) cross join lateral pg_partition_tree(v.name::regclass) t`,
  );
}
