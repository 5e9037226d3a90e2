/**
 * Service: the platform watching itself. Promise: what officials must know of the platform (a follower behind, doors
 * that refuse, a disk filling, a back-up too old, a job that failed) is an alert in the same queue as any other; one
 * for each thing, ended by itself when the thing is over; and the whole state can be read at one place.
 */
import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Alerts } from '../alerts/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Http } from '../http/index.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Notify } from '../notify/index.ts';
import { demand, systemPrincipal, visible } from '../rights/index.ts';
import { serviceApi } from './api.ts';
import { faultsOf, type ServiceState } from './judge.ts';
import { daysLeft } from './trend.ts';

export type { ServiceState } from './judge.ts';

export type Service = {
  state(): Promise<ServiceState>;
  /** One look: keeps a sample of the disks each hour, opens alerts for what is wrong, ends those that are over. */
  watch(): Promise<void>;
};

export type ServiceOptions = {
  db: Db;
  pool: pg.Pool;
  log: Pick<Log, 'health'>;
  alerts: Pick<Alerts, 'change' | 'find'>;
  context: Pick<Context, 'type' | 'read' | 'save'>;
  jobs: Pick<Jobs, 'list'>;
  notify: Pick<Notify, 'health'>;
  http: Http;
  now: () => Date;
  live: () => number;
  embedded: boolean;
  mailServer: boolean;
  /** what to look at; the back-up's only where one is configured */
  disks: readonly { name: 'data' | 'back-up'; path: string }[];
  backUp: { configured: boolean; maxAgeHours: number; lastAt(): Promise<Date | null> };
  /** the last errors of this process, newest first */
  errors: () => readonly { at: Date; what: string; message: string }[];
};

/** The entity that alerts about the platform itself are of. */
export const PLATFORM_ID = 'urn:ngsi-ld:Service:platform';

const REFUSED_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const TREND_DAYS = 7;
const principal = systemPrincipal('service', ['entity:write', 'alert:read']);

