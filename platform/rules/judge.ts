/**
 * One step of judging: all observations of a step against all rules on their series, with a handful of queries however
 * many they are. What it does is committed together with the follower's cursor.
 */
import type { Alerts, Change } from '../alerts/index.ts';
import type { Context, Entity } from '../context/index.ts';
import type { Tx } from '../database/index.ts';
import type { LogEvent, Observation } from '../events/index.ts';
import type { CompiledRule } from './condition.ts';
import { durationWords } from './duration.ts';
import { fill } from './fill.ts';
import {
  type Episode,
  episodesOf,
  GAP,
  next,
  overlap,
  type Reconciled,
  type Recorded,
  type Run,
  reconcile,
  type Sample,
} from './run.ts';
import {
  countTallies,
  type EpisodeRow,
  pairOf,
  readEpisodes,
  readRuns,
  readValues,
  readWatches,
  type StoredRun,
  type Value,
  writeEpisodes,
  writeRuns,
  writeWatches,
} from './states.ts';

/** A series that rules watch, and the series of the other properties that their formulas name. */
export type Watched = {
  seriesId: number;
  entityId: string;
  rules: readonly CompiledRule[];
  others: ReadonlyMap<string, { seriesId: number; everyMs: number }>;
};

export type JudgeTerms = {
  /** an observation that was received later than this after it was made is not judged */
  judgeWithinMs: number;
  /** an observation from further ahead of the server's clock than this is not judged */
  aheadMs: number;
};

/** What is looked back when late data are judged: the rule's own duration, an hour, and one interval. */
const lookBack = (rule: CompiledRule): number => rule.forMs + 3_600_000 + rule.everyMs;

type Arrived = { watched: Watched; observations: Observation[]; lateFrom: number; horizon: number };

type Judged = {
  changes: { rule: CompiledRule; watched: Watched; what: Said }[];
  episodes: EpisodeRow[];
  runs: { ruleId: string; entityId: string; run: StoredRun | null }[];
};

/** What is said to the alerts of one (rule, entity); values since the last word are said at once. */
type Said = { seen: { since: number; to: number; values: number[] } } | { over: number };

export async function judgeStep(
  tx: Tx,
  events: readonly LogEvent[],
  options: {
    watchedOf(seriesIds: readonly number[]): Promise<ReadonlyMap<number, Watched>>;
    alerts: Pick<Alerts, 'change'>;
    context: Pick<Context, 'read'>;
    terms: JudgeTerms;
    now: Date;
  },
): Promise<void> {
  const { terms } = options;
  const ids = new Set<number>();
  for (const event of events) for (const one of event.observations) ids.add(one.seriesId);
  const watched = await options.watchedOf([...ids]);
  if (watched.size === 0) return;

  const counts = { late: 0, old: 0, future: 0 };
  const lastAt = await readWatches(tx, [...watched.keys()]);
  const arrived = new Map<number, Arrived>();
  for (const event of events) {
    const received = event.at.getTime();
    for (const one of event.observations) {
      const series = watched.get(one.seriesId);
      if (!series) continue;
      if (received - one.at > terms.judgeWithinMs) {
        counts.old += 1;
        continue;
      }
      if (one.at - received > terms.aheadMs) {
        counts.future += 1;
        continue;
      }
      const known = arrived.get(one.seriesId) ?? {
        watched: series,
        observations: [],
        lateFrom: Number.POSITIVE_INFINITY,
        horizon: 0,
      };
      arrived.set(one.seriesId, known);
      known.horizon = Math.max(known.horizon, received + terms.aheadMs);
      if (one.at <= (lastAt.get(one.seriesId) ?? Number.NEGATIVE_INFINITY)) {
        // Late, or the correction of what was judged already, be it to 'this was no measurement'.
        counts.late += 1;
        known.lateFrom = Math.min(known.lateFrom, one.at);
      } else if (one.quality === 0) known.observations.push(one);
    }
  }
  if (arrived.size > 0) await judgeArrived(tx, [...arrived.values()], lastAt, options);
  await countTallies(tx, counts, options.now);
}

