import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { copyFile, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the chain stood at a time. `previous` is the sha256 of the anchor line before, so none can be taken out. */
export type Anchor = { sequence: number; hash: string; at: string; previous: string };

export type AnchorLine = { anchor: Anchor; line: number; signed: boolean; joined: boolean };

/**
 * Signed anchors in one file of JSON lines, `audit-anchors.jsonl`, with the Ed25519 key beside it. The signature
 * proves nothing against someone who owns the whole machine: copy the file (or only its last line) elsewhere.
 */
export type Anchors = {
  /** The caller sees to it that one process at a time does this. */
  append(at: { sequence: number; hash: Buffer; at: Date }): Promise<Anchor>;
  read(): Promise<AnchorLine[]>;
  /**
   * Keeps the first `keep` lines and moves the file with all of them aside, under the name of the time.
   * The caller sees to it that nobody appends meanwhile.
   */
  setAside(keep: number, at: Date): Promise<void>;
};

const FILE = 'audit-anchors.jsonl';
const KEY = 'audit-anchors.key';
const NONE = '0'.repeat(64);

export function createAnchors(directory: string): Anchors {
  let key: Promise<KeyObject> | null = null;
  const keyOf = (): Promise<KeyObject> => {
    key ??= loadKey(directory);
    return key;
  };
  /** Whole lines only: what a power cut left without its end was never an anchor. */
  const lines = async (): Promise<string[]> => {
    const text = (await readIfThere(join(directory, FILE))) ?? '';
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '');
  };

  return {
    async append({ sequence, hash, at }) {
      const privateKey = await keyOf();
      const whole = await lines();
      const last = whole.at(-1);
      const anchor: Anchor = {
        sequence,
        hash: hash.toString('hex'),
        at: at.toISOString(),
        previous: last === undefined ? NONE : sha256(last),
      };
      const signature = sign(null, Buffer.from(spell(anchor)), privateKey).toString('base64');
      const file = await open(join(directory, FILE), 'a', 0o600);
      try {
        await file.truncate(Buffer.byteLength(whole.map((line) => `${line}\n`).join('')));
        await file.write(`${JSON.stringify({ ...anchor, signature })}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      return anchor;
    },

    async read() {
      const found = await lines();
      if (found.length === 0) return [];
      const publicKey = createPublicKey(await keyOf());
      let previous = NONE;
      return found.map((line, index) => {
        const { anchor, signature } = parse(line);
        const signed = signature !== '' && verify(null, Buffer.from(spell(anchor)), publicKey, decode(signature));
        const joined = anchor.previous === previous;
        previous = sha256(line);
        return { anchor, line: index + 1, signed, joined };
      });
    },

    async setAside(keep, at) {
      const whole = await lines();
      const path = join(directory, FILE);
      await copyFile(path, join(directory, `audit-anchors.until-${at.toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl`));
      const left = whole.slice(0, keep).map((line) => `${line}\n`);
      await writeFile(`${path}.part`, left.join(''), { mode: 0o600, flush: true });
      await rename(`${path}.part`, path);
    },
  };
}

const spell = (anchor: Anchor): string => JSON.stringify([anchor.sequence, anchor.hash, anchor.at, anchor.previous]);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const decode = (signature: string): Buffer => Buffer.from(signature, 'base64');

/** A line that cannot be read counts as an anchor with a wrong signature, not as none. */
function parse(line: string): { anchor: Anchor; signature: string } {
  const unreadable = { anchor: { sequence: 0, hash: '', at: '', previous: '' }, signature: '' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return unreadable;
  const { sequence, hash, at, previous, signature } = value as Record<string, unknown>;
  if (typeof sequence !== 'number' || typeof signature !== 'string') return unreadable;
  return { anchor: { sequence, hash: String(hash), at: String(at), previous: String(previous) }, signature };
}

/** Reads the key, or makes one; of two processes that make one at once, the first to write wins. */
async function loadKey(directory: string): Promise<KeyObject> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, KEY);
  const present = await readIfThere(path);
  if (present) return createPrivateKey(present);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write(pem.toString());
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return createPrivateKey(await readFile(path, 'utf8'));
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
