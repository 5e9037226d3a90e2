/**
 * The move of a province from one PostgreSQL to another: everything is there, and every follower goes on exactly
 * where it stood, though transaction numbers mean nothing on the other server.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../platform/audit/index.ts';
import { type Database, inTransaction, openDatabase, openToAll } from '../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { createLog, type Log } from '../platform/events/index.ts';
import { systemPrincipal } from '../platform/rights/index.ts';
import { placeOf } from '../server/cli/open.ts';
import { runCli } from '../server/cli/run.ts';
import { readConfig } from '../server/config.ts';
import { installedPostgres, startInstalled } from './other-server.ts';

const now = new Date('2026-11-24T02:00:00Z');
const installed = installedPostgres();

let directory: string;
let source: TestDatabase;
let exportFolder: string;
const ends: (() => Promise<void>)[] = [];

async function call(url: string, ...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const config = readConfig({ DATA_DIRECTORY: directory, DATABASE_URL: url }, 'clean');
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const noOpen = () => Promise.reject(new Error('not to be opened'));
  const code = await runCli(argv, io, noOpen, () => placeOf(config, '/'));
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const logOf = (database: Database): Log =>
  createLog({ db: database.db, pool: database.pool, now: () => now, onError: () => undefined });

/** Runs a follower of this name until it has seen everything there is; answers the subjects in their order. */
async function seenBy(database: Database, name: string, enough: number): Promise<string[]> {
  const log = logOf(database);
  const seen: string[] = [];
  log.follow({
    name,
    kinds: ['thing.'],
    startAt: 'beginning',
    handle: async (_tx, events) => void seen.push(...events.map((event) => event.subject ?? '')),
  });
  log.start();
  for (let tries = 0; seen.length < enough && tries < 200; tries++) await sleep(50);
  await log.settled();
  await log.stop();
  return seen;
}
const say = (database: Database, ...subjects: string[]) =>
  inTransaction(database.db, (tx) =>
    logOf(database).append(
      tx,
      subjects.map((subject) => ({ kind: 'thing.happened', subject, payload: {} })),
    ),
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dttm-move-'));
  await openToAll(directory);
  exportFolder = join(directory, 'export');
  source = await testDatabase();
  await source.pool.query(
    `create table platform_mode (mode text primary key); insert into platform_mode values ('clean')`,
  );
  const log = logOf(source);
  const [series = 0] = await log.series.numbersOf([{ entityId: 'tram-ơ', property: 'pm25' }]);
  // Three days, one of them corrected, with values that only exact text brings back, and a month of its own.
  const values = [0.1 + 0.2, 1e-300, 1 / 3, -0];
  for (const day of ['2026-11-22', '2026-11-23', '2019-03-05']) {
    const at = Date.parse(`${day}T01:00:00Z`);
    await log.offer(values.map((value, n) => ({ seriesId: series, at: at + n * 60_000, value, quality: 0 })));
  }
  await log.offer([{ seriesId: series, at: Date.parse('2026-11-22T01:00:00Z'), value: 7, quality: 0 }]);
  const audit = createAudit({ db: source.db, now: () => now, directory: join(directory, 'audit') });
  await inTransaction(source.db, async (tx) => {
    for (const n of [1, 2, 3]) {
      await audit.record(tx, {
        principal: systemPrincipal('move', []),
        action: 'thing.do',
        subject: `thing:${n}`,
        detail: { text: 'đường “Lý Bôn”\t\\N\n$$' },
      });
    }
  });
  await audit.chain();

  // A transaction that takes its number early and commits late stands before what committed meanwhile.
  await say(source, 'one', 'two');
  expect(await seenBy(source, 'early', 2)).toEqual(['one', 'two']);
  const late = await source.pool.connect();
  await late.query('begin');
  await late.query('select pg_current_xact_id()');
  await say(source, 'three');
  await late.query(`insert into events (at, kind, subject, payload) values (now(), 'thing.happened', 'late', '{}')`);
  await late.query('commit');
  late.release();
  expect(await seenBy(source, 'middle', 4)).toEqual(['one', 'two', 'late', 'three']);
  await say(source, 'four');
  await say(source, 'five');
  // Numbers that no new server has reached.
  await source.pool.query(`do $$ begin for i in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$`);
  await say(source, 'six');
  expect((await call(source.url, 'export-database', '--to', exportFolder)).err).toBe('');
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await source.close();
  await rm(directory, { recursive: true, force: true });
});

/** Every table with its rows as text; transaction numbers apart, which are another server's. */
async function everything(database: Database): Promise<Record<string, string[]>> {
  const tables = await database.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not c.relispartition order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables.rows) {
    if (name === 'cursors') continue;
    const apart = name === 'events' ? `- 'xid'` : name === 'schema_migrations' ? `- 'applied_at'` : '';
    const { rows } = await database.pool.query<{ row: string }>(
      `select (to_jsonb(t) ${apart})::text as row from ${name} t order by 1`,
    );
    all[name] = rows.map((one) => one.row);
  }
  return all;
}
const shape = (database: Database) =>
  database.pool.query(`select c.relname, pg_get_expr(c.relpartbound, c.oid) as bound,
      (select array_agg(t.tgname::text || t.tgenabled::text order by 1) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`);

