/**
 * History: what was. Hour and day roll-ups and derived values (VN_AQI ...) that follow the log.
 * Promise: roll-ups and derived values are what a fresh computation over the stored rows would give, also after late
 * and corrected data; calibration and faults enter neither; every derived value can be explained from its rows.
 */
import { sql } from 'kysely';
import { type Context, intervalOf } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Visible } from '../rights/index.ts';
import { notFound } from '../words/index.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import {
  affected,
  type Derivation,
  type Due,
  type HourSeries,
  nameDerivations,
  neededInHour,
  noteDue,
  type Reasoning,
  ripe,
  windowOf,
} from './derive.ts';
import { floorsOf, keepWhatHasGone, keyOf, rawHasGone } from './floors.ts';
import { DAY_MS, HOUR_MS } from './local-time.ts';
import { bucketPoints, type Point, rawPoints, type Shade, shades } from './read.ts';
import { readBuckets, remake, touchedHours } from './rollups.ts';
import type { Width } from './tables.ts';

export { type Corrections, createCorrections } from './correct.ts';
export type { Coverage } from './coverage.ts';
export type { Derivation, HourSeries, Reasoning } from './derive.ts';
export { serveGaps } from './gaps-routes.ts';
export { DAY_MS, dayOf, HOUR_MS, hourOf, LOCAL_OFFSET_MS } from './local-time.ts';
export type { Point, Shade } from './read.ts';
export { createRetention, type Retention } from './retention.ts';
export { serveRetention } from './retention-routes.ts';
export { serveHistory } from './routes.ts';

export type Step = 'raw' | 'hour' | 'day';

export type Curve = { points: Point[]; shades: Shade[]; cut: boolean; unit: string; everySeconds: number };

export type Explanation = Reasoning & {
  value: number | null;
  version: number;
  formula: { vi: string; en: string };
  source: { vi: string; en: string };
  inputs: { property: string; unit: string; hours: { at: number; mean: number | null; n: number; valid: boolean }[] }[];
};

/** `valid` says whether the hour has 75 % of its promised values (for a day: 18 such hours are not checked here). */
export type BucketRow = {
  entityId: string;
  property: string;
  at: number;
  mean: number | null;
  min: number | null;
  max: number | null;
  n: number;
  nAll: number;
  expected: number;
  valid: boolean;
};

export type History = {
  curve(rights: Visible, entityId: string, property: string, from: Date, to: Date, step: Step): Promise<Curve>;
  /** Hour or day buckets of several entities and properties at once, oldest first (registers, reports, walls). */
  buckets(
    rights: Visible,
    entityIds: readonly string[],
    properties: readonly string[],
    width: Width,
    from: Date,
    to: Date,
  ): Promise<BucketRow[]>;
  /** How a derived value came about: its inputs, steps, version and law. */
  explain(rights: Visible, entityId: string, property: string, at: Date): Promise<Explanation>;
  /**
   * What each measured property of an entity should have brought within [from, to) and did, oldest of the longest gaps
   * first; the future does not count.
   */
  coverage(rights: Visible, entityId: string, from: Date, to: Date): Promise<Coverage[]>;
  /** How many stored values of [from, to) were replaced by others, of each entity's properties; without rights. */
  corrected(from: Date, to: Date): Promise<{ entityId: string; property: string; n: number }[]>;
  /** Computes what the clock has made due; the server calls it every second. */
  tick(): Promise<number>;
};

export type HistoryOptions = {
  db: Db;
  log: Log;
  context: Context;
  now: () => Date;
  derivations: readonly Derivation[];
};

/** A month of one-minute data is 44,640. */
const RAW_LIMIT = 50_000;

