/** Values of a person, encrypted with the person's own key (AES-256-GCM). */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { Db, Tx } from '../database/index.ts';
import type { CitizensTables } from './tables.ts';

const NONCE = 12;
const TAG = 16;

/** Makes a key for a new person. */
export async function newSubject(tx: Tx, at: Date): Promise<string> {
  const subject = randomUUID();
  await tx
    .withTables<CitizensTables>()
    .insertInto('subject_keys')
    .values({ subject, key: randomBytes(32), created_at: at, erased_at: null })
    .execute();
  return subject;
}

/** Seals a value for a person; throws where the person was erased. Layout: nonce (12), tag (16), bytes. */
export async function seal(db: Db | Tx, subject: string, value: string): Promise<Buffer> {
  const key = await keyOf(db, subject);
  if (!key) throw new Error('a value was to be sealed for a person who was erased');
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(subject));
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** The value, or null where the person was erased. Throws where the bytes were altered. */
export async function unseal(db: Db | Tx, subject: string, sealed: Buffer): Promise<string | null> {
  const key = await keyOf(db, subject);
  if (!key) return null;
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
  cipher.setAAD(Buffer.from(subject));
  cipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([cipher.update(sealed.subarray(NONCE + TAG)), cipher.final()]).toString('utf8');
}

async function keyOf(db: Db | Tx, subject: string): Promise<Buffer | null> {
  const row = await db
    .withTables<CitizensTables>()
    .selectFrom('subject_keys')
    .select('key')
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (!row) throw new Error(`there is no person ${subject}`);
  return row.key;
}
