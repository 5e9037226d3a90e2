import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as crypto from '../../crypto/index.ts';
import { refuse } from '../../words/index.ts';

/** Keeps others' keys so that the database, and a copy of it, do not hold them: sealed with a key in a file. */
export type Seal = {
  /** @param of whose it is: what was sealed for one connector opens for no other */
  seal(text: string, of: string): Promise<Buffer>;
  /** Refuses (409) what was sealed by another key: it has to be entered again. */
  open(sealed: Buffer, of: string): Promise<string>;
};

const KEY_FILE = 'connectors.key';

export function createSeal(directory: string): Seal {
  let loaded: Promise<Buffer> | null = null;
  const key = (): Promise<Buffer> => {
    loaded ??= loadKey(directory);
    return loaded;
  };
  return {
    seal: async (text, of) => crypto.seal(await key(), text, of),
    async open(sealed, of) {
      try {
        return crypto.unseal(await key(), sealed, of);
      } catch {
        throw refuse(409, 'key-lost', {
          vi: `Khóa truy cập đã lưu không mở được (tệp ${KEY_FILE} của máy chủ đã đổi); hãy nhập lại khóa của cầu nối.`,
          en: `The stored key cannot be opened (the server's file ${KEY_FILE} has changed); enter the connector's key again.`,
        });
      }
    },
  };
}

/** Reads the key, or makes one; of two processes that make one at once, the first to write wins. */
async function loadKey(directory: string): Promise<Buffer> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, KEY_FILE);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write(randomBytes(32).toString('base64'));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(await readFile(path, 'utf8'), 'base64');
  if (key.length !== 32) throw new Error(`${path} does not hold a key of 32 bytes`);
  return key;
}
