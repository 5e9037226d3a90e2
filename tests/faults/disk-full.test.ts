/**
 * The disk of the database is full and has room again: what was acknowledged is there, what could not be kept was
 * never acknowledged, and the program goes on by itself.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningServer, startTestServer } from '../running-server.ts';
import { type Province, settle, sorted, until } from './province.ts';

let directory: string;
let mounted = false;
let server: RunningServer | undefined;
let province: Province;

/** A small file system of its own: only root may make one, and not in every container. */
function mount(path: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=320m,mode=755', 'none', path]).status === 0;
}
const ballast = () => join(directory, 'ballast');
/** Fills what is free, to the last byte. */
async function fill(): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  await writeFile(ballast(), Buffer.alloc(bavail * bsize + 1)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dttm-full-'));
  mounted = mount(directory);
  if (!mounted) return;
  // The program's directory is made below the directory for temporary files: for once that is ours.
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    server = await startTestServer({ mode: 'clean', environment: { MQTT_PORT: '-1', LOG_LEVEL: 'silent' } });
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
  province = await settle(() => server?.url ?? '');
}, 120_000);
afterAll(async () => {
  await server?.stop();
  if (mounted) spawnSync('umount', [directory]);
  await (mounted ? rmdir(directory) : rm(directory, { recursive: true, force: true }));
}, 60_000);

it('a full disk: no value is acknowledged and lost, and all goes on when there is room', async ({ skip }) => {
  if (!mounted) skip('no file system may be mounted here');
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 20 * 3_600_000;
  const minute = (n: number): number => start + n * 60_000;
  let n = 0;
  for (; n < 10; n++) expect(await province.send(minute(n), n), province.why()).toBe(true);

  await fill();
  // The server has a little room in its files yet: it says yes as long as it can, and then no.
  const refused = await until(async () => {
    if (await province.send(minute(n), n % 50)) {
      n += 1;
      return n > 1000 ? 'never' : null;
    }
    return 'refused';
  }, 'a refusal');
  expect(refused).toBe('refused');
  expect(province.why()).toMatch(/^503 .*(storage-full|database-away)/);
  const beforeRoom = province.acknowledged.size;
  expect(await province.send(minute(n), n % 50)).toBe(false);
  expect(server?.process.exitCode).toBeNull();

  await rm(ballast());
  const more = n + 10;
  for (; n < more; n++) await until(() => province.send(minute(n), n % 50), 'a yes');
  expect(province.acknowledged.size).toBe(beforeRoom + 10);
  await province.settled();
  expect(await province.stored(start)).toEqual(sorted(province.acknowledged));
  expect(await province.get('/api/audit/verify')).toMatchObject({ ok: true });
}, 300_000);
