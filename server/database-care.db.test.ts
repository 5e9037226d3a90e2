import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { createLog } from '../platform/events/index.ts';
import { careForDatabase, hotTables } from './database-care.ts';

const now = new Date('2026-11-24T02:00:00Z');
let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

it('freezes closed days once, leaves the open ones, and sees to a day that late data reopened', async () => {
  // A process of its own that ends: the server counts what a session changed at its end at the latest, which may be
  // a moment after the session was told to end.
  const value = async (day: string, value: number) => {
    const writer = openDatabase(database.url, { max: 2 });
    const log = createLog({ db: writer.db, pool: writer.pool, now: () => now, onError: () => undefined });
    await log.offer([{ seriesId: 1, at: Date.parse(`${day}T01:00:00Z`), value, quality: 0 }]);
    await writer.close();
    const part = day < '2026' ? day.slice(0, 7) : day;
    const counted = `select pg_stat_get_mod_since_analyze('observations_${part.replaceAll('-', '')}'::regclass) > 0 as it`;
    await expect
      .poll(async () => (await database.pool.query(counted)).rows, { timeout: 20_000 })
      .toEqual([{ it: true }]);
  };
  for (const day of ['2019-03-05', '2026-11-20', '2026-11-22', '2026-11-23', '2026-11-24']) await value(day, 1);
  // The 22nd closed on the 23rd at 0:00, not two days ago yet.
  expect((await careForDatabase(database.pool, now)).frozen).toEqual(['observations_201903', 'observations_20261120']);
  expect((await careForDatabase(database.pool, now)).frozen).toEqual([]);

  const age = `select age(relfrozenxid) < 100 as young from pg_class where relname = 'observations_20261120'`;
  expect((await database.pool.query(age)).rows).toEqual([{ young: true }]);
  await value('2026-11-20', 2);
  expect((await careForDatabase(database.pool, now)).frozen).toEqual(['observations_20261120']);
});

it('gives every hot table its settings, once', async () => {
  const done = await careForDatabase(database.pool, now);
  // All of them exist: a table that was renamed must not quietly lose its care.
  expect([...done.settings].sort()).toEqual([...hotTables].sort());
  const { rows } = await database.pool.query(`select reloptions from pg_class where relname = 'series_states'`);
  expect(rows[0].reloptions).toContain('fillfactor=80');
  expect((await careForDatabase(database.pool, now)).settings).toEqual([]);
});
