/**
 * One step of judging: all observations of a step against all rules on their series, with a handful of queries however
 * many they are. What it does is committed together with the follower's cursor.
 */
import type { Alerts, Change, Severity } from '../alerts/index.ts';
import type { Context, Entity } from '../context/index.ts';
import type { Tx } from '../database/index.ts';
import type { LogEvent, Observation } from '../events/index.ts';
import { type Book, judgesFor, type SeriesState, type Watched } from './book.ts';
import type { CompiledRule } from './condition.ts';
import { durationWords } from './duration.ts';
import { fill } from './fill.ts';
import { causesOf, writeHeld } from './held.ts';
import type { Data } from './inputs.ts';
import { type Episode, episodesOf, next, overlap, type Reconciled, type Recorded, type Run, reconcile } from './run.ts';
import { hoursNeeded, type Judge, type JudgedSample, sampleOf, windowsOf } from './sample.ts';
import {
  countTallies,
  type EpisodeRow,
  pairOf,
  readEpisodes,
  readHours,
  readRuns,
  readValues,
  readWatches,
  type StoredRun,
  type Value,
  writeEpisodes,
  writeRuns,
  writeWatches,
} from './states.ts';

export type JudgeTerms = {
  /** an observation that was received later than this after it was made is not judged */
  judgeWithinMs: number;
  /** an observation from further ahead of the server's clock than this is not judged */
  aheadMs: number;
};

type Arrived = { watched: Watched; state: SeriesState; observations: Observation[]; lateFrom: number; horizon: number };

/** What judging leaves to be written and said. */
export type Judged = {
  changes: { judge: Judge; watched: Place; what: Said }[];
  episodes: EpisodeRow[];
};

/** What a judgement is about. */
export type Place = Pick<Watched, 'seriesId' | 'entityId' | 'everyMs'>;

/** What is said to the alerts of one (rule, entity); values since the last word are said at once. */
type Said = { seen: { since: number; to: number; values: number[]; severity: Severity } } | { over: number };

const noData: Data = { values: new Map(), hours: new Map() };

export type JudgeOptions = {
  book: Book;
  alerts: Pick<Alerts, 'change'>;
  context: Pick<Context, 'read'>;
  terms: JudgeTerms;
  now: Date;
  /** whether it is time to write down until when series are judged (see `readStates`) */
  checkpoint: boolean;
};

/** @returns whether anything was said to the alerts */
export async function judgeStep(tx: Tx, events: readonly LogEvent[], options: JudgeOptions): Promise<boolean> {
  const { terms, book } = options;
  const ids = new Set<number>();
  for (const event of events) for (const one of event.observations) ids.add(one.seriesId);
  const watched = await book.watchedOf(tx, ids);
  if (watched.size === 0) return false;
  await meetSeries(tx, events, watched, terms);

  const counts = { late: 0, old: 0, future: 0 };
  const arrived = new Map<number, Arrived>();
  for (const event of events) {
    const received = event.at.getTime();
    for (const one of event.observations) {
      const series = watched.get(one.seriesId);
      if (!series?.state) continue;
      if (received - one.at > terms.judgeWithinMs) {
        counts.old += 1;
        continue;
      }
      if (one.at - received > terms.aheadMs) {
        counts.future += 1;
        continue;
      }
      let known = arrived.get(one.seriesId);
      if (!known) {
        known = {
          watched: series,
          state: series.state,
          observations: [],
          lateFrom: Number.POSITIVE_INFINITY,
          horizon: 0,
        };
        arrived.set(one.seriesId, known);
      }
      known.horizon = Math.max(known.horizon, received + terms.aheadMs);
      if (known.state.lastAt !== null && one.at <= known.state.lastAt) {
        // Late, or the correction of what was judged already, be it to 'this was no measurement'.
        counts.late += 1;
        known.lateFrom = Math.min(known.lateFrom, one.at);
      } else if (one.quality === 0) known.observations.push(one);
    }
  }
  const said = arrived.size > 0 && (await judgeArrived(tx, [...arrived.values()], options));
  await countTallies(tx, counts, options.now);
  return said;
}

/** Reads what the tables know of series that this process has not judged since it (or another) began. */
async function meetSeries(
  tx: Tx,
  events: readonly LogEvent[],
  watched: ReadonlyMap<number, Watched>,
  terms: JudgeTerms,
): Promise<void> {
  const unmet = [...watched.values()].filter((one) => one.state === null);
  const first = events[0];
  if (unmet.length === 0 || !first) return;
  const received = events.map((event) => event.at.getTime());
  const lastAt = await readWatches(
    tx,
    unmet.map((one) => one.seriesId),
    {
      before: first,
      // What would be older than this is not judged, so it does not matter whether it is late.
      since: received.reduce((a, b) => Math.min(a, b)) - terms.judgeWithinMs,
      aheadMs: terms.aheadMs,
      withinMs: terms.judgeWithinMs,
    },
  );
  const runs = await readRuns(tx, [...new Set(unmet.map((one) => one.entityId))]);
  for (const one of unmet) {
    const found = lastAt.get(one.seriesId);
    const mine = (runs.get(one.entityId) ?? []).filter(({ ruleId }) => one.plans.some((plan) => plan.all.has(ruleId)));
    one.state = {
      lastAt: found?.at ?? null,
      isWritten: found !== undefined && found.at === found.written,
      runs: new Map(mine.map(({ ruleId, run }) => [ruleId, run])),
    };
  }
}