export function createHistory(options: HistoryOptions): History {
  const { db, log, context, now } = options;
  const derivations = nameDerivations(options.derivations, context);
  const byInput = new Map<string, typeof derivations>();
  for (const derivation of derivations) {
    for (const from of derivation.from) byInput.set(from, [...(byInput.get(from) ?? []), derivation]);
  }
  const entities = new Map<string, { type: string; properties: Record<string, unknown> }>();

  log.follow({
    name: 'history',
    kinds: ['observations', 'entity.changed'],
    startAt: 'beginning',
    // A touched hour is made again from all its rows: under load each is worth waiting for.
    patienceMs: 3000,
    observationsAStep: 200_000,
    undoable: true,
    async handle(tx, events) {
      for (const event of events) if (event.kind === 'entity.changed') entities.delete(event.subject ?? '');
      const touched = touchedHours(events);
      const known = await log.series.read([...touched.keys()]);
      const strangers = [...new Set([...known.values()].map((one) => one.entityId))].filter((id) => !entities.has(id));
      for (const [id, { type, properties }] of await context.read(tx, strangers))
        entities.set(id, { type, properties });
      await keepWhatHasGone(
        tx,
        touched,
        (id) => {
          const series = known.get(id);
          return series ? keyOf(entities.get(series.entityId)?.type ?? '', series.property) : null;
        },
        now(),
      );
      await remake(tx, touched);
      const due = new Map<string, Due>();
      for (const [id, hours] of touched) {
        const series = known.get(id);
        if (!series) continue;
        for (const derivation of byInput.get(`${entities.get(series.entityId)?.type}.${series.property}`) ?? []) {
          for (const one of affected(series.entityId, derivation, hours)) {
            due.set(`${one.entityId}\n${derivation.to}\n${one.bucket}`, one);
          }
        }
      }
      await noteDue(tx, log, [...due.values()], now(), entities);
    },
  });

  const seriesOf = async (rights: Visible, entityId: string, property: string) => {
    const entity = await context.get(rights, entityId);
    const observed = context.type(entity.type)?.observes[property];
    if (!observed) {
      throw notFound({ vi: `thông số ${property} của ${entityId}`, en: `property ${property} of ${entityId}` });
    }
    const [id] = await log.series.numbersOf([{ entityId, property }]);
    return { entity, observed, id: id ?? -1 };
  };

  return {
    async curve(rights, entityId, property, from, to, step) {
      const { entity, observed, id } = await seriesOf(rights, entityId, property);
      const { rollUp, unit } = observed;
      const everySeconds = intervalOf(entity, observed);
      const shaded = await shades(db, id, from, to, everySeconds);
      if (step === 'raw') {
        const floor = (await floorsOf(db)).get(keyOf(entity.type, property));
        if (floor !== undefined && from.getTime() < floor) throw rawHasGone(floor);
        const { points, cut } = await rawPoints(db, id, from, to, everySeconds, RAW_LIMIT);
        return { points, cut, shades: shaded, unit, everySeconds };
      }
      const points = await bucketPoints(db, id, step, from, to, everySeconds, rollUp);
      return { points, cut: false, shades: shaded, unit, everySeconds };
    },

    async buckets(rights, entityIds, properties, width, from, to) {
      const entities = await context.find(rights, { ids: entityIds, limit: entityIds.length });
      const pairs = entities.items.flatMap((entity) =>
        properties.flatMap((property) => {
          const observed = context.type(entity.type)?.observes[property];
          return observed ? [{ entityId: entity.id, property, everySeconds: intervalOf(entity, observed) }] : [];
        }),
      );
      const ids = await log.series.numbersOf(pairs);
      const found = await readBuckets(db, ids, width, from, to);
      const seconds = width === 'hour' ? 3600 : 86_400;
      return pairs.flatMap(({ entityId, property, everySeconds }, index) =>
        [...(found.get(ids[index] ?? -1) ?? [])].map(([at, one]) => ({
          entityId,
          property,
          at,
          mean: one.mean,
          min: one.min,
          max: one.max,
          n: one.n,
          nAll: one.nAll,
          expected: Math.max(1, Math.round(seconds / everySeconds)),
          valid: one.n >= (width === 'hour' ? neededInHour(everySeconds) : Math.ceil((0.75 * seconds) / everySeconds)),
        })),
      );
    },

    async corrected(from, to) {
      const rows = await sql<{ entityId: string; property: string; n: number }>`
        select s.entity_id as "entityId", s.property, count(*)::int as n
        from observation_revisions r join series s on s.id = r.series_id
        where r.observed_at >= ${from} and r.observed_at < ${to} group by 1, 2`.execute(db);
      return rows.rows;
    },

    async explain(rights, entityId, property, at) {
      const { entity, id } = await seriesOf(rights, entityId, property);
      const derivation = derivations.find((one) => one.type === entity.type && one.property === property);
      if (!derivation) {
        throw notFound({
          vi: `công thức của ${property}: đây là giá trị đo`,
          en: `formula of ${property}: it is measured`,
        });
      }
      const from = at.getTime() - derivation.lookBackHours * HOUR_MS;
      const to = at.getTime() + (derivation.every === 'hour' ? HOUR_MS : DAY_MS);
      const pairs = derivation.inputs.map((input) => ({ entityId, property: input.property }));
      const ids = await log.series.numbersOf(pairs);
      const buckets = await readBuckets(db, ids, 'hour', new Date(from), new Date(to));
      const idOf = new Map(pairs.map((pair, index) => [pair.property, ids[index] ?? -1]));
      const inputs = windowOf(derivation, entity, at.getTime(), (name) => buckets.get(idOf.get(name) ?? -1));
      const stored = await rawPoints(db, id, at, new Date(at.getTime() + 1), 3600, 1);
      return {
        ...derivation.explain(inputs),
        value: stored.points[0]?.value ?? null,
        version: derivation.version,
        formula: derivation.formula,
        source: derivation.source,
        inputs: derivation.inputs.map(({ property: name, observed }) => {
          const own = buckets.get(idOf.get(name) ?? -1);
          const needed = neededInHour(intervalOf(entity, observed));
          const hours = (inputs[name] ?? ([] as HourSeries)).map((_, index) => {
            const start = from + index * HOUR_MS;
            const one = own?.get(start);
            return { at: start, mean: one?.mean ?? null, n: one?.n ?? 0, valid: (one?.n ?? 0) >= needed };
          });
          return { property: name, unit: context.type(entity.type)?.observes[name]?.unit ?? '', hours };
        }),
      };
    },

    async coverage(rights, entityId, from, to) {
      const entity = await context.get(rights, entityId);
      const measured = Object.entries(context.type(entity.type)?.observes ?? {}).filter(([, one]) => !one.derived);
      const ids = await log.series.numbersOf(measured.map(([property]) => ({ entityId, property })));
      const end = new Date(Math.min(to.getTime(), now().getTime()));
      const found: Coverage[] = [];
      for (const [index, [property, observed]] of measured.entries()) {
        const every = intervalOf(entity, observed) * 1000;
        found.push({ property, ...(await coverageOf(db, ids[index] ?? -1, from, end, every)) });
      }
      return found;
    },

    tick: () => ripe(db, log, context, derivations, now()),
  };
}
