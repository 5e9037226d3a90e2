import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../database/index.ts';
import type { Principals, Signed } from './principals.ts';
import type { IdentityTables } from './tables.ts';

export const IDLE_MS = 12 * 3600_000;
export const ABSOLUTE_MS = 7 * 24 * 3600_000;
const REMEMBER_MS = 5_000;
/** How stale the last-seen time may be; a write for every request would be one too many. */
const SEEN_MS = 60_000;
const REMEMBERED = 10_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type Where = { ip: string; userAgent: string | null };

export type Sessions = {
  /** A new session with a new token (never one that the browser brought); the token is shown this once. */
  open(db: Db, userId: string, where: Where): Promise<string>;
  /** The signed-in user of a token, or null. Remembered for at most 5 seconds. */
  read(token: string | undefined): Promise<Signed | null>;
  /** Ends one session. */
  close(db: Db, token: string): Promise<void>;
  /** Ends all sessions of a user. */
  closeAll(db: Db, userId: string): Promise<void>;
  /** Forgets what was remembered: after each change, here or in another process. */
  forget(): void;
  /** Deletes sessions that are over. */
  sweep(): Promise<void>;
};

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export function createSessions(options: { db: Db; now: () => Date; principals: Principals }): Sessions {
  const { db, now, principals } = options;
  const tables = db.withTables<IdentityTables>();
  const remembered = new Map<string, { signed: Signed; until: number }>();
  // Counts forgettings: what was read before one must not be remembered after it.
  let generation = 0;

  return {
    async open(db, userId, where) {
      const token = randomBytes(32).toString('base64url');
      const at = now();
      await db
        .withTables<IdentityTables>()
        .insertInto('sessions')
        .values({
          token_hash: hashOf(token),
          user_id: userId,
          created_at: at,
          last_seen_at: at,
          expires_at: new Date(at.getTime() + ABSOLUTE_MS),
          ip: where.ip,
          user_agent: where.userAgent?.slice(0, 300) ?? null,
        })
        .execute();
      return token;
    },

    async read(token) {
      if (token === undefined || !TOKEN.test(token)) return null;
      const at = now();
      const hash = hashOf(token);
      const key = hash.toString('base64');
      const known = remembered.get(key);
      if (known && known.until > at.getTime()) return known.signed;
      remembered.delete(key);
      const begun = generation;
      const session = await tables
        .selectFrom('sessions')
        .select(['user_id', 'last_seen_at', 'expires_at'])
        .where('token_hash', '=', hash)
        .where('expires_at', '>', at)
        .where('last_seen_at', '>', new Date(at.getTime() - IDLE_MS))
        .executeTakeFirst();
      if (!session) return null;
      const signed = await principals.signed(session.user_id);
      if (!signed) return null;
      if (at.getTime() - session.last_seen_at.getTime() > SEEN_MS) {
        await tables.updateTable('sessions').set({ last_seen_at: at }).where('token_hash', '=', hash).execute();
      }
      if (begun === generation) {
        if (remembered.size >= REMEMBERED) remembered.clear();
        const until = Math.min(at.getTime() + REMEMBER_MS, session.expires_at.getTime());
        remembered.set(key, { signed, until });
      }
      return signed;
    },

    async close(db, token) {
      await db.withTables<IdentityTables>().deleteFrom('sessions').where('token_hash', '=', hashOf(token)).execute();
    },

    async closeAll(db, userId) {
      await db.withTables<IdentityTables>().deleteFrom('sessions').where('user_id', '=', userId).execute();
    },

    forget() {
      generation += 1;
      remembered.clear();
    },

    async sweep() {
      const at = now();
      await tables
        .deleteFrom('sessions')
        .where((eb) => eb.or([eb('expires_at', '<=', at), eb('last_seen_at', '<=', new Date(at.getTime() - IDLE_MS))]))
        .execute();
    },
  };
}
