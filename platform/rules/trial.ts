/**
 * A trial of a rule: the judging code run over stored history, entity by entity and day by day, as if every observation
 * had come in time. It counts how often an alert would have opened, and writes nothing but itself.
 */
import { type Context, type Entity, intervalOf } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { SeriesRegistry } from '../events/index.ts';
import { DAY_MS, dayOf } from '../history/index.ts';
import { localDay } from '../territory/index.ts';
import { membersByArea, sourcesOf } from './book.ts';
import type { CompiledRule } from './condition.ts';
import { type Judged, judgeInOrder, type Place } from './judge.ts';
import type { Run } from './run.ts';
import { hoursNeeded, type Judge, windowsOf } from './sample.ts';
import { readHours, readValues } from './states.ts';
import type { Trial, TrialAlert } from './types.ts';

const ENTITIES_AT_ONCE = 20;
/** Alerts that are listed; all are counted. */
const LISTED = 500;

export type TrialOptions = { db: Db; context: Context; series: SeriesRegistry };

type Tried = { judge: Judge; place: Place; entity: Entity; run: Run | null; alerts: TrialAlert[] };

/**
 * Tries the rule over [from, to) (ms). The condition is judged from its own duration and an hour before, so that what
 * had begun already is known; only what opened within is counted.
 */
export async function tryRule(
  options: TrialOptions,
  rule: CompiledRule,
  from: number,
  to: number,
  moved: (done: number, total: number) => Promise<void>,
): Promise<NonNullable<Trial['result']>> {
  const { db, context } = options;
  const { areas, entities } = rule.definition;
  const all = (await context.ofType(db, rule.type)).filter(
    (one) => (!areas || areas.includes(one.areaCode ?? '')) && (!entities || entities.includes(one.id)),
  );
  const begin = from - rule.forMs - 3_600_000;
  const days: number[] = [];
  for (let day = dayOf(begin); day < to; day += DAY_MS) days.push(day);
  const groups = Math.ceil(all.length / ENTITIES_AT_ONCE);
  const total = groups * days.length;
  const found: TrialAlert[] = [];
  let observations = 0;
  let done = 0;
  await moved(done, total);
  for (let group = 0; group < groups; group += 1) {
    const tried = await meet(options, rule, all.slice(group * ENTITIES_AT_ONCE, (group + 1) * ENTITIES_AT_ONCE));
    for (const day of days) {
      observations += await judgeDay(db, tried, Math.max(day, begin), Math.min(day + DAY_MS, to), from);
      done += 1;
      await moved(done, total);
    }
    found.push(...tried.flatMap((one) => one.alerts));
  }
  const counted = found.filter((one) => Date.parse(one.reachedAt) >= from);
  counted.sort((a, b) => (a.reachedAt < b.reachedAt ? 1 : -1));
  const byDay = new Map<string, number>();
  for (let day = dayOf(from); day < to; day += DAY_MS) byDay.set(localDay(new Date(day)), 0);
  for (const one of counted) {
    const day = localDay(new Date(one.reachedAt));
    byDay.set(day, (byDay.get(day) ?? 0) + 1);
  }
  return {
    count: counted.length,
    entities: all.length,
    observations,
    alerts: counted.slice(0, LISTED),
    days: [...byDay].map(([day, count]) => ({ day, count })),
  };
}

async function meet({ db, context, series }: TrialOptions, rule: CompiledRule, entities: Entity[]): Promise<Tried[]> {
  const membersOf = membersByArea(context, db);
  const ids = await series.numbersOf(entities.map(({ id }) => ({ entityId: id, property: rule.property })));
  return Promise.all(
    entities.map(async (entity, n) => ({
      judge: { rule, sources: await sourcesOf(rule, entity, series, membersOf) },
      place: { seriesId: ids[n] ?? 0, entityId: entity.id, everyMs: intervalOf(entity, rule.observed) * 1000 },
      entity,
      run: null,
      alerts: [],
    })),
  );
}

/** Judges the observations of [start, end); those before `from` are judged and not counted. */
async function judgeDay(db: Db, tried: readonly Tried[], start: number, end: number, from: number): Promise<number> {
  const values = await readValues(
    db,
    tried.map(({ place }) => ({ seriesId: place.seriesId, from: start, to: end - 1 })),
  );
  const sources = tried.flatMap(({ judge }) => judge.sources);
  const data = {
    values: await readValues(db, windowsOf(sources, start, end - 1)),
    hours: await readHours(
      db,
      tried.flatMap(({ judge, place }) =>
        hoursNeeded(
          judge.sources,
          (values.get(place.seriesId) ?? []).map((row) => row.at),
        ),
      ),
    ),
  };
  let counted = 0;
  for (const one of tried) {
    const rows = values.get(one.place.seriesId) ?? [];
    counted += rows.filter((row) => row.at >= from).length;
    const judged: Judged = { changes: [], episodes: [] };
    one.run = judgeInOrder(judged, one.judge, one.place, one.run, rows, data);
    for (const { what } of judged.changes) note(one, what, judged);
  }
  return counted;
}

/** Writes what was said into the list of alerts, as the alert queue would. */
function note(one: Tried, what: Judged['changes'][number]['what'], judged: Judged): void {
  const last = one.alerts.at(-1);
  if ('over' in what) {
    if (last) last.untilAt = new Date(what.over).toISOString();
    return;
  }
  const { since, values, severity } = what.seen;
  const worst = one.judge.rule.worse === 'higher' ? Math.max : Math.min;
  const peak = values.reduce((a, b) => worst(a, b));
  if (last && last.untilAt === null) {
    last.peak = worst(last.peak, peak);
    last.severity = Math.max(last.severity, severity) as TrialAlert['severity'];
    return;
  }
  const reached = judged.episodes.find((episode) => episode.since === since)?.reached ?? since;
  one.alerts.push({
    entityId: one.entity.id,
    entityName: one.entity.name,
    sinceAt: new Date(since).toISOString(),
    reachedAt: new Date(reached).toISOString(),
    untilAt: null,
    peak,
    severity,
  });
}
