import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { refuse } from '../words/index.ts';

/** A folder of `0001-what.sql` files and the scope (room or system) they belong to; scopes run in this order. */
export type MigrationFolder = { scope: string; directory: string };

export type Applied = { scope: string; number: number; name: string };

const FILE = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/**
 * Applies what has not been applied, forward only, each file in one transaction that first inserts its number: two
 * starters collide on the key and the second one passes by. A landed file that was changed is refused.
 * @returns the migrations applied by this call
 */
export async function migrate(pool: pg.Pool, folders: readonly MigrationFolder[]): Promise<Applied[]> {
  // `if not exists` alone does not keep two starters from colliding in the server's own catalogue; the lock does. One
  // statement list is one transaction.
  await pool.query(`select pg_advisory_xact_lock(hashtext('schema_migrations'));
    create table if not exists schema_migrations (
      scope text not null, number int not null, name text not null, checksum text not null,
      applied_at timestamptz not null default now(), primary key (scope, number))`);
  const applied: Applied[] = [];
  for (const { scope, directory } of folders) {
    const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) {
      const match = FILE.exec(file);
      if (!match) throw badName(join(directory, file));
      const number = Number(match[1]);
      const name = match[2] ?? '';
      const text = await readFile(join(directory, file), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      if (await apply(pool, scope, number, name, checksum, text)) applied.push({ scope, number, name });
    }
  }
  return applied;
}

async function apply(
  pool: pg.Pool,
  scope: string,
  number: number,
  name: string,
  checksum: string,
  text: string,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const inserted = await client.query(
      'insert into schema_migrations (scope, number, name, checksum) values ($1, $2, $3, $4) on conflict do nothing',
      [scope, number, name, checksum],
    );
    if (inserted.rowCount === 0) {
      const landed = await client.query<{ checksum: string }>(
        'select checksum from schema_migrations where scope = $1 and number = $2',
        [scope, number],
      );
      await client.query('rollback');
      if (landed.rows[0]?.checksum !== checksum) throw changed(scope, number, name);
      return false;
    }
    await client.query(text);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

function changed(scope: string, number: number, name: string) {
  return refuse(500, 'migration-changed', {
    vi: `Tệp thay đổi cấu trúc ${scope}/${number}-${name} đã áp dụng nhưng nội dung nay khác. Hãy khôi phục tệp cũ và viết tệp mới.`,
    en: `Migration ${scope}/${number}-${name} was applied with another text. Restore the file and write a new one.`,
  });
}

function badName(path: string) {
  return refuse(500, 'migration-name', {
    vi: `Tên tệp ${path} không đúng dạng 0001-noi-dung.sql.`,
    en: `${path} is not named like 0001-what.sql.`,
  });
}
