/** For the test of several processes: the same program in roles, on one database, each killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, openToAll, startEmbedded } from '../platform/database/index.ts';

export type Part = {
  name: string;
  url: string;
  /** kill -9; resolves when it is gone */
  kill(): Promise<void>;
  /** resolves when it answers */
  start(): Promise<void>;
};

export type Parts = { of(name: string): Part; end(): Promise<void> };

/** Starts one process for each entry: its name and its roles. */
export async function startParts(wanted: Record<string, string>): Promise<Parts> {
  const directory = await mkdtemp(join(tmpdir(), 'dttm-parts-'));
  await openToAll(directory);
  const postgres = await startEmbedded({ directory: join(directory, 'postgres') });
  const parts = new Map<string, Part & { child: ChildProcess | null }>();

  for (const [name, roles] of Object.entries(wanted)) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const part: Part & { child: ChildProcess | null } = {
      name,
      url,
      child: null,
      async kill() {
        const { child } = part;
        if (!child) throw new Error(`${name} does not run`);
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
        part.child = null;
      },
      async start() {
        const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'server', 'main.ts'), '--clean'], {
          env: {
            ...process.env,
            ROLES: roles,
            DATABASE_URL: postgres.url,
            DATA_DIRECTORY: join(directory, name),
            PORT: String(port),
            MQTT_PORT: '0',
            LOG_LEVEL: 'error',
          },
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        part.child = child;
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-4000);
        });
        for (let tries = 0; tries < 1200; tries++) {
          if (child.exitCode !== null) throw new Error(`${name} ended while starting: ${said}`);
          const answer = await fetch(`${url}/healthz`).catch(() => null);
          if (answer?.ok) return;
          await sleep(50);
        }
        throw new Error(`${name} did not start within 60 s: ${said}`);
      },
    };
    parts.set(name, part);
  }

  const end = async (): Promise<void> => {
    for (const { child } of parts.values()) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    // All at once: they meet over the empty database.
    await Promise.all([...parts.values()].map((part) => part.start()));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    of(name) {
      const part = parts.get(name);
      if (!part) throw new Error(`no process ${name}`);
      return part;
    },
    end,
  };
}