async function judgeArrived(
  tx: Tx,
  arrived: readonly Arrived[],
  lastAt: Map<number, number>,
  options: Parameters<typeof judgeStep>[2],
): Promise<void> {
  const stored = await readRuns(tx, [...new Set(arrived.map((one) => one.watched.entityId))]);
  const late = arrived.filter((one) => one.lateFrom !== Number.POSITIVE_INFINITY);
  const values = await readValues(tx, [
    ...late.map((one) => ({ seriesId: one.watched.seriesId, ...lateWindow(one, lastAt) })),
  ]);
  const others = await readValues(tx, windowsOfOthers(arrived, lastAt));
  const recorded = await readEpisodes(
    tx,
    late.flatMap((one) =>
      one.watched.rules.map((rule) => ({
        ruleId: rule.id,
        entityId: one.watched.entityId,
        from: lateWindow(one, lastAt).from,
      })),
    ),
  );

  const judged: Judged = { changes: [], episodes: [], runs: [] };
  const watches = new Map<number, number>();
  for (const one of arrived) {
    const { watched } = one;
    const inOrder = one.observations.sort((a, b) => a.at - b.at);
    const isLate = one.lateFrom !== Number.POSITIVE_INFINITY;
    const window = isLate ? lateWindow(one, lastAt) : null;
    for (const rule of watched.rules) {
      const pair = pairOf(rule.id, watched.entityId);
      const before = stored.get(pair) ?? null;
      let run = ofThisVersion(before, rule);
      const judge = (value: Value): Sample => judgeOne(rule, watched, value, others);
      if (window) {
        const from = one.lateFrom - lookBack(rule);
        const rows = (values.get(watched.seriesId) ?? []).filter((row) => row.at >= from);
        const start = run?.activeFrom != null && run.activeFrom <= from ? run : null;
        const known = recorded.get(pair) ?? [];
        const fresh = episodesOf(start, rows.map(judge), rule);
        for (const item of reconcile(fresh.episodes, known)) sayReconciled(judged, rule, watched, item, window.to);
        run = asRecorded(fresh, known);
      }
      run = judgeInOrder(judged, rule, watched, run, inOrder.map(judge));
      if (run) {
        if (!same(before, run, rule)) {
          judged.runs.push({ ruleId: rule.id, entityId: watched.entityId, run: { ...run, version: rule.version } });
        }
      } else if (before) judged.runs.push({ ruleId: rule.id, entityId: watched.entityId, run: null });
    }
    const newest =
      inOrder.at(-1)?.at ?? (window && backTo(window, lastAt.get(watched.seriesId), values.get(watched.seriesId)));
    if (newest != null) watches.set(watched.seriesId, newest);
  }
  await writeRuns(tx, judged.runs);
  await writeEpisodes(tx, judged.episodes);
  await writeWatches(tx, watches);
  if (judged.changes.length === 0) return;
  const entities = await options.context.read(tx, [...new Set(judged.changes.map((one) => one.watched.entityId))]);
  await options.alerts.change(
    tx,
    judged.changes.flatMap(({ rule, watched, what }) => asChange(rule, watched, what, entities.get(watched.entityId))),
  );
}

/**
 * Late data are judged again over the stored rows from `for` + 1 h before them to what was judged already; but never
 * beyond the server's own clock: rows from a clock that was ahead do not count.
 */
function lateWindow(one: Arrived, lastAt: ReadonlyMap<number, number>): { from: number; to: number } {
  const longest = Math.max(...one.watched.rules.map(lookBack));
  const judgedTo = lastAt.get(one.watched.seriesId) ?? one.lateFrom;
  return { from: one.lateFrom - longest, to: Math.min(judgedTo, one.horizon) };
}

/** Where the server's clock went back, judging goes back to the last row that is not of the future. */
function backTo(
  window: { from: number; to: number },
  judgedTo: number | undefined,
  rows: readonly Value[] = [],
): number | null {
  if (judgedTo === undefined || window.to >= judgedTo) return null;
  return rows.at(-1)?.at ?? window.from;
}

function windowsOfOthers(arrived: readonly Arrived[], lastAt: ReadonlyMap<number, number>) {
  const windows = new Map<number, { seriesId: number; from: number; to: number }>();
  for (const one of arrived) {
    if (one.watched.others.size === 0) continue;
    const times = one.observations.map((row) => row.at);
    if (one.lateFrom !== Number.POSITIVE_INFINITY) {
      const { from, to } = lateWindow(one, lastAt);
      times.push(from, to);
    }
    if (times.length === 0) continue;
    const from = times.reduce((a, b) => Math.min(a, b));
    const to = times.reduce((a, b) => Math.max(a, b));
    for (const { seriesId, everyMs } of one.watched.others.values()) {
      const old = windows.get(seriesId);
      windows.set(seriesId, {
        seriesId,
        from: Math.min(old?.from ?? from, from) - GAP * everyMs,
        to: Math.max(old?.to ?? to, to),
      });
    }
  }
  return [...windows.values()];
}

/** The formulas' answer at one observation; another property counts with its last value not older than the gap. */
function judgeOne(
  rule: CompiledRule,
  watched: Watched,
  row: Value,
  others: ReadonlyMap<number, readonly Value[]>,
): Sample {
  const values: Record<string, number | null> = { [rule.property]: row.value };
  for (const name of rule.others) {
    const other = watched.others.get(name);
    const found = other && lastBefore(others.get(other.seriesId) ?? [], row.at);
    values[name] = other && found && row.at - found.at <= GAP * other.everyMs ? found.value : null;
  }
  return { at: row.at, value: row.value, holds: rule.holds(values), ends: rule.ends(values) };
}

function lastBefore(rows: readonly Value[], at: number): Value | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