async function judgeArrived(tx: Tx, arrived: readonly Arrived[], options: JudgeOptions): Promise<boolean> {
  const late = arrived.filter((one) => one.lateFrom !== Number.POSITIVE_INFINITY);
  const values = await readValues(
    tx,
    late.map((one) => ({ seriesId: one.watched.seriesId, ...lateWindow(one) })),
  );
  const data = await readData(tx, arrived, values);
  const recorded = await readEpisodes(
    tx,
    late.flatMap((one) => {
      const { from } = lateWindow(one);
      return allJudges(one.watched).map(({ rule }) => ({ ruleId: rule.id, entityId: one.watched.entityId, from }));
    }),
  );

  const judged: Judged = { changes: [], episodes: [] };
  const runs: { ruleId: string; entityId: string; run: StoredRun | null }[] = [];
  const watches = new Map<number, number>();
  for (const one of arrived) {
    const { watched, state } = one;
    const inOrder = one.observations.length > 1 ? one.observations.sort((a, b) => a.at - b.at) : one.observations;
    const window = one.lateFrom === Number.POSITIVE_INFINITY ? null : lateWindow(one);
    for (const judge of window ? allJudges(watched) : judgesOf(watched, inOrder)) {
      const { rule } = judge;
      const before = state.runs.get(rule.id) ?? null;
      let run = ofThisVersion(before, rule);
      if (window) {
        const from = one.lateFrom - lookBack(rule, watched);
        const rows = (values.get(watched.seriesId) ?? []).filter((row) => row.at >= from);
        const start = run?.activeFrom != null && run.activeFrom <= from ? run : null;
        const known = recorded.get(pairOf(rule.id, watched.entityId)) ?? [];
        const samples = rows.map((row) => sampleOf(judge, row, data));
        const fresh = episodesOf(start, samples, termsOf(rule, watched));
        for (const item of reconcile(fresh.episodes, known)) {
          sayReconciled(judged, judge, watched, item, samples, window.to);
        }
        run = asRecorded(fresh, known);
      }
      run = judgeInOrder(judged, judge, watched, run, inOrder, data);
      if (run ? same(before, run, rule) : before === null) continue;
      const after = run && { ...run, version: rule.version };
      if (after) state.runs.set(rule.id, after);
      else state.runs.delete(rule.id);
      runs.push({ ruleId: rule.id, entityId: watched.entityId, run: after });
    }
    const back = window && inOrder.length === 0 ? backTo(window, state.lastAt, values.get(watched.seriesId)) : null;
    const newest = inOrder.at(-1)?.at ?? back;
    if (newest != null) {
      // What was never written, or goes back with the clock, is written at once; the rest now and then.
      if (state.lastAt === null || back !== null) watches.set(watched.seriesId, newest);
      state.isWritten = watches.has(watched.seriesId);
      state.lastAt = newest;
    }
    if (options.checkpoint && !state.isWritten && state.lastAt !== null) {
      watches.set(watched.seriesId, state.lastAt);
      state.isWritten = true;
    }
  }
  await writeRuns(tx, runs);
  await writeEpisodes(tx, judged.episodes);
  await writeWatches(tx, watches);
  if (judged.changes.length === 0) return false;
  const entities = await options.context.read(tx, [...new Set(judged.changes.map((one) => one.watched.entityId))]);
  const causes = await causesOf(tx, entities.values());
  const changes: Change[] = [];
  const held = new Map<string, Parameters<typeof writeHeld>[1][number]>();
  for (const { judge, watched, what } of judged.changes) {
    for (const change of asChange(judge.rule, watched, what, entities.get(watched.entityId))) {
      const cause = causes.get(watched.entityId);
      if ('clear' in change) held.delete(change.clear);
      if (!('raise' in change) || !cause) {
        changes.push(change);
        continue;
      }
      const { key, entityId, title, happenedAt } = change.raise;
      held.set(key, { key, entityId, title, since: happenedAt, cause });
    }
  }
  await writeHeld(
    tx,
    [...held.values()],
    changes.map((change) => ('raise' in change ? change.raise.key : change.clear)),
  );
  await options.alerts.change(tx, changes);
  return true;
}

const termsOf = (rule: CompiledRule, place: Place) => ({ forMs: rule.forMs, everyMs: place.everyMs });

const allJudges = (watched: Watched): Judge[] => watched.plans.flatMap((plan) => [...plan.all.values()]);

function judgesOf(watched: Watched, observations: readonly Observation[]): Judge[] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { value } of observations) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return observations.length === 0 ? [] : judgesFor(watched, least, greatest);
}

/** What is looked back when late data are judged: the rule's own duration, an hour, and one interval. */
const lookBack = (rule: CompiledRule, place: Place): number => rule.forMs + 3_600_000 + place.everyMs;