async function moved(url: string): Promise<void> {
  const before = await everything(source);
  expect(before.observations).toHaveLength(12);
  expect(before.observation_revisions).toHaveLength(1);
  expect(before.audit_entries).toHaveLength(3);
  expect(await call(url, 'import-database', '--from', exportFolder)).toMatchObject({ code: 0, err: '' });
  const target = openDatabase(url, { max: 6, onError: () => undefined });
  ends.push(() => target.close());
  expect(await everything(target)).toEqual(before);
  expect((await shape(target)).rows).toEqual((await shape(source)).rows);

  // Each follower goes on where it stood, and what comes after the move comes after what was before it.
  await say(target, 'seven');
  // 'three' was given its id before 'late': side by side at home, between the same two cursors, they go by their ids.
  expect(await seenBy(target, 'early', 6)).toEqual(['three', 'late', 'four', 'five', 'six', 'seven']);
  expect(await seenBy(target, 'middle', 4)).toEqual(['four', 'five', 'six', 'seven']);
  expect(await seenBy(target, 'new', 8)).toHaveLength(8);

  // The audit chain holds over the move, goes on, and still refuses to be changed.
  const audit = createAudit({ db: target.db, now: () => now, directory: join(directory, 'audit') });
  await inTransaction(target.db, (tx) =>
    audit.record(tx, { principal: systemPrincipal('move', []), action: 'thing.do', subject: 'thing:4' }),
  );
  expect(await audit.verify()).toMatchObject({ ok: true, rows: 4 });
  await expect(target.pool.query('delete from audit_entries')).rejects.toThrow(/append-only/);
  // A value for a new day finds its series and makes its partition.
  const log = logOf(target);
  const [series = 0] = await log.series.numbersOf([{ entityId: 'tram-ơ', property: 'pm25' }]);
  await log.offer([{ seriesId: series, at: Date.parse('2026-11-24T01:00:00Z'), value: 1, quality: 0 }]);
  expect((await target.pool.query('select count(*)::int as n from observations')).rows).toEqual([{ n: 13 }]);

  expect(await call(url, 'import-database', '--from', exportFolder)).toMatchObject({
    code: 1,
    err: expect.stringContaining('holds a platform already'),
  });
}
describe('a database moves', () => {
  it('from the embedded server to another one of its version', async () => {
    const target = await testDatabase({ empty: true });
    ends.push(() => target.close());
    await moved(target.url);
  });

  it.skipIf(installed === null)(
    `to the machine’s own PostgreSQL (${installed?.version ?? 'none installed: skipped'}), as a role without powers, and back`,
    async () => {
      const server = await startInstalled(installed?.bin ?? '', join(directory, 'other'));
      ends.push(() => server.stop());
      await moved(server.url);
      // And from there to the embedded one, which is a newer major version.
      const back = join(directory, 'back');
      expect(await call(server.url, 'export-database', '--to', back)).toMatchObject({ code: 0, err: '' });
      const target = await testDatabase({ empty: true });
      ends.push(() => target.close());
      expect(await call(target.url, 'import-database', '--from', back)).toMatchObject({ code: 0, err: '' });
      const other = openDatabase(server.url, { max: 2, onError: () => undefined });
      ends.push(() => other.close());
      expect(await everything(target)).toEqual(await everything(other));
    },
    60_000,
  );

  it('not at all where the export is damaged, is of another version, or would lose a transaction number', async () => {
    const manifest = JSON.parse(await readFile(join(exportFolder, 'manifest.json'), 'utf8'));
    const target = await testDatabase({ empty: true });
    ends.push(() => target.close());
    const events = manifest.tables.find((one: { name: string }) => one.name === 'audit_entries').file as string;
    const right = await readFile(join(exportFolder, events));
    await writeFile(join(exportFolder, events), gzipSync(''));
    expect(await call(target.url, 'import-database', '--from', exportFolder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing was imported'),
    });
    expect((await target.pool.query('select count(*)::int as n from events')).rows).toEqual([{ n: 0 }]);
    await writeFile(join(exportFolder, events), right);

    const other = join(directory, 'export-of-other');
    await source.pool.query(`update schema_migrations set checksum = 'x' where scope = 'events' and number = 1`);
    expect((await call(source.url, 'export-database', '--to', other)).code).toBe(0);
    expect(await call(target.url, 'import-database', '--from', other)).toMatchObject({
      code: 1,
      err: expect.stringContaining('another version'),
    });
    await source.pool.query('create table strange (seen xid8)');
    await expect(call(source.url, 'export-database', '--to', join(directory, 'no'))).rejects.toThrow('strange.seen');
    // The repaired export goes in after all: a failed import has left nothing.
    expect(await call(target.url, 'import-database', '--from', exportFolder)).toMatchObject({ code: 0 });
  });
});
