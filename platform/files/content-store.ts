import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Contents on disk by their sha256: `sha256/ab/cd/<hash>`. A content is there whole or not at all: it is written
 * aside, forced to disk, and renamed.
 */
export type ContentStore = {
  /** Stores the bytes; resolves when they are on disk. @returns their sha256 in hex */
  put(bytes: Uint8Array): Promise<string>;
  /** Opens a content; null where it is not there. The caller closes it. */
  open(sha256: string): Promise<FileHandle | null>;
  /**
   * Removes what was left by processes that died, and contents that no row names.
   * @param before only what was last touched before this
   * @param named answers which of these hashes are still named
   */
  sweep(before: Date, named: (hashes: readonly string[]) => Promise<ReadonlySet<string>>): Promise<number>;
};

const HASH = /^[0-9a-f]{64}$/;

/** @param now the clock that `sweep` is asked by */
export function createContentStore(directory: string, now: () => Date): ContentStore {
  const incoming = join(directory, 'incoming');
  const contents = join(directory, 'sha256');
  const pathOf = (sha256: string): string => {
    // The hash comes from our own rows; a path is made of nothing else.
    if (!HASH.test(sha256)) throw new Error(`not a sha256: ${sha256}`);
    return join(contents, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };

  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const path = pathOf(sha256);
      if ((await sizeOf(path)) === bytes.byteLength) {
        // Young again, so that a sweep does not take it away before our row is committed.
        await utimes(path, now(), now());
        return sha256;
      }
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const aside = join(incoming, randomUUID());
      try {
        const file = await open(aside, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.utimes(now(), now());
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
      await syncDirectory(dirname(path));
      if (made !== undefined) {
        for (let up = dirname(path); up.length >= dirname(made).length; up = dirname(up)) await syncDirectory(up);
      }
      return sha256;
    },

    async open(sha256) {
      try {
        return await open(pathOf(sha256), 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },

    async sweep(before, named) {
      let removed = 0;
      const isOld = async (path: string): Promise<boolean> => (await stat(path)).mtime < before;
      for (const name of await listing(incoming)) {
        const path = join(incoming, name);
        if (!(await isOld(path))) continue;
        await rm(path);
        removed += 1;
      }
      for (const first of await listing(contents)) {
        for (const second of await listing(join(contents, first))) {
          const folder = join(contents, first, second);
          const old: string[] = [];
          for (const hash of await listing(folder)) if (await isOld(join(folder, hash))) old.push(hash);
          if (old.length === 0) continue;
          const kept = await named(old);
          for (const hash of old) {
            if (kept.has(hash)) continue;
            await rm(join(folder, hash));
            removed += 1;
          }
        }
      }
      return removed;
    },
  };
}

/** Forces a directory's entries to disk, without which a renamed file may be gone after a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function listing(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
