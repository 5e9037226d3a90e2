/** Limits against guessing and flooding, counted in the database so that every process counts the same. */
import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import { refuse } from '../words/index.ts';

export type Limit = { key: string; most: number; withinSeconds: number };

/**
 * Counts one try for each limit, before it is looked at; refuses with 429 where one is used up. It does not wait for the
 * disk: a fall of the server forgets the tries of its last half second.
 */
export async function countAttempt(db: Db, limits: readonly Limit[], at: Date): Promise<void> {
  for (const { key, most, withinSeconds } of limits) {
    const begun = new Date(at.getTime() - withinSeconds * 1000);
    const row = await sql<{ n: number; since: Date }>`insert into citizen_attempts as a (key, n, since)
      values (${key}, 1, ${at}) on conflict (key) do update set
        n = case when a.since <= ${begun} then 1 else a.n + 1 end,
        since = case when a.since <= ${begun} then ${at} else a.since end
      returning n, since, set_config('synchronous_commit', 'off', true)`.execute(db);
    const { n, since } = row.rows[0] ?? { n: 1, since: at };
    if (n > most) throw tooMany(Math.ceil((since.getTime() + withinSeconds * 1000 - at.getTime()) / 1000));
  }
}

/** Takes back what was counted for a try that was right. */
export async function forgetAttempts(db: Db, key: string): Promise<void> {
  await sql`delete from citizen_attempts where key = ${key}`.execute(db);
}

function tooMany(seconds: number) {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return refuse(429, 'too-many-attempts', {
    vi: `Đã thử quá nhiều lần. Hãy thử lại sau ${minutes} phút.`,
    en: `Too many attempts. Try again in ${minutes} minutes.`,
  });
}
