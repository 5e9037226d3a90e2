export type Io = { out(line: string): void; err(line: string): void };

/** A command of the line `npm run -s cli -- <name> ...`; answers its exit code (0 done, 1 failed, 2 wrong call). */
export type Command = { name: string; usage: string; summary: string; run(args: string[], io: Io): Promise<number> };
