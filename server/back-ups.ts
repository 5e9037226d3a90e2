/**
 * Back-ups of a whole province: the embedded database (base copies and WAL), and the files and audit anchors beside
 * it. `<root>/<mode>/lines/<line>/{base,wal}`, `<root>/<mode>/{files,audit}`. A line is one life of one database: a
 * restored one begins a new line, so that two histories never meet in one archive.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type BackUp,
  backUp,
  giveToServer,
  passwordFileOf,
  readBackUp,
  restoreEmbedded,
  writeWhole,
} from '../platform/database/index.ts';
import { refuse } from '../platform/words/index.ts';
import type { Config } from './config.ts';

export type Found = { line: string; name: string; manifest: BackUp };
export type Kept = Found & { folder: string };

const DAY_MS = 86_400_000;
const LINE = '.postgres.line';
const SEGMENT_FILE = /^[0-9A-F]{24}\.gz$/;

/** The root of the mode's back-ups, or of what waits for an S3-compatible store (back-up-bucket.ts); null where no place for them is configured, or the server is not ours. */
export function backUpRoot(config: Config, root: string): string | null {
  if (!config.BACKUP_DIRECTORY || config.DATABASE_URL) return null;
  if (isBucket(config.BACKUP_DIRECTORY)) return join(resolve(root, config.dataDirectory), 'back-up-outbox');
  return join(resolve(root, config.BACKUP_DIRECTORY), config.mode);
}

export const isBucket = (place: string): boolean => place.startsWith('s3://');

/** The line of the database in this data directory; begins one where there is none. */
export async function lineOf(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, LINE);
  // A line outlives its database only where somebody removed that by hand: the new one begins its own.
  const isNew = (await statOf(join(dataDirectory, 'postgres', 'PG_VERSION'))) === null;
  const known = isNew ? null : await readFile(file, 'utf8').catch(ifMissing(null));
  if (known) return known.trim();
  const line = `${stamp(new Date())}-${randomBytes(3).toString('hex')}`;
  await mkdir(dataDirectory, { recursive: true });
  await writeWhole(file, line);
  return line;
}

/** The folder to which the server of this data directory archives its WAL; made, and given to the server's account. */
export async function archiveFolder(root: string, dataDirectory: string): Promise<string> {
  const folder = join(root, 'lines', await lineOf(dataDirectory), 'wal');
  await mkdir(folder, { recursive: true });
  await giveToServer(folder);
  return folder;
}

type Made = { root: string; dataDirectory: string; url: string; signal?: AbortSignal };

/** Makes a base back-up of a running embedded server, and copies the files beside it. */
export async function makeBackUp(given: Made): Promise<Kept> {
  const made = await makeBase(given);
  await mirrorFiles(given.root, given.dataDirectory);
  return made;
}

/** Makes a base back-up of a running embedded server. */
export async function makeBase(given: Made): Promise<Kept> {
  const { root, dataDirectory, url } = given;
  const line = await lineOf(dataDirectory);
  const postgres = join(dataDirectory, 'postgres');
  const bases = join(root, 'lines', line, 'base');
  await mkdir(bases, { recursive: true });
  const name = stamp(new Date());
  const folder = join(bases, name);
  const manifest = await backUp({
    url,
    directory: postgres,
    to: folder,
    ...(given.signal ? { signal: given.signal } : {}),
  });
  await writeWhole(join(folder, 'password'), await readFile(passwordFileOf(postgres)));
  return { line, name, folder, manifest };
}

/** Copies what is new in `files/` and `audit/`; takes nothing away. @returns how many files were copied */
export async function mirrorFiles(root: string, dataDirectory: string): Promise<number> {
  let copied = 0;
  for (const folder of ['files', 'audit']) copied += await mirror(join(dataDirectory, folder), join(root, folder));
  return copied;
}

/** Every base back-up below the root, oldest first. */
export async function listBackUps(root: string): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const line of await listing(join(root, 'lines'))) {
    for (const name of await listing(join(root, 'lines', line, 'base'))) {
      const folder = join(root, 'lines', line, 'base', name);
      const manifest = await readBackUp(folder);
      if (manifest) kept.push({ line, name, folder, manifest });
    }
  }
  return kept.sort((a, b) => (a.manifest.endedAt < b.manifest.endedAt ? -1 : 1));
}

/** Of all, oldest first: those that no moment of the last days needs, and the first WAL that each line needs (if any). */
export function superseded<F extends Found>(
  all: readonly F[],
  keepDays: number,
  now: Date,
): { gone: F[]; firstWal: Map<string, string | undefined> } {
  const edge = new Date(now.getTime() - keepDays * DAY_MS).toISOString();
  const gone = all.filter((one) => one.manifest.endedAt < edge).slice(0, -1);
  const left = all.filter((one) => !gone.includes(one));
  return {
    gone,
    firstWal: new Map(all.map(({ line }) => [line, left.find((one) => one.line === line)?.manifest.firstWal])),
  };
}

