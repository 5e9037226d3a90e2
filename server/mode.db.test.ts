import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { demandMode } from './mode.ts';

describe('the mode of a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ empty: true });
  });
  beforeEach(() => database.pool.query('drop table if exists platform_mode'));
  afterAll(() => database.close());

  const starters = async <R>(work: (at: number) => (db: TestDatabase['db']) => Promise<R>) => {
    const opened = Array.from({ length: 8 }, () => openDatabase(database.url, { max: 1 }));
    try {
      await Promise.all(opened.map(({ pool }) => pool.query('select 1')));
      return await Promise.allSettled(opened.map(({ db }, at) => work(at)(db)));
    } finally {
      await Promise.all(opened.map((one) => one.close()));
    }
  };

  it('is said once, though eight processes begin an empty database at the same moment', async () => {
    for (let time = 0; time < 10; time++) {
      await database.pool.query('drop table if exists platform_mode');
      const ends = await starters(() => (db) => demandMode(db, 'clean'));
      expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    }
  });

  it('is one, though a demo and a clean start begin it at the same moment: one of them is refused', async () => {
    const ends = await starters((at) => (db) => demandMode(db, at % 2 ? 'demo' : 'clean'));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    const { rows } = await database.pool.query('select mode from platform_mode');
    expect(rows).toHaveLength(1);
  });
});
