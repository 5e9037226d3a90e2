import type { Text } from '../../platform/words/index.ts';
import type { OpenPlatform, Place } from './open.ts';

export type Io = { out(line: string): void; err(line: string): void };

/**
 * A command of the line `npm run -s cli -- <name> ...`; answers its exit code: 0 done, 1 failed, 2 wrong call. One
 * that needs the database calls `open`, one that works on the server as a whole reads its `place`; one that needs
 * neither runs anywhere.
 */
export type Command = {
  name: string;
  usage: string;
  summary: Text;
  run(args: readonly string[], io: Io, open: OpenPlatform, place: Place): Promise<number>;
};

/** Tells how a command is called; the exit code of a wrong call. */
export function wrongCall(command: Pick<Command, 'usage'>, io: Io): number {
  io.err(`Cách dùng / Usage: ${command.usage}`);
  return 2;
}
