import { type Db, inTransaction, statement, type Tx } from '../platform/database/index.ts';
import { refuse } from '../platform/words/index.ts';
import type { Config } from './config.ts';

/** The demo and a clean start never share a database: each database says what it is, and the other refuses it. */
export async function demandMode(db: Db, mode: Config['mode']): Promise<void> {
  const found = await inTransaction(db, async (tx) => {
    await createModeTable(tx);
    await tx.executeQuery(
      statement('insert into platform_mode select $1 where not exists (select 1 from platform_mode)', [mode]),
    );
    const { rows } = await tx.executeQuery<{ mode: string }>(statement('select mode from platform_mode', []));
    return rows[0]?.mode ?? '';
  });
  if (found !== mode) {
    throw refuse(409, 'other-mode', {
      vi: `Cơ sở dữ liệu này thuộc chế độ “${found}”, không dùng cho “${mode}”. Hãy chọn cơ sở dữ liệu khác hoặc đổi --clean.`,
      en: `This database is of mode “${found}” and is not used for “${mode}”. Choose another database, or change --clean.`,
    });
  }
}

/**
 * Two starters of one empty database would collide in the server's catalogue in spite of `if not exists`, and both would
 * find no mode in it: hence the lock, held until the caller's transaction has also said the mode.
 */
export async function createModeTable(tx: Tx): Promise<void> {
  await tx.executeQuery(statement(`select pg_advisory_xact_lock(hashtext('platform_mode'))`, []));
  await tx.executeQuery(statement('create table if not exists platform_mode (mode text primary key)', []));
}
