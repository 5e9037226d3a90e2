import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { publicPrincipal } from '../platform/rights/index.ts';
import { checkBoard } from '../systems/participation/board.ts';
import { publishedBoard } from '../systems/participation/consultations.ts';
import { partsOf } from '../systems/reports/make-parts.ts';
import { findAnswered } from '../systems/reports/questions.ts';
import { type Composed, compose } from './compose.ts';
import { readConfig } from './config.ts';
import { seedDemo } from './demo.ts';
import { liveVoices } from './demo-voices.ts';

const clock = { now: new Date('2026-11-25T03:00:00Z') };
const logger = pino({ level: 'silent' });
let database: TestDatabase;
let directory: string;
let composed: Composed;
const live = () =>
  liveVoices({
    composed,
    clock,
    present: clock.now.getTime(),
    seed: 2520,
    logger,
    signal: new AbortController().signal,
  });

beforeAll(async () => {
  database = await testDatabase();
  directory = await mkdtemp(join(tmpdir(), 'dttm-voices-'));
  composed = await compose({
    config: { ...readConfig({}, 'demo'), dataDirectory: directory },
    database,
    databaseUrl: database.url,
    logger,
    now: () => clock.now,
  });
  await composed.prepare();
  await seedDemo(composed, { replay: false });
  await live();
  clock.now = new Date('2026-11-25T03:00:00Z');
}, 120_000);
afterAll(async () => {
  await composed?.http.app.close();
  await rm(directory, { recursive: true, force: true });
  await database?.close();
});

const counted = async (query: string): Promise<Record<string, number>> => {
  const { rows } = await sql<{ name: string; n: number }>`${sql.raw(query)}`.execute(database.db);
  return Object.fromEntries(rows.map((row) => [row.name, Number(row.n)]));
};

it('initiatives, consultations, questions and surveys of the demo stand in every state, all of them said to be simulated', async () => {
  expect(await counted('select state as name, count(*) as n from initiatives group by 1')).toEqual({
    waiting: 2,
    refused: 1,
    open: 2,
    due: 1,
    answered: 2,
    consulted: 1,
    lapsed: 1,
  });
  // One of an initiative among the published.
  expect(await counted('select state as name, count(*) as n from consultations group by 1')).toEqual({
    draft: 1,
    published: 4,
    closed: 2,
  });
  expect(
    await counted(`select result ->> 'stands' as name, count(*) as n from consultations
    where state = 'closed' group by 1`),
  ).toEqual({ true: 1, false: 1 });
  expect(Object.keys(await counted('select state as name, count(*) as n from comments group by 1')).sort()).toEqual([
    'removed',
    'shown',
    'waiting',
  ]);
  expect((await findAnswered(partsOf(composed.platform), { limit: 20, offset: 0 })).total).toBe(5);
  const made = await counted(`select provenance as name, count(*) as n from (
    select provenance from initiatives union all select provenance from consultations
    union all select provenance from comments union all select provenance from surveys
    union all select provenance from reports union all select provenance from cases) all_of_them group by 1`);
  expect(Object.keys(made)).toEqual(['simulated']);
  // Nobody is told anything: not a message goes out to an address that is none.
  expect(
    await counted(`select address as name, count(*) as n from messages where address like '%.invalid' group by 1`),
  ).toEqual({});
});

it('a count of the demo holds for whoever counts again, its board says what it is', async () => {
  const { rows } = await sql<{ id: string }>`select id from consultations where state = 'closed'`.execute(database.db);
  for (const { id } of rows) {
    const board = await publishedBoard(composed.platform, publicPrincipal, id);
    expect(board.provenance).toBe('simulated');
    expect(await checkBoard(board)).toEqual([]);
  }
});

it('a second start makes nothing a second time', async () => {
  const all = () =>
    counted(`select 'initiatives' as name, count(*) as n from initiatives union all
      select 'consultations', count(*) from consultations union all select 'comments', count(*) from comments union all
      select 'answers', count(*) from survey_answers union all select 'reports', count(*) from reports`);
  const before = await all();
  // 22 + 41 + 29 + 3 answers to surveys, 8 questions.
  expect(before).toMatchObject({ initiatives: 10, consultations: 7, answers: 95, reports: 8 });
  await live();
  expect(await all()).toEqual(before);
});
