import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { sql } from 'kysely';
import { type Db, inTransaction } from '../database/index.ts';
import { refuse } from '../words/index.ts';
import type { IdentityTables } from './tables.ts';

/** What a limit is kept for, and how many failures it bears before it delays. */
export type Limit = { key: string; failures: number };

const FIRST_DELAY_S = 5;
const LONGEST_DELAY_S = 900;
const FORGOTTEN_AFTER_MS = 24 * 3600_000;

/**
 * Limits of a sign-in: five failures for one name; twenty for one address, since a whole office may stand behind one.
 * An unknown name is counted like a known one, so the answer does not tell them apart.
 */
export function signInLimits(loginName: string, ip: string): Limit[] {
  return [
    { key: `name:${digest(loginName)}`, failures: 5 },
    { key: `address:${digest(network(ip))}`, failures: 20 },
  ];
}

export const passwordChangeLimits = (userId: string): Limit[] => [{ key: `change:${userId}`, failures: 5 }];

/** Delay after the nth failure over the limit: 5 s, 10 s, 20 s ... 15 minutes. */
export function delaySeconds(failures: number, limit: number): number {
  return failures < limit ? 0 : Math.min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** Math.min(20, failures - limit));
}

/**
 * Counts an attempt as failed before it is looked at, so that a hundred at once are no better than one after another;
 * `succeeded` takes it back. Refuses with 429 while a limit delays.
 */
export async function reserveAttempt(db: Db, limits: readonly Limit[], at: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    const tables = tx.withTables<IdentityTables>();
    // Always in the order given by the caller, so that two attempts never wait for one another.
    for (const { key, failures: limit } of limits) {
      await tables
        .insertInto('sign_in_attempts')
        .values({ key, failures: 0, last_at: at, blocked_until: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await tables
        .selectFrom('sign_in_attempts')
        .selectAll()
        .where('key', '=', key)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (row.blocked_until && row.blocked_until > at) throw tooMany(row.blocked_until.getTime() - at.getTime());
      const old = at.getTime() - row.last_at.getTime() > FORGOTTEN_AFTER_MS;
      const failures = (old ? 0 : row.failures) + 1;
      const delay = delaySeconds(failures, limit);
      await tables
        .updateTable('sign_in_attempts')
        .set({ failures, last_at: at, blocked_until: delay > 0 ? new Date(at.getTime() + delay * 1000) : null })
        .where('key', '=', key)
        .execute();
    }
  });
}

/** Takes the reserved attempt back: the first limit (the name) starts anew, the others are one failure fewer. */
export async function attemptSucceeded(db: Db, limits: readonly Limit[]): Promise<void> {
  const [own, ...shared] = limits;
  if (own) await db.withTables<IdentityTables>().deleteFrom('sign_in_attempts').where('key', '=', own.key).execute();
  for (const { key, failures } of shared) {
    await sql`update sign_in_attempts set failures = greatest(failures - 1, 0),
      blocked_until = case when failures - 1 < ${failures} then null else blocked_until end where key = ${key}`.execute(
      db,
    );
  }
}

/** Removes what is forgotten anyway. */
export async function forgetAttempts(db: Db, at: Date): Promise<void> {
  await db
    .withTables<IdentityTables>()
    .deleteFrom('sign_in_attempts')
    .where('last_at', '<', new Date(at.getTime() - FORGOTTEN_AFTER_MS))
    .execute();
}

/** The part of an address that one subscriber has: an IPv6 customer owns at least a /64. */
export function network(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip.replace(/^::ffff:/, '');
  const [head = '', tail] = ip.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

function tooMany(waitMs: number) {
  const seconds = Math.ceil(waitMs / 1000);
  return refuse(429, 'too-many-attempts', {
    vi: `Đã thử sai quá nhiều lần. Hãy đợi ${seconds} giây rồi thử lại; nếu quên mật khẩu, liên hệ quản trị viên.`,
    en: `Too many failed attempts. Wait ${seconds} seconds and try again; if you forgot the password, ask your administrator.`,
  });
}
