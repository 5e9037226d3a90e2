/**
 * The database gone for a while and back, and a mail server that is away: the program lives on, says yes to nothing
 * that it cannot keep, and goes on by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type MailServer, startMailServer } from '../../platform/notify/testing.ts';
import { type RunningServer, startTestServer } from '../running-server.ts';
import { type Cut, cuttable } from './cut.ts';
import { type Province, settle, sorted, until } from './province.ts';

let database: TestDatabase;
let line: Cut;
let server: RunningServer;
let province: Province;
let mailPort: number;
let mail: MailServer | null = null;

beforeAll(async () => {
  database = await testDatabase({ empty: true });
  const { hostname, port } = new URL(database.url);
  line = await cuttable({ host: hostname, port: Number(port) });
  mailPort = await freePort();
  server = await startTestServer({
    mode: 'clean',
    environment: {
      DATABASE_URL: database.url.replace(`:${port}/`, `:${line.port}/`),
      SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
      LOG_LEVEL: 'silent',
    },
  });
  province = await settle(() => server.url);
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await line?.close();
  await mail?.close();
  await database?.close();
}, 60_000);

it('the database gone and back: nothing acknowledged is lost, and followers go on', async () => {
  // A message that waits for a mail server which is not there.
  await database.pool.query(
    `with told as (
       insert into notifications (id, event_id, user_id, kind, subject_kind, subject_id, title, text, created_at)
       values (gen_random_uuid(), 1, 'x', 'x', 'task', 'x', '{}', '{}', now()) returning id)
     insert into messages (id, notification_id, channel, address, subject, body, message_id, state, created_at, next_at)
     select gen_random_uuid(), id, 'email', 'a@b.vn', 'Thử', 'Nội dung', '<1@b.vn>', 'waiting', now(), now() from told`,
  );
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
  const minute = (n: number): number => start + n * 60_000;
  for (let n = 0; n < 10; n++) expect(await province.send(minute(n), n), province.why()).toBe(true);

  await line.cut();
  expect((await fetch(`${server.url}/healthz`)).status).toBeGreaterThanOrEqual(500);
  for (let n = 10; n < 20; n++) expect(await province.send(minute(n), n)).toBe(false);
  expect(province.why()).toMatch(/^503 .*database-away/);
  // Long enough for every loop of the program to have failed a few times.
  await sleep(5_000);
  expect(server.process.exitCode).toBeNull();

  await line.giveBack();
  await until(async () => (await fetch(`${server.url}/healthz`)).ok, 'the database');
  // The device sends again what it got no yes for.
  for (let n = 10; n < 20; n++) await until(() => province.send(minute(n), n), `a yes to value ${n}`);
  await province.settled();
  expect(await province.stored(start)).toEqual(sorted(province.acknowledged));
  expect(province.acknowledged.size).toBe(20);
  const jobs = await province.get<{ items: unknown[] }>('/api/jobs');
  expect(jobs.items.length).toBeGreaterThan(0);
  expect(await province.get('/api/audit/verify')).toMatchObject({ ok: true });
}, 180_000);

it('the mail server gone and back: the message waits without losing a try, and goes out once', async () => {
  await until(
    async () => (await province.get<{ mail: { server: string } }>('/api/service')).mail.server === 'unreachable',
    'the knowledge that the mail server is away',
  );
  const waiting = await database.pool.query(`select state, attempts from messages`);
  expect(waiting.rows).toEqual([{ state: 'waiting', attempts: 0 }]);
  mail = await startMailServer(mailPort);
  await until(async () => (mail?.received.length ?? 0) > 0, 'the message');
  await until(
    async () => (await database.pool.query(`select state from messages`)).rows[0]?.state === 'sent',
    'the record of it',
  );
  expect(mail.received.map((one) => one.to)).toEqual([['a@b.vn']]);
}, 180_000);