/**
 * Late data are judged again over the stored rows from `for` + 1 h before them to what was judged already; but never
 * beyond the server's own clock: rows from a clock that was ahead do not count.
 */
function lateWindow({ watched, state, lateFrom, horizon }: Arrived): { from: number; to: number } {
  const longest = allJudges(watched).reduce((most, { rule }) => Math.max(most, lookBack(rule, watched)), 0);
  return { from: lateFrom - longest, to: Math.min(state.lastAt ?? lateFrom, horizon) };
}

/** Where the server's clock went back, judging goes back to the last row that is not of the future. */
function backTo(
  window: { from: number; to: number },
  judgedTo: number | null,
  rows: readonly Value[] = [],
): number | null {
  if (judgedTo === null || window.to >= judgedTo) return null;
  return rows.at(-1)?.at ?? window.from;
}

/** What the rules' further figures are computed from; nothing is asked where no rule has any. */
async function readData(
  tx: Tx,
  arrived: readonly Arrived[],
  own: ReadonlyMap<number, readonly Value[]>,
): Promise<Data> {
  const windows = new Map<number, { seriesId: number; from: number; to: number }>();
  const hours: { seriesId: number; hour: number }[] = [];
  for (const one of arrived) {
    const { sources } = one.watched;
    if (sources.length === 0) continue;
    const times = one.observations.map((row) => row.at);
    if (one.lateFrom !== Number.POSITIVE_INFINITY) {
      const { from, to } = lateWindow(one);
      times.push(from, to, ...(own.get(one.watched.seriesId) ?? []).map((row) => row.at));
    }
    if (times.length === 0) continue;
    const from = times.reduce((a, b) => Math.min(a, b));
    const to = times.reduce((a, b) => Math.max(a, b));
    for (const window of windowsOf(sources, from, to)) {
      const old = windows.get(window.seriesId);
      if (old) {
        old.from = Math.min(old.from, window.from);
        old.to = Math.max(old.to, window.to);
      } else windows.set(window.seriesId, window);
    }
    hours.push(...hoursNeeded(sources, times));
  }
  if (windows.size === 0) return noData;
  return { values: await readValues(tx, [...windows.values()]), hours: await readHours(tx, hours) };
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

/** Judges observations in their order, and notes what is to be said and recorded. */
export function judgeInOrder(
  judged: Judged,
  judge: Judge,
  place: Place,
  start: Run | null,
  rows: readonly Value[],
  data: Data,
): Run | null {
  const { rule } = judge;
  const terms = termsOf(rule, place);
  const ids = { ruleId: rule.id, entityId: place.entityId, version: rule.version };
  let run = start;
  let seen: { since: number; to: number; values: number[]; severity: Severity } | null = null;
  for (const row of rows) {
    const sample = sampleOf(judge, row, data);
    const step = next(run, sample, terms);
    if (step.happening === 'opened' && step.run) {
      judged.episodes.push({ ...ids, since: step.run.since, reached: sample.at, until: null });
    }
    if ((step.happening === 'opened' || step.happening === 'goes-on') && step.run) {
      const severity = severityOf(judge, place, sample, step.run.since);
      if (!seen) {
        seen = { since: step.run.since, to: sample.at, values: [], severity };
        judged.changes.push({ judge, watched: place, what: { seen } });
      }
      seen.to = sample.at;
      seen.values.push(sample.value);
      seen.severity = severity;
    }
    if (step.happening === 'ended' && run) {
      judged.episodes.push({ ...ids, since: run.since, reached: run.activeFrom ?? run.since, until: sample.at });
      judged.changes.push({ judge, watched: place, what: { over: sample.at } });
      seen = null;
    }
    run = step.run;
  }
  return run;
}

/** The condition has lasted from its beginning to the end of what the observation covers. */
function severityOf({ rule }: Judge, place: Place, sample: JudgedSample, since: number): Severity {
  return rule.severityAt(sample.values, sample.at + place.everyMs - since);
}

/** Says what late or corrected data changed, and records it under the episode that it belongs to. */
function sayReconciled(
  judged: Judged,
  judge: Judge,
  watched: Place,
  item: Reconciled,
  samples: readonly JudgedSample[],
  until: number,
): void {
  const { rule } = judge;
  const ids = { ruleId: rule.id, entityId: watched.entityId, version: rule.version };
  const say = (what: Said): number => judged.changes.push({ judge, watched, what });
  const seenOf = (episode: Episode) => {
    const last = samples.find((sample) => sample.at === episode.lastTrue);
    const severity = last ? severityOf(judge, watched, last, episode.since) : rule.definition.severity;
    return { since: episode.since, to: episode.lastTrue, values: episode.values, severity };
  };
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
function asChange(rule: CompiledRule, watched: Place, what: Said, entity: Entity | undefined): Change[] {
  const key = `rule:${rule.id}:${watched.entityId}`;
  if ('over' in what) return [{ clear: key, at: new Date(what.over) }];
  const { since, to, values, severity } = what.seen;
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
        severity,
        ...(definition.grades ? { falls: true } : {}),
        ...(rule.flapping ? { flapping: rule.flapping } : {}),
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
