/** Values of a person, encrypted with the person's own key (`crypto`). */
import { randomBytes, randomUUID } from 'node:crypto';
import * as crypto from '../crypto/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { CitizensTables } from './tables.ts';

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

/** Seals a value for a person; throws where the person was erased. */
export async function seal(db: Db | Tx, subject: string, value: string): Promise<Buffer> {
  const key = await keyOf(db, subject);
  if (!key) throw new Error('a value was to be sealed for a person who was erased');
  return crypto.seal(key, value, subject);
}

/** The value, or null where the person was erased. Throws where the bytes were altered. */
export async function unseal(db: Db | Tx, subject: string, sealed: Buffer): Promise<string | null> {
  const key = await keyOf(db, subject);
  if (!key) return null;
  return crypto.unseal(key, sealed, subject);
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
