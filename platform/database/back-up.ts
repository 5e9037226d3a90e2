import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { refuse } from '../words/index.ts';

/** What a base back-up says of itself; written last, so that a folder without it is no back-up. Times in ISO 8601. */
export type BackUp = {
  startedAt: string;
  /** the first moment to which it can be restored */
  endedAt: string;
  /** major version of the server */
  postgres: number;
  /** WAL segments from the start to the end of the copy; they lie in the copy itself */
  firstWal: string;
  lastWal: string;
  /** sizes and hashes of the files as they were read, before packing */
  files: { path: string; bytes: number; sha256: string }[];
  /** empty directories that the server wants to find */
  directories: string[];
};

const MANIFEST = 'manifest.json';
/** What a running server keeps there is of no use to another one (PostgreSQL 18, 25.3.4 "Making a base backup"). */
const CONTENT_LEFT_OUT = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const FILE_LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|.*\.core|pgsql_tmp.*|backup_label.*|tablespace_map.*)$/;
const SEGMENT = /^[0-9A-F]{24}$/;

/**
 * Copies a running embedded server into a new folder, file by file, between `pg_backup_start` and `pg_backup_stop`,
 * with the WAL that the copy needs, packed and hashed. Nothing of it counts until the manifest is there. A slot of
 * the session keeps the server from taking that WAL away while it is copied.
 * @param url a superuser's URL
 * @param directory the server's data directory
 * @param to the folder to make; it must not exist
 */
export async function backUp(given: {
  url: string;
  directory: string;
  to: string;
  signal?: AbortSignal;
}): Promise<BackUp> {
  const { directory, to } = given;
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: given.url, application_name: 'dttm-back-up' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const files: BackUp['files'] = [];
    const copy = async (path: string): Promise<void> => {
      given.signal?.throwIfAborted();
      const entry = await pack(join(directory, path), join(part, `${path}.gz`), path);
      if (entry) files.push(entry);
    };
    await client.query('select pg_create_physical_replication_slot($1, true, true)', [`back_up_${process.pid}`]);
    const begun = await client.query<{ at: Date; version: number }>(
      `select now() as at, current_setting('server_version_num')::int / 10000 as version, pg_backup_start('dttm', true)`,
    );
    const directories: string[] = [];
    const paths = await walk(directory, '', directories);
    // The control file last: by then everything it may speak of has been copied.
    for (const path of paths.filter((one) => one !== 'global/pg_control')) await copy(path);
    await copy('global/pg_control');
    const ended = await client.query<{ label: string; last: string; at: Date }>(
      `select labelfile as label, pg_walfile_name(lsn) as last, clock_timestamp() as at from pg_backup_stop(false)`,
    );
    const { label = '', last = '', at = new Date() } = ended.rows[0] ?? {};
    const first = /\(file ([0-9A-F]{24})\)/.exec(label)?.[1] ?? '';
    files.push(await packText(label, join(part, 'backup_label.gz'), 'backup_label'));
    const segments = (await readdir(join(directory, 'pg_wal'))).filter(
      (name) => SEGMENT.test(name) && name >= first && name <= last,
    );
    for (const name of segments.sort()) await copy(`pg_wal/${name}`);
    if (!first || segments[0] !== first || segments.at(-1) !== last) throw walGone(first, last);
    const { rows } = begun;
    const made: BackUp = {
      startedAt: (rows[0]?.at ?? at).toISOString(),
      endedAt: at.toISOString(),
      postgres: rows[0]?.version ?? 0,
      firstWal: first,
      lastWal: last,
      files,
      directories,
    };
    await writeWhole(join(part, MANIFEST), JSON.stringify(made));
    await syncFolder(part);
    await rename(part, to);
    await syncFolder(dirname(to));
    return made;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  } finally {
    // Ends the session's slot, and a back-up mode that was not ended.
    await client.end();
  }
}

/** The manifest of a base back-up; null where the folder is none. */
export async function readBackUp(folder: string): Promise<BackUp | null> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as BackUp;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

async function walk(root: string, below: string, directories: string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isSymbolicLink()) throw elsewhere(path, await readlink(join(root, path)));
    if (entry.isDirectory()) {
      directories.push(path);
      if (!CONTENT_LEFT_OUT.has(path)) paths.push(...(await walk(root, path, directories)));
    } else if (entry.isFile() && !FILE_LEFT_OUT.test(entry.name)) paths.push(path);
  }
  return paths;
}

/** Packs one file and forces it to disk; null where the server has removed it meanwhile, which the WAL knows of. */
async function pack(from: string, to: string, path: string): Promise<BackUp['files'][number] | null> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const target = createWriteStream(to, { mode: 0o600, flush: true });
    await pipeline(createReadStream(from, { highWaterMark: 1 << 18 }), measure, createGzip({ level: 1 }), target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await rm(to, { force: true });
    return null;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

async function packText(text: string, to: string, path: string): Promise<BackUp['files'][number]> {
  const target = createWriteStream(to, { mode: 0o600, flush: true });
  await pipeline([Buffer.from(text)], createGzip(), target);
  return { path, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

/** Writes a small file so that it is there whole or not at all. */
export async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  await syncFolder(dirname(path));
}

/** Forces a folder's entries to disk: a renamed file may else be gone after a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function walGone(first: string, last: string) {
  return refuse(500, 'back-up-wal', {
    vi: `Thiếu nhật ký WAL từ ${first} đến ${last}; bản sao lưu này không dùng được và đã bị bỏ. Hãy chạy lại.`,
    en: `WAL from ${first} to ${last} is not complete; this back-up is of no use and was dropped. Run it again.`,
  });
}

function elsewhere(path: string, target: string) {
  return refuse(409, 'back-up-elsewhere', {
    vi: `${path} trỏ ra ngoài thư mục dữ liệu (${target}); cách sao lưu này không theo được. Hãy dùng pgBackRest.`,
    en: `${path} points outside the data directory (${target}), which this back-up does not follow. Use pgBackRest.`,
  });
}
