/** For tests: a PostgreSQL of the machine's own packages (Debian: /usr/lib/postgresql), where there is one. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../platform/database/index.ts';

const run = promisify(execFile);
const packages = '/usr/lib/postgresql';
const NOBODY = 65534;

/** The newest major version of 15 or later whose server is installed; null where there is none. */
export function installedPostgres(): { version: number; bin: string } | null {
  const versions = existsSync(packages) ? readdirSync(packages).map(Number) : [];
  const newest = versions
    .filter((one) => existsSync(join(packages, String(one), 'bin', 'initdb')))
    .sort((a, b) => b - a)[0];
  return newest && newest >= 15 ? { version: newest, bin: join(packages, String(newest), 'bin') } : null;
}

/** Starts it on a new directory. The URL is that of a role that owns its database and may nothing else. */
export async function startInstalled(bin: string, directory: string): Promise<{ url: string; stop(): Promise<void> }> {
  const asRoot = process.getuid?.() === 0;
  const options = {
    ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (asRoot) await chown(directory, NOBODY, NOBODY);
  await run(
    join(bin, 'initdb'),
    ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  );
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  await run(
    join(bin, 'pg_ctl'),
    ['-D', directory, '-w', '-o', settings, '-l', join(directory, 'log'), 'start'],
    options,
  );
  const psql = (text: string) =>
    run(join(bin, 'psql'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-c', text], options);
  await psql('create role platform login');
  await psql('create database platform owner platform');
  return {
    url: `postgres://platform@127.0.0.1:${port}/platform`,
    async stop() {
      await run(join(bin, 'pg_ctl'), ['-D', directory, '-w', '-m', 'fast', 'stop'], options);
    },
  };
}
