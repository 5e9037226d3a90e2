import { sql } from 'kysely';
import { type Context, intervalOf, type Observed } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import { type Log, type Observation, stored } from '../events/index.ts';
import type { Text } from '../words/index.ts';
import { DAY_MS, dayOf, HOUR_MS, hourOf } from './local-time.ts';
import { type Bucket, readBuckets } from './rollups.ts';
import type { HistoryTables } from './tables.ts';

/** Hour means of one input, newest last: index 0 is the first hour of the window; null where the hour is not valid. */
export type HourSeries = readonly (number | null)[];

/** One row of an answer to 'Vì sao?'. */
export type Reasoning = { rows: { name: Text; value: number | null; unit: string; note: Text }[]; steps: Text[] };

/**
 * A derived value: `to` is computed for each local hour or day from the hour means of `from` over the hours
 * [bucket - lookBackHours, end of bucket). An hour's mean is valid with 75 % of its promised values.
 */
export type Derivation = {
  /** 'Type.property' */
  to: string;
  from: readonly string[];
  every: 'hour' | 'day';
  lookBackHours: number;
  version: number;
  /** the law or paper */
  source: Text;
  /** the formula in words */
  formula: Text;
  /** inputs by property name; null where the rules give no value */
  compute(inputs: Readonly<Record<string, HourSeries>>): number | null;
  explain(inputs: Readonly<Record<string, HourSeries>>): Reasoning;
};

export type Named = Derivation & {
  type: string;
  property: string;
  inputs: { property: string; observed: Observed }[];
};

/** Share of promised values that an hour's mean needs. */
const VALID_SHARE = 0.75;

/** Checks declarations at start and resolves their names. Throws with the name of what is wrong. */
export function nameDerivations(derivations: readonly Derivation[], context: Context): Named[] {
  return derivations.map((derivation) => {
    const [type, property] = derivation.to.split('.') as [string, string];
    if (!context.type(type)?.observes[property]?.derived) {
      throw new Error(`derivation to ${derivation.to}: no such derived property is declared`);
    }
    const inputs = derivation.from.map((from) => {
      const [fromType, name] = from.split('.') as [string, string];
      const observed = context.type(fromType)?.observes[name];
      if (!observed || fromType !== type) throw new Error(`derivation ${derivation.to}: no input ${from} in ${type}`);
      return { property: name, observed };
    });
    return { ...derivation, type, property, inputs };
  });
}

/** How many values an hour needs for its mean to be valid, at this interval (s). */
export const neededInHour = (everySeconds: number): number =>
  Math.max(1, Math.ceil((VALID_SHARE * 3600) / everySeconds));

const widthMs = (derivation: Derivation): number => (derivation.every === 'hour' ? HOUR_MS : DAY_MS);
const bucketOf = (derivation: Derivation, at: number): number => (derivation.every === 'hour' ? hourOf(at) : dayOf(at));

export type Due = { entityId: string; derivation: Named; bucket: number };

/** The buckets of derived values that a touched input hour enters: its own and those that look back to it. */
export function affected(entityId: string, derivation: Named, hours: ReadonlySet<number>): Due[] {
  const buckets = new Set<number>();
  const width = widthMs(derivation);
  for (const hour of hours) {
    const first = bucketOf(derivation, hour);
    // bucket - lookBack <= hour  <=>  bucket <= hour + lookBack
    for (let bucket = first; bucket <= hour + derivation.lookBackHours * HOUR_MS; bucket += width) buckets.add(bucket);
  }
  return [...buckets].sort((a, b) => a - b).map((bucket) => ({ entityId, derivation, bucket }));
}

/** The inputs of one derived value: hour means over its window. */
export function windowOf(
  derivation: Named,
  entity: { properties: Record<string, unknown> },
  bucket: number,
  bucketsOf: (property: string) => ReadonlyMap<number, Bucket> | undefined,
): Record<string, HourSeries> {
  const from = bucket - derivation.lookBackHours * HOUR_MS;
  const to = bucket + widthMs(derivation);
  const inputs: Record<string, HourSeries> = {};
  for (const { property, observed } of derivation.inputs) {
    const buckets = bucketsOf(property);
    const needed = neededInHour(intervalOf(entity, observed));
    const hours: (number | null)[] = [];
    for (let hour = from; hour < to; hour += HOUR_MS) {
      const one = buckets?.get(hour);
      hours.push(one && one.n >= needed ? one.mean : null);
    }
    inputs[property] = hours;
  }
  return inputs;
}

/** So many derived values are computed in the step that touched them; more are left to the clock. */
const AT_ONCE = 100;
/** What is left to the clock rests a little first: a flood of late data touches the same hours again and again. */
const REST_MS = 2000;

/**
 * Computes what is due and over, and notes the rest for `ripe`: what is not over yet until it is, and what are too
 * many at once (an import, a device that empties its buffer) until they have rested.
 */
export async function noteDue(
  tx: Tx,
  log: Log,
  due: readonly Due[],
  now: Date,
  entities: ReadonlyMap<string, { properties: Record<string, unknown> }>,
): Promise<void> {
  const began = due.filter((one) => one.bucket <= now.getTime());
  if (began.length === 0) return;
  await alone(tx);
  const endOf = (one: Due): number => one.bucket + widthMs(one.derivation);
  const over = began.filter((one) => endOf(one) <= now.getTime());
  const atOnce = over.length <= AT_ONCE ? over : [];
  const later = atOnce.length > 0 ? began.filter((one) => endOf(one) > now.getTime()) : began;
  if (later.length > 0) {
    const rested = now.getTime() + REST_MS;
    await sql`insert into derivations_due (entity_id, target, bucket, due_at)
      select * from unnest(${later.map((one) => one.entityId)}::text[], ${later.map((one) => one.derivation.to)}::text[],
        ${later.map((one) => new Date(one.bucket).toISOString())}::timestamptz[],
        ${later.map((one) => new Date(endOf(one) > now.getTime() ? endOf(one) : rested).toISOString())}::timestamptz[])
      on conflict do nothing`.execute(tx);
  }
  await compute(tx, log, atOnce, entities);
}

