/** The life of an alert as pure functions; `notes/life-cycle.md` says the same in words. */
import { covers, type Principal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import type { Alert, By, FlappingTerms, NewAlert, Severity, Step, StepKind, Told } from './types.ts';

/** What a move makes of an alert: its new shape, the lines of its timeline, what the log is told. */
export type Move = { alert: Alert; steps: Step[]; told: Told[] };

export type Terms = {
  /** a condition that comes back within this time after it ended is the same alert again */
  returnWithinMs: number;
  /** how long an alert that a person closed while its condition held stays closed though it still holds */
  quietMs: number;
  /** the log hears of a changed value at most this often; of a graver alert at once */
  tellEveryMs: number;
  /** of rules that say nothing of it */
  flapping: FlappingTerms;
};

export const defaultFlapping: FlappingTerms = { times: 4, withinMs: 3_600_000, quietMs: 30 * 60_000 };

export const defaultTerms: Terms = {
  returnWithinMs: 30 * 60_000,
  quietMs: 24 * 3_600_000,
  tellEveryMs: 60_000,
  flapping: defaultFlapping,
};

/** How soon whoever is on duty is reminded of an alert that nobody has, in minutes by its severity; lesser ones wait. */
export const REMIND_MINUTES: Partial<Record<Severity, number>> = { 5: 5, 4: 15, 3: 60 };
/** Each reminder comes twice as late as the one before, up to eight times the first. */
const MOST_DOUBLINGS = 3;
const LONGEST_SNOOZE_MS = 24 * 3_600_000;

export const systemActor: By = { id: 'system:alerts', name: 'Hệ thống' };

/** The reason written when an alert ends by itself. */
export const ENDED = 'Hết điều kiện và đã tiếp nhận';

/**
 * A producer saw the condition.
 * @param current the newest alert of the key, null where there is none
 */
export function raised(
  current: Alert | null,
  seen: NewAlert,
  known: Date,
  terms: Terms,
  fresh: { id: string; entityName: string; entityType: string | null },
): Move {
  if (!current || isAnother(current, seen, terms)) return opened(seen, known, fresh);
  const grown = turned(current, grow(current, seen), seen, seen.flapping ?? terms.flapping);
  if (current.state === 'closed') {
    const quiet =
      (current.condition === 'on' || current.flapping !== null) &&
      seen.severity <= current.severity &&
      known.getTime() - (current.closed?.at ?? known).getTime() < terms.quietMs;
    if (quiet) return { alert: { ...grown, condition: 'on', overAt: null }, steps: [], told: [] };
    const alert: Alert = {
      ...grown,
      severity: seen.severity,
      state: 'open',
      condition: 'on',
      overAt: null,
      acknowledged: null,
      closed: null,
      reopened: current.reopened + 1,
      toldAt: known,
      snoozed: null,
      reminders: 0,
    };
    const steps = [bySystem('reopened', seen, known)];
    if (alert.flapping && !current.flapping) steps.push(flaps(alert, seen, known));
    return { alert: reminded(alert, known), steps, told: ['opened'] };
  }
  const steps: Step[] = [];
  // What flaps is counted; a line for each turn would bury the others.
  if (grown.flapping && !current.flapping) steps.push(flaps(grown, seen, known));
  else if (current.condition === 'over' && !grown.flapping) steps.push(bySystem('returned', seen, known));
  if (grown.severity !== current.severity) {
    const kind = grown.severity > current.severity ? 'rose' : 'fell';
    steps.push(bySystem(kind, seen, known, `${current.severity} → ${grown.severity}`));
  }
  const due = known.getTime() - current.toldAt.getTime() >= terms.tellEveryMs;
  const tell = steps.length > 0 || due;
  const alert: Alert = { ...grown, condition: 'on', overAt: null, toldAt: tell ? known : current.toldAt };
  const rose = grown.severity > current.severity;
  // Who put it off did not know of this: a graver alert comes back at once, and its reminders begin anew.
  if (rose) return { alert: reminded({ ...alert, snoozed: null, reminders: 0 }, known), steps, told: ['updated'] };
  const back = current.condition === 'over' && !current.snoozed && !current.flapping;
  return { alert: back ? reminded(alert, known) : alert, steps, told: tell ? ['updated'] : [] };
}

/** The condition is over since `at`. An alert that somebody has ends with it; one that nobody saw stays in the queue. */
export function cleared(alert: Alert, at: Date, known: Date): Move {
  if (alert.condition === 'over') return { alert, steps: [], told: [] };
  if (alert.flapping) {
    const quietAt = new Date(at.getTime() + alert.flapping.quietMs);
    return { alert: { ...alert, condition: 'over', overAt: at, quietAt }, steps: [], told: [] };
  }
  // What is over still waits to be seen, but nobody is woken for it.
  const over: Alert = { ...alert, condition: 'over', overAt: at, remindAt: null };
  if (alert.state === 'closed') return { alert: over, steps: [], told: [] };
  const step: Step = { kind: 'cleared', happenedAt: at, knownAt: known, by: systemActor, value: null, note: null };
  if (alert.state === 'open') return { alert: over, steps: [step], told: ['cleared'] };
  const ended = end(over, systemActor, ENDED, known);
  return { alert: ended.alert, steps: [step, ...ended.steps], told: ['cleared', ...ended.told] };
}

/** Somebody takes it. The second of two who do it at once is told who has it. */
export function acknowledged(alert: Alert, by: By, note: string | null, now: Date): Move {
  if (alert.state === 'closed') throw alreadyClosed(alert);
  if (alert.state === 'acknowledged') {
    if (alert.acknowledged?.id === by.id) return { alert, steps: [], told: [] };
    throw refuse(409, 'already-acknowledged', {
      vi: `Cảnh báo này đã được ${alert.acknowledged?.name} tiếp nhận. Hãy tải lại để xem.`,
      en: `${alert.acknowledged?.name} has acknowledged this alert already. Load it again.`,
    });
  }
  const taken: Alert = {
    ...alert,
    state: 'acknowledged',
    acknowledged: { ...by, at: now },
    snoozed: null,
    remindAt: null,
  };
  const step: Step = { kind: 'acknowledged', happenedAt: now, knownAt: now, by, value: null, note };
  if (alert.condition === 'on' || alert.flapping) return { alert: taken, steps: [step], told: ['acknowledged'] };
  const ended = end(taken, systemActor, ENDED, now);
  return { alert: ended.alert, steps: [step, ...ended.steps], told: ['acknowledged', ...ended.told] };
}

/** Somebody gives it to another, who has it from then on; also from whoever had it. */
export function assigned(alert: Alert, by: By, to: By, now: Date): Move {
  if (alert.state === 'closed') throw alreadyClosed(alert);
  if (alert.acknowledged?.id === to.id) return { alert, steps: [], told: [] };
  return {
    alert: { ...alert, state: 'acknowledged', acknowledged: { ...to, at: now }, snoozed: null, remindAt: null },
    steps: [{ kind: 'assigned', happenedAt: now, knownAt: now, by, value: null, note: to.name }],
    told: ['assigned'],
  };
}

/** Somebody ends it with a reason, whether or not the condition still holds. */
export function closed(alert: Alert, by: By, reason: string, now: Date): Move {
  if (alert.state === 'closed') throw alreadyClosed(alert);
  return end(alert, by, reason, now);
}

/** Somebody puts it off until `until`, at most a day, with a reason. It comes back by itself, sooner where it grows graver. */
export function snoozed(alert: Alert, by: By, until: Date, reason: string, now: Date): Move {
  if (alert.state === 'closed') throw alreadyClosed(alert);
  if (alert.state === 'acknowledged') throw somebodyHasIt(alert);
  const ms = until.getTime() - now.getTime();
  if (!(ms > 0 && ms <= LONGEST_SNOOZE_MS)) throw badSnooze();
  return {
    alert: { ...alert, snoozed: { ...by, until, reason }, remindAt: null },
    steps: [{ kind: 'snoozed', happenedAt: now, knownAt: now, by, value: null, note: reason }],
    told: ['updated'],
  };
}

/** The time of an open alert has come: it was put off until now, or nobody has taken it since the last reminder. */
export function due(alert: Alert, now: Date): Move {
  if (alert.quietAt && alert.quietAt <= now) return quiet(alert, now);
  if (alert.snoozed) {
    const awake: Alert = { ...alert, snoozed: null, reminders: alert.reminders + 1 };
    const step: Step = {
      kind: 'woken',
      happenedAt: alert.snoozed.until,
      knownAt: now,
      by: systemActor,
      value: null,
      note: null,
    };
    return { alert: reminded(awake, now), steps: [step], told: ['reminded'] };
  }
  return { alert: reminded({ ...alert, reminders: alert.reminders + 1 }, now), steps: [], told: ['reminded'] };
}

/** Its condition began anew: counted, and too often within the time is flapping. */
function turned(current: Alert, grown: Alert, seen: NewAlert, terms: FlappingTerms): Alert {
  if (current.condition === 'on') return grown;
  const since = seen.happenedAt.getTime() - terms.withinMs;
  const turns = [...current.turns.filter((at) => at.getTime() > since), seen.happenedAt].slice(-(terms.times + 1));
  if (current.flapping) {
    return { ...grown, turns, flapping: { ...current.flapping, times: current.flapping.times + 1 }, quietAt: null };
  }
  if (turns.length <= terms.times) return { ...grown, turns };
  const [first = seen.happenedAt] = turns;
  return { ...grown, turns, flapping: { since: first, times: turns.length, quietMs: terms.quietMs }, quietAt: null };
}

const flaps = (alert: Alert, seen: NewAlert, known: Date): Step =>
  bySystem('flapping', seen, known, String(alert.flapping?.times ?? ''));

/** It flapped and has been quiet for long enough: now it is over as any other. */
function quiet(alert: Alert, now: Date): Move {
  const step: Step = {
    kind: 'quiet',
    happenedAt: alert.overAt ?? now,
    knownAt: now,
    by: systemActor,
    value: null,
    note: String(alert.flapping?.times ?? ''),
  };
  const still: Alert = { ...alert, flapping: null, turns: [], quietAt: null, remindAt: null };
  if (alert.state === 'closed') return { alert: still, steps: [step], told: [] };
  if (alert.state === 'open') return { alert: still, steps: [step], told: ['cleared'] };
  const ended = end(still, systemActor, ENDED, now);
  return { alert: ended.alert, steps: [step, ...ended.steps], told: ['cleared', ...ended.told] };
}

/** With the time of its next reminder, counted from `now`. */
function reminded(alert: Alert, now: Date): Alert {
  const minutes = REMIND_MINUTES[alert.severity];
  const holds = alert.condition === 'on' || alert.flapping !== null;
  const wanted = minutes !== undefined && alert.state === 'open' && holds && !alert.snoozed;
  const factor = 2 ** Math.min(alert.reminders, MOST_DOUBLINGS);
  return { ...alert, remindAt: wanted ? new Date(now.getTime() + minutes * factor * 60_000) : null };
}

/** What the principal may do with it now; the same function stands before every move. */
export function mayOf(principal: Principal, alert: Alert): string[] {
  if (alert.state === 'closed' || !covers(principal, 'alert:act', alert)) return [];
  return alert.state === 'open' ? ['acknowledge', 'assign', 'snooze', 'close'] : ['assign', 'close'];
}

function end(alert: Alert, by: By, reason: string, now: Date): Move {
  return {
    alert: { ...alert, state: 'closed', closed: { ...by, at: now, reason }, snoozed: null, remindAt: null },
    steps: [{ kind: 'closed', happenedAt: now, knownAt: now, by, value: null, note: reason }],
    told: ['closed'],
  };
}

function opened(
  seen: NewAlert,
  known: Date,
  fresh: { id: string; entityName: string; entityType: string | null },
): Move {
  const value = seen.value ?? null;
  const alert: Alert = {
    id: fresh.id,
    key: seen.key,
    source: seen.source,
    entityId: seen.entityId,
    entityName: fresh.entityName,
    entityType: fresh.entityType,
    title: seen.title,
    text: seen.text,
    severity: seen.severity,
    value,
    unit: seen.unit ?? null,
    peak: seen.peak ?? value,
    worse: seen.worse ?? 'higher',
    count: seen.times ?? 1,
    happenedAt: seen.happenedAt,
    knownAt: known,
    lastAt: seen.lastAt ?? seen.happenedAt,
    toldAt: known,
    state: 'open',
    condition: 'on',
    overAt: null,
    acknowledged: null,
    closed: null,
    reopened: 0,
    caseId: null,
    opens: seen.opens ?? null,
    evidence: seen.evidence ?? null,
    areaCode: seen.areaCode,
    organisationId: seen.organisationId,
    provenance: seen.provenance,
    isPublic: seen.isPublic ?? false,
    snoozed: null,
    remindAt: null,
    reminders: 0,
    turns: [seen.happenedAt],
    flapping: null,
    quietAt: null,
    groupId: null,
  };
  return { alert: reminded(alert, known), steps: [bySystem('opened', seen, known)], told: ['opened'] };
}

/** A closed alert whose condition ended long before (or, known late, long after) this one began is another story. */
function isAnother(current: Alert, seen: NewAlert, terms: Terms): boolean {
  if (current.state !== 'closed' || current.overAt === null) return false;
  return Math.abs(seen.happenedAt.getTime() - current.overAt.getTime()) > terms.returnWithinMs;
}

/** Counts on: the newest value, the worst value, the gravest severity and all that was seen of it. */
function grow(alert: Alert, seen: NewAlert): Alert {
  const lastAt = seen.lastAt ?? seen.happenedAt;
  const newer = lastAt >= alert.lastAt;
  const value = seen.value ?? null;
  return {
    ...alert,
    count: alert.count + (seen.times ?? 1),
    severity: seen.falls && newer ? seen.severity : graver(alert.severity, seen.severity),
    happenedAt: seen.happenedAt < alert.happenedAt && alert.condition === 'on' ? seen.happenedAt : alert.happenedAt,
    lastAt: newer ? lastAt : alert.lastAt,
    value: newer && value !== null ? value : alert.value,
    peak: worst(alert.peak, seen.peak ?? value, alert.worse),
    ...(newer ? { title: seen.title, text: seen.text } : {}),
    ...(newer && seen.evidence ? { evidence: widest(alert, seen.evidence) } : {}),
  };
}

/** The rows behind an alert reach from its first to its last; the rule's version is the one that judged last. */
function widest(alert: Alert, evidence: NonNullable<Alert['evidence']>): Alert['evidence'] {
  const from = alert.evidence && alert.evidence.from < evidence.from ? alert.evidence.from : evidence.from;
  return { ...evidence, from };
}

export const graver = (a: Severity, b: Severity): Severity => (a < b ? b : a);

function worst(a: number | null, b: number | null, worse: 'higher' | 'lower'): number | null {
  if (a === null || b === null) return a ?? b;
  return worse === 'higher' ? Math.max(a, b) : Math.min(a, b);
}

function bySystem(kind: StepKind, seen: NewAlert, known: Date, note: string | null = null): Step {
  return {
    kind,
    happenedAt: seen.lastAt ?? seen.happenedAt,
    knownAt: known,
    by: systemActor,
    value: seen.value ?? null,
    note,
  };
}

function somebodyHasIt(alert: Alert) {
  return refuse(409, 'already-acknowledged', {
    vi: `${alert.acknowledged?.name} đã tiếp nhận cảnh báo này; không cần hoãn nữa.`,
    en: `${alert.acknowledged?.name} has this alert; there is nothing to put off.`,
  });
}

function badSnooze() {
  return refuse(422, 'bad-snooze', {
    vi: 'Chỉ hoãn được đến một lúc trong 24 giờ tới.',
    en: 'An alert can be put off until a time within the next 24 hours.',
  });
}

function alreadyClosed(alert: Alert) {
  const name = alert.closed?.name ?? systemActor.name;
  return refuse(409, 'already-closed', {
    vi: `Cảnh báo này đã đóng (${name}: ${alert.closed?.reason ?? ''}).`,
    en: `This alert is closed already (${name}: ${alert.closed?.reason ?? ''}).`,
  });
}
