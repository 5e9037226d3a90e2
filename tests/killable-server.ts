/** For the test of kills: the real program on a directory of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openToAll } from '../platform/database/index.ts';

export type Killable = {
  /** of the server that runs now; another port after each start */
  url(): string;
  /** kill -9 of the server's process; resolves when a new one answers */
  killServer(): Promise<void>;
  /** Stops in order and starts again so that it dies at a step (see faults/die-at.ts). */
  arm(step: string): Promise<void>;
  /** Resolves when the step was reached and what dies there is gone, and the server is there again. */
  reached(): Promise<void>;
  /** Where its database keeps its files, and how to reach it. */
  directory: string;
  /** kill -9 of the database's process, which the server itself starts again; resolves when it is gone */
  killDatabase(): Promise<void>;
  /** Stops both and removes the directory. */
  end(): Promise<void>;
};

type Address = { url: string; pid: number };

export async function startKillable(): Promise<Killable> {
  const directory = await mkdtemp(join(tmpdir(), 'dttm-kill-'));
  await openToAll(directory);
  let child: ChildProcess | null = null;
  let url = '';

  const note = join(directory, 'died-at');
  let armed = '';

  const start = async (step?: string): Promise<void> => {
    const program = [join(import.meta.dirname, '..', 'server', 'main.ts'), '--clean'];
    const watched = step ? ['--import', join(import.meta.dirname, 'faults', 'die-at.ts')] : [];
    const started = spawn(process.execPath, [...watched, ...program], {
      env: {
        ...process.env,
        DATA_DIRECTORY: directory,
        PORT: '0',
        MQTT_PORT: '0',
        LOG_LEVEL: 'error',
        ...(step ? { DIE_AT: step, DIE_NOTE: note } : {}),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let said = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    for (let tries = 0; tries < 4800; tries++) {
      if (started.exitCode !== null) throw new Error(`the server ended while starting: ${said}`);
      // Half written is as good as not there yet.
      const address = await readFile(join(directory, 'clean', 'address.json'), 'utf8')
        .then((text) => JSON.parse(text) as Address)
        .catch(() => null);
      if (address?.pid === started.pid) {
        url = address?.url ?? '';
        return;
      }
      await sleep(50);
    }
    throw new Error(`the server did not start within four minutes: ${said}`);
  };

  /** The postmaster as its own file names it: the server may have started it anew since it wrote its address. */
  const databasePid = async (): Promise<number | null> => {
    const text = await readFile(join(directory, 'clean', 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0]);
    return pid > 0 ? pid : null;
  };
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      // An orphan that ended may stay in the table where no init takes note of it.
      return !(existsSync('/proc/self/stat') && readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '));
    } catch (error) {
      if (['ESRCH', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  };
  const untilGone = async (pid: number): Promise<void> => {
    while (isAlive(pid)) await sleep(20);
  };

  const stop = async (): Promise<void> => {
    const last = child;
    if (!last || last.exitCode !== null || last.signalCode !== null) return;
    const gone = once(last, 'exit');
    last.kill('SIGTERM');
    await gone;
  };

  const killable: Killable = {
    url: () => url,
    directory,
    async arm(step) {
      await stop();
      armed = step;
      await start(step);
    },
    async reached() {
      for (let tries = 0; ; tries++) {
        if ((await readFile(note, 'utf8').catch(() => '')) === armed) break;
        if (tries > 4800) throw new Error(`the step “${armed}” was not reached within four minutes`);
        await sleep(50);
      }
      await rm(note);
      const dying = child;
      // What dies with its database starts it again by itself.
      if (!dying || armed.startsWith('database')) return;
      if (dying.exitCode === null && dying.signalCode === null) await once(dying, 'exit');
      if (dying.signalCode !== 'SIGKILL') throw new Error(`the server ended by itself: ${dying.signalCode}`);
      await start();
    },
    async killServer() {
      const killed = child;
      if (!killed) throw new Error('no server runs');
      const gone = once(killed, 'exit');
      killed.kill('SIGKILL');
      await gone;
      await start();
    },
    async killDatabase() {
      const pid = await databasePid();
      if (pid === null) throw new Error('no database runs');
      process.kill(pid, 'SIGKILL');
      // A killed child is gone once its parent has taken note, or init where the parent was killed itself.
      await untilGone(pid);
    },
    async end() {
      await stop();
      const pid = await databasePid();
      if (pid !== null && isAlive(pid)) {
        process.kill(pid, 'SIGINT');
        await untilGone(pid);
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await killable.end();
    throw error;
  }
  return killable;
}
