import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from './index.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

describe('the database', () => {
  let database: TestDatabase;
  let directory: string;
  beforeEach(async () => {
    database = await testDatabase({ empty: true });
    directory = await mkdtemp(join(tmpdir(), 'dttm-migrations-'));
  });
  afterEach(async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });
  const folder = () => [{ scope: 'test', directory }];
  const write = (name: string, text: string) => writeFile(join(directory, name), text);

  it('applies migrations once and in order, and says which', async () => {
    await write('0001-first.sql', 'create table things (n int)');
    await write('0002-second.sql', 'insert into things values (1)');
    expect((await database.migrate(folder())).map((one) => one.number)).toEqual([1, 2]);
    expect(await database.migrate(folder())).toEqual([]);
    expect((await database.pool.query('select n from things')).rows).toEqual([{ n: 1 }]);
  });

  it('lets many starters collide harmlessly', async () => {
    await write('0001-first.sql', 'create table things (n int); insert into things values (1); select pg_sleep(0.2)');
    const applied = await Promise.all(Array.from({ length: 8 }, () => database.migrate(folder())));
    expect(applied.flat()).toHaveLength(1);
    expect((await database.pool.query('select n from things')).rows).toEqual([{ n: 1 }]);
  });

  it('refuses a landed migration that was changed, and a name that is none', async () => {
    await write('0001-first.sql', 'create table things (n int)');
    await database.migrate(folder());
    await write('0001-first.sql', 'create table things (n bigint)');
    await expect(database.migrate(folder())).rejects.toMatchObject({ code: 'migration-changed' });
    await write('0001-first.sql', 'create table things (n int)');
    await write('later.sql', 'select 1');
    await expect(database.migrate(folder())).rejects.toMatchObject({ code: 'migration-name' });
  });

  it('leaves nothing of a migration that failed', async () => {
    await write('0001-first.sql', 'create table things (n int); select 1/0');
    await expect(database.migrate(folder())).rejects.toThrow(/division/);
    expect((await database.pool.query("select to_regclass('things') as it")).rows).toEqual([{ it: null }]);
    await write('0001-first.sql', 'create table things (n int)');
    expect(await database.migrate(folder())).toHaveLength(1);
  });

  it('lets far more transactions than it has connections ask beside themselves, and none waits for ever', async () => {
    let arrived = 0;
    const sums = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        inTransaction(database.db, async (tx) => {
          // The first ten take every connection of the pool before any asks for a second.
          arrived += 1;
          while (arrived < 10) await sql`select pg_sleep(0.01)`.execute(tx);
          const beside = await sql<{ n: number }>`select ${n}::int as n`.execute(database.db);
          return (beside.rows[0]?.n ?? 0) + 1;
        }),
      ),
    );
    expect(sums).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });

  it('keeps a transaction whole, and joins one that is open', async () => {
    await database.pool.query('create table things (n int)');
    await expect(
      inTransaction(database.db, async (tx) => {
        await sql`insert into things values (1)`.execute(tx);
        await inTransaction(tx, (inner) => sql`insert into things values (2)`.execute(inner));
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect((await database.pool.query('select * from things')).rows).toEqual([]);
  });

  it('reads bigint and numeric as numbers, dates as text, times as instants', async () => {
    const { rows } = await database.pool.query(
      "select 9007199254740991::bigint as big, 1.5::numeric as num, date '2026-11-23' as day, timestamptz '2026-11-23T08:00:00+07:00' as at",
    );
    expect(rows[0]).toEqual({
      big: 9007199254740991,
      num: 1.5,
      day: '2026-11-23',
      at: new Date('2026-11-23T01:00:00Z'),
    });
  });
});
