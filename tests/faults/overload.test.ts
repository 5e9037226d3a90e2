/**
 * Ten times the load that the database takes, for a minute: what is taken is kept once, what is not taken is refused
 * in words with a time to come back, memory stays bounded, and people are answered meanwhile.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type RunningServer, startTestServer } from '../running-server.ts';
import { type Province, settle, station } from './province.ts';

let database: TestDatabase;
let server: RunningServer;
let province: Province;

beforeAll(async () => {
  database = await testDatabase({ empty: true });
  server = await startTestServer({ mode: 'clean', environment: { DATABASE_URL: database.url, LOG_LEVEL: 'silent' } });
  province = await settle(() => server.url);
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await database?.close();
}, 60_000);

const ROWS = 1000;
/** Offered: 20 batches of 1,000 a second. */
const BATCH_EVERY_MS = 50;
/** Taken: the writer commits at most 20,000 at once, and is let through once in ten seconds: 2,000 a second. */
const LOCKED_MS = 10_000;
const MINUTE = 60_000;

const memory = async (): Promise<number> => {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
};

it('ten times what fits, for a minute: nothing taken is lost or doubled, the rest is told to come back', async () => {
  // So that partitions and series are there, and the first value of each is no special case.
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - 20 * 86_400_000;
  expect(await province.send(start, 1), province.why()).toBe(true);
  const before = await memory();

  const answers = new Map<number, { status: number; retryAfter: string | null; code: string | undefined }>();
  const post = async (batch: number): Promise<void> => {
    const observations = Array.from({ length: ROWS }, (_, row) => ({
      entity: station,
      property: 'temperature',
      observedAt: new Date(start + (batch * ROWS + row + 1) * 1000).toISOString(),
      // Which batch it came with can be read from the value.
      value: batch / 100,
    }));
    const answer = await fetch(`${server.url}/api/ingest/observations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${province.key}` },
      body: JSON.stringify({ observations }),
    });
    const body = (await answer.json()) as { code?: string };
    answers.set(batch, { status: answer.status, retryAfter: answer.headers.get('retry-after'), code: body.code });
  };

  let locking = true;
  const slow = (async () => {
    while (locking) {
      const client = await database.pool.connect();
      try {
        await client.query('begin; lock table observations in share mode');
        await sleep(LOCKED_MS);
        await client.query('commit');
      } finally {
        client.release();
      }
    }
  })();
  const sent: Promise<void>[] = [];
  let most = 0;
  let looks = 0;
  const began = performance.now();
  for (let batch = 0; performance.now() - began < MINUTE; batch++) {
    sent.push(post(batch));
    if (batch % 40 === 0) {
      most = Math.max(most, await memory());
      // A person is answered, from the same process and the same database.
      const { waiting } = await province.get<{ waiting: number }>('/api/service');
      expect(waiting).toBeLessThanOrEqual(200_000);
      looks += 1;
    }
    await sleep(Math.max(0, began + (batch + 1) * BATCH_EVERY_MS - performance.now()));
  }
  const takenWithin = [...answers.values()].filter((one) => one.status === 200).length;
  locking = false;
  await slow;
  await Promise.all(sent);
  await province.settled();

  expect(looks).toBeGreaterThan(20);
  expect(answers.size).toBe(sent.length);
  const taken = [...answers].filter(([, one]) => one.status === 200).map(([batch]) => batch);
  const refused = [...answers.values()].filter((one) => one.status !== 200);
  // It was an overload, and most of it was refused.
  expect(sent.length).toBeGreaterThan(8 * takenWithin);
  expect(refused.length).toBeGreaterThan(sent.length / 2);
  expect(new Set(refused.map((one) => `${one.status} ${one.code}`))).toEqual(new Set(['429 too-much-at-once']));
  expect(refused.every((one) => Number(one.retryAfter) > 0)).toBe(true);
  // 200,000 observations that wait, with their requests, are some 100 MB; bodies that were refused leave nothing.
  expect(most - before).toBeLessThan(400);

  const stored = await database.pool.query<{ batch: number; n: number }>(
    `select round(value * 100)::int as batch, count(*)::int as n from observations o join series s on s.id = o.series_id
     where s.property = 'temperature' and observed_at > $1 group by 1 order by 1`,
    [new Date(start)],
  );
  expect(stored.rows).toEqual(taken.sort((a, b) => a - b).map((batch) => ({ batch, n: ROWS })));
  const sums = await database.pool.query<{ n: number }>(
    `select sum(r.n)::int as n from rollups r join series s on s.id = r.series_id
     where s.property = 'temperature' and r.width = 'day'`,
  );
  // With the one before.
  expect(sums.rows[0]?.n).toBe(taken.length * ROWS + 1);
}, 240_000);
