/** What ran, read from pg-boss's own tables (schema `pgboss`, version 10). */
import type PgBoss from 'pg-boss';

export type Run = {
  id: string;
  name: string;
  state: 'active' | 'completed' | 'failed' | 'retry' | 'cancelled';
  /** tries so far */
  attempts: number;
  ids: Record<string, string>;
  requestedAt: Date;
  startedAt: Date;
  endedAt: Date | null;
  /** message of the last failure */
  error: string | null;
};

type Row = {
  id: string;
  name: string;
  state: Run['state'];
  retry_count: number;
  data: { ids?: Record<string, string> } | null;
  created_on: Date;
  started_on: Date;
  completed_on: Date | null;
  output: { message?: string } | null;
};

async function rowsOf<R>(db: PgBoss.Db, text: string, values: unknown[]): Promise<R[]> {
  const { rows } = await db.executeSql(text, values);
  return rows as R[];
}

const COLUMNS = 'id::text, name, state::text, retry_count, data, created_on, started_on, completed_on, output';
const WHERE = `name = any($1::text[]) and started_on is not null
  and ($2::text is null or state::text = $2) and ($3::timestamptz is null or started_on >= $3)`;

/** The last runs that began, newest first; `perName` gives so many of each name. */
export async function recentRuns(
  db: PgBoss.Db,
  query: { names: readonly string[]; state?: 'failed'; since?: Date; perName?: number; limit?: number },
): Promise<Run[]> {
  const rows = await rowsOf<Row>(
    db,
    `select * from (
       select *, row_number() over (partition by name order by started_on desc) as place from (
         select ${COLUMNS} from pgboss.job where ${WHERE}
         union all
         select ${COLUMNS} from pgboss.archive where ${WHERE}
       ) as both_tables
     ) as placed
     where $4::int is null or place <= $4
     order by started_on desc
     limit $5`,
    [query.names, query.state ?? null, query.since ?? null, query.perName ?? null, query.limit ?? 1000],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    attempts: row.retry_count + 1,
    ids: row.data?.ids ?? {},
    requestedAt: row.created_on,
    startedAt: row.started_on,
    endedAt: row.completed_on,
    error: row.state === 'completed' ? null : (row.output?.message ?? null),
  }));
}

/** Whether a run of the job that began after the instant has completed. */
export async function ranSince(db: PgBoss.Db, name: string, since: Date): Promise<boolean> {
  const rows = await rowsOf(
    db,
    `select 1 from pgboss.job where name = $1 and state = 'completed' and started_on > $2 limit 1`,
    [name, since],
  );
  return rows.length > 0;
}

export async function waitingOf(db: PgBoss.Db, names: readonly string[]): Promise<Map<string, number>> {
  const rows = await rowsOf<{ name: string; n: number }>(
    db,
    `select name, count(*)::int as n from pgboss.job
     where name = any($1::text[]) and state in ('created', 'retry') group by name`,
    [names],
  );
  return new Map(rows.map((row) => [row.name, row.n]));
}
