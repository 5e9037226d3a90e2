import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import type { Db } from '../database/index.ts';
import type { NotifyTables } from './tables.ts';

const A_ROUND = 20;
const LEASE_MS = 5 * 60_000;
const MOST_ATTEMPTS = 8;
/** Of three days ago nobody wants to hear. */
const TOO_OLD_MS = 3 * 24 * 3_600_000;

/** The wait after the nth failed attempt: 1, 2, 4 … minutes, at most an hour. */
export const waitMs = (attempts: number): number => Math.min(60, 2 ** (attempts - 1)) * 60_000;

export type OutboxHealth = {
  /** `not-configured`: no mail server is named; `unreachable`: the last try did not get through to it */
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
  /** `smtp://user:password@host:port` or `smtps://…`; without it messages wait */
  smtpUrl?: string;
  from: string;
  onError: (error: unknown) => void;
};

type Leased = { id: string; address: string; subject: string; body: string; message_id: string; attempts: number };

/**
 * Sends messages at least once, with the same Message-ID each time. A failure of the message itself is tried again
 * with growing waits and ends as `dead` with its reason; a failure of the server costs the message no attempt.
 */
export function createOutbox({ db, now, smtpUrl, from, onError }: OutboxOptions): Outbox {
  const transport = smtpUrl
    ? createTransport({
        url: smtpUrl,
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
      })
    : null;
  let server: OutboxHealth['server'] = transport ? 'not-tried' : 'not-configured';
  let lastError: string | null = null;
  let failures = 0;
  let restUntil = 0;

  const lease = async (): Promise<Leased[]> => {
    const at = now();
    const rows = await sql<Leased>`
      update messages set leased_until = ${new Date(at.getTime() + LEASE_MS)}, attempts = attempts + 1
      where id in (
        select id from messages where state = 'waiting' and next_at <= ${at}
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
    await db
      .withTables<NotifyTables>()
      .updateTable('messages')
      .set({ state, reason, done_at: now(), leased_until: null })
      .where('id', '=', id)
      .execute();
  };

  const dropOld = async (): Promise<void> => {
    const at = now();
    await sql`update messages set state = 'dead', done_at = ${at}, leased_until = null,
        reason = 'waited too long: ' || coalesce(reason, 'no mail server took it')
      where state = 'waiting' and created_at < ${new Date(at.getTime() - TOO_OLD_MS)}`.execute(db);
  };

  const failed = async (message: Leased, error: unknown): Promise<void> => {
    const reason = reasonOf(error);
    if (isFinal(error) || message.attempts >= MOST_ATTEMPTS) return end(message.id, 'dead', reason);
    await db
      .withTables<NotifyTables>()
      .updateTable('messages')
      .set({ next_at: new Date(now().getTime() + waitMs(message.attempts)), leased_until: null, reason })
      .where('id', '=', message.id)
      .execute();
  };

  return {
    async sendDue() {
      if (!transport || now().getTime() < restUntil) return 0;
      await dropOld();
      let sent = 0;
      for (;;) {
        const round = await lease();
        for (const [n, message] of round.entries()) {
          try {
            await transport.sendMail({
              from,
              to: message.address,
              subject: message.subject,
              text: message.body,
              messageId: message.message_id,
              headers: { 'Auto-Submitted': 'auto-generated' },
            });
          } catch (error) {
            lastError = reasonOf(error);
            onError(error);
            if (isOfServer(error) || (!isAnswer(error) && !(await answers(transport)))) {
              server = 'unreachable';
              failures += 1;
              restUntil = now().getTime() + waitMs(failures);
              await giveBack(round.slice(n).map((one) => one.id));
              return sent;
            }
            server = 'reachable';
            failures = 0;
            await failed(message, error);
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
        min(created_at) as oldest from messages group by state`.execute(db);
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
      transport?.close();
    },
  };
}

type SmtpError = Partial<{ code: string; responseCode: number; response: string; message: string; command: string }>;

/** It would not let us in, or refuses our sender's address: the same for every message, and not their fault. */
function isOfServer(error: unknown): boolean {
  const { code, command } = error as SmtpError;
  return code === 'EAUTH' || command === 'MAIL FROM';
}

/** The server answered to this very message. */
function isAnswer(error: unknown): boolean {
  const { command, responseCode } = error as SmtpError;
  return responseCode !== undefined && (command === 'RCPT TO' || command === 'DATA');
}

/** Whether the server lets us in now: a connection that broke may be its fault or this message's. */
async function answers(transport: { verify(): Promise<unknown> }): Promise<boolean> {
  return transport.verify().then(
    () => true,
    () => false,
  );
}

/** A 5xx answer will be the same next time. */
function isFinal(error: unknown): boolean {
  const { responseCode } = error as SmtpError;
  return responseCode !== undefined && responseCode >= 500;
}

function reasonOf(error: unknown): string {
  const { response, message } = error as SmtpError;
  return (response ?? message ?? String(error)).slice(0, 500);
}
