import type pg from 'pg';
import type { Logger } from 'pino';
import type { Job } from '../platform/jobs/index.ts';
import { systemPrincipal } from '../platform/rights/index.ts';

/**
 * Tables whose rows are written over again and again: room on each page for the next version (no new index entry
 * then), and a vacuum after some thousand changes rather than after a fifth of the table.
 */
export const hotTables = ['cursors', 'series_states', 'rollups', 'rule_states', 'alert_keys', 'sessions', 'devices'];

const HOT = {
  fillfactor: '80',
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_vacuum_threshold: '1000',
  autovacuum_analyze_scale_factor: '0.05',
};
const DAY_MS = 86_400_000;

export type Care = { settings: string[]; frozen: string[] };

/**
 * Looks after the tables: gives hot ones their settings, and freezes each partition of observations that has been
 * closed for two days, once: a day that will hardly be written again then needs no look of autovacuum ever again, and
 * is read by its visibility map. Late data unfreeze their pages only, and the next run sees to them.
 */
export async function careForDatabase(pool: pg.Pool, now: Date, signal?: AbortSignal): Promise<Care> {
  const settings: string[] = [];
  const wanted = Object.entries(HOT).map(([name, value]) => `${name}=${value}`);
  const hot = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname = any($1) and not coalesce(reloptions, '{}') @> $2`,
    [hotTables, wanted],
  );
  for (const { name } of hot.rows) {
    await pool.query(`alter table ${name} set (${wanted.join(', ')})`);
    settings.push(name);
  }
  // The upper bound says when a partition closed, whatever stretch of time it is for. After a crash the server has
  // forgotten what it vacuumed: once more costs a look at the visibility map.
  const closed = await pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_inherits i on i.inhrelid = c.oid
     where i.inhparent = 'observations'::regclass
       and (pg_stat_get_last_vacuum_time(c.oid) is null or pg_stat_get_mod_since_analyze(c.oid) > 0)
       and (substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)'))::timestamptz <= $1
     order by 1`,
    [new Date(now.getTime() - 2 * DAY_MS)],
  );
  const frozen: string[] = [];
  for (const { name } of closed.rows) {
    signal?.throwIfAborted();
    await pool.query(`vacuum (freeze, analyze) ${name}`);
    frozen.push(name);
  }
  return { settings, frozen };
}

/** The care as a job of the small hours, after the back-up. */
export function careJob(pool: pg.Pool, now: () => Date, logger: Logger): Job {
  return {
    name: 'database.care',
    cron: '40 2 * * *',
    principal: systemPrincipal('database', []),
    minutes: 4 * 60,
    async run({ signal }) {
      logger.info(await careForDatabase(pool, now(), signal), 'database cared for');
    },
  };
}
