/** Digests under a key that stays in the database: the same sender is known again, and nobody learns who it is. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Db } from '../../platform/database/index.ts';
import { openTablesOf } from './open-tables.ts';

export type Keyed = { digest(kind: string, value: string): Promise<Buffer> };

const NAME = 'digests';

export function createKeyed(db: Db): Keyed {
  let key: Promise<Buffer> | null = null;
  const read = async (): Promise<Buffer> => {
    await openTablesOf(db)
      .insertInto('report_secrets')
      .values({ name: NAME, value: randomBytes(32) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await openTablesOf(db)
      .selectFrom('report_secrets')
      .select('value')
      .where('name', '=', NAME)
      .executeTakeFirstOrThrow();
    return row.value;
  };
  return {
    async digest(kind, value) {
      key ??= read().catch((error) => {
        key = null;
        throw error;
      });
      return createHmac('sha256', await key)
        .update(`${kind}:${value}`)
        .digest();
    },
  };
}
