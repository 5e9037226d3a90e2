/**
 * Which rules are asked about which series, and what is known of each series. A series that no rule watches costs one
 * look into a map; of the rules that are nothing but a limit only those whose limit is reached are asked.
 */
import { type Context, type Entity, intervalOf } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { SeriesRegistry } from '../events/index.ts';
import type { CompiledRule } from './condition.ts';
import type { CompiledInput, Source } from './inputs.ts';
import { isOfArea, type Judge } from './sample.ts';
import type { StoredRun } from './states.ts';

/** Rules of one property in the order in which their limits are reached. */
type Limits = { at: Float64Array; judges: readonly Judge[]; places: ReadonlyMap<string, number> };

/** Rules that are asked together. `above` and `below` hold those that are nothing but a limit. */
export type Plan = { all: ReadonlyMap<string, Judge>; always: readonly Judge[]; above: Limits; below: Limits };

export type SeriesState = {
  /** until when the series is judged; null: nothing was */
  lastAt: number | null;
  /** whether the tables know that */
  isWritten: boolean;
  /** runs that go on, by rule */
  runs: Map<string, StoredRun>;
};

/** A series that rules watch. */
export type Watched = {
  seriesId: number;
  entityId: string;
  /** the interval that the entity promises, in ms */
  everyMs: number;
  plans: readonly Plan[];
  /** all figures of all its rules */
  sources: readonly Source[];
  /** what is known of it; null before it was read */
  state: SeriesState | null;
};

type RulesOn = {
  everywhere: CompiledRule[];
  byEntity: Map<string, CompiledRule[]>;
  byArea: Map<string, CompiledRule[]>;
};

export type Book = {
  stamp: number;
  /** the last step that was judged with it */
  step: string;
  /** of these series those that rules watch; the database is asked only about series not met before */
  watchedOf(tx: Tx, ids: Iterable<number>): Promise<Map<number, Watched>>;
  /** The entity was made or changed: its series are looked up again. */
  forget(entityId: string): void;
};

export function makeBook(
  options: { context: Context; series: SeriesRegistry },
  rules: readonly CompiledRule[],
  stamp: number,
): Book {
  const byProperty = new Map<string, RulesOn>();
  for (const rule of rules) {
    const on: RulesOn = byProperty.get(rule.definition.on) ?? {
      everywhere: [],
      byEntity: new Map(),
      byArea: new Map(),
    };
    byProperty.set(rule.definition.on, on);
    const { entities, areas } = rule.definition;
    if (entities) for (const id of new Set(entities)) add(on.byEntity, id, rule);
    else if (areas) for (const code of new Set(areas)) add(on.byArea, code, rule);
    else on.everywhere.push(rule);
  }
  const looksAround = rules.some((rule) => rule.inputs.some(isOfArea));
  const series = new Map<number, Watched | null>();
  const ofEntity = new Map<string, number[]>();
  const shared = new Map<string, Plan>();

  const planOf = (key: string, found: readonly CompiledRule[]): Plan[] => {
    const plain = found.filter((rule) => rule.inputs.length === 0);
    if (plain.length === 0) return [];
    const plan = shared.get(key) ?? asPlan(plain.map((rule) => ({ rule, sources: [] })));
    shared.set(key, plan);
    return [plan];
  };

  const meet = async (tx: Tx, unknown: readonly number[]): Promise<void> => {
    const numbers = await options.series.read(unknown);
    const entities = await options.context.read(tx, [...new Set([...numbers.values()].map((one) => one.entityId))]);
    const membersOf = membersByArea(options.context, tx);
    for (const id of unknown) {
      const one = numbers.get(id);
      const entity = one && entities.get(one.entityId);
      // An entity that is not there yet may come: it is asked for again.
      if (!one || !entity) continue;
      series.set(id, null);
      add(ofEntity, entity.id, id);
      const name = `${entity.type}.${one.property}`;
      const on = byProperty.get(name);
      if (!on) continue;
      const ofArea = on.byArea.get(entity.areaCode ?? '') ?? [];
      const chosen = (on.byEntity.get(entity.id) ?? []).filter(
        ({ definition }) => !definition.areas || definition.areas.includes(entity.areaCode ?? ''),
      );
      const judges: Judge[] = [];
      for (const rule of [...on.everywhere, ...ofArea]) {
        if (rule.inputs.length > 0)
          judges.push({ rule, sources: await sourcesOf(rule, entity, options.series, membersOf) });
      }
      for (const rule of chosen)
        judges.push({ rule, sources: await sourcesOf(rule, entity, options.series, membersOf) });
      const plans = [
        ...planOf(name, on.everywhere),
        ...planOf(`${name} ${entity.areaCode}`, ofArea),
        ...(judges.length > 0 ? [asPlan(judges)] : []),
      ];
      const observed = options.context.type(entity.type)?.observes[one.property];
      if (plans.length === 0 || !observed) continue;
      series.set(id, {
        seriesId: id,
        entityId: entity.id,
        everyMs: intervalOf(entity, observed) * 1000,
        plans,
        sources: judges.flatMap((judge) => judge.sources),
        state: null,
      });
    }
  };

  return {
    stamp,
    step: '',
    async watchedOf(tx, ids) {
      const found = new Map<number, Watched>();
      if (byProperty.size === 0) return found;
      const unknown: number[] = [];
      for (const id of ids) {
        const watched = series.get(id);
        if (watched) found.set(id, watched);
        else if (watched === undefined) unknown.push(id);
      }
      if (unknown.length === 0) return found;
      await meet(tx, unknown);
      for (const id of unknown) {
        const watched = series.get(id);
        if (watched) found.set(id, watched);
      }
      return found;
    },
    forget(entityId) {
      if (looksAround) {
        series.clear();
        ofEntity.clear();
        return;
      }
      for (const id of ofEntity.get(entityId) ?? []) series.delete(id);
      ofEntity.delete(entityId);
    },
  };
}

