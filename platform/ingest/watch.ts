import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import type { FileDoor, Files } from './file-door.ts';

export type Watcher = { stop(): Promise<void>; idle(): Promise<void> };

const UNFINISHED_WAIT_MS = 60_000;

/**
 * Watches `<directory>/inbox/<door>/` and takes each file that has come to rest, one after another; what was taken is
 * moved to `<directory>/archive/<door>/`. A file is moved only after its rows are committed, so that a crash between
 * reads it again, which changes nothing.
 */
export async function watchFolder(options: {
  directory: string;
  doors: readonly FileDoor[];
  files: Files;
  now: () => Date;
  onError: (path: string, error: unknown) => void;
  /** ms without a change before a file counts as at rest (default 500) */
  restMs?: number;
}): Promise<Watcher> {
  const inbox = join(options.directory, 'inbox');
  const archive = join(options.directory, 'archive');
  for (const door of options.doors) await mkdir(join(inbox, door.id), { recursive: true });
  const queue = new Set<string>();
  const stopping = new AbortController();
  let working: Promise<void> | null = null;

  const takeOne = async (path: string): Promise<void> => {
    const inside = relative(inbox, path).split(sep);
    const door = options.doors.find((one) => one.id === inside[0]);
    if (!door) return;
    const before = await stat(path);
    const bytes = await readFile(path);
    const outcome = await options.files.take(door, inside.slice(1).join('/'), bytes);
    const rested = options.now().getTime() - before.mtimeMs > UNFINISHED_WAIT_MS;
    if (outcome.unfinished && !rested) {
      // Half a line at the end: the station may still be writing. Its good lines are in; look again later.
      later(path, UNFINISHED_WAIT_MS);
      return;
    }
    const after = await stat(path);
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      queue.add(path);
      return;
    }
    const target = join(archive, ...inside);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
  };

  const work = async (): Promise<void> => {
    for (const path of queue) {
      if (stopping.signal.aborted) break;
      queue.delete(path);
      try {
        await takeOne(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        // Not the file's fault (database away, disk full, flood): it stays where it is and is tried again.
        options.onError(path, error);
        later(path, 5_000);
      }
    }
    working = null;
  };
  const add = (path: string): void => {
    if (stopping.signal.aborted) return;
    queue.add(path);
    working ??= work();
  };
  const later = (path: string, ms: number): void => {
    sleep(ms, undefined, { signal: stopping.signal, ref: false }).then(
      () => add(path),
      () => undefined,
    );
  };

  const watcher = watch(inbox, {
    awaitWriteFinish: { stabilityThreshold: options.restMs ?? 500, pollInterval: 100 },
    followSymlinks: false,
    ignored: (path, stats) => stats?.isFile() === true && path.split(sep).at(-1)?.startsWith('.') === true,
  });
  watcher
    .on('add', add)
    .on('change', add)
    .on('error', (error) => options.onError(inbox, error));
  await new Promise<void>((resolve) => watcher.on('ready', resolve));

  return {
    async idle() {
      while (working || queue.size > 0) await sleep(20);
    },
    async stop() {
      stopping.abort();
      await watcher.close();
      await working;
    },
  };
}
