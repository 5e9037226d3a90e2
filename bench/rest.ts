/** How soon the demo shows its first page when it is started again, and what the server keeps in memory at rest. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, openToAll } from '../platform/database/index.ts';
import { startPlatform } from './platform.ts';
import { atMost, type Measure } from './run.ts';

const root = join(import.meta.dirname, '..');
const REST_MS = 30_000;

export const rest: Measure = {
  names: ['start', 'memory-at-rest'],
  async run(run) {
    const directory = await mkdtemp(join(run.directory, 'start-'));
    await openToAll(directory);
    const port = await freePort();
    /** The README's command; @returns seconds to the first page */
    const start = async (): Promise<number> => {
      const began = performance.now();
      const child = spawn('npm', ['start'], {
        cwd: root,
        env: { ...process.env, DATA_DIRECTORY: directory, PORT: String(port), MQTT_PORT: '-1', LOG_LEVEL: 'error' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      for (;;) {
        const page = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
        if (page?.ok) break;
        if (child.exitCode !== null) throw new Error('npm start ended');
        await sleep(20);
      }
      const seconds = (performance.now() - began) / 1000;
      const { pid } = JSON.parse(await readFile(join(directory, 'demo', 'address.json'), 'utf8')) as { pid: number };
      // The first start goes on to its province of the last days.
      await sleep(3000);
      const gone = once(child, 'exit');
      process.kill(pid, 'SIGTERM');
      await gone;
      return seconds;
    };
    const first = await start();
    const second = await start();

    const platform = await startPlatform(run);
    await sleep(REST_MS);
    const status = await readFile(`/proc/${platform.pid}/status`, 'utf8').catch(() => '');
    const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    await platform.stop();
    return [
      atMost('start', 's', second, 8, `npm start to the first page; the first start took ${first.toFixed(1)} s`),
      atMost(
        'memory-at-rest',
        'MB',
        resident,
        400,
        `resident set of the server after ${REST_MS / 1000} s at rest, 500 stations`,
      ),
    ];
  },
};
