import { constants, type Stats } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a device may put files: `folder` as it sees it, below the inbox of `door`; its files begin with one of `names`. */
export type Folder = { door: string; folder: string; names: string[] };

/** Why something is not done, in the protocol's own terms. */
export type Denial = 'none' | 'denied' | 'failed';
export class Denied extends Error {
  readonly why: Denial;
  constructor(why: Denial, message: string) {
    super(message);
    this.why = why;
  }
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,119}$/;
const MOST_DEEP = 6;
/** Loggers write under such a name and rename when they are done. */
const UNFINISHED = /\.(tmp|part|filepart)$/i;
const WAIT_MS = 200;
const WAITS = 50;

export type Place = { path: string; directory: string; name: string; own: Folder };

/** The way of a path as the device writes it: cleaned of `..`, never out of `/`. */
export const cleaned = (given: string): string =>
  posix.normalize(`/${given.replaceAll('\\', '/')}`).replace(/(.)\/$/, '$1');

/** Where the path lies on the disk; refuses what is not within one of the device's own folders. */
export function placeOf(inbox: string, own: readonly Folder[], given: string): Place {
  const steps = cleaned(given).split('/').slice(1);
  const folder = own.find((one) => one.folder === steps[0]);
  if (!folder || steps.length > MOST_DEEP) throw new Denied('none', 'no such folder');
  // Also names that begin with a dot: these are our own.
  if (steps.some((step) => !SEGMENT.test(step))) throw new Denied('denied', 'a name of other letters');
  const path = join(inbox, folder.door, ...steps);
  return { path, directory: dirname(path), name: basename(path), own: folder };
}

/** Where a file lies while it is written: hidden, so that the door does not look at it. */
export const stagedOf = ({ directory, name }: Pick<Place, 'directory' | 'name'>): string =>
  join(directory, `.${name}.part`);
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name);

/** Makes the folder; refuses one that a link leads out of. */
export async function makeFolder(inbox: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await realpath(directory)) !== join(await realpath(inbox), directory.slice(inbox.length))) {
    throw new Denied('denied', 'the folder is a link');
  }
}

/** Null where it is not there, or no longer; any other failure of the disk is told. */
async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** What is at the path: a folder, a finished file or one that is being written; never a link. */
export async function look(path: string): Promise<Stats> {
  for (const one of [path, stagedOf({ directory: dirname(path), name: basename(path) })]) {
    const found = await ifThere(lstat(one));
    if (found?.isFile() || found?.isDirectory()) return found;
  }
  throw new Denied('none', 'no such file');
}

/** Names of a folder as the device sees them. */
export async function list(directory: string): Promise<{ name: string; stats: Stats }[]> {
  const names = (await ifThere(readdir(directory))) ?? [];
  const shown = new Set(
    names.map((name) => /^\.(.*)\.part$/.exec(name)?.[1] ?? name).filter((name) => SEGMENT.test(name)),
  );
  const found: { name: string; stats: Stats }[] = [];
  for (const name of shown) {
    const stats = await look(join(directory, name)).catch((error: unknown) => {
      // Taken meanwhile, or a link.
      if (error instanceof Denied) return null;
      throw error;
    });
    if (stats) found.push({ name, stats });
  }
  return found;
}

/** Opens for writing without following a link; `fresh` begins anew, with a file that nobody else writes to. */
export async function openStaged(staged: string, fresh: boolean): Promise<FileHandle> {
  if (fresh) await rm(staged, { force: true });
  const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
  return open(staged, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
}

/**
 * Gives a whole file its name for the door to take. It never replaces a file: one that waits there may be being read just
 * now, and would be put away unread. @throws Denied where the other stays
 */
export async function handIn(staged: string, path: string): Promise<void> {
  for (let waits = 0; ; waits++) {
    try {
      await link(staged, path);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new Denied('none', 'no such file');
      if (code !== 'EEXIST') throw error;
      if (waits >= WAITS)
        throw new Denied('failed', 'an earlier file of this name has not been taken yet; send again later');
      await sleep(WAIT_MS);
    }
  }
  await rm(staged);
  await settle(dirname(path));
}

/** Renames what is not finished yet. */
export async function renameStaged(from: string, to: string): Promise<void> {
  await rename(from, to);
  await settle(dirname(to));
}

/** Forces the folder's names to the disk: a yes is said after it. */
async function settle(directory: string): Promise<void> {
  const folder = await open(directory, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Bytes that wait in the device's folders. */
export async function waitingBytes(inbox: string, own: readonly Folder[]): Promise<number> {
  let bytes = 0;
  for (const { door, folder } of own) {
    const names = (await ifThere(readdir(join(inbox, door, folder), { recursive: true, withFileTypes: true }))) ?? [];
    for (const one of names) {
      if (one.isFile()) bytes += (await ifThere(lstat(join(one.parentPath, one.name))))?.size ?? 0;
    }
  }
  return bytes;
}

/**
 * Hands in what was begun and not gone on with for so long: its good lines are taken and its end is told in quarantine,
 * which is better than bytes that nobody looks at. @returns how many
 */
export async function handInOld(
  inbox: string,
  doors: readonly string[],
  before: number,
  busy: ReadonlySet<string>,
): Promise<number> {
  let n = 0;
  for (const door of doors) {
    const names = (await ifThere(readdir(join(inbox, door), { recursive: true, withFileTypes: true }))) ?? [];
    for (const one of names) {
      const name = /^\.(.*)\.part$/.exec(one.name)?.[1];
      const staged = join(one.parentPath, one.name);
      if (name === undefined || !one.isFile() || busy.has(staged)) continue;
      const stats = await ifThere(lstat(staged));
      if (!stats || stats.mtimeMs > before) continue;
      await handIn(staged, join(one.parentPath, name.replace(UNFINISHED, '')));
      n += 1;
    }
  }
  return n;
}
