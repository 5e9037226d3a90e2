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

  it('reads transactions by their number, also where its digits grow', async () => {
    const { rows } = await database.pool.query('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin');
    expect(Number(rows[0].xmin)).toBeGreaterThan(100);
    // As text '100' comes before '99'.
    for (const xid of [98, 99, 100]) {
      await database.pool.query(
        `insert into events (xid, at, kind, subject, payload) values ($1::text::xid8, now(), 'thing.', $1::text, '{}')`,
        [xid],
      );
    }
    const events = await log.readAfter({ xid: '0', id: 0 });
    expect(events.map((event) => event.subject)).toEqual(['98', '99', '100']);
    expect(await log.head()).toMatchObject({ xid: '100' });
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

  it('does not read a long log from its beginning to see whether there is something new', async () => {
    await database.pool.query(
      "insert into events (at, kind, subject, payload) select now(), 'story.old', n::text, '{}' from generate_series(1, 5000) n",
    );
    log.follow({ name: 'test', kinds: ['story.'], startAt: 'now', handle: async () => undefined });
    log.start();
    await log.settled();
    const readings = async (): Promise<{ all: number; looks: number }> => {
      const found = await database.pool.query<{ all: number; looks: number }>(
        "select seq_tup_read as all, idx_scan as looks from pg_stat_user_tables where relname = 'events'",
      );
      return found.rows[0] ?? { all: 0, looks: 0 };
    };
    const before = await readings();
    // Each event of this kind wakes the follower; the server counts its reading some time later.
    for (let after = before; after.looks < before.looks + 40; after = await readings()) {
      await database.db.transaction().execute((tx) => log.append(tx, [{ kind: 'other', subject: 's', payload: {} }]));
      await new Promise((resolve) => setTimeout(resolve, 50));
      // Some statements of this test itself read it whole; each look of the follower would.
      expect(after.all - before.all).toBeLessThan(20 * 5000);
    }
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
    let slow: Promise<void> = Promise.resolve();
    await new Promise<void>((written) => {
      slow = database.db.transaction().execute(async (tx) => {
        await log.append(tx, [{ kind: 'story.first', subject: 's', payload: {} }]);
        written();
        await held;
      });
    });
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

  it('keeps values and instants to the last bit, old and odd ones too', async () => {
    const odd = [0.1 + 0.2, -1e-300, 1.7976931348623157e308, 5e-324, -0.5, 123456789.125];
    const times = [Date.UTC(1999, 11, 31, 23, 59, 59, 999), Date.UTC(2000, 0, 1), Date.UTC(2026, 10, 23, 1, 2, 3, 4)];
    await log.offer(
      odd.flatMap((value, index) =>
        times.map((time) => ({ seriesId: 1 + index, at: time, value, quality: 0 }) as const),
      ),
    );
    const rows = await database.pool.query<{ series_id: number; at: Date; value: number }>(
      'select series_id, observed_at as at, value from observations order by series_id, observed_at',
    );
    expect(rows.rows.map((row) => [row.series_id, row.at.getTime(), row.value])).toEqual(
      odd.flatMap((value, index) => times.map((time) => [1 + index, time, value])),
    );
  });

  it('tells a follower that comes later what was measured then, though it was corrected since', async () => {
    const seen: number[] = [];
    await log.offer([observation(1, 10)]);
    await log.offer([observation(1, 11)]);
    await log.stop();
    log = make();
    log.follow({
      name: 'test',
      kinds: ['observations'],
      startAt: 'beginning',
      async handle(_tx, events) {
        for (const event of events) seen.push(...event.observations.map((one) => one.value));
      },
    });
    log.start();
    await log.settled();
    expect(seen).toEqual([10, 11]);
  });

  it('forgets old batches only when every follower has passed them', async () => {
    const counted = async (): Promise<number[]> => {
      const row = await database.pool.query<{ events: number; batches: number }>(
        `select (select count(*)::int from events where kind = 'observations') as events,
          (select count(*)::int from event_batches) as batches`,
      );
      return row.rows.flatMap((one) => [one.events, one.batches]);
    };
    let failing = true;
    log.follow({
      name: 'slow',
      kinds: ['observations'],
      startAt: 'beginning',
      async handle() {
        if (failing) throw new Error('not yet');
      },
    });
    log.start();
    await log.offer([observation(1, 10)]);
    await log.offer([observation(2, 20)]);
    await database.db
      .transaction()
      .execute((tx) => log.append(tx, [{ kind: 'story.told', subject: 's', payload: {} }]));
    const later = createLog({
      db: database.db,
      pool: database.pool,
      // A day and a minute after the events.
      now: () => new Date(at(59) + 24 * 3_600_000 + 60_000),
      onError: () => undefined,
    });
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await later.tidy()).toBe(0);
    expect(await counted()).toEqual([2, 2]);
    failing = false;
    await log.settled();
    expect(await log.tidy()).toBe(0);
    expect(await later.tidy()).toBe(2);
    expect(await counted()).toEqual([0, 0]);
    const story = await database.pool.query("select 1 from events where kind = 'story.told'");
    expect(story.rowCount).toBe(1);
    expect(await stored()).toHaveLength(2);
  });
});
