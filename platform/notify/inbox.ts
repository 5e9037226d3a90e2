import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Log, LogEvent } from '../events/index.ts';
import type { Principal } from '../rights/index.ts';
import type { Text } from '../words/index.ts';
import type { NotifyTables } from './tables.ts';
import { letterOf, type Subject, type Wording, wordingOf } from './wording.ts';

export type Recipient = { userId: string; email?: string | null };

export type Notification = {
  id: string;
  kind: string;
  title: Text;
  text: Text;
  subject: Subject;
  provenance: string | null;
  createdAt: Date;
  readAt: Date | null;
};

export type Delivery = {
  log: Pick<Log, 'append'>;
  now: () => Date;
  recipients(event: LogEvent): Promise<readonly Recipient[]>;
  /** The domain of message ids. */
  domain: string;
  /** The absolute address of what a notification is about; null where the platform's own address is not known. */
  linkTo(subject: Subject): string | null;
};

/**
 * Tells of events in the follower's transaction: a notification for each person once, a `notification.created` event
 * for their open pages, and a message where it is worth one. Who did the thing is not told of it.
 */
export async function deliver(tx: Tx, delivery: Delivery, events: readonly LogEvent[]): Promise<void> {
  for (const event of events) {
    const wording = wordingOf(event);
    if (!wording) continue;
    const recipients = await delivery.recipients(event);
    const before = event.kind === 'alert.grouped' ? await toldOf(tx, wording.subject, event.kind) : new Set();
    const told = recipients.filter((one) => one.userId !== event.payload.by && !before.has(one.userId));
    if (told.length > 0) await deliverOne(tx, delivery, event, wording, told);
  }
}

/** A storm that reaches further places is told to their people, not again to those who know of it. */
async function toldOf(tx: Tx, subject: Subject, kind: string): Promise<Set<string>> {
  const rows = await tx
    .withTables<NotifyTables>()
    .selectFrom('notifications')
    .select('user_id')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('kind', '=', kind)
    .execute();
  return new Set(rows.map((row) => row.user_id));
}

async function deliverOne(
  tx: Tx,
  { log, now, domain, linkTo }: Delivery,
  event: LogEvent,
  wording: Wording,
  told: readonly Recipient[],
): Promise<void> {
  const at = now();
  const { title, text, subject } = wording;
  const provenance = typeof event.payload.provenance === 'string' ? event.payload.provenance : null;
  const byUser = new Map(told.map((one) => [one.userId, one]));
  const tables = tx.withTables<NotifyTables>();
  const created = await tables
    .insertInto('notifications')
    .values(
      [...byUser.keys()].map((userId) => ({
        id: randomUUID(),
        event_id: event.id,
        user_id: userId,
        kind: event.kind,
        subject_kind: subject.kind,
        subject_id: subject.id,
        title: JSON.stringify(title),
        text: JSON.stringify(text),
        provenance,
        created_at: at,
        read_at: null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['event_id', 'user_id']).doNothing())
    .returning(['id', 'user_id'])
    .execute();
  await log.append(
    tx,
    created.map(({ id, user_id }) => ({
      kind: 'notification.created',
      subject: id,
      permission: null,
      payload: { userId: user_id, kind: event.kind, title, text, subject, provenance },
    })),
  );
  if (!wording.mail) return;
  const letter = letterOf(wording, provenance, linkTo(subject));
  const messages = created.flatMap(({ id, user_id }) => {
    const address = byUser.get(user_id)?.email?.trim();
    if (!address) return [];
    const messageId = randomUUID();
    return [
      {
        id: messageId,
        notification_id: id,
        channel: 'email' as const,
        address,
        ...letter,
        message_id: `<${messageId}@${domain}>`,
        state: 'waiting' as const,
        next_at: at,
        leased_until: null,
        created_at: at,
        done_at: null,
        reason: null,
      },
    ];
  });
  if (messages.length > 0) await tables.insertInto('messages').values(messages).execute();
}

const asNotification = (row: Selectable<NotifyTables['notifications']>): Notification => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  text: row.text,
  subject: { kind: row.subject_kind, id: row.subject_id },
  provenance: row.provenance,
  createdAt: row.created_at,
  readAt: row.read_at,
});

export type NotificationQuery = { unread?: boolean; limit?: number; offset?: number };

/** A person's own notifications, newest first; nobody reads another's. */
export async function ownNotifications(
  db: Db,
  principal: Principal,
  query: NotificationQuery,
): Promise<{ items: Notification[]; total: number; unread: number }> {
  let base = db.withTables<NotifyTables>().selectFrom('notifications').where('user_id', '=', principal.id);
  const unread = await unreadOf(db, principal);
  if (query.unread) base = base.where('read_at', 'is', null);
  const [items, count] = await Promise.all([
    base
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('event_id', 'desc')
      .limit(query.limit ?? 50)
      .offset(query.offset ?? 0)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: items.map(asNotification), total: count.n, unread };
}

export async function unreadOf(db: Db | Tx, principal: Principal): Promise<number> {
  const count = await db
    .withTables<NotifyTables>()
    .selectFrom('notifications')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('user_id', '=', principal.id)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count.n;
}

/** Marks the given (or all) own notifications as read; ids of others are passed by. Returns what is still unread. */
export async function markRead(
  tx: Tx,
  log: Pick<Log, 'append'>,
  principal: Principal,
  ids: readonly string[] | undefined,
  at: Date,
): Promise<number> {
  const those = ids ? sql`and id = any(${[...ids]}::uuid[])` : sql``;
  const marked = await sql`update notifications set read_at = ${at}
    where user_id = ${principal.id} and read_at is null ${those} returning id`.execute(tx);
  const unread = await unreadOf(tx, principal);
  if (marked.rows.length > 0) {
    const payload = { userId: principal.id, unread };
    await log.append(tx, [{ kind: 'notification.read', subject: principal.id, permission: null, payload }]);
  }
  return unread;
}
