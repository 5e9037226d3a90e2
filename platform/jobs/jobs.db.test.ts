import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp } from '../http/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { createJobs, type Job, type Jobs, serveJobs } from './index.ts';

let database: TestDatabase;
const open: Jobs[] = [];
const principal = systemPrincipal('test', []);

const create = (errors: unknown[] = []): Jobs => {
  const jobs = createJobs({
    databaseUrl: database.url,
    now: () => new Date(),
    onError: (error) => errors.push(error),
    everySeconds: 1,
    cronEverySeconds: 1,
  });
  open.push(jobs);
  return jobs;
};
const until = async (reached: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> => {
  for (const end = performance.now() + ms; !(await reached()); await sleep(50)) {
    if (performance.now() > end) throw new Error('it did not happen in time');
  }
};

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.stop();
});
afterAll(() => database.close());

describe('a job', () => {
  it('runs when asked for, with its ids and its named principal, and only if the transaction commits', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    jobs.schedule({
      name: 'test.ids',
      principal,
      run: async ({ ids, attempt, principal: who }) => void seen.push([ids, attempt, who.id]),
    });
    await jobs.start();
    const undone = inTransaction(database.db, async (tx) => {
      await jobs.request(tx, 'test.ids', { caseId: 'undone' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await inTransaction(database.db, (tx) => jobs.request(tx, 'test.ids', { caseId: 'c1' }));
    await until(() => seen.length > 0);
    await sleep(1200);
    expect(seen).toEqual([[{ caseId: 'c1' }, 1, 'system:test']]);
    await expect(jobs.request(database.db, 'test.unknown')).rejects.toThrow(/no job/);
  });

  it('runs by the clock of Vietnam', async () => {
    const jobs = create();
    let runs = 0;
    jobs.schedule({
      name: 'test.minute',
      cron: '* * * * *',
      principal,
      run: async () => {
        runs += 1;
      },
    });
    jobs.schedule({ name: 'test.nightly', cron: '15 1 * * *', principal, run: async () => undefined });
    await jobs.start();
    await until(() => runs > 0);
    const { rows } = await database.pool.query('select name, timezone from pgboss.schedule order by name');
    expect(rows).toEqual([
      { name: 'test.minute', timezone: 'Asia/Ho_Chi_Minh' },
      { name: 'test.nightly', timezone: 'Asia/Ho_Chi_Minh' },
    ]);
    await jobs.stop();
    // A job that the program no longer has no longer runs.
    const next = create();
    next.schedule({ name: 'test.nightly', cron: '15 1 * * *', principal, run: async () => undefined });
    await next.start();
    expect((await database.pool.query('select name from pgboss.schedule')).rows).toEqual([{ name: 'test.nightly' }]);
  });

  it('of one name runs one at a time, over two processes', async () => {
    let now = 0;
    let most = 0;
    let done = 0;
    const job: Job = {
      name: 'test.alone',
      principal,
      run: async () => {
        now += 1;
        most = Math.max(most, now);
        await sleep(300);
        now -= 1;
        done += 1;
      },
    };
    const [a, b] = [create(), create()];
    a.schedule(job);
    b.schedule(job);
    await a.start();
    await b.start();
    for (let i = 0; i < 4; i++) await a.request(database.db, 'test.alone', { i: String(i) });
    await until(() => done === 4);
    expect(most).toBe(1);
  });

  it('that fails is tried again, then shown as dead with its error', async () => {
    const errors: unknown[] = [];
    const jobs = create(errors);
    const attempts: number[] = [];
    jobs.schedule({
      name: 'test.broken',
      principal,
      retries: 1,
      run: async ({ attempt }) => {
        attempts.push(attempt);
        throw new Error('the far system does not answer');
      },
    });
    await jobs.start();
    await jobs.request(database.db, 'test.broken', { id: 'x' });
    await until(async () => (await jobs.dead()).length > 0, 40_000);
    expect(attempts).toEqual([1, 2]);
    expect(errors).toHaveLength(2);
    expect(await jobs.dead()).toMatchObject([
      { name: 'test.broken', state: 'failed', attempts: 2, error: 'the far system does not answer', ids: { id: 'x' } },
    ]);
    expect(await jobs.health()).toEqual({ running: true, dead: 1, error: null });
  }, 60_000);

  it('that runs is waited for when the platform stops', async () => {
    const jobs = create();
    const told: string[] = [];
    jobs.schedule({
      name: 'test.slow',
      principal,
      run: async ({ signal }) => {
        told.push('began');
        await sleep(1500);
        told.push(signal.aborted ? 'ended, knowing that it should' : 'ended');
      },
    });
    await jobs.start();
    await jobs.request(database.db, 'test.slow');
    await until(() => told.length > 0);
    await jobs.stop();
    expect(told).toEqual(['began', 'ended, knowing that it should']);
    const { rows } = await database.pool.query(`select state::text from pgboss.job where name = 'test.slow'`);
    expect(rows).toEqual([{ state: 'completed' }]);
  });

  it('is listed over HTTP for who may see the health of the service', async () => {
    const jobs = create();
    jobs.schedule({ name: 'test.listed', cron: '0 3 * * *', principal, run: async () => undefined });
    await jobs.start();
    await jobs.request(database.db, 'test.listed', { id: '1' });
    await until(async () => (await jobs.list())[0]?.last?.state === 'completed');
    let caller = systemPrincipal('watcher', ['service:read']);
    const http = await createHttp({ logger: false, authenticators: [async () => caller], version: 'test' });
    serveJobs(http, jobs);
    const answer = await http.app.inject('/api/jobs');
    expect(answer.json()).toMatchObject({
      items: [{ name: 'test.listed', cron: '0 3 * * *', waiting: 0, last: { state: 'completed', ids: { id: '1' } } }],
      total: 1,
      dead: [],
    });
    caller = systemPrincipal('stranger', []);
    expect((await http.app.inject('/api/jobs')).statusCode).toBe(403);
    await http.app.close();
  });

  it('asked for many times while it ran is run once more, not many times', async () => {
    const jobs = create();
    let runs = 0;
    jobs.schedule({
      name: 'test.slots',
      cron: '0 3 * * *',
      principal,
      run: async () => {
        runs += 1;
        await sleep(1500);
      },
    });
    await jobs.start();
    await jobs.request(database.db, 'test.slots');
    await until(() => runs === 1);
    for (let i = 0; i < 3; i++) await jobs.request(database.db, 'test.slots');
    await until(async () => {
      const [state] = await jobs.list();
      return state?.waiting === 0 && state.last?.state === 'completed';
    });
    expect(runs).toBe(2);
  });

  it('must be registered once and before the start', async () => {
    const jobs = create();
    const job: Job = { name: 'test.twice', principal, run: async () => undefined };
    jobs.schedule(job);
    expect(() => jobs.schedule(job)).toThrow(/twice/);
    await jobs.start();
    expect(() => jobs.schedule({ ...job, name: 'test.late' })).toThrow(/before the start/);
  });
});
