/**
 * The disk of the province is lost: what the back-ups hold is brought back by the command, and the province goes on
 * with its devices, people and audit log.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openToAll } from '../../platform/database/index.ts';
import { type RunningServer, startTestServer } from '../running-server.ts';
import { settle, sorted, until } from './province.ts';

const run = promisify(execFile);
type State = { backUp: { lastAt: string | null }; database: { archiving: string } };

let top: string;
let data: string;
let environment: Record<string, string>;
let server: RunningServer;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'dttm-lost-'));
  await openToAll(top);
  data = join(top, 'data');
  environment = { DATA_DIRECTORY: data, BACKUP_DIRECTORY: join(top, 'back-ups'), MQTT_PORT: '-1', LOG_LEVEL: 'error' };
});
afterAll(async () => {
  await server?.stop();
  await rm(top, { recursive: true, force: true });
}, 60_000);

const start = () => startTestServer({ mode: 'clean', environment, directory: data });

/** Closes the running WAL segment and waits until the archive has it (by itself it would be so within a minute). */
async function archived(): Promise<void> {
  const password = (await readFile(join(data, 'clean', '.postgres.password'), 'utf8')).trim();
  const port = (await readFile(join(data, 'clean', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3];
  const client = new pg.Client({ connectionString: `postgres://dttm:${password}@127.0.0.1:${port}/postgres` });
  await client.connect();
  const { rows } = await client.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
  await until(async () => {
    const last = await client.query<{ name: string | null }>('select last_archived_wal as name from pg_stat_archiver');
    return (last.rows[0]?.name ?? '') >= (rows[0]?.name ?? '~');
  }, 'the segment in the archive');
  await client.end();
}

it('a lost disk: the command brings back what the back-ups hold, and the province goes on', async () => {
  await mkdir(data);
  server = await start();
  const province = await settle(() => server.url);
  const first = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
  for (let n = 0; n < 10; n++) expect(await province.send(first + n * 60_000, n), province.why()).toBe(true);
  // The first base copy is made by itself; what comes after it is in the WAL only.
  const before = await until(async () => {
    const state = await province.get<State>('/api/service');
    return state.backUp.lastAt !== null && state;
  }, 'the first back-up');
  expect(before.database.archiving).toBe('on');
  for (let n = 10; n < 20; n++) expect(await province.send(first + n * 60_000, n), province.why()).toBe(true);
  await province.settled();
  await archived();

  const postgres = Number((await readFile(join(data, 'clean', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const gone = once(server.process, 'exit');
  server.process.kill('SIGKILL');
  await gone;
  process.kill(postgres, 'SIGKILL');
  await until(async () => {
    // The directory of a server that is still ending cannot be removed at once.
    await rm(join(data, 'clean'), { recursive: true, force: true });
    return true;
  }, 'the loss of the disk');

  const cli = join(import.meta.dirname, '..', '..', 'server', 'cli.ts');
  const command = [cli, 'restore', '--clean', '--from', environment.BACKUP_DIRECTORY ?? ''];
  const { stdout } = await run(process.execPath, command, { env: { ...process.env, ...environment } });
  expect(stdout).toContain('restored into');

  server = await start();
  await province.settled();
  expect(province.acknowledged.size).toBe(20);
  expect(await province.stored(first)).toEqual(sorted(province.acknowledged));
  // The device's key is the old one, and so is the administrator's password.
  expect(await province.send(first + 20 * 60_000, 20), province.why()).toBe(true);
  expect(await province.get('/api/audit/verify')).toMatchObject({ ok: true });
  const audit = await province.get<{ items: { action: string }[] }>('/api/audit?limit=200');
  expect(audit.items.map((one) => one.action)).toContain('database.restore');
  // The restored province is a line of its own, and backs itself up at once.
  const after = await until(async () => {
    const state = await province.get<State>('/api/service');
    return state.backUp.lastAt !== null && state;
  }, 'the first back-up of the new line');
  expect(Date.parse(after.backUp.lastAt ?? '')).toBeGreaterThan(Date.parse(before.backUp.lastAt ?? ''));
}, 240_000);
