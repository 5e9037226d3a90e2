import type pg from 'pg';

const DAY_MS = 86_400_000;

/**
 * Keeps the partitions of `observations` ready: one for each UTC day since the start of last month, one for each
 * month before that (an import of years must not make thousands of tables).
 */
export type Partitions = { ensure(observations: readonly { at: number }[]): Promise<void> };

export function createPartitions(pool: pg.Pool, now: () => Date): Partitions {
  const known = new Set<string>();
  const ensureOne = async (name: string, fromMs: number, toMs: number): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      // Two processes that meet a new day at once take turns.
      await client.query("select pg_advisory_xact_lock(hashtext('observations.partitions'))");
      const there = await client.query('select to_regclass($1) is not null as there', [name]);
      if (!there.rows[0]?.there) {
        const range = `from ('${new Date(fromMs).toISOString()}') to ('${new Date(toMs).toISOString()}')`;
        // Made apart and then attached: attaching does not lock readers and writers of the parent out.
        await client.query(`create table ${name} (like observations including all)`);
        await client.query(`alter table observations attach partition ${name} for values ${range}`);
      }
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  };

  return {
    async ensure(observations) {
      const days = new Set<number>();
      for (const { at } of observations) days.add(Math.floor(at / DAY_MS));
      const today = now();
      const daily = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1);
      for (const dayNumber of days) {
        const at = dayNumber * DAY_MS;
        const date = new Date(at);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        const byDay = at >= daily;
        const start = byDay ? at : Date.UTC(year, month, 1);
        const end = byDay ? start + DAY_MS : Date.UTC(year, month + 1, 1);
        const stamp = new Date(start)
          .toISOString()
          .slice(0, byDay ? 10 : 7)
          .replaceAll('-', '');
        const name = `observations_${stamp}`;
        if (known.has(name)) continue;
        // A month whose days were made one by one while it was current goes on by days.
        if (byDay || !(await ensureMonthByDays(pool, stamp, start, end, ensureOne))) await ensureOne(name, start, end);
        known.add(name);
      }
    },
  };
}

async function ensureMonthByDays(
  pool: pg.Pool,
  stamp: string,
  start: number,
  end: number,
  ensureOne: (name: string, fromMs: number, toMs: number) => Promise<void>,
): Promise<boolean> {
  const days = await pool.query(
    "select 1 from pg_class where relname ~ ('^observations_' || $1 || '[0-9]{2}$') limit 1",
    [stamp],
  );
  if (days.rowCount === 0) return false;
  for (let at = start; at < end; at += DAY_MS) {
    const name = `observations_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`;
    await ensureOne(name, at, at + DAY_MS);
  }
  return true;
}
