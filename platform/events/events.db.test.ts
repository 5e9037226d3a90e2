import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log, type LogEvent, type Observation } from './index.ts';

const at = (minute: number): number => Date.UTC(2026, 10, 23, 1, minute);

describe('the log', () => {
  let database: TestDatabase;
  let log: Log;
  const errors: unknown[] = [];
  const make = (): Log =>
    createLog({
      db: database.db,
      pool: database.pool,
      now: () => new Date(at(59)),
      onError: (_follower, error) => errors.push(error),
    });

  beforeEach(async () => {
    database = await testDatabase();
    log = make();
    errors.length = 0;
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const observation = (minute: number, value: number, seriesId = 1): Observation => ({
    seriesId,
    at: at(minute),
    value,
    quality: 0,
  });
  const stored = async () =>
    (
      await database.pool.query(
        'select extract(minute from observed_at)::int as minute, value from observations order by observed_at',
      )
    ).rows;

  it('has committed what it said yes to', async () => {
    await log.offer([observation(1, 10), observation(2, 20)]);
    expect(await stored()).toEqual([
      { minute: 1, value: 10 },
      { minute: 2, value: 20 },
    ]);
  });

  it('passes by what it has already, corrects what differs, and keeps the value that was replaced', async () => {
    await log.offer([observation(1, 10), observation(2, 20)]);
    await log.offer([observation(1, 10), observation(2, 21), observation(3, 30)]);
    expect(await stored()).toEqual([
      { minute: 1, value: 10 },
      { minute: 2, value: 21 },
      { minute: 3, value: 30 },
    ]);
    const revisions = await database.pool.query('select value from observation_revisions');
    expect(revisions.rows).toEqual([{ value: 20 }]);
  });

  it('takes the last of two values for one instant in one batch', async () => {
    await log.offer([observation(1, 10), observation(1, 11)]);
    expect(await stored()).toEqual([{ minute: 1, value: 11 }]);
  });

  it('gives a follower each row once, in order, whatever was resent', async () => {
    const seen: number[] = [];
    log.follow({
      name: 'test',
      kinds: ['observations'],
      startAt: 'beginning',
      async handle(_tx, events) {
        for (const event of events) seen.push(...event.observations.map((one) => one.value));
      },
    });
    log.start();
    await Promise.all([1, 2, 3].map((minute) => log.offer([observation(minute, minute)])));
    await log.offer([observation(2, 2), observation(4, 4)]);
    await log.settled();
    expect(seen.sort()).toEqual([1, 2, 3, 4]);
  });

  it('repeats a step whose transaction failed, and nothing of the failed one stands', async () => {
    await database.pool.query('create table effects (value float8)');
    let failures = 2;
    log.follow({
      name: 'test',
      kinds: ['observations'],
      startAt: 'beginning',
      async handle(tx, events) {
        for (const event of events) {
          for (const one of event.observations) {
            await tx
              .withTables<{ effects: { value: number } }>()
              .insertInto('effects')
              .values({ value: one.value })
              .execute();
          }
        }
        if (failures-- > 0) throw new Error('killed here');
      },
    });
    log.start();
    await log.offer([observation(1, 1), observation(2, 2)]);
    await log.settled();
    const effects = await database.pool.query('select value from effects order by value');
    expect(effects.rows).toEqual([{ value: 1 }, { value: 2 }]);
    expect(errors).toHaveLength(2);
  });

  it('does not skip an event whose transaction commits late', async () => {
    const seen: string[] = [];
    log.follow({
      name: 'test',
      kinds: ['story.'],
      startAt: 'beginning',
      async handle(_tx, events) {
        seen.push(...events.map((event) => event.kind));
      },
    });
    log.start();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = database.db.transaction().execute(async (tx) => {
      await log.append(tx, [{ kind: 'story.first', subject: 's', payload: {} }]);
      await held;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    // A later number commits first: a reader by number alone would pass the first event by.
    await database.db
      .transaction()
      .execute((tx) => log.append(tx, [{ kind: 'story.second', subject: 's', payload: {} }]));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen).toEqual([]);
    release();
    await slow;
    await log.settled();
    expect(seen).toEqual(['story.first', 'story.second']);
  });

  it('goes on from its cursor in a new process, reading the rows back from the table', async () => {
    const seen: number[] = [];
    const follower = {
      name: 'test',
      kinds: ['observations'],
      startAt: 'beginning' as const,
      async handle(_tx: unknown, events: readonly LogEvent[]) {
        for (const event of events) seen.push(...event.observations.map((one) => one.value));
      },
    };
    await log.offer([observation(1, 1)]);
    await log.offer([observation(2, 2)]);
    await log.stop();
    log = make();
    log.follow(follower);
    log.start();
    await log.settled();
    expect(seen).toEqual([1, 2]);
    await log.stop();
    log = make();
    log.follow(follower);
    log.start();
    await log.offer([observation(3, 3)]);
    await log.settled();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('lets one follower of a name work at a time, whichever process it is in', async () => {
    await database.pool.query('create table effects (value float8)');
    const follower = {
      name: 'test',
      kinds: ['observations'],
      startAt: 'beginning' as const,
      handle: async (tx: Parameters<Parameters<Log['follow']>[0]['handle']>[0], events: readonly LogEvent[]) => {
        for (const event of events) {
          for (const one of event.observations) {
            await tx
              .withTables<{ effects: { value: number } }>()
              .insertInto('effects')
              .values({ value: one.value })
              .execute();
          }
        }
      },
    };
    const other = make();
    log.follow(follower);
    other.follow(follower);
    log.start();
    other.start();
    for (let minute = 0; minute < 40; minute++) await (minute % 2 ? log : other).offer([observation(minute, minute)]);
    await log.settled();
    await other.stop();
    const effects = await database.pool.query(
      'select count(*)::int as n, count(distinct value)::int as d from effects',
    );
    expect(effects.rows).toEqual([{ n: 40, d: 40 }]);
  });

  it('refuses rather than fill the memory', async () => {
    const narrow = createLog({
      db: database.db,
      pool: database.pool,
      now: () => new Date(at(59)),
      onError: () => undefined,
      waitingLimit: 3,
    });
    const first = narrow.offer([observation(1, 1), observation(2, 2)]);
    await expect(narrow.offer([observation(3, 3), observation(4, 4)])).rejects.toMatchObject({ status: 429 });
    await first;
    await narrow.offer([observation(3, 3), observation(4, 4)]);
    await narrow.stop();
    expect(await stored()).toHaveLength(4);
  });

  it('keeps old months in one partition each and recent days apart', async () => {
    await log.offer([
      { seriesId: 1, at: Date.UTC(2016, 0, 5), value: 1, quality: 0 },
      { seriesId: 1, at: Date.UTC(2016, 0, 25), value: 2, quality: 0 },
      observation(1, 3),
    ]);
    const names = await database.pool.query(
      "select relname from pg_class where relname ~ '^observations_2[0-9]+$' order by relname",
    );
    const all = names.rows.map((row: { relname: string }) => row.relname);
    expect(all).toContain('observations_201601');
    expect(all).toContain('observations_20261123');
    expect(all.filter((name: string) => name.startsWith('observations_2016'))).toHaveLength(1);
  });
});
