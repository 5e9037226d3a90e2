import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import { type Carrier, type Letter, reasonOf } from './carriers.ts';

const A_ROUND = 20;
const LEASE_MS = 5 * 60_000;
const MOST_ATTEMPTS = 8;
/** Of three days ago nobody wants to hear, where nothing else was said of it. */
const TOO_OLD_MS = 3 * 24 * 3_600_000;

/** The wait after the nth failed attempt: 1, 2, 4 … minutes, at most an hour. */
export const waitMs = (attempts: number): number => Math.min(60, 2 ** (attempts - 1)) * 60_000;

/** What waited so long goes out once, in its last state. */
const LATE_MS = 3_600_000;

export type Channel = 'email' | 'sms' | 'push';

export type OutboxHealth = {
  /** `not-configured`: no server is named; `unreachable`: the last try did not get through to it */
  server: 'not-configured' | 'reachable' | 'unreachable' | 'not-tried';
  waiting: number;
  sent: number;
  dead: number;
  oldestWaitingAt: Date | null;
  lastError: string | null;
};

export type Outbox = {
  /** Sends what is due; returns how many messages the server took. */
  sendDue(): Promise<number>;
  health(): Promise<OutboxHealth>;
  close(): void;
};

export type OutboxOptions = {
  db: Db;
  now: () => Date;
  channel: Channel;
  /** without one messages wait */
  carrier: Carrier | null;
  onError: (error: unknown) => void;
};

type Leased = Letter & { attempts: number };

/**
 * Sends messages at least once, with the same id each time. A failure of the message itself is tried again with
 * growing waits and ends as `dead` with its reason; a failure of the carrier costs the message no attempt.
 */
export function createOutbox({ db, now, channel, carrier, onError }: OutboxOptions): Outbox {
  let server: OutboxHealth['server'] = carrier ? 'not-tried' : 'not-configured';
  let lastError: string | null = null;
  let failures = 0;
  let restUntil = 0;

  const lease = async (): Promise<Leased[]> => {
    const at = now();
    const rows = await sql<Leased>`
      update messages set leased_until = ${new Date(at.getTime() + LEASE_MS)}, attempts = attempts + 1
      where id in (
        select id from messages where state = 'waiting' and channel = ${channel} and next_at <= ${at}
          and (leased_until is null or leased_until <= ${at})
        order by next_at limit ${A_ROUND} for update skip locked)
      returning id, address, subject, body, message_id, attempts`.execute(db);
    return rows.rows;
  };

  const giveBack = async (ids: readonly string[]): Promise<void> => {
    await sql`update messages set leased_until = null, attempts = attempts - 1
      where id = any(${[...ids]}::uuid[])`.execute(db);
  };

  const end = async (id: string, state: 'sent' | 'dead', reason: string | null): Promise<void> => {
    await sql`update messages set state = ${state}, reason = ${reason}, done_at = ${now()}, leased_until = null,
        address = case when personal then '' else address end, body = case when personal then '' else body end
      where id = ${id}`.execute(db);
  };

  /** Ends without sending what nobody wants any more: where something newer waits about the same, and past its time. */
  const dropOld = async (): Promise<void> => {
    const at = now();
    const ended = sql`state = 'dead', done_at = ${at}, leased_until = null,
        address = case when personal then '' else address end, body = case when personal then '' else body end`;
    await sql`update messages m set ${ended}, reason = 'a newer message about the same took its place'
      where state = 'waiting' and channel = ${channel} and about is not null
        and created_at < ${new Date(at.getTime() - LATE_MS)} and (leased_until is null or leased_until <= ${at})
        and exists (select 1 from messages n where n.state = 'waiting' and n.channel = m.channel
          and n.address = m.address and n.about = m.about and n.created_at > m.created_at)`.execute(db);
    await sql`update messages set ${ended}, reason = 'waited too long: ' || coalesce(reason, 'no server took it')
      where state = 'waiting' and channel = ${channel}
        and coalesce(expires_at, created_at + ${TOO_OLD_MS / 1000} * interval '1 second') < ${at}`.execute(db);
  };

  const failed = async (message: Leased, error: unknown, forGood: boolean): Promise<void> => {
    const reason = reasonOf(error);
    if (forGood || message.attempts >= MOST_ATTEMPTS) return end(message.id, 'dead', reason);
    const next = new Date(now().getTime() + waitMs(message.attempts));
    await sql`update messages set next_at = ${next}, leased_until = null, reason = ${reason}
      where id = ${message.id}`.execute(db);
  };

  return {
    async sendDue() {
      if (!carrier || now().getTime() < restUntil) return 0;
      await dropOld();
      let sent = 0;
      for (;;) {
        const round = await lease();
        for (const [n, message] of round.entries()) {
          try {
            await carrier.send(message);
          } catch (error) {
            lastError = reasonOf(error);
            onError(error);
            const blame = await carrier.blame(error);
            if (blame === 'carrier') {
              server = 'unreachable';
              failures += 1;
              restUntil = now().getTime() + waitMs(failures);
              await giveBack(round.slice(n).map((one) => one.id));
              return sent;
            }
            server = 'reachable';
            failures = 0;
            await failed(message, error, blame === 'message-for-good');
            continue;
          }
          server = 'reachable';
          failures = 0;
          lastError = null;
          await end(message.id, 'sent', null);
          sent += 1;
        }
        if (round.length < A_ROUND) return sent;
      }
    },
    async health() {
      const rows = await sql<{ state: string; n: number; oldest: Date }>`select state, count(*) as n,
        min(created_at) as oldest from messages where channel = ${channel} group by state`.execute(db);
      const of = (state: string) => rows.rows.find((row) => row.state === state);
      return {
        server,
        waiting: of('waiting')?.n ?? 0,
        sent: of('sent')?.n ?? 0,
        dead: of('dead')?.n ?? 0,
        oldestWaitingAt: of('waiting')?.oldest ?? null,
        lastError,
      };
    },
    close() {
      carrier?.close();
    },
  };
}
