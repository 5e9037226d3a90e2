/**
 * Kill -9 exactly at each step of the way of a value, chosen and not by chance: before, in the midst of and after its commit,
 * before and after a follower's, in the midst of compaction; of the server's process and of the database's. What was
 * acknowledged is there once, sums and indexes are right, and each alert was raised once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../platform/database/testing.ts';
import { createLog } from '../../platform/events/index.ts';
import { asking, badAir, setUp } from '../bad-air.ts';
import { type Killable, startKillable } from '../killable-server.ts';

const steps = [
  'door, before the COPY',
  'door, in the midst of the COPY',
  'door, after the commit and before the answer',
  'follower, after its effects',
  'follower, before its commit',
  'follower, after its commit',
  'database, in the midst of the COPY',
  'database, at a follower’s commit',
] as const;

let server: Killable;

beforeAll(async () => {
  server = await startKillable();
}, 480_000);
afterAll(async () => {
  await server?.end();
}, 120_000);

it('dies at each chosen step of ingest, and keeps every acknowledged value, its sums and its alerts once', async () => {
  const ask = asking(() => server.url());
  const { admin, keys } = await setUp(server.url(), ask);
  const { batches, check } = badAir();
  const each = Math.floor(batches.length / steps.length);
  const send = async (from: number, to: number): Promise<void> => {
    for (const observations of batches.slice(from, to)) {
      const answer = await ask<{ accepted: number; refused: unknown[] }>(
        'POST',
        '/api/ingest/observations',
        { authorization: `Bearer ${keys[0]}` },
        { observations },
      );
      expect(answer).toEqual({ accepted: observations.length, refused: [] });
    }
  };
  for (const [index, step] of steps.entries()) {
    await server.arm(step);
    // The sender goes on until it has its yes for all, whatever dies meanwhile.
    await Promise.all([send(index * each, (index + 1) * each), server.reached()]);
  }
  await send(steps.length * each, batches.length);
  await check(ask, admin);
  expect(await ask<{ ok: boolean }>('GET', '/api/audit/verify', admin)).toMatchObject({ ok: true });
}, 1_200_000);

it('dies in the midst of compaction, and the next run finds every value once', async () => {
  const database = await testDatabase();
  const DAY = 86_400_000;
  const start = Math.floor(Date.now() / DAY) * DAY - 4 * DAY;
  const log = createLog({ db: database.db, pool: database.pool, now: () => new Date(), onError: () => undefined });
  // 200 series are four steps of compaction; the third dies.
  await log.offer(
    Array.from({ length: 400 }, (_, n) => ({ seriesId: 1 + (n % 200), at: start + n, value: n, quality: 0 as const })),
  );
  const run = async (step: string): Promise<ChildProcess> => {
    const child = spawn(
      process.execPath,
      [
        ...(step ? ['--import', join(import.meta.dirname, 'die-at.ts')] : []),
        join(import.meta.dirname, 'compact-once.ts'),
        database.url,
      ],
      { env: { ...process.env, DIE_AT: step, DIE_NOTE: join(server.directory, 'compaction') }, stdio: 'inherit' },
    );
    await once(child, 'exit');
    return child;
  };
  const count = async (query: string): Promise<number> => (await database.pool.query(query)).rows[0]?.n;
  expect((await run('compaction, packed but not committed')).signalCode).toBe('SIGKILL');
  expect(await readFile(join(server.directory, 'compaction'), 'utf8')).toBe('compaction, packed but not committed');
  const packed = await count('select coalesce(sum(n), 0)::int as n from observation_days');
  expect(packed).toBe(200);
  expect(packed + (await count('select count(*)::int as n from observations'))).toBe(400);
  expect((await run('')).exitCode).toBe(0);
  expect(await count('select sum(n)::int as n from observation_days')).toBe(400);
  expect(await count('select count(*)::int as n from observations')).toBe(0);
  expect(await count('select count(*)::int as n from observation_revisions')).toBe(0);
  await log.stop();
  await database.close();
}, 480_000);
