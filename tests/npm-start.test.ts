import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openToAll } from '../platform/database/index.ts';

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('stops the platform and its database when `npm start` is stopped', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dttm-npm-'));
  await openToAll(directory);
  const npm = spawn('npm', ['start', '--', '--clean'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, DATA_DIRECTORY: directory, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  type Address = { pid: number; postgresPid: number };
  const address = async (): Promise<Address | null> =>
    readFile(join(directory, 'clean', 'address.json'), 'utf8').then(
      (text) => JSON.parse(text) as Address,
      () => null,
    );
  await expect.poll(address, { timeout: 90_000, interval: 250 }).not.toBeNull();
  const { pid, postgresPid } = (await address()) as Address;
  expect([isThere(pid), isThere(postgresPid)]).toEqual([true, true]);
  npm.kill('SIGTERM');
  await expect.poll(() => [isThere(pid), isThere(postgresPid)], { timeout: 20_000 }).toEqual([false, false]);
  await rm(directory, { recursive: true, force: true });
});
