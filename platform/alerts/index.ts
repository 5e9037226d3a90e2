/**
 * Alerts: the one way to raise an alert, whoever its producer. Promise: one open alert for a key, however many raise it
 * at once; what its condition does is kept apart from what people do with it; each change is in the timeline, the
 * log and the audit, in the transaction that makes it; nobody lists or counts beyond their rights.
 * The life of an alert in words: `notes/life-cycle.md`.
 */
import { randomUUID } from 'node:crypto';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Log, NewEvent } from '../events/index.ts';
import { covers, type Principal, systemPrincipal, type Visible, visible } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import {
  acknowledged,
  cleared,
  closed,
  defaultTerms,
  due,
  type Move,
  raised,
  snoozed,
  systemActor,
  type Terms,
} from './life-cycle.ts';
import {
  type AlertCounts,
  type AlertQuery,
  countAlerts,
  findAlerts,
  getAlert,
  lockAlert,
  lockDue,
  lockKeys,
  pointKeys,
  stepsOf,
  writeAlerts,
} from './store.ts';
import type { Alert, By, NewAlert, Step, Told } from './types.ts';

export { defaultTerms, mayOf, type Terms } from './life-cycle.ts';
export { serveAlerts } from './routes.ts';
export type { AlertCounts, AlertQuery } from './store.ts';
export type { Alert, AlertState, Condition, Evidence, NewAlert, Severity, Step, Told } from './types.ts';

/** 'Vì sao?': what an alert stands on, as its producer explains it. Times are ISO 8601. */
export type AlertExplanation = {
  /** what was judged, in plain words */
  words: Text;
  rule: { id: string; version: number; title: Text; law: Text | null } | null;
  formula: string | null;
  /** the observations behind it, oldest first; `cut` where there were more */
  rows: { property: string; title: Text; at: string; value: number; unit: string; quality: number }[];
  cut: boolean;
};

export type Explain = (alert: Alert) => Promise<AlertExplanation | null>;

/** A condition seen, or seen to be over since `at`. */
export type Change = { raise: NewAlert } | { clear: string; at: Date };

export type Alerts = {
  /** Raises one alert, or counts on the open one of its key. */
  raise(tx: Tx, alert: NewAlert): Promise<Alert>;
  /** The condition of the key ended at `at`; nothing where it was never raised or is over already. */
  clear(tx: Tx, key: string, at: Date): Promise<void>;
  /** Many of both, in their order, with a handful of statements; answers the newest alert of each key. */
  change(tx: Tx, changes: readonly Change[]): Promise<Map<string, Alert>>;
  acknowledge(principal: Principal, id: string, note?: string): Promise<Alert>;
  close(principal: Principal, id: string, reason: string): Promise<Alert>;
  /** Puts an open alert off until a time, at most 24 h away; refuses with 422 where there is no reason. */
  snooze(principal: Principal, id: string, until: Date, reason: string): Promise<Alert>;
  /** Wakes what was put off until now and reminds of what nobody has; each once, over all processes. @returns how many */
  remind(): Promise<number>;
  /** Ties the alert to a case, or loosens it (null); the room that does so has checked its own rights. */
  link(tx: Tx, id: string, caseId: string | null): Promise<Alert>;
  find(rights: Visible, query: AlertQuery): Promise<{ items: Alert[]; total: number }>;
  /** Refuses with 404 where it does not exist or may not be seen. */
  get(rights: Visible, id: string): Promise<Alert>;
  counts(rights: Visible): Promise<AlertCounts>;
  timeline(rights: Visible, id: string): Promise<Step[]>;
  explain(rights: Visible, id: string): Promise<AlertExplanation | null>;
  /** A producer says how it explains alerts of its source (the part before the colon). */
  explainWith(source: string, explain: Explain): void;
};

export type AlertsOptions = {
  db: Db;
  log: Log;
  audit: Pick<Audit, 'record'>;
  context: Pick<Context, 'read'>;
  now: () => Date;
  terms?: Partial<Terms>;
};

const producer = systemPrincipal('alerts', []);
const DUE_AT_ONCE = 200;

