/**
 * Push messages: the browser of a citizen says where its push service takes messages for it, and with which key they
 * are encrypted (RFC 8291), so that the service reads nothing. `web-push` encrypts and signs; asking is done here,
 * because the address comes from a stranger and must pass the guard.
 */
import { createECDH } from 'node:crypto';
import { sql } from 'kysely';
import webPush from 'web-push';
import type { Db, Tx } from '../database/index.ts';
import { fetchWithin, type Guard } from '../ingest/index.ts';
import { Refusal, refuse } from '../words/index.ts';
import type { Carrier } from './carriers.ts';
import type { NotifyTables } from './tables.ts';

/** As `PushSubscription.toJSON()` of a browser gives it. */
export type PushSubscription = { endpoint: string; keys: { p256dh: string; auth: string } };
/** `path` is a page of ours that a touch opens; nothing secret stands in it. */
export type PushMessage = { title: string; body: string; path: string };

export type Push = {
  /** The key that browsers bind a subscription to; made at the first call. */
  publicKey(): Promise<string>;
  /** @param about what the browser is told of, named by its system: `report-follower:…` */
  subscribe(about: string, given: PushSubscription): Promise<void>;
  isOn(about: string, endpoint: string): Promise<boolean>;
  unsubscribe(about: string, endpoint: string): Promise<void>;
  /** Posts a message to each browser that wants to hear of any of these, in the caller's transaction. */
  tell(tx: Tx, abouts: readonly string[], message: PushMessage): Promise<void>;
  /** Ends subscriptions to what is over. */
  forget(tx: Tx, abouts: readonly string[]): Promise<void>;
};

type PushOptions = {
  db: Db;
  now: () => Date;
  /** Names no private network, whatever connectors may ask: anybody may subscribe. */
  guard: Guard;
  post: (
    tx: Tx,
    message: { channel: 'push'; address: string; subject: string; body: string; about: string },
  ) => Promise<void>;
};

/** Browsers of one person that hear of one thing; the newest stay. */
const MOST_BROWSERS = 10;
const SEND_MS = 10_000;
/** A phone that was off for longer opens the page instead. */
const KEPT_SECONDS = 3 * 24 * 3600;

/** The pair of RFC 8292; of two processes that make one at once, the first to write wins. */
async function keysOf(db: Db): Promise<{ publicKey: string; privateKey: string }> {
  const tables = db.withTables<NotifyTables>();
  const read = () => tables.selectFrom('push_keys').select(['public_key', 'private_key']).executeTakeFirst();
  let row = await read();
  if (!row) {
    const made = webPush.generateVAPIDKeys();
    await tables
      .insertInto('push_keys')
      .values({ public_key: made.publicKey, private_key: made.privateKey })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    row = await read();
  }
  if (!row) throw new Error('the key for push messages was not kept');
  return { publicKey: row.public_key, privateKey: row.private_key };
}

export function createPush({ db, now, guard, post }: PushOptions): Push {
  const tables = db.withTables<NotifyTables>();
  return {
    publicKey: async () => (await keysOf(db)).publicKey,
    async subscribe(about, { endpoint, keys: { p256dh, auth } }) {
      const url = guard.urlOf(endpoint).href;
      if (!isKey(p256dh) || Buffer.from(auth, 'base64url').length !== 16) throw badKeys();
      await tables
        .insertInto('push_subscriptions')
        .values({ about, endpoint: url, p256dh, auth, created_at: now() })
        .onConflict((conflict) => conflict.columns(['about', 'endpoint']).doUpdateSet({ p256dh, auth }))
        .execute();
      await sql`delete from push_subscriptions where about = ${about} and endpoint not in (
        select endpoint from push_subscriptions where about = ${about}
        order by created_at desc, endpoint limit ${MOST_BROWSERS})`.execute(db);
    },
    async isOn(about, endpoint) {
      const row = await tables
        .selectFrom('push_subscriptions')
        .select('endpoint')
        .where('about', '=', about)
        .where('endpoint', '=', guard.urlOf(endpoint).href)
        .executeTakeFirst();
      return row !== undefined;
    },
    async unsubscribe(about, endpoint) {
      await tables
        .deleteFrom('push_subscriptions')
        .where('about', '=', about)
        .where('endpoint', '=', guard.urlOf(endpoint).href)
        .execute();
    },
    async tell(tx, abouts, { title, body, path }) {
      if (abouts.length === 0) return;
      const browsers = await tx
        .withTables<NotifyTables>()
        .selectFrom('push_subscriptions')
        .select(['endpoint', 'p256dh', 'auth'])
        // Who follows with two codes is told once.
        .distinctOn('endpoint')
        .where('about', 'in', abouts)
        .orderBy('endpoint')
        .execute();
      for (const { endpoint, p256dh, auth } of browsers) {
        await post(tx, {
          channel: 'push',
          address: JSON.stringify({ endpoint, keys: { p256dh, auth } } satisfies PushSubscription),
          subject: title,
          body: JSON.stringify({ title, body, url: path }),
          about: path,
        });
      }
    },
    async forget(tx, abouts) {
      if (abouts.length === 0) return;
      await tx.withTables<NotifyTables>().deleteFrom('push_subscriptions').where('about', 'in', abouts).execute();
    },
  };
}

class PushAnswer extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status} ${text.slice(0, 200)}`.trim());
    this.status = status;
  }
}

/**
 * @param contact whom a push service writes to when something is wrong: `mailto:…` or an https address (RFC 8292)
 */
export function pushCarrier(db: Db, guard: Guard, contact: string): Carrier {
  return {
    async send(letter) {
      const subscription = JSON.parse(letter.address) as PushSubscription;
      const { headers, body } = webPush.generateRequestDetails(subscription, letter.body, {
        vapidDetails: { subject: contact, ...(await keysOf(db)) },
        TTL: KEPT_SECONDS,
        urgency: 'normal',
      });
      const answer = await fetchWithin(guard, {
        url: subscription.endpoint,
        headers: headers as Record<string, string>,
        body,
        timeoutMs: SEND_MS,
        maxBytes: 64 * 1024,
      });
      if (answer.status >= 200 && answer.status < 300) return;
      if (answer.status === 404 || answer.status === 410) {
        await db
          .withTables<NotifyTables>()
          .deleteFrom('push_subscriptions')
          .where('endpoint', '=', subscription.endpoint)
          .execute();
      }
      throw new PushAnswer(answer.status, answer.body.toString('utf8'));
    },
    /** Never the carrier's fault: the address is a stranger's choice, and one that is down holds up no other. */
    async blame(error) {
      if (error instanceof PushAnswer) {
        return error.status === 429 || error.status >= 500 ? 'message' : 'message-for-good';
      }
      // An address of a private network stays one; a network that is down comes back.
      if (error instanceof Refusal) return error.code === 'address-not-allowed' ? 'message-for-good' : 'message';
      return 'message-for-good';
    },
    close: () => undefined,
  };
}

/** A point of the curve; another one would fail at every message. */
function isKey(p256dh: string): boolean {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  try {
    ecdh.computeSecret(Buffer.from(p256dh, 'base64url'));
    return Buffer.from(p256dh, 'base64url').length === 65;
  } catch {
    return false;
  }
}

function badKeys() {
  return refuse(422, 'push-keys', {
    vi: 'Trình duyệt gửi khóa thông báo không đúng dạng. Bạn tải lại trang rồi thử lại.',
    en: 'The browser sent keys for push messages that are none. Reload the page and try again.',
  });
}
