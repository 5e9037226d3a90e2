/**
 * Audit: who did what, when, from where. Promise: an entry is written in the transaction of the change or not at
 * all; nothing is changed or deleted afterwards (the database refuses); every committed entry is hash-chained within
 * about a second, in whichever process, and none is skipped because it committed late; `verify` says whether and
 * where anything was altered, and signed anchors show a cut-off tail. Secrets never enter the log.
 * The place in the chain, not `at`, proves when an entry was written.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Principal, Visible } from '../rights/index.ts';
import { type Anchor, createAnchors } from './anchors.ts';
import { chainWaiting, headOf, lockChain } from './chain.ts';
import { findEntries } from './find.ts';
import { storable, withoutSecrets } from './secrets.ts';
import type { AuditTables } from './tables.ts';
import { type Verification, verifyChain } from './verify.ts';

export type { Anchor } from './anchors.ts';
export type { AuditEntry, AuditQuery } from './find.ts';
export { serveAudit } from './routes.ts';
export type { Verification } from './verify.ts';

import type { AuditEntry, AuditQuery } from './find.ts';

/** What happened. The place decides which auditors see the entry; without one it is the actor's organisation. */
export type NewAuditEntry = {
  principal: Principal;
  /** `<thing>.<verb>`: 'alert.acknowledge' */
  action: string;
  /** `<kind>:<id>`: 'alert:1234' */
  subject?: string | null;
  areaCode?: string | null;
  organisationId?: string | null;
  detail?: Record<string, unknown>;
  requestId?: string | null;
  ip?: string | null;
};

export type Audit = {
  /** Writes one entry in the caller's transaction. */
  record(tx: Tx, entry: NewAuditEntry): Promise<void>;
  find(rights: Visible, query: AuditQuery): Promise<{ items: AuditEntry[]; total: number }>;
  /** Chains what waits; returns how many. Runs by itself every second after `start`. */
  chain(): Promise<number>;
  /** Chains what waits, then recomputes everything. Reads the whole log: seconds for each million entries. */
  verify(): Promise<Verification>;
  /** Signs where the chain stands into the anchor file; null where there is nothing new or no directory. */
  anchor(): Promise<Anchor | null>;
  /**
   * After a restore to an earlier moment: anchors signed after it speak of entries that are not there. From the first
   * that does not fit the chain on they are set aside, in a file that stays; the restore itself is recorded.
   * @returns how many were set aside
   */
  restored(principal: Principal, detail: Record<string, unknown>): Promise<number>;
  start(): void;
  /** Chains and anchors what waits, then ends. */
  stop(): Promise<void>;
};

export type AuditOptions = {
  db: Db;
  now: () => Date;
  /** Where the anchors and their key are kept; without it a cut-off tail cannot be seen. */
  directory?: string;
  onError?: (error: unknown) => void;
  /** Time between chainings and between anchors, in milliseconds (default 1 s and 1 h). */
  everyMs?: number;
  anchorEveryMs?: number;
};

export function createAudit(options: AuditOptions): Audit {
  const { db, now } = options;
  const anchors = options.directory === undefined ? null : createAnchors(options.directory);
  let stopping = new AbortController();
  let loop: Promise<void> | null = null;
  let verifying: Promise<Verification> | null = null;

  const chain = (): Promise<number> => chainWaiting(db, now);

  const anchor = async (): Promise<Anchor | null> => {
    if (!anchors) return null;
    return inTransaction(db, async (tx) => {
      await lockChain(tx);
      const head = await headOf(tx);
      const last = (await anchors.read()).at(-1);
      // A chain that is shorter than its last anchor must not be covered up by a new one.
      if (!head || (last && last.anchor.sequence >= head.sequence)) return null;
      return anchors.append({ ...head, at: now() });
    });
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let nextAnchor = 0;
    while (!signal.aborted) {
      try {
        await chain();
        if (now().getTime() >= nextAnchor) {
          await anchor();
          nextAnchor = now().getTime() + (options.anchorEveryMs ?? 3_600_000);
        }
      } catch (error) {
        options.onError?.(error);
      }
      await sleep(options.everyMs ?? 1000, undefined, { signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error;
      });
    }
  };

  const record: Audit['record'] = async (tx, entry) => {
    const { principal } = entry;
    const placed = entry.areaCode != null || entry.organisationId != null;
    await tx
      .withTables<AuditTables>()
      .insertInto('audit_entries')
      .values({
        at: now(),
        actor_kind: principal.kind,
        actor_id: storable(principal.id),
        actor_name: storable(principal.name),
        actor_organisation_id: principal.organisationId,
        action: entry.action,
        subject: entry.subject == null ? null : storable(entry.subject),
        area_code: entry.areaCode ?? null,
        organisation_id: placed ? (entry.organisationId ?? null) : principal.organisationId,
        detail: JSON.stringify(withoutSecrets(entry.detail ?? {})),
        request_id: entry.requestId ?? null,
        ip: entry.ip ?? null,
      })
      .execute();
  };

  return {
    record,
    find: (rights, query) => findEntries(db, rights, query),
    chain,
    verify() {
      // One at a time: it reads the whole log, and whoever asks meanwhile gets the same answer.
      verifying ??= (async () => {
        try {
          await chain();
          return await verifyChain(db, anchors ? await anchors.read() : []);
        } finally {
          verifying = null;
        }
      })();
      return verifying;
    },
    anchor,
    async restored(principal, detail) {
      const signed = (await anchors?.read()) ?? [];
      const { rows } = await sql<{ sequence: number; hash: string }>`select sequence, encode(hash, 'hex') as hash
        from audit_chain where sequence = any(${signed.map((one) => one.anchor.sequence)}::bigint[])`.execute(db);
      const hashes = new Map(rows.map((row) => [row.sequence, row.hash]));
      const wrong = signed.findIndex(({ anchor }) => hashes.get(anchor.sequence) !== anchor.hash);
      const away = wrong < 0 ? 0 : signed.length - wrong;
      if (away > 0) await anchors?.setAside(wrong, now());
      await inTransaction(db, (tx) =>
        record(tx, { principal, action: 'database.restore', detail: { ...detail, anchorsSetAside: away } }),
      );
      return away;
    },
    start() {
      if (loop) return;
      stopping = new AbortController();
      loop = run(stopping.signal);
    },
    async stop() {
      if (!loop) return;
      stopping.abort();
      await loop;
      loop = null;
      await chain();
      await anchor();
    },
  };
}
