import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';
import type { Instructions } from '../simulation/main.ts';

export type Simulation = { past: Promise<void>; stop(): Promise<void> };

/** Starts the simulated province as a process of its own; `past` resolves when its past is in. */
export function startSimulation(instructions: Instructions, logger: Logger): Simulation {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '..', 'simulation', 'main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin?.write(`${JSON.stringify(instructions)}\n`);
  child.stdin?.on('error', (error) => logger.warn({ err: error }, 'the simulation is gone'));
  const gone = once(child, 'exit');
  const past = new Promise<void>((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      logger.info({ simulation: line }, 'simulation');
      if (line.includes('"past"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the simulation ended early (code ${code})`)));
  });
  past.catch((error) => logger.warn({ err: error }, 'simulation'));
  return {
    past,
    async stop() {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(timer);
    },
  };
}
