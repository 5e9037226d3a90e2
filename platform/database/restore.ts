import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { refuse } from '../words/index.ts';
import type { BackUp } from './back-up.ts';
import { answering, findBinaries, freePort, giveToServer, launch, passwordFileOf } from './embedded.ts';
import { restoreCommand } from './wal-archive.ts';

/**
 * Makes a data directory out of a base back-up and the archive of WAL, as it was at a moment (null: the end of what
 * there is), lets the server recover it, and stops it cleanly. The directory appears whole or not at all.
 * @param base folder of the base back-up, `manifest` what it says of itself
 * @param archive folder of the WAL archive; null: no further than the end of the base back-up
 * @param directory the data directory to make; it must not exist
 * @returns the time of the last transaction that is in it (null where none is after the base back-up)
 */
export async function restoreEmbedded(given: {
  base: string;
  manifest: BackUp;
  archive: string | null;
  at: Date | null;
  passwordFile: string;
  directory: string;
  onLog?: (line: string) => void;
}): Promise<{ lastCommitAt: Date | null }> {
  const { base, manifest, directory } = given;
  const binaries = await findBinaries();
  const part = `${directory}.restoring`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    for (const path of manifest.directories) await mkdir(join(part, path), { recursive: true, mode: 0o700 });
    for (const file of manifest.files) await unpack(join(base, `${file.path}.gz`), join(part, file.path), file);
    await mkdir(join(part, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
    await writeFile(join(part, 'recovery.signal'), '');
    await giveAll(part);
    await copyFile(given.passwordFile, passwordFileOf(directory));
    const lastCommitAt = await recover(binaries.postgres, part, given);
    await rename(part, directory);
    return { lastCommitAt };
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

async function recover(
  postgres: string,
  directory: string,
  given: { archive: string | null; at: Date | null; passwordFile: string; onLog?: (line: string) => void },
): Promise<Date | null> {
  const port = await freePort();
  const server = launch(postgres, directory, {
    port: String(port),
    restore_command: restoreCommand(given.archive),
    recovery_target_timeline: 'current',
    // Nobody gets in before the end of recovery: who gets in is then at the moment that was asked for.
    hot_standby: 'off',
    ...(given.at
      ? { recovery_target_time: given.at.toISOString().replace('Z', '+00:00'), recovery_target_action: 'promote' }
      : {}),
  });
  const said: string[] = [];
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    server.on('exit', () => {
      gone = true;
      resolve();
    });
    server.on('error', (error) => {
      said.push(String(error));
      gone = true;
      resolve();
    });
  });
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((one) => one.trim())) {
      said.push(line);
      given.onLog?.(line);
    }
  });
  const password = (await readFile(given.passwordFile, 'utf8')).trim();
  const url = `postgres://dttm:${password}@127.0.0.1:${port}/postgres`;
  try {
    await answering(url, () => gone, Number.POSITIVE_INFINITY).catch((error) => {
      if (said.some((line) => line.includes('before configured recovery target was reached'))) {
        throw notReached(given.at, said);
      }
      throw new Error(`${error}\n${said.slice(-20).join('\n')}`);
    });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (;;) {
        const state = await client.query<{ busy: boolean }>('select pg_is_in_recovery() as busy');
        if (!state.rows[0]?.busy) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await client.query('checkpoint');
      return lastCommit(said);
    } finally {
      await client.end();
    }
  } finally {
    if (!gone) server.kill('SIGINT');
    await ended;
  }
}

/** The server says in its log where recovery ended; the log's time zone is UTC. */
function lastCommit(said: readonly string[]): Date | null {
  const line = said.findLast((one) => one.includes('last completed transaction was at log time'));
  const text = line ? /at log time (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}\.?\d*)\+00/.exec(line) : null;
  return text ? new Date(`${text[1]}T${text[2]}Z`) : null;
}

async function unpack(from: string, to: string, file: BackUp['files'][number]): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = createWriteStream(to, { mode: 0o600, flush: true });
  try {
    await pipeline(createReadStream(from), createGunzip(), measure, target);
  } catch (error) {
    throw damaged(file.path, error);
  }
  if (hash.digest('hex') !== file.sha256) throw damaged(file.path, 'sha256');
}

/** Gives a folder with all in it to the server's account. */
export async function giveAll(path: string): Promise<void> {
  await giveToServer(path);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await giveAll(join(path, entry.name));
    else await giveToServer(join(path, entry.name));
  }
}

function damaged(path: string, why: unknown) {
  return refuse(422, 'back-up-damaged', {
    vi: `Tệp ${path} của bản sao lưu bị hỏng hoặc thiếu (${why}). Hãy dùng bản sao lưu khác.`,
    en: `File ${path} of the back-up is damaged or missing (${why}). Use another back-up.`,
  });
}

function notReached(at: Date | null, said: readonly string[]) {
  const last = lastCommit(said)?.toISOString() ?? '?';
  return refuse(422, 'back-up-ends-before', {
    vi: `Kho WAL kết thúc trước ${at?.toISOString()}; giao dịch cuối cùng có trong kho lúc ${last}. Hãy chọn thời điểm sớm hơn hoặc bỏ --at.`,
    en: `The WAL archive ends before ${at?.toISOString()}; its last transaction is of ${last}. Choose an earlier moment, or leave --at out.`,
  });
}