/** The newest from before a moment (null: the newest), of all, oldest first. */
export function chosen<F extends Found>(all: readonly F[], at: Date | null, place: string): F {
  const found = all.findLast((one) => at === null || new Date(one.manifest.endedAt) <= at);
  if (!found) throw nothingBefore(place, at, all[0]?.manifest.endedAt);
  return found;
}

/**
 * Takes away what is not needed to go back to any moment of the last `keepDays` days: older base back-ups but the
 * newest of them, and the WAL before the oldest base back-up that stays in each line.
 */
export async function expire(root: string, keepDays: number, now: Date): Promise<{ bases: number; segments: number }> {
  const all = await listBackUps(root);
  const { gone, firstWal } = superseded(all, keepDays, now);
  for (const one of gone) await rm(one.folder, { recursive: true });
  // What a process that died left half made.
  for (const line of await listing(join(root, 'lines'))) {
    for (const name of await listing(join(root, 'lines', line, 'base'))) {
      const folder = join(root, 'lines', line, 'base', name);
      const half = name.endsWith('.part') ? await statOf(folder) : null;
      if (half && now.getTime() - half.mtimeMs > DAY_MS) await rm(folder, { recursive: true });
    }
  }
  let segments = 0;
  for (const [line, first] of firstWal) {
    const wal = join(root, 'lines', line, 'wal');
    for (const name of await listing(wal)) {
      if (!SEGMENT_FILE.test(name) || (first !== undefined && name >= `${first}.gz`)) continue;
      await rm(join(wal, name));
      segments += 1;
    }
  }
  return { bases: gone.length, segments };
}

/**
 * Restores the data directory as it was at a moment (null: the latest there is) into a place where none is.
 * @returns the base back-up that it began with, the last transaction, and the anchors that lie after it
 */
export async function restoreBackUp(given: {
  root: string;
  at: Date | null;
  dataDirectory: string;
  onLog?: (line: string) => void;
}): Promise<{ from: Kept; lastCommitAt: Date | null }> {
  const { root, at, dataDirectory } = given;
  if (await statOf(join(dataDirectory, 'postgres'))) throw notEmpty(dataDirectory);
  const all = await listBackUps(root);
  const from = chosen(all, at, root);
  const archive = join(root, 'lines', from.line, 'wal');
  await mkdir(dataDirectory, { recursive: true });
  const { lastCommitAt } = await restoreEmbedded({
    base: from.folder,
    manifest: from.manifest,
    archive: (await statOf(archive)) ? archive : null,
    at,
    passwordFile: join(from.folder, 'password'),
    directory: join(dataDirectory, 'postgres'),
    ...(given.onLog ? { onLog: given.onLog } : {}),
  });
  for (const folder of ['files', 'audit']) await mirror(join(root, folder), join(dataDirectory, folder));
  // The restored database writes a history of its own from here.
  await rm(join(dataDirectory, LINE), { force: true });
  return { from, lastCommitAt };
}

/** Copies files that are missing or differ in size or time; each is there whole or not at all. */
async function mirror(from: string, to: string): Promise<number> {
  let copied = 0;
  const entries = await readdir(from, { withFileTypes: true }).catch(ifMissing([]));
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copied += await mirror(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.part')) {
      const [is, was] = [await statOf(source), await statOf(target)];
      if (!is || (was && was.size === is.size && was.mtimeMs >= is.mtimeMs)) continue;
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(source, `${target}.part`);
      const file = await open(`${target}.part`, 'r+');
      await file.sync().finally(() => file.close());
      await rename(`${target}.part`, target);
      copied += 1;
    }
  }
  return copied;
}

const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

const statOf = (path: string) => stat(path).catch(ifMissing(null));

const listing = (path: string): Promise<string[]> => readdir(path).catch(ifMissing<string[]>([]));

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

function notEmpty(directory: string) {
  return refuse(409, 'restore-not-empty', {
    vi: `Trong ${directory} đã có cơ sở dữ liệu. Hãy dừng nền tảng và chuyển thư mục đó đi nơi khác, hoặc khôi phục vào nơi trống bằng --to.`,
    en: `There is a database in ${directory}. Stop the platform and move that directory away, or restore to an empty place with --to.`,
  });
}

function nothingBefore(root: string, at: Date | null, first: string | undefined) {
  return refuse(404, 'no-back-up', {
    vi: `Trong ${root} không có bản sao lưu nào${at ? ` trước ${at.toISOString()}; bản đầu tiên lúc ${first ?? '(không có)'}` : ''}.`,
    en: `There is no back-up in ${root}${at ? ` from before ${at.toISOString()}; the first is of ${first ?? '(none)'}` : ''}.`,
  });
}
