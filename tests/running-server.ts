import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openToAll } from '../platform/database/index.ts';

export type RunningServer = { url: string; directory: string; process: ChildProcess; stop(): Promise<void> };

type Address = { url: string; pid: number };

/** The real program as a process of its own, on a directory and ports of its own; `stop` removes both. */
export async function startTestServer(options: {
  mode: 'demo' | 'clean';
  environment?: Record<string, string>;
  /** one that is there already, and stays */
  directory?: string;
}): Promise<RunningServer> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'dttm-server-')));
  await openToAll(directory);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'server', 'main.ts'), ...(options.mode === 'clean' ? ['--clean'] : [])],
    {
      env: {
        ...process.env,
        DATA_DIRECTORY: directory,
        PORT: '0',
        MQTT_PORT: '0',
        LOG_LEVEL: 'error',
        ...options.environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const file = join(directory, options.mode, 'address.json');
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended while starting: ${said}`);
    const address = await readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as Address,
      () => null,
    );
    if (address?.pid === child.pid) {
      return {
        url: address?.url ?? '',
        directory,
        process: child,
        async stop() {
          const gone = once(child, 'exit');
          child.kill('SIGTERM');
          await gone;
          if (!options.directory) await rm(directory, { recursive: true, force: true });
        },
      };
    }
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not start within 60 s: ${said}`);
}