/** Rules that these values (the least and the greatest) or a run that goes on make worth asking. */
export function judgesFor(watched: Watched, least: number, greatest: number): Judge[] {
  const runs = watched.state?.runs;
  const found: Judge[] = [];
  const take = ({ at, judges, places }: Limits, value: number): void => {
    const reached = countUpTo(at, value);
    for (let n = 0; n < reached; n += 1) found.push(judges[n] as Judge);
    if (!runs || runs.size === 0) return;
    for (const ruleId of runs.keys()) {
      const place = places.get(ruleId);
      if (place !== undefined && place >= reached) found.push(judges[place] as Judge);
    }
  };
  for (const { always, above, below } of watched.plans) {
    for (const judge of always) found.push(judge);
    take(above, greatest);
    take(below, -least);
  }
  return found;
}

/** How many of the sorted numbers are not greater than the value. */
function countUpTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function asPlan(judges: readonly Judge[]): Plan {
  const sorted = (side: 'above' | 'below', sign: 1 | -1): Limits => {
    const limits = judges.flatMap((judge) =>
      judge.rule.plain?.side === side ? [{ judge, at: sign * judge.rule.plain.limit }] : [],
    );
    limits.sort((a, b) => a.at - b.at);
    return {
      at: Float64Array.from(limits, (one) => one.at),
      judges: limits.map((one) => one.judge),
      places: new Map(limits.map((one, n) => [one.judge.rule.id, n])),
    };
  };
  return {
    all: new Map(judges.map((judge) => [judge.rule.id, judge])),
    always: judges.filter(({ rule }) => !rule.plain),
    above: sorted('above', 1),
    below: sorted('below', -1),
  };
}

/** The series of a rule's figures for one entity. */
export async function sourcesOf(
  rule: CompiledRule,
  entity: Entity,
  series: SeriesRegistry,
  membersOf: MembersOf,
): Promise<Source[]> {
  return Promise.all(
    rule.inputs.map(async (input): Promise<Source> => {
      const members = isOfArea(input) ? await membersOf(input.type, entity) : [entity.id];
      const ids = await series.numbersOf(members.map((entityId) => ({ entityId, property: input.property })));
      return { input: isOfArea(input) ? input : ofEntity(input, entity), seriesIds: ids };
    }),
  );
}

/** A station with an interval of its own keeps its values for that long. */
function ofEntity(input: CompiledInput, entity: Entity): CompiledInput {
  return { ...input, everyMs: intervalOf(entity, input.observed) * 1000 };
}

/** The entities of a type in an entity's commune (itself, if it has none and is of the type); a type is read once. */
export type MembersOf = (type: string, entity: Entity) => Promise<string[]>;

export function membersByArea(context: Context, handle: Db | Tx): MembersOf {
  const types = new Map<string, Promise<Map<string, string[]>>>();
  const read = async (type: string): Promise<Map<string, string[]>> => {
    const byArea = new Map<string, string[]>();
    for (const one of await context.ofType(handle, type)) {
      if (one.areaCode !== null) add(byArea, one.areaCode, one.id);
    }
    return byArea;
  };
  return async (type, entity) => {
    if (entity.areaCode === null) return entity.type === type ? [entity.id] : [];
    const known = types.get(type) ?? read(type);
    types.set(type, known);
    return (await known).get(entity.areaCode) ?? [];
  };
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