/**
 * Until this transaction ends, no other computes derived values. Without it the clock could read the sums of before
 * while the follower makes them anew, and write its older value last; or take a note that the follower, finding it
 * there, relies on.
 */
async function alone(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('history.derive'))`.execute(tx);
}

/**
 * Computes derived values whose time is over and writes them into the log (an unchanged value changes nothing). A
 * value that the rules no longer give is marked as faulty, never left standing.
 */
async function compute(
  tx: Tx,
  log: Log,
  over: readonly Due[],
  entities: ReadonlyMap<string, { properties: Record<string, unknown> }>,
): Promise<void> {
  if (over.length === 0) return;
  const pairs = over.flatMap((one) =>
    one.derivation.inputs.map((input) => ({ entityId: one.entityId, property: input.property })),
  );
  const unique = [...new Map(pairs.map((pair) => [`${pair.entityId}\n${pair.property}`, pair])).values()];
  const ids = await log.series.numbersOf(unique);
  const idOf = new Map(unique.map((pair, index) => [`${pair.entityId}\n${pair.property}`, ids[index] ?? -1]));
  const starts = over.map((one) => one.bucket - one.derivation.lookBackHours * HOUR_MS);
  const ends = over.map((one) => one.bucket + widthMs(one.derivation));
  const buckets = await readBuckets(
    tx,
    ids,
    'hour',
    new Date(starts.reduce((a, b) => Math.min(a, b))),
    new Date(ends.reduce((a, b) => Math.max(a, b))),
  );
  const targets = await log.series.numbersOf(
    over.map((one) => ({ entityId: one.entityId, property: one.derivation.property })),
  );
  const standing = await standingOf(tx, targets, over);

  const results: Observation[] = [];
  over.forEach((one, index) => {
    const seriesId = targets[index];
    if (seriesId === undefined) return;
    const inputs = windowOf(one.derivation, entities.get(one.entityId) ?? { properties: {} }, one.bucket, (property) =>
      buckets.get(idOf.get(`${one.entityId}\n${property}`) ?? -1),
    );
    const value = one.derivation.compute(inputs);
    if (value !== null) {
      results.push({ seriesId, at: one.bucket, value, quality: 0 });
      return;
    }
    const old = standing.get(`${seriesId}\n${one.bucket}`);
    if (old !== undefined) results.push({ seriesId, at: one.bucket, value: old, quality: 2 });
  });
  await log.write(tx, results);
}

/** Values that stand where now the rules may give none. */
async function standingOf(tx: Tx, seriesIds: readonly number[], due: readonly Due[]): Promise<Map<string, number>> {
  const times = due.map((one) => one.bucket);
  const within = {
    from: new Date(times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    to: new Date(times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + 1),
  };
  const rows = await sql<{ series_id: number; at: number; value: number }>`
    select o.series_id, extract(epoch from o.observed_at)::float8 * 1000 as at, o.value
    from unnest(${[...seriesIds]}::int[], ${due.map((one) => new Date(one.bucket).toISOString())}::timestamptz[])
      as given (series_id, observed_at) cross join lateral ${stored({
        series: sql`given.series_id`,
        from: sql`given.observed_at`,
        to: sql`given.observed_at + interval '1 millisecond'`,
        within,
      })} o`.execute(tx);
  return new Map(rows.rows.map((row) => [`${row.series_id}\n${row.at}`, row.value]));
}

const RIPE_AT_ONCE = 2000;

/** Takes what has become due by the clock, some at a time. @returns how many were computed */
export async function ripe(
  db: Db,
  log: Log,
  context: Context,
  derivations: readonly Named[],
  now: Date,
): Promise<number> {
  let all = 0;
  for (;;) {
    const taken = await ripeSome(db, log, context, derivations, now);
    all += taken;
    if (taken < RIPE_AT_ONCE) return all;
  }
}

async function ripeSome(db: Db, log: Log, context: Context, derivations: readonly Named[], now: Date): Promise<number> {
  const waiting = await db
    .withTables<HistoryTables>()
    .selectFrom('derivations_due')
    .select('entity_id')
    .where('due_at', '<=', now)
    .limit(1)
    .execute();
  if (waiting.length === 0) return 0;
  return db.transaction().execute(async (tx) => {
    await alone(tx);
    const rows = await sql<{ entity_id: string; target: string; bucket: Date }>`delete from derivations_due
      where (entity_id, target, bucket) in (
        select entity_id, target, bucket from derivations_due where due_at <= ${now}
        order by due_at limit ${RIPE_AT_ONCE} for update skip locked)
      returning entity_id, target, bucket`.execute(tx);
    const due = rows.rows.flatMap((row) => {
      const derivation = derivations.find((one) => one.to === row.target);
      return derivation ? [{ entityId: row.entity_id, derivation, bucket: row.bucket.getTime() }] : [];
    });
    const entities = await context.read(tx, [...new Set(due.map((one) => one.entityId))]);
    await compute(tx, log, due, entities);
    return rows.rows.length;
  });
}
