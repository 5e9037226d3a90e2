/**
 * Alerts: the one way to raise an alert, whoever its producer. Promise: one open alert for a key, however many raise it
 * at once; what its condition does is kept apart from what people do with it; each change is in the timeline, the
 * log and the audit, in the transaction that makes it; nobody lists or counts beyond their rights.
 * The life of an alert in words: `notes/life-cycle.md`.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { covers, type Placed, type Principal, systemPrincipal, type Visible, visible } from '../rights/index.ts';
import { notFound, Refusal } from '../words/index.ts';
import { defaultStorm, dependsOn, joinGroups, type Opened, type StormTerms } from './groups.ts';
import {
  acknowledged,
  assigned,
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
  demandPause,
  endHeld,
  endPause,
  falls,
  freed,
  isOn,
  keepHeld,
  lockPause,
  openPauses,
  pauseWords,
  readHeldBack,
  readPauses,
  releaseHeld,
  writePause,
} from './pauses.ts';
import { type QueueOptions, readGroup, readQueue } from './queue.ts';
import { linkedElsewhere, mayNotAct, mayNotBeGiven, noSuchAlert, pauseOver, reasonNeeded } from './refusals.ts';
import { audited, eventOf, pauseEvent, resultOf, stormEvent } from './said.ts';
import { type AlertStatistics, readStatistics, type StatisticsBy } from './statistics.ts';
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
  readMany,
  stepsOf,
  takeGroupReminders,
  UUID,
  type Which,
  writeAlerts,
} from './store.ts';
import type {
  Act,
  ActResult,
  Alert,
  AlertExplanation,
  AlertGroup,
  By,
  Change,
  Explain,
  HeldBack,
  NewAlert,
  NewPause,
  Pause,
  QueueLine,
  Step,
} from './types.ts';

export { dependsOn } from './groups.ts';

export { defaultFlapping, defaultTerms, mayOf, type Terms } from './life-cycle.ts';
export { serveAlerts } from './routes.ts';
export type { AlertCounts, AlertQuery } from './store.ts';
export type {
  Act,
  ActResult,
  Alert,
  AlertExplanation,
  AlertGroup,
  AlertState,
  Change,
  Condition,
  Evidence,
  Explain,
  FlappingTerms,
  HeldBack,
  NewAlert,
  NewPause,
  Pause,
  Severity,
  Step,
  Told,
} from './types.ts';

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
  /**
   * Does one thing with many alerts, and with all of storms that are not closed; each comes to its own result, and
   * what one of them refuses does not keep the others.
   */
  act(principal: Principal, which: Which, act: Act): Promise<ActResult[]>;
  /** Who may act on these alerts, and so may be given them. */
  handlers(rights: Visible, which: Which): Promise<By[]>;
  /** The queue: storms as one line, the rest alert by alert. */
  queue(rights: Visible, limit: number): Promise<{ lines: QueueLine[]; total: number }>;
  /** Refuses with 404 where it does not exist or none of its alerts may be seen. */
  group(rights: Visible, id: string): Promise<AlertGroup>;
  /** Stops alarming something for a time, by name and reason; refuses what is beyond the rights of who asks. */
  pause(principal: Principal, pause: NewPause): Promise<Pause>;
  /** Ends a pause before its time; what still holds is raised by the next `release`. */
  endPause(principal: Principal, id: string): Promise<Pause>;
  /** Pauses, those that end last first; `now`: only those that are not over. */
  pauses(rights: Visible, query: { state?: 'now' | 'all' }): Promise<Pause[]>;
  /** What pauses held back: of one, of an entity, or all that waits now. */
  heldBack(rights: Visible, query: { pause?: string; entity?: string }): Promise<HeldBack[]>;
  /** Raises what waited for the end of its pause and still holds; each once, over all processes. @returns how many */
  release(): Promise<number>;
  /** What the alerts known in a time say about their rules, units or types; most first. */
  statistics(rights: Visible, query: { from: Date; to: Date; by: StatisticsBy }): Promise<AlertStatistics[]>;
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
  context: Pick<Context, 'read' | 'type'>;
  now: () => Date;
  terms?: Partial<Terms>;
  storm?: Partial<StormTerms>;
  /** who may act on alerts of a place; without it nothing can be given to anybody */
  holders?: (place: Placed) => Promise<By[]>;
  /** the name of a commune (default: its code) */
  areaName?: (code: string) => string;
};

