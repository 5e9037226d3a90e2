/**
 * Notify: who must know. Follows the log and tells people in their inbox and by e-mail. Promise: an event reaches a
 * person once, however often a process dies; nobody reads another's inbox; a mail server that is missing or down
 * loses nothing and stops nothing else, and the service page says so; a message that cannot be sent ends with its
 * reason. E-mail goes out at least once, with the same Message-ID each time.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Guard } from '../ingest/index.ts';
import type { Principal } from '../rights/index.ts';
import { folderCarrier, mailCarrier, smsCarrier } from './carriers.ts';
import {
  type Delivery,
  deliver,
  markRead,
  type Notification,
  type NotificationQuery,
  ownNotifications,
  unreadOf,
} from './inbox.ts';
import { type Channel, createOutbox, type Outbox, type OutboxHealth } from './outbox.ts';
import { createPush, type Push, pushCarrier } from './push.ts';
import type { NotifyTables } from './tables.ts';
import type { Subject } from './wording.ts';

export type { Notification, NotificationQuery, Recipient } from './inbox.ts';
export type { Channel, OutboxHealth } from './outbox.ts';
export type { Push, PushMessage, PushSubscription } from './push.ts';
export { serveNotify } from './routes.ts';
export type { Subject } from './wording.ts';

export type NewMessage = {
  channel: Channel;
  address: string;
  subject: string;
  body: string;
  /**
   * What it tells the state of. Where it could not be sent for an hour and more, only the newest about the same goes
   * out, and it waits for a month: who reported is told of the answer after the longest outage.
   */
  about?: string;
  /** How long it is worth sending; without it and `about` three days. */
  lastsMs?: number;
};

export type Notify = {
  own(
    principal: Principal,
    query?: NotificationQuery,
  ): Promise<{ items: Notification[]; total: number; unread: number }>;
  unread(principal: Principal): Promise<number>;
  /** Marks own notifications as read, all where no ids are given; returns what is still unread. */
  read(principal: Principal, ids?: readonly string[]): Promise<number>;
  /**
   * A message to somebody without an inbox here, in the caller's transaction: a citizen, a company. Its address and
   * text are wiped when it is done with.
   */
  post(tx: Tx, message: NewMessage): Promise<void>;
  /** Messages to browsers that asked for them. */
  push: Push;
  /** Sends the messages that are due; runs by itself every few seconds after `start`. */
  sendDue(): Promise<number>;
  health(channel?: Channel): Promise<OutboxHealth>;
  /** What carries messages: nothing (they wait), the demo's folder (nobody gets them), or a server that was named. */
  carrier(channel: Channel): 'none' | 'folder' | 'gateway';
  start(): void;
  /** Ends when the message being sent has been answered for. */
  stop(): Promise<void>;
};

export type NotifyOptions = {
  db: Db;
  log: Log;
  now: () => Date;
  /** Who must know of an event; who did the thing is left out here. */
  recipients: Delivery['recipients'];
  /** Without it e-mails wait. */
  smtpUrl?: string;
  /** Without it text messages wait. */
  smsUrl?: string;
  smsToken?: string;
  /** The demo's folder for text messages, where no gateway is named. */
  smsFolder?: string;
  from: string;
  /** Which addresses browsers may name for push messages. */
  guard: Guard;
  /** Where people reach the platform, for links in e-mails; without it e-mails carry none. */
  publicUrl?: string;
  /** The page of an alert, case or task below `publicUrl`. */
  pathOf?: (subject: Subject) => string;
  onError: (error: unknown) => void;
};

const EVERY_MS = 3_000;
const MONTH_MS = 30 * 24 * 3_600_000;
const FOLLOWED = [
  'task.',
  'alert.opened',
  'alert.grouped',
  'alert.assigned',
  'alert.reminded',
  'case.',
  'clock.rung',
  'source.reminded',
];

export function createNotify(options: NotifyOptions): Notify {
  const { db, log, now, from, publicUrl, onError } = options;
  const pathOf = options.pathOf ?? (({ kind, id }: Subject) => `/${kind}s/${id}`);
  const outboxes = {
    email: createOutbox({
      db,
      now,
      channel: 'email',
      carrier: options.smtpUrl ? mailCarrier(options.smtpUrl, from) : null,
      onError,
    }),
    sms: createOutbox({
      db,
      now,
      channel: 'sms',
      carrier: options.smsUrl
        ? smsCarrier(options.smsUrl, options.smsToken)
        : options.smsFolder
          ? folderCarrier(options.smsFolder)
          : null,
      onError,
    }),
    push: createOutbox({
      db,
      now,
      channel: 'push',
      carrier: pushCarrier(db, options.guard, contactOf(from, publicUrl)),
      onError,
    }),
  };
  const channels: readonly Outbox[] = Object.values(outboxes);
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
  const sendDue = async (): Promise<number> => {
    let sent = 0;
    for (const one of channels) sent += await one.sendDue();
    return sent;
  };
  const delivery: Delivery = {
    log,
    now,
    recipients: options.recipients,
    domain,
    linkTo: (subject) => (publicUrl ? new URL(pathOf(subject), publicUrl).href : null),
  };
  log.follow({
    name: 'notify',
    kinds: FOLLOWED,
    startAt: 'now',
    handle: (tx, events) => deliver(tx, delivery, events),
  });
  const stopping = new AbortController();
  let running: Promise<unknown> | null = null;

  const run = async (channel: Outbox): Promise<void> => {
    while (!stopping.signal.aborted) {
      await channel.sendDue().catch(onError);
      await sleep(EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch((error) => {
        if ((error as Error).name !== 'AbortError') throw error;
      });
    }
  };

  const post: Notify['post'] = async (
    tx,
    { channel, address, subject, body, about, lastsMs = about ? MONTH_MS : undefined },
  ) => {
    const id = randomUUID();
    const at = now();
    await tx
      .withTables<NotifyTables>()
      .insertInto('messages')
      .values({
        id,
        notification_id: null,
        channel,
        address,
        subject,
        body,
        message_id: `<${id}@${domain}>`,
        state: 'waiting',
        next_at: at,
        leased_until: null,
        created_at: at,
        done_at: null,
        reason: null,
        personal: true,
        about: about ?? null,
        expires_at: lastsMs === undefined ? null : new Date(at.getTime() + lastsMs),
      })
      .execute();
  };
  const push = createPush({ db, now, guard: options.guard, post });

  return {
    own: (principal, query = {}) => ownNotifications(db, principal, query),
    unread: (principal) => unreadOf(db, principal),
    read: (principal, ids) => inTransaction(db, (tx) => markRead(tx, log, principal, ids, now())),
    post,
    push,
    sendDue,
    health: (channel = 'email') => outboxes[channel].health(),
    carrier(channel) {
      if (channel === 'email') return options.smtpUrl ? 'gateway' : 'none';
      return options.smsUrl ? 'gateway' : options.smsFolder ? 'folder' : 'none';
    },
    start() {
      // Each by itself: a slow push service of somebody's holds up no letter.
      running ??= Promise.all(channels.map(run));
    },
    async stop() {
      stopping.abort();
      await running;
      for (const one of channels) one.close();
    },
  };
}

/** Whom a push service writes to: the site, or who sends its mail. */
function contactOf(from: string, publicUrl: string | undefined): string {
  if (publicUrl?.startsWith('https:')) return new URL(publicUrl).origin;
  return `mailto:${/[^\s<>]+@[^\s<>]+/.exec(from)?.[0] ?? 'no-reply@localhost'}`;
}
