import { createHmac, randomBytes } from 'node:crypto';
import type { Db } from '../database/index.ts';
import type { CitizensTables } from './tables.ts';

/** Digests by which contacts and codes are found again without being kept: HMAC-SHA-256 of kind and value. */
export function createDigests(db: Db): (kind: string, value: string) => Promise<Buffer> {
  const tables = db.withTables<CitizensTables>();
  let pepper: Promise<Buffer> | null = null;

  /** A key that stays in the database: digests of contacts are of no use without it. */
  const secret = (): Promise<Buffer> => {
    pepper ??= (async () => {
      await tables
        .insertInto('citizen_secrets')
        .values({ name: 'digests', value: randomBytes(32) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await tables
        .selectFrom('citizen_secrets')
        .select('value')
        .where('name', '=', 'digests')
        .executeTakeFirstOrThrow();
      return row.value;
    })().catch((error) => {
      pepper = null;
      throw error;
    });
    return pepper;
  };
  return async (kind, value) =>
    createHmac('sha256', await secret())
      .update(`${kind}:${value}`)
      .digest();
}