export function createService(options: ServiceOptions): Service {
  const { db, pool, now, http } = options;
  const startedAt = now();
  let refusals: number[] = [];
  http.app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 429 && reply.getHeader('x-ratelimit-limit') === undefined) refusals.push(now().getTime());
  });

  const disksOf = async (): Promise<ServiceState['disks']> => {
    const since = new Date(now().getTime() - TREND_DAYS * 24 * HOUR_MS);
    return Promise.all(
      options.disks.map(async ({ name, path }) => {
        const { blocks, bavail, bsize } = await statfs(path);
        const samples = await sql<{ at: Date; value: number }>`select at, value from service_samples
          where name = ${`disk:${name}`} and at >= ${since} order by at`.execute(db);
        const freeBytes = bavail * bsize;
        return { name, totalBytes: blocks * bsize, freeBytes, daysLeft: daysLeft(samples.rows, freeBytes) };
      }),
    );
  };

  const state = async (): Promise<ServiceState> => {
    const at = now();
    refusals = refusals.filter((one) => one > at.getTime() - REFUSED_MS);
    const [health, mail, database, slow, disks, lastBackUp, jobs] = await Promise.all([
      options.log.health(),
      options.notify.health(),
      databaseState(pool),
      slowStatements(pool),
      disksOf(),
      options.backUp.lastAt(),
      options.jobs.list(),
    ]);
    return {
      at: at.toISOString(),
      startedAt: startedAt.toISOString(),
      memoryBytes: process.memoryUsage.rss(),
      waiting: health.waiting,
      refused: refusals.length,
      followers: health.followers.map(({ name, behind, since, failures, error }) => ({
        name,
        behind,
        behindSeconds: since ? Math.max(0, (at.getTime() - since.getTime()) / 1000) : 0,
        failures,
        error,
      })),
      live: options.live(),
      embeddedDatabase: options.embedded,
      mailServer: options.mailServer,
      mail: {
        server: mail.server,
        waiting: mail.waiting,
        dead: mail.dead,
        oldestWaitingAt: mail.oldestWaitingAt?.toISOString() ?? null,
        lastError: mail.lastError,
      },
      database,
      slow,
      disks,
      backUp: {
        configured: options.backUp.configured,
        lastAt: lastBackUp?.toISOString() ?? null,
        maxAgeHours: options.backUp.maxAgeHours,
      },
      jobs: jobs.map(({ name, waiting, last }) => ({
        name,
        waiting,
        lastState: last?.state ?? null,
        lastAt: last?.startedAt.toISOString() ?? null,
        error: last?.error ?? null,
      })),
      errors: options.errors().map(({ at: when, what, message }) => ({ at: when.toISOString(), what, message })),
    };
  };

  const sample = async (disks: ServiceState['disks']): Promise<void> => {
    const at = now();
    for (const disk of disks) {
      await sql`insert into service_samples (name, at, value)
        select ${`disk:${disk.name}`}, ${at}, ${disk.totalBytes - disk.freeBytes}
        where not exists (select from service_samples where name = ${`disk:${disk.name}`}
          and at > ${new Date(at.getTime() - HOUR_MS)} and at <= ${at})`.execute(db);
    }
    await sql`delete from service_samples where at < ${new Date(at.getTime() - 4 * TREND_DAYS * 24 * HOUR_MS)}`.execute(
      db,
    );
  };

  http.serve('service', serviceApi, {
    'GET /api/service': async ({ principal: reader }) => {
      // What a machine and its errors say is of the whole province.
      demand(reader, 'service:read', { areaCode: null, organisationId: null });
      return state();
    },
  });

  return {
    state,
    async watch() {
      const found = await state();
      await sample(found.disks);
      const faults = faultsOf(found);
      const keys = new Set(faults.map((fault) => `service:${fault.key}`));
      const query = { source: 'service', condition: 'on', limit: 500 } as const;
      const open = await options.alerts.find(visible(principal, 'alert:read'), query);
      const over = open.items.filter(({ key }) => !keys.has(key));
      await inTransaction(db, async (tx) => {
        if (faults.length === 0 && over.length === 0) return;
        await ensurePlatform(tx);
        const at = new Date(found.at);
        await options.alerts.change(tx, [
          ...over.map(({ key }) => ({ clear: key, at })),
          ...faults.map((fault) => ({
            raise: {
              ...fault,
              key: `service:${fault.key}`,
              source: 'service',
              entityId: PLATFORM_ID,
              happenedAt: at,
              areaCode: null,
              organisationId: null,
              provenance: 'measured' as const,
            },
          })),
        ]);
      });
    },
  };

  /** The platform is an entity like a station, so that its alerts lead somewhere; made when the first one opens. */
  async function ensurePlatform(tx: Parameters<Context['save']>[0]): Promise<void> {
    if (!options.context.type('Service') || (await options.context.read(tx, [PLATFORM_ID])).has(PLATFORM_ID)) return;
    await options.context.save(tx, principal, {
      id: PLATFORM_ID,
      type: 'Service',
      name: 'Nền tảng đô thị thông minh',
      organisationId: null,
      location: null,
      provenance: 'measured',
    });
  }
}

async function databaseState(pool: pg.Pool): Promise<ServiceState['database']> {
  const { rows } = await pool.query<{
    version: string;
    bytes: number;
    connections: number;
    max: number;
    wraparound: number;
    longest: number;
    archive_mode: string;
    failing: boolean;
  }>(`select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::int as max,
      (select max(age(datfrozenxid))::float8 / current_setting('autovacuum_freeze_max_age')::float8 from pg_database) as wraparound,
      coalesce((select extract(epoch from max(clock_timestamp() - xact_start)) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()), 0)::float8 as longest,
      current_setting('archive_mode') as archive_mode,
      (select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver) is true as failing`);
  const row = rows[0];
  if (!row) throw new Error('the database said nothing of itself');
  return {
    version: row.version,
    bytes: row.bytes,
    connections: row.connections,
    maxConnections: row.max,
    wraparound: row.wraparound,
    longestTransactionSeconds: Math.max(0, row.longest),
    archiving: row.archive_mode === 'off' ? 'off' : row.failing ? 'failing' : 'on',
  };
}

/** The ten statements that cost most, by the server's own statistics (parameters are not in them). */
async function slowStatements(pool: pg.Pool): Promise<ServiceState['slow']> {
  const there = await pool.query<{ ok: boolean }>(
    `select exists (select from pg_extension where extname = 'pg_stat_statements')
      and current_setting('pg_stat_statements.track', true) is not null as ok`,
  );
  if (!there.rows[0]?.ok) return null;
  const { rows } = await pool.query<{ query: string; calls: number; mean: number; total: number }>(
    `select left(regexp_replace(query, '\\s+', ' ', 'g'), 300) as query, calls, mean_exec_time as mean, total_exec_time as total
     from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
     order by total_exec_time desc limit 10`,
  );
  return rows.map(({ query, calls, mean, total }) => ({ query, calls, meanMs: mean, totalMs: total }));
}
