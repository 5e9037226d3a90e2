import type pg from 'pg';
import { refuse } from '../platform/words/index.ts';
import type { Config } from './config.ts';

/** The demo and a clean start never share a database: each database says what it is, and the other refuses it. */
export async function demandMode(pool: pg.Pool, mode: Config['mode']): Promise<void> {
  await createModeTable(pool);
  await pool.query('insert into platform_mode select $1 where not exists (select 1 from platform_mode)', [mode]);
  const row = await pool.query<{ mode: string }>('select mode from platform_mode');
  const found = row.rows[0]?.mode ?? '';
  if (found !== mode) {
    throw refuse(409, 'other-mode', {
      vi: `Cơ sở dữ liệu này thuộc chế độ “${found}”, không dùng cho “${mode}”. Hãy chọn cơ sở dữ liệu khác hoặc đổi --clean.`,
      en: `This database is of mode “${found}” and is not used for “${mode}”. Choose another database, or change --clean.`,
    });
  }
}

/** Two starters of one empty database would collide in the server's catalogue in spite of `if not exists`: hence the lock. */
export async function createModeTable(pool: pg.Pool): Promise<void> {
  await pool.query(`select pg_advisory_xact_lock(hashtext('platform_mode'));
    create table if not exists platform_mode (mode text primary key)`);
}
