import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase, openToAll, startEmbedded } from '../../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { readConfig } from '../config.ts';
import { openPlatform, placeOf } from './open.ts';
import { runCli } from './run.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dttm-cli-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** One call of the command line over a configuration; the data directory is the test's own. */
async function call(environment: Record<string, string>, ...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const config = readConfig({ DATA_DIRECTORY: directory, ...environment }, 'clean');
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await runCli(argv, io, openPlatform(config, '/'), () => placeOf(config, '/'));
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('audit verify', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.close());

  const verify = () => call({ DATABASE_URL: database.url }, 'audit', 'verify');
  const record = (count: number) =>
    openPlatform(
      readConfig({ DATA_DIRECTORY: directory, DATABASE_URL: database.url }, 'clean'),
      '/',
    )(async ({ audit }) => {
      await inTransaction(database.db, async (tx) => {
        for (let index = 1; index <= count; index++) {
          const principal = systemPrincipal('test', []);
          await audit.record(tx, { principal, action: 'alert.acknowledge', subject: `alert:${index}` });
        }
      });
      await audit.chain();
      await audit.anchor();
    });
  const tamper = async (statement: string) => {
    await database.pool.query('alter table audit_entries disable trigger all');
    const done = await database.pool.query(statement);
    expect(done.rowCount).toBe(1);
  };

  it('ends with 0 over a whole log and tells how many entries and anchors it compared', async () => {
    await record(3);
    const { code, out, err } = await verify();
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('Whole: 3 entries');
    expect(out).toContain('1 anchors');
  });

  it('ends with 1 over a changed entry and names it', async () => {
    await record(3);
    await tamper(`update audit_entries set action = 'alert.close' where subject = 'alert:2'`);
    const { code, out, err } = await verify();
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('link 2, ');
    expect(err).toContain('Right up to link 1');
  });

  it('ends with 1 over a deleted entry', async () => {
    await record(3);
    await tamper(`delete from audit_entries where subject = 'alert:3'`);
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('was deleted') });
  });

  it('refuses a database of the other mode', async () => {
    await database.pool.query('create table platform_mode (mode text primary key)');
    await database.pool.query(`insert into platform_mode values ('demo')`);
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('of mode “demo”') });
  });
});

describe('a command over the embedded database', () => {
  it('refuses to verify a log that was never begun, and makes no database for it', async () => {
    expect(await call({}, 'audit', 'verify')).toMatchObject({ code: 1, err: expect.stringContaining('no database') });
  });

  it('uses a server that already runs there and leaves it running', async () => {
    await openToAll(directory);
    await mkdir(join(directory, 'clean'));
    const server = await startEmbedded({ directory: join(directory, 'clean', 'postgres'), durable: false });
    try {
      expect(await call({}, 'migrate')).toMatchObject({ code: 0, out: expect.stringContaining('audit/0001-audit') });
      expect(await call({}, 'migrate')).toMatchObject({ code: 0, out: expect.stringContaining('applied 0') });
      expect(await call({}, 'audit', 'verify')).toMatchObject({ code: 0 });
      const database = openDatabase(server.url, { max: 1 });
      expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await database.close();
    } finally {
      await server.stop();
    }
  });

  it('starts the server where none runs, and stops the one that it started', async () => {
    await openToAll(directory);
    const { code } = await call({}, 'migrate');
    expect(code).toBe(0);
    // A stopped PostgreSQL takes its pid file away; one that still runs would be adopted here.
    const again = await startEmbedded({ directory: join(directory, 'clean', 'postgres'), durable: false });
    expect(again.adopted).toBe(false);
    await again.stop();
  });
});

describe('backup and restore', () => {
  it('bring back a moment of the province, with its audit log whole and the restore in it', async () => {
    await openToAll(directory);
    const { BACKUP_DIRECTORY, ...environment } = {
      BACKUP_DIRECTORY: join(directory, 'kept'),
      DATA_DIRECTORY: join(directory, 'data'),
    };
    const configured = { ...environment, BACKUP_DIRECTORY };
    const config = readConfig(configured, 'clean');
    expect((await call(configured, 'migrate')).code).toBe(0);
    const record = (count: number) =>
      openPlatform(
        config,
        '/',
      )(async ({ audit, database }) => {
        const principal = systemPrincipal('test', []);
        await inTransaction(database.db, async (tx) => {
          for (let n = 0; n < count; n++)
            await audit.record(tx, { principal, action: 'alert.close', subject: `alert:${n}` });
        });
        await audit.chain();
        await audit.anchor();
        const [row] = (await database.pool.query('select clock_timestamp() as at')).rows;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return row.at as Date;
      });
    await record(2);
    const made = await call(configured, 'backup');
    expect(made).toMatchObject({ code: 0, err: '' });
    const at = await record(3);
    await record(4);
    expect((await call(configured, 'backup')).code).toBe(0);

    const to = join(directory, 'elsewhere');
    const done = await call(environment, 'restore', '--from', BACKUP_DIRECTORY, '--at', at.toISOString(), '--to', to);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain('1 mốc neo');
    // 2 + 3 entries, and the restore itself: the four that came after the moment are not there.
    const verified = await call({ DATA_DIRECTORY: to }, 'audit', 'verify');
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('Whole: 6 entries') });

    expect(await call(environment, 'restore', '--from', BACKUP_DIRECTORY)).toMatchObject({
      code: 1,
      err: expect.stringContaining('move that directory away'),
    });
    expect((await call(environment, 'restore', '--from', BACKUP_DIRECTORY, '--at', '2026-11-24 08:00')).code).toBe(2);
    expect(await call(environment, 'backup')).toMatchObject({
      code: 1,
      err: expect.stringContaining('BACKUP_DIRECTORY'),
    });
    expect(await call({ ...environment, DATABASE_URL: 'postgres://x/y' }, 'backup')).toMatchObject({
      code: 1,
      err: expect.stringContaining('pgBackRest'),
    });
  }, 120_000);
});