/** What the audit log calls each move that people or the system make; `updated` is counting and not audited. */
const audited: Partial<Record<Step['kind'], string>> = {
  opened: 'alert.open',
  reopened: 'alert.reopen',
  returned: 'alert.return',
  rose: 'alert.rise',
  fell: 'alert.fall',
  cleared: 'alert.clear',
  acknowledged: 'alert.acknowledge',
  closed: 'alert.close',
  snoozed: 'alert.snooze',
  woken: 'alert.wake',
  linked: 'alert.link',
  unlinked: 'alert.unlink',
};

export function createAlerts(options: AlertsOptions): Alerts {
  const { db, log, audit, context, now } = options;
  const terms: Terms = { ...defaultTerms, ...options.terms };
  const explainers = new Map<string, Explain>();

  /** Timeline, log and audit of moves already computed: the same for people and producers. */
  const settle = async (tx: Tx, moves: readonly Move[], actor: Principal): Promise<void> => {
    const steps = moves.flatMap((move) =>
      move.steps.map((step) => ({ alertId: move.alert.id, step, alert: move.alert })),
    );
    const last = new Map(moves.map((move) => [move.alert.id, move.alert]));
    await writeAlerts(tx, [...last.values()], steps);
    await log.append(
      tx,
      moves.flatMap((move) => move.told.map((told) => eventOf(move.alert, told))),
    );
    for (const { alert, step } of steps) {
      const action = audited[step.kind];
      if (!action) continue;
      await audit.record(tx, {
        principal: step.by.id === systemActor.id ? producer : actor,
        action,
        subject: `alert:${alert.id}`,
        areaCode: alert.areaCode,
        organisationId: alert.organisationId,
        detail: { key: alert.key, severity: alert.severity, ...(step.note ? { note: step.note } : {}) },
      });
    }
  };

  const change: Alerts['change'] = async (tx, changes) => {
    const raises = changes.flatMap((one) => ('raise' in one ? [one.raise] : []));
    const current = await lockKeys(
      tx,
      raises.map((one) => one.key),
      changes.flatMap((one) => ('clear' in one ? [one.clear] : [])),
    );
    const before = new Map([...current].map(([key, alert]) => [key, alert?.id]));
    const names = await context.read(tx, [...new Set(raises.map((one) => one.entityId))]);
    const known = now();
    const moves: Move[] = [];
    for (const one of changes) {
      const key = 'raise' in one ? one.raise.key : one.clear;
      const alert = current.get(key) ?? null;
      let move: Move | null = null;
      if ('raise' in one) {
        const entityName = names.get(one.raise.entityId)?.name ?? one.raise.entityId;
        move = raised(alert, one.raise, known, terms, { id: randomUUID(), entityName });
      } else if (alert) move = cleared(alert, one.at, known);
      if (!move || move.alert === alert) continue;
      moves.push(move);
      current.set(key, move.alert);
    }
    await settle(tx, moves, producer);
    const moved = [...current].flatMap(([key, alert]) =>
      alert && before.get(key) !== alert.id ? [{ key, id: alert.id }] : [],
    );
    await pointKeys(tx, moved);
    return new Map([...current].flatMap(([key, alert]) => (alert ? [[key, alert] as const] : [])));
  };

  /** A person moves an alert that they see and may handle; whoever comes second sees what the first made of it. */
  const handle = (principal: Principal, id: string, move: (alert: Alert) => Move): Promise<Alert> =>
    inTransaction(db, async (tx) => {
      const alert = await getAlert(tx, visible(principal, 'alert:read'), id, true);
      if (!alert) throw noSuchAlert(id);
      if (!covers(principal, 'alert:act', alert)) throw mayNotAct();
      const done = move(alert);
      if (done.alert !== alert) await settle(tx, [done], principal);
      return done.alert;
    });

  const get: Alerts['get'] = async (rights, id) => {
    const alert = await getAlert(db, rights, id);
    if (!alert) throw noSuchAlert(id);
    return alert;
  };

  return {
    change,
    async raise(tx, alert) {
      const changed = (await change(tx, [{ raise: alert }])).get(alert.key);
      if (!changed) throw new Error(`alert ${alert.key} was not raised`);
      return changed;
    },
    async clear(tx, key, at) {
      await change(tx, [{ clear: key, at }]);
    },
    acknowledge: (principal, id, note) =>
      handle(principal, id, (alert) => acknowledged(alert, byOf(principal), note?.trim() || null, now())),
    close: async (principal, id, reason) => {
      const text = reason.trim();
      if (text.length < 3) throw reasonNeeded();
      return handle(principal, id, (alert) => closed(alert, byOf(principal), text, now()));
    },
    snooze: async (principal, id, until, reason) => {
      const text = reason.trim();
      if (text.length < 3) throw reasonNeeded();
      return handle(principal, id, (alert) => snoozed(alert, byOf(principal), until, text, now()));
    },
    async remind() {
      let count = 0;
      for (;;) {
        const found = await inTransaction(db, async (tx) => {
          const waiting = await lockDue(tx, now(), DUE_AT_ONCE);
          await settle(
            tx,
            waiting.map((alert) => due(alert, now())),
            producer,
          );
          return waiting.length;
        });
        count += found;
        if (found < DUE_AT_ONCE) return count;
      }
    },
    async link(tx, id, caseId) {
      const alert = await lockAlert(tx, id);
      if (!alert) throw noSuchAlert(id);
      if (alert.caseId === caseId) return alert;
      if (caseId !== null && alert.caseId !== null) throw linkedElsewhere(alert.caseId);
      const at = now();
      const step: Step = {
        kind: caseId ? 'linked' : 'unlinked',
        happenedAt: at,
        knownAt: at,
        by: systemActor,
        value: null,
        note: caseId ?? alert.caseId,
      };
      const linked: Alert = { ...alert, caseId };
      await settle(tx, [{ alert: linked, steps: [step], told: ['updated'] }], producer);
      return linked;
    },
    find: (rights, query) => findAlerts(db, rights, query),
    get,
    counts: (rights) => countAlerts(db, rights),
    timeline: (rights, id) => stepsOf(db, rights, id),
    async explain(rights, id) {
      const alert = await get(rights, id);
      const [source = ''] = alert.source.split(':');
      return (await explainers.get(source)?.(alert)) ?? null;
    },
    explainWith(source, explain) {
      explainers.set(source, explain);
    },
  };
}

