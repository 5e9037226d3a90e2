import { join } from 'node:path';
import type { Io } from './cli/command.ts';
import { type OpenPlatform, openPlatform, placeOf } from './cli/open.ts';
import { runCli } from './cli/run.ts';
import { readConfig } from './config.ts';

/** `npm run -s cli -- <command> …`: see `help`. */
const argv = process.argv.slice(2);
const mode = argv.includes('--clean') ? 'clean' : 'demo';
const io: Io = { out: (line) => console.log(line), err: (line) => console.error(line) };
// Only a command that opens the platform needs a right configuration.
const open: OpenPlatform = (work, options) =>
  openPlatform(readConfig(process.env, mode), join(import.meta.dirname, '..'))(work, options);

try {
  process.exitCode = await runCli(
    argv.filter((one) => one !== '--clean'),
    io,
    open,
    () => placeOf(readConfig(process.env, mode), join(import.meta.dirname, '..')),
  );
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