const producer = systemPrincipal('alerts', []);
const DUE_AT_ONCE = 200;
/** A storm is one reminder, however many of its alerts are due one after another. */
const REMIND_GROUP_EVERY_MS = 5 * 60_000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { db, log, audit, context, now } = options;
  const terms: Terms = { ...defaultTerms, ...options.terms };
  const storm: StormTerms = { ...defaultStorm, ...options.storm };
  const reading: QueueOptions = { terms: storm, areaName: options.areaName ?? ((code) => code) };
  const holders = options.holders ?? (async () => []);
  const explainers = new Map<string, Explain>();

  /** Timeline, log and audit of moves already computed: the same for people and producers. */
  const settle = async (
    tx: Tx,
    moves: readonly Move[],
    actor: Principal,
    /** alerts that are told of with their storm, not by themselves */
    quiet: ReadonlySet<string> = new Set(),
  ): Promise<void> => {
    const steps = moves.flatMap((move) =>
      move.steps.map((step) => ({ alertId: move.alert.id, step, alert: move.alert })),
    );
    const last = new Map(moves.map((move) => [move.alert.id, move.alert]));
    await writeAlerts(tx, [...last.values()], steps);
    await log.append(
      tx,
      moves.flatMap((move) => move.told.map((told) => eventOf(move.alert, told, quiet.has(move.alert.id)))),
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
    const pauses = raises.length === 0 ? [] : (await openPauses(tx, known)).filter((pause) => isOn(pause, known));
    const held = new Map<string, Parameters<typeof keepHeld>[1][number]>();
    const over = new Map<string, Date>();
    const moves: Move[] = [];
    const opened = new Map<string, Opened>();
    for (const one of changes) {
      const key = 'raise' in one ? one.raise.key : one.clear;
      const alert = current.get(key) ?? null;
      let move: Move | null = null;
      if ('raise' in one) {
        const entity = names.get(one.raise.entityId);
        const entityName = entity?.name ?? one.raise.entityId;
        // What was open before the pause goes on: somebody may be at work on it.
        const pause =
          alert === null || alert.state === 'closed'
            ? pauses.find(({ scope }) => falls(scope, one.raise, entity))
            : undefined;
        if (pause) {
          const since = held.get(key)?.seen.happenedAt ?? one.raise.happenedAt;
          held.set(key, { seen: { ...one.raise, happenedAt: since }, entityName, pause: pause.id });
          over.delete(key);
          continue;
        }
        move = raised(alert, one.raise, known, terms, {
          id: randomUUID(),
          entityName,
          entityType: entity?.type ?? null,
        });
      } else {
        over.set(key, one.at);
        if (alert) move = cleared(alert, one.at, known);
      }
      if (!move || move.alert === alert) continue;
      moves.push(move);
      current.set(key, move.alert);
      if (!move.told.includes('opened')) continue;
      const entity = names.get(move.alert.entityId);
      opened.set(move.alert.id, { alert: move.alert, on: entity ? dependsOn(entity) : [] });
    }
    const joined = await joinGroups(tx, [...opened.values()], storm, known, async (id) => {
      return (await context.read(tx, [id])).get(id)?.name ?? id;
    });
    for (const move of moves)
      move.alert = { ...move.alert, groupId: joined.groupOf.get(move.alert.id) ?? move.alert.groupId };
    for (const { alert } of moves) current.set(alert.key, alert);
    await keepHeld(tx, [...held.values()]);
    await endHeld(
      tx,
      [...over].map(([key, at]) => ({ key, at })),
    );
    await releaseHeld(
      tx,
      [...opened.values()].map(({ alert }) => alert.key),
      known,
    );
    await settle(tx, moves, producer, new Set([...joined.groupOf.keys()].filter((id) => !joined.graver.has(id))));
    await log.append(tx, joined.told.map(stormEvent));
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

  const handlerOf = async (alert: Alert, userId: string): Promise<By> => {
    const found = (await holders(alert)).find((one) => one.id === userId);
    if (!found) throw mayNotBeGiven();
    return found;
  };

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
    act: (principal, which, act) =>
      inTransaction(db, async (tx) => {
        const at = now();
        const by = byOf(principal);
        const text = 'reason' in act ? act.reason.trim() : '';
        if ('reason' in act && text.length < 3) throw reasonNeeded();
        const found = await readMany(tx, visible(principal, 'alert:read'), which, true);
        const moves: Move[] = [];
        const results: ActResult[] = [];
        for (const alert of found) {
          try {
            if (!covers(principal, 'alert:act', alert)) throw mayNotAct();
            const move =
              act.act === 'acknowledge'
                ? acknowledged(alert, by, act.note?.trim() || null, at)
                : act.act === 'assign'
                  ? assigned(alert, by, await handlerOf(alert, act.to), at)
                  : act.act === 'snooze'
                    ? snoozed(alert, by, act.until, text, at)
                    : closed(alert, by, text, at);
            if (move.alert !== alert) moves.push(move);
            results.push(resultOf(alert, null));
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            results.push(resultOf(alert, error.text));
          }
        }
        await settle(tx, moves, principal);
        return results;
      }),
    async handlers(rights, which) {
      const found = await readMany(db, rights, which, false);
      const places = new Map(found.map((one) => [`${one.areaCode} ${one.organisationId}`, one]));
      const people = new Map<string, By>();
      for (const place of places.values()) for (const one of await holders(place)) people.set(one.id, one);
      return [...people.values()].sort((a, b) => a.name.localeCompare(b.name, 'vi'));
    },
    queue: (rights, limit) => readQueue(db, rights, reading, limit),
    async group(rights, id) {
      const group = UUID.test(id) ? await readGroup(db, rights, reading, id) : null;
      if (!group) throw notFound({ vi: `đợt cảnh báo ${id}`, en: `storm of alerts ${id}` });
      return group;
    },
    pause: (principal, given) =>
      inTransaction(db, async (tx) => {
        const at = now();
        if (given.reason.trim().length < 3) throw reasonNeeded();
        const id = given.scope.entity ?? given.scope.site;
        const entity = id === undefined ? null : ((await context.read(tx, [id])).get(id) ?? null);
        if (id !== undefined && (!entity || !covers(principal, 'entity:read', entity))) {
          throw notFound({ vi: `đối tượng ${id}`, en: `entity ${id}` });
        }
        const place = demandPause(principal, given, entity, at);
        const words = pauseWords(given.scope, {
          entity: entity?.name,
          type: given.scope.type === undefined ? undefined : context.type(given.scope.type)?.title,
          area: given.scope.area === undefined ? undefined : reading.areaName(given.scope.area),
        });
        const pause = await writePause(tx, principal, given, place, words, at);
        await audit.record(tx, {
          principal,
          action: 'alert-pause.make',
          subject: `alert-pause:${pause.id}`,
          ...place,
          detail: { scope: given.scope, from: given.from, until: given.until, reason: pause.reason },
        });
        await log.append(tx, [pauseEvent(pause)]);
        return pause;
      }),
    endPause: (principal, id) =>
      inTransaction(db, async (tx) => {
        const pause = UUID.test(id) ? await lockPause(tx, visible(principal, 'alert:read'), id, now()) : null;
        if (!pause) throw notFound({ vi: `đợt tạm dừng ${id}`, en: `pause ${id}` });
        if (!covers(principal, 'alert:act', pause)) throw mayNotAct();
        if (pause.state === 'over') throw pauseOver();
        await endPause(tx, principal, id, now());
        await audit.record(tx, {
          principal,
          action: 'alert-pause.end',
          subject: `alert-pause:${id}`,
          areaCode: pause.areaCode,
          organisationId: pause.organisationId,
          detail: { held: pause.held, waiting: pause.waiting },
        });
        await log.append(tx, [pauseEvent(pause)]);
        return { ...pause, state: 'over', ended: { ...byOf(principal), at: now() } };
      }),
    pauses: (rights, query) => readPauses(db, rights, query, now()),
    heldBack: (rights, query) => readHeldBack(db, rights, query),
    release: () =>
      inTransaction(db, async (tx) => {
        const lock = await sql<{
          mine: boolean;
        }>`select pg_try_advisory_xact_lock(hashtext('alerts.release')) as mine`.execute(tx);
        if (!lock.rows[0]?.mine) return 0;
        const waiting = await freed(tx, now());
        if (waiting.length === 0) return 0;
        const raised = await change(
          tx,
          waiting.map((one) => ({ raise: one })),
        );
        // Those that are not there are held by another pause now.
        const done = waiting.filter((one) => raised.get(one.key)?.state === 'open').map((one) => one.key);
        await releaseHeld(tx, done, now());
        return done.length;
      }),
    statistics: (rights, query) => readStatistics(db, rights, query),
    async remind() {
      let count = 0;
      for (;;) {
        const found = await inTransaction(db, async (tx) => {
          const waiting = await lockDue(tx, now(), DUE_AT_ONCE);
          const at = now();
          const moves = waiting.map((alert) => due(alert, at));
          const inGroups = waiting.flatMap((alert) => alert.groupId ?? []);
          const taken = await takeGroupReminders(tx, inGroups, at, new Date(at.getTime() - REMIND_GROUP_EVERY_MS));
          // Of a storm its gravest alert that is due speaks for all.
          const speaks = new Map<string, Alert>();
          for (const alert of waiting) {
            if (alert.groupId === null || !taken.has(alert.groupId)) continue;
            if ((speaks.get(alert.groupId)?.severity ?? 0) < alert.severity) speaks.set(alert.groupId, alert);
          }
          const quiet = waiting.filter((one) => one.groupId !== null && speaks.get(one.groupId) !== one);
          await settle(tx, moves, producer, new Set(quiet.map((one) => one.id)));
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
