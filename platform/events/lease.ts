import type pg from 'pg';

/**
 * Who may run a follower: one process at a time over all machines. A lease is an advisory lock of one session, so that
 * it ends at once with the process that held it, however it ended, and another takes over at its next look.
 */
export type Leases = {
  /** true where this process holds it, now or already */
  hold(name: string): Promise<boolean>;
  release(): void;
};

export function createLeases(pool: pg.Pool): Leases {
  const held = new Set<string>();
  let session: Promise<pg.PoolClient> | null = null;
  let released = false;

  const lose = (of: Promise<pg.PoolClient>, error: Error): void => {
    if (session !== of) return;
    session = null;
    held.clear();
    of.then((client) => client.release(error)).catch(() => undefined);
  };

  const open = (): Promise<pg.PoolClient> => {
    if (session) return session;
    const opening = pool.connect();
    session = opening;
    opening.then(
      (client) => client.once('error', (error) => lose(opening, error)),
      () => {
        if (session === opening) session = null;
      },
    );
    return opening;
  };

  const tryToHold = async (name: string): Promise<boolean> => {
    const opening = open();
    const client = await opening;
    try {
      const answer = await client.query<{ got: boolean }>(
        "select pg_try_advisory_lock(hashtext('events.follower'), hashtext($1)) as got",
        [name],
      );
      if (answer.rows[0]?.got && session === opening) held.add(name);
    } catch (error) {
      lose(opening, error as Error);
      throw error;
    }
    return held.has(name);
  };

  /** One session answers one question at a time. */
  let line: Promise<unknown> = Promise.resolve();

  return {
    async hold(name) {
      if (held.has(name)) return true;
      if (released) return false;
      const asked = line.then(() => tryToHold(name));
      line = asked.catch(() => undefined);
      return asked;
    },
    release() {
      released = true;
      held.clear();
      // The session ends with its locks: a connection that went back to the pool would keep them.
      session?.then((client) => client.release(true)).catch(() => undefined);
      session = null;
    },
  };
}
