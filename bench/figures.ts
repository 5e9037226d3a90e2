/**
 * Figures that people look at, over 50 million stored observations: the latest of 5,000 entities, one station's year by
 * day, a day of 200 stations by hour; each through the room that answers for it, with rights, beside the bare SQL.
 */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase, openToAll, startEmbedded } from '../platform/database/index.ts';
import { systemPrincipal, visible } from '../platform/rights/index.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { migrationFolders } from '../server/migrations.ts';
import { type Measure, percentile, type Run } from './run.ts';

const ENTITIES = 5000;
/** One-minute data of each for a week: 50.4 million. */
const DAYS = 7;
const ROUNDS = 40;
const GOAL_MS = 150;
const DAY_MS = 86_400_000;

const fill = (today: string) => [
  `insert into entities (id, type, name, name_plain, lon, lat, provenance, is_public, created_at, updated_at, properties)
    select 'urn:ngsi-ld:AirQualityStation:f' || e, 'AirQualityStation', 'Trạm ' || e, 'tram ' || e,
      106.1 + (e % 70) / 100.0, 20.3 + e / 70 / 200.0, 'simulated', true, now(), now(), '{"everySeconds": 60}'
    from generate_series(1, ${ENTITIES}) e`,
  `insert into series (entity_id, property) select 'urn:ngsi-ld:AirQualityStation:f' || e, 'pm25'
    from generate_series(1, ${ENTITIES}) e`,
  `insert into series_states (series_id, entity_id, property, value, quality, observed_at, received_at)
    select id, entity_id, property, 20 + id % 30, 0, now(), now() from series`,
  ...Array.from({ length: DAYS }, (_, back) => {
    const day = new Date(Date.parse(today) - (back + 1) * DAY_MS).toISOString().slice(0, 10);
    const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
    return [
      `create table if not exists observation_days_bench_${back} partition of observation_days
        for values from ('${day}') to ('${next}')`,
      `insert into compacted_days values ('${day}', now())`,
      // The days at rest as compaction leaves them: a value of noise for each minute.
      `insert into observation_days (series_id, day, n, first_at, step_ms, base, divisor, small, batch)
        select s.id, '${day}', 1440, '${day}T00:00:00Z', 60000, 0, 10,
          (select array_agg((200 + 40 * random() + (s.id + m) % 50)::smallint) from generate_series(1, 1440) m), 0
        from series s`,
      `insert into rollups (series_id, width, bucket, n, n_all, sum, min, max, last)
        select s.id, 'hour', '${day}T00:00:00Z'::timestamptz + h * interval '1 hour', 60, 60, 1320, 20, 24, 22
        from series s, generate_series(0, 23) h`,
    ];
  }).flat(),
  `insert into rollups (series_id, width, bucket, n, n_all, sum, min, max, last)
    select s.id, 'day', '${today}T17:00:00Z'::timestamptz - d * interval '1 day', 1440, 1440, 31680, 20, 24, 22
    from series s, generate_series(1, 400) d where s.id <= 200 or d <= ${DAYS}`,
  'vacuum analyze',
];

export const figures: Measure = {
  names: ['figures-50m'],
  async run(run: Run) {
    const directory = await mkdtemp(join(run.directory, 'figures-'));
    await openToAll(directory);
    const server = await startEmbedded({ directory: join(directory, 'postgres') });
    const stop = async (): Promise<void> => {
      run.running.delete(stop);
      await server.stop();
    };
    run.running.add(stop);
    const database = openDatabase(server.url);
    try {
      await database.migrate(await migrationFolders());
      const config = readConfig({ DATA_DIRECTORY: directory }, 'clean');
      const now = new Date();
      const composed = await compose({
        config,
        database,
        databaseUrl: server.url,
        logger: pino({ level: 'silent' }),
        now: () => now,
        tracing: null,
      });
      await composed.prepare();
      const today = now.toISOString().slice(0, 10);
      for (const text of fill(today)) await database.pool.query(text);
      const stored = await database.pool.query<{ n: number }>('select sum(n) as n from observation_days');

      const { context, history } = composed;
      const rights = visible(systemPrincipal('bench', ['entity:read']), 'entity:read');
      const station = 'urn:ngsi-ld:AirQualityStation:f';
      const p95 = async (work: (round: number) => Promise<number>, expected: number): Promise<number> => {
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const began = performance.now();
          const n = await work(round);
          times.push(performance.now() - began);
          if (n !== expected) throw new Error(`${n} rows instead of ${expected}`);
        }
        return percentile(times, 0.95);
      };
      const day = (back: number): Date => new Date(Date.parse(today) - back * DAY_MS);
      const some = (round: number): number[] =>
        Array.from({ length: 200 }, (_, index) => 1 + ((round * 200 + index) % ENTITIES));
      const seriesOf = async (ids: readonly number[]): Promise<number[]> =>
        composed.log.series.numbersOf(ids.map((id) => ({ entityId: `${station}${id}`, property: 'pm25' })));

      const latest = await p95(async () => {
        const { items } = await context.find(rights, { type: 'AirQualityStation', limit: ENTITIES });
        return (
          await context.latest(
            database.db,
            items.map((one) => one.id),
          )
        ).size;
      }, ENTITIES);
      const year = await p95(
        async (round) =>
          (await history.curve(rights, `${station}${1 + round}`, 'pm25', day(366), day(1), 'day')).points.filter(
            (one) => one.n > 0,
          ).length,
        365,
      );
      const hours = await p95(
        async (round) =>
          (
            await history.buckets(
              rights,
              some(round).map((id) => `${station}${id}`),
              ['pm25'],
              'hour',
              day(2),
              day(1),
            )
          ).length,
        200 * 24,
      );
      const bare = await p95(async (round) => {
        const rows = await database.pool.query(
          "select * from rollups where series_id = any($1) and width = 'hour' and bucket >= $2 and bucket < $3",
          [await seriesOf(some(round)), day(2), day(1)],
        );
        return rows.rows.length;
      }, 200 * 24);
      const worst = Math.max(latest, year, hours);
      return [
        {
          name: 'figures-50m',
          value: Number(worst.toPrecision(3)),
          unit: 'ms (p95)',
          floor: null,
          ratio: null,
          goal: GOAL_MS,
          met: worst <= GOAL_MS,
          note: `over ${Number(stored.rows[0]?.n).toLocaleString('en')} observations: latest of 5,000 entities ${latest.toFixed(0)}, a station's year by day ${year.toFixed(0)}, 200 stations' day by hour ${hours.toFixed(0)} (the bare SQL of the last ${bare.toFixed(0)})`,
        },
      ];
    } finally {
      await database.close();
      await stop();
    }
  },
};