const byOf = (principal: Principal): By => ({ id: principal.id, name: principal.name });

function eventOf(alert: Alert, told: Told): NewEvent {
  return {
    kind: `alert.${told}`,
    subject: alert.id,
    areaCode: alert.areaCode,
    organisationId: alert.organisationId,
    permission: 'alert:read',
    isPublic: alert.isPublic,
    payload: {
      key: alert.key,
      source: alert.source,
      entityId: alert.entityId,
      entityName: alert.entityName,
      title: alert.title,
      text: alert.text,
      severity: alert.severity,
      state: alert.state,
      condition: alert.condition,
      value: alert.value,
      unit: alert.unit,
      count: alert.count,
      reminders: alert.reminders,
      snoozedUntil: alert.snoozed?.until.toISOString() ?? null,
      reopened: alert.reopened,
      happenedAt: alert.happenedAt.toISOString(),
      lastAt: alert.lastAt.toISOString(),
      acknowledgedBy: alert.acknowledged?.name ?? null,
      caseId: alert.caseId,
      opens: alert.opens,
      provenance: alert.provenance,
    },
  };
}

function noSuchAlert(id: string) {
  return notFound({ vi: `cảnh báo ${id}`, en: `alert ${id}` });
}

function mayNotAct() {
  return refuse(403, 'forbidden', {
    vi: 'Bạn xem được cảnh báo này nhưng không có quyền tiếp nhận hoặc đóng. Hãy báo trực ban của đơn vị.',
    en: 'You may see this alert but not acknowledge or close it. Tell the operator on duty.',
  });
}

function reasonNeeded() {
  return refuse(422, 'reason-needed', {
    vi: 'Hãy ghi lý do đóng hoặc hoãn cảnh báo (ít nhất 3 ký tự), ví dụ: báo giả, đã xử lý xong, chờ thợ đến.',
    en: 'Say why the alert is closed or put off (at least 3 characters), such as: false alarm, dealt with, waiting for repair.',
  });
}

function linkedElsewhere(caseId: string) {
  return refuse(409, 'already-linked', {
    vi: `Cảnh báo này đã gắn với sự cố ${caseId}. Hãy mở sự cố đó.`,
    en: `This alert belongs to case ${caseId} already. Open that case.`,
  });
}