/** A run that had not become an alert yet begins anew under another version of the rule; an alert goes on. */
function ofThisVersion(run: StoredRun | null, rule: CompiledRule): Run | null {
  if (!run || (run.version !== rule.version && run.activeFrom === null)) return null;
  return { since: run.since, lastTrue: run.lastTrue, activeFrom: run.activeFrom };
}

/** An alert that goes on keeps the name, its beginning, under which it was recorded, though late data move it. */
function asRecorded(fresh: { run: Run | null; episodes: Episode[] }, recorded: readonly Recorded[]): Run | null {
  const last = fresh.episodes.at(-1);
  if (!fresh.run || fresh.run.activeFrom === null || !last) return fresh.run;
  const match = recorded.filter((one) => overlap(last, one)).at(-1);
  return match ? { ...fresh.run, since: match.since, activeFrom: match.reached } : fresh.run;
}

function same(before: StoredRun | null, run: Run, rule: CompiledRule): boolean {
  return (
    before !== null &&
    before.version === rule.version &&
    before.since === run.since &&
    before.lastTrue === run.lastTrue &&
    before.activeFrom === run.activeFrom
  );
}

function judgeInOrder(
  judged: Judged,
  rule: CompiledRule,
  watched: Watched,
  start: Run | null,
  samples: readonly Sample[],
): Run | null {
  let run = start;
  let seen: { since: number; to: number; values: number[] } | null = null;
  for (const sample of samples) {
    const step = next(run, sample, rule);
    const ids = { ruleId: rule.id, entityId: watched.entityId, version: rule.version };
    if (step.happening === 'opened' && step.run) {
      judged.episodes.push({ ...ids, since: step.run.since, reached: sample.at, until: null });
    }
    if ((step.happening === 'opened' || step.happening === 'goes-on') && step.run) {
      if (!seen) {
        seen = { since: step.run.since, to: sample.at, values: [] };
        judged.changes.push({ rule, watched, what: { seen } });
      }
      seen.to = sample.at;
      seen.values.push(sample.value);
    }
    if (step.happening === 'ended' && run) {
      judged.episodes.push({ ...ids, since: run.since, reached: run.activeFrom ?? run.since, until: sample.at });
      judged.changes.push({ rule, watched, what: { over: sample.at } });
      seen = null;
    }
    run = step.run;
  }
  return run;
}

/** Says what late or corrected data changed, and records it under the episode that it belongs to. */
function sayReconciled(judged: Judged, rule: CompiledRule, watched: Watched, item: Reconciled, until: number): void {
  const ids = { ruleId: rule.id, entityId: watched.entityId, version: rule.version };
  const say = (what: Said): number => judged.changes.push({ rule, watched, what });
  const seenOf = (episode: Episode) => ({ since: episode.since, to: episode.lastTrue, values: episode.values });
  if ('withdrawn' in item) {
    judged.episodes.push({ ...ids, ...item.withdrawn, until, withdrawn: true });
    say({ over: until });
  } else if ('found' in item) {
    const { since, reached, until: end } = item.found;
    judged.episodes.push({ ...ids, since, reached, until: end });
    say({ seen: seenOf(item.found) });
    if (end !== null) say({ over: end });
  } else if ('resumed' in item) {
    judged.episodes.push({ ...ids, ...item.recorded, until: null });
    say({ seen: seenOf(item.resumed) });
  } else {
    judged.episodes.push({ ...ids, ...item.recorded, until: item.until });
    say({ over: item.until });
  }
}

/** An entity that is not there any more raises nothing; what it raised before can still end. */
function asChange(rule: CompiledRule, watched: Watched, what: Said, entity: Entity | undefined): Change[] {
  const key = `rule:${rule.id}:${watched.entityId}`;
  if ('over' in what) return [{ clear: key, at: new Date(what.over) }];
  const { since, to, values } = what.seen;
  const value = values.at(-1);
  if (!entity || value === undefined) return [];
  const { definition, observed } = rule;
  const blanks = {
    entity: entity.name,
    property: observed.title,
    value,
    unit: observed.unit,
    threshold: rule.threshold,
    for: durationWords(rule.forMs),
    since: new Date(since),
  };
  const decimals = observed.decimals ?? 2;
  const peak = rule.worse === 'higher' ? Math.max(...values) : Math.min(...values);
  return [
    {
      raise: {
        key,
        source: `rule:${rule.id}`,
        entityId: entity.id,
        title: fill(definition.title, blanks, decimals),
        text: fill(definition.text, blanks, decimals),
        severity: definition.severity,
        value,
        peak,
        times: values.length,
        unit: observed.unit,
        worse: rule.worse,
        happenedAt: new Date(since),
        lastAt: new Date(to),
        evidence: {
          seriesId: watched.seriesId,
          property: rule.property,
          from: new Date(since).toISOString(),
          to: new Date(to).toISOString(),
          ruleId: rule.id,
          ruleVersion: rule.version,
          formula: definition.when,
        },
        ...(definition.opens ? { opens: definition.opens } : {}),
        areaCode: entity.areaCode,
        organisationId: entity.organisationId,
        provenance: entity.provenance,
      },
    },
  ];
}
