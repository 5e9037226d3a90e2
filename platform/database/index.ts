/**
 * Database: one PostgreSQL (embedded or by URL), typed access through Kysely, plain SQL migrations.
 * Promise: a transaction's effects are all there or not at all; a changed migration is refused; after the server
 * died the pool connects again by itself.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CompiledQuery,
  type ConnectionProvider,
  DefaultQueryExecutor,
  Kysely,
  PostgresDialect,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import { type Applied, type MigrationFolder, migrate } from './migrate.ts';

export { type BackUp, backUp, readBackUp, writeWhole } from './back-up.ts';
export {
  type Embedded,
  type EmbeddedOptions,
  freePort,
  giveToServer,
  openToAll,
  passwordFileOf,
  startEmbedded,
} from './embedded.ts';
export type { Applied, MigrationFolder } from './migrate.ts';
export { type Exported, exportDatabase, importDatabase, readExport } from './move.ts';
export { giveAll, restoreEmbedded } from './restore.ts';

/**
 * A handle without tables; a room types it with its own: `db.withTables<AuditTables>()`. A transaction is a handle
 * too, so a function that takes `Db` joins its caller's transaction.
 */
export type Db = Kysely<object>;
export type Tx = Transaction<object>;

export type Database = {
  /** The handle that rooms get. */
  db: Db;
  /** For COPY and other things that need a connection of their own. */
  pool: pg.Pool;
  migrate(folders: readonly MigrationFolder[]): Promise<Applied[]>;
  close(): Promise<void>;
};

const INT8 = 20;
const NUMERIC = 1700;
const DATE = 1082;

/** bigint and numeric come as numbers (ids stay below 2^53), dates as `yyyy-mm-dd`, timestamptz as Date. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 || oid === NUMERIC) return Number;
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

/**
 * A connection costs some 100 ms of work to make (a process, a sign-in, catalogues read anew), and would be made just
 * when there is most to do: it is kept over quiet minutes.
 */
const IDLE_MS = 10 * 60_000;

/** Connections for what asks for one while it holds one. */
const SPARE = 5;

/**
 * The handle. Whoever holds a connection for a transaction and asks something by the handle itself (a tree that is
 * remembered for seconds, a room that knows nothing of the transaction) gets a spare connection for it: out of the one
 * pool, as many such transactions at once as it has connections would wait for each other for ever.
 */
function overPool(pool: pg.Pool, spare: pg.Pool): Kysely<object> {
  const holding = new AsyncLocalStorage<{ open: boolean }>();
  const dialect = new PostgresDialect({
    pool: {
      connect: () => (holding.getStore()?.open ? spare : pool).connect(),
      async end() {
        await Promise.all([pool.end(), spare.end()]);
      },
    },
  });
  const driver = dialect.createDriver();
  let ready: Promise<void> | null = null;
  const connections: ConnectionProvider = {
    async provideConnection(consumer) {
      ready ??= driver.init();
      await ready;
      const connection = await driver.acquireConnection();
      const held = { open: true };
      try {
        return await holding.run(held, () => consumer(connection));
      } finally {
        // What was begun meanwhile and outlives it holds nothing any more.
        held.open = false;
        await driver.releaseConnection(connection);
      }
    },
  };
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), connections, []);
  return new Kysely<object>({ config: { dialect }, dialect, driver, executor });
}

/** Opens a pool on the URL; does not migrate. `onError` hears of each connection lost, idle or at work. */
export function openDatabase(url: string, options: { max?: number; onError?: (error: Error) => void } = {}): Database {
  const lost = (error: Error): void => options.onError?.(error);
  const open = (max: number): pg.Pool => {
    const opened = new pg.Pool({
      connectionString: url,
      max,
      types,
      allowExitOnIdle: false,
      idleTimeoutMillis: IDLE_MS,
    });
    opened.on('error', lost);
    // The pool listens only while a connection is idle. One that is lost at work fails its query, and besides says
    // 'error' once more or twice: with nobody listening that would end the whole process.
    opened.on('acquire', (client) => client.on('error', lost));
    opened.on('release', (_error, client) => client.off('error', lost));
    return opened;
  };
  const pool = open(options.max ?? 20);
  const spare = open(SPARE);
  const db = overPool(pool, spare);
  return {
    db,
    pool,
    migrate: (folders) => migrate(pool, folders),
    close: () => db.destroy(),
  };
}

/** Runs the work in one transaction, or in the caller's where it already is one. */
export async function inTransaction<R>(db: Db | Tx, work: (tx: Tx) => Promise<R>): Promise<R> {
  if (db.isTransaction) return work(db as Tx);
  return db.transaction().execute(work);
}

/** A statement with bound parameters, for SQL that stands in a file of its own. */
export const statement = (text: string, values: readonly unknown[]) => CompiledQuery.raw(text, [...values]);
