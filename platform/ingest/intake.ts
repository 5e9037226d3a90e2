import type { Context, Observed } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Log, Observation, Quality } from '../events/index.ts';
import type { Flaw, Text } from '../words/index.ts';
import { plain } from '../words/index.ts';

/** One observation as a door hands it in, before anything is known to be right. */
export type Incoming = { entity: string; property: string; at: number; value: number; quality: Quality };

export type Sorted = { good: Observation[]; bad: Flaw[] };

/** What may be written to: the entity's observed properties and their series. */
type Target = { type: string; observes: Record<string, Observed>; series: Map<string, number> };
type Targets = Map<string, Target | null>;

const FUTURE_MS = 5 * 60_000;
/** No retention class keeps values for less. */
const LEAST_KEPT_MS = 30 * 86_400_000;
const EARLIEST = Date.UTC(2000, 0, 1);

/**
 * The one check that every door shares: known entity and property, value a number within its range, time neither in
 * the future nor before 2000. Bad rows are told with their index; good rows become observations of their series.
 */
export type Intake = {
  /** `sort` where all is known already and nothing is wrong, without waiting; null where `sort` must be asked. */
  sortAtOnce(incoming: readonly Incoming[], allowed: (entityId: string) => boolean): Observation[] | null;
  sort(incoming: readonly Incoming[], allowed: (entityId: string) => boolean): Promise<Sorted>;
  /** What `sort` would find wrong; makes nothing. */
  flaws(incoming: readonly Incoming[], allowed: (entityId: string) => boolean): Promise<Flaw[]>;
  /** Forget what is known of entities (after one was made or changed). */
  forget(): void;
};

export type KeptSince = (type: string, property: string) => number | null;

export function createIntake(options: {
  db: Db;
  log: Log;
  context: Context;
  now: () => Date;
  keptSince: KeptSince;
}): Intake {
  const { db, log, context, now, keptSince } = options;
  // Replaced as a whole when entities change: whoever is at work goes on with what it has.
  let targets: Targets = new Map();

  const load = async (known: Targets, incoming: readonly Incoming[]): Promise<void> => {
    const unknown = new Set<string>();
    for (const one of incoming) if (!known.has(one.entity)) unknown.add(one.entity);
    if (unknown.size === 0) return;
    const entities = await context.read(db, [...unknown]);
    for (const id of unknown) {
      const entity = entities.get(id);
      const type = entity ? context.type(entity.type) : undefined;
      // A stranger's ids must not fill the memory: what does not exist is forgotten again below.
      known.set(id, type ? { type: type.name, observes: type.observes, series: new Map() } : null);
    }
  };

  const number = async (known: Targets, incoming: readonly Incoming[]): Promise<void> => {
    const pairs: { entityId: string; property: string }[] = [];
    for (const one of incoming) {
      const target = known.get(one.entity);
      if (!target || target.series.has(one.property) || !Object.hasOwn(target.observes, one.property)) continue;
      pairs.push({ entityId: one.entity, property: one.property });
    }
    if (pairs.length === 0) return;
    const ids = await log.series.numbersOf(pairs);
    pairs.forEach((pair, index) => {
      const id = ids[index];
      if (id !== undefined) known.get(pair.entityId)?.series.set(pair.property, id);
    });
  };

  const refusedFor = (
    one: Incoming,
    target: Target | null,
    allowed: (entityId: string) => boolean,
    at: number,
  ): Text | null =>
    flawOf(one, target && allowed(one.entity) ? target : null, at) ??
    // Nothing younger is ever refused for its age: the common case asks nobody.
    (one.at < at - LEAST_KEPT_MS && target ? tooOld(one, keptSince(target.type, one.property)) : null);

  /** Sorts by what is known; null where rows are of entities or series not met yet. */
  const sortKnown = (
    known: Targets,
    incoming: readonly Incoming[],
    allowed: (entityId: string) => boolean,
    isLookedUp: boolean,
  ): Sorted | null => {
    const at = now().getTime();
    const good: Observation[] = [];
    const bad: Flaw[] = [];
    for (let index = 0; index < incoming.length; index++) {
      const one = incoming[index] as Incoming;
      const target = known.get(one.entity);
      if (target === undefined && !isLookedUp) return null;
      const reason = refusedFor(one, target ?? null, allowed, at);
      if (reason) {
        bad.push({ at: String(index), reason });
        continue;
      }
      const seriesId = target?.series.get(one.property);
      if (seriesId === undefined) return null;
      good.push({ seriesId, at: one.at, value: one.value, quality: one.quality });
    }
    return { good, bad };
  };

  return {
    sortAtOnce(incoming, allowed) {
      const sorted = sortKnown(targets, incoming, allowed, false);
      return sorted && sorted.bad.length === 0 ? sorted.good : null;
    },
    async sort(incoming, allowed) {
      const known = targets;
      // Nearly always all is known: one pass, and nothing is asked.
      const sorted = sortKnown(known, incoming, allowed, false);
      if (sorted) return sorted;
      await load(known, incoming);
      await number(known, incoming);
      const found = sortKnown(known, incoming, allowed, true);
      if (!found) throw new Error('a series that was looked up has no number');
      for (const one of incoming) if (known.get(one.entity) === null) known.delete(one.entity);
      return found;
    },
    async flaws(incoming, allowed) {
      const known: Targets = new Map();
      await load(known, incoming);
      const at = now().getTime();
      return incoming.flatMap((one, index) => {
        const reason = refusedFor(one, known.get(one.entity) ?? null, allowed, at);
        return reason ? [{ at: String(index), reason }] : [];
      });
    },
    forget() {
      targets = new Map();
    },
  };
}

/** Its sums stand, and would be wrong if they were made again from this value alone. */
function tooOld(one: Incoming, keptSince: number | null): Text | null {
  if (keptSince === null || one.at >= keptSince) return null;
  const day = new Date(keptSince).toISOString().slice(0, 10);
  const [year, month, date] = day.split('-').map(Number);
  return {
    vi: `số liệu cũ hơn thời hạn lưu giữ của “${one.property}” (từ ${date}/${month}/${year}); số liệu tổng hợp của thời gian đó không đổi`,
    en: `older than “${one.property}” is kept (since ${day}); the sums of that time stand`,
  };
}

function flawOf(one: Incoming, target: Target | null, now: number): Text | null {
  if (!target) {
    // Not allowed and not there are told alike, so that ids cannot be guessed.
    return {
      vi: `không có đối tượng “${one.entity}” cho thiết bị này; kiểm tra mã hoặc xin cấp quyền`,
      en: `no entity “${one.entity}” for this device; check the id or ask for the right`,
    };
  }
  const observed = Object.hasOwn(target.observes, one.property) ? target.observes[one.property] : undefined;
  if (!observed) {
    const names = Object.keys(target.observes).filter((name) => !target.observes[name]?.derived);
    const near = names.filter((name) => plain(name).includes(plain(one.property).slice(0, 3)));
    const list = (near.length > 0 ? near : names).join(', ');
    return {
      vi: `không có thông số “${one.property}”; các thông số được nhận: ${list}`,
      en: `no property “${one.property}”; taken are: ${list}`,
    };
  }
  if (observed.derived) {
    return {
      vi: `“${one.property}” do hệ thống tính, không nhận từ thiết bị`,
      en: `“${one.property}” is computed by the platform and not taken from devices`,
    };
  }
  const [low, high] = observed.range;
  if (!Number.isFinite(one.value) || one.value < low || one.value > high) {
    return {
      vi: `giá trị ${one.value} nằm ngoài khoảng ${low}–${high} ${observed.unit}`,
      en: `value ${one.value} is outside ${low}–${high} ${observed.unit}`,
    };
  }
  if (!Number.isFinite(one.at)) return { vi: 'thời gian không đọc được (ISO 8601)', en: 'unreadable time (ISO 8601)' };
  if (one.at > now + FUTURE_MS)
    return { vi: 'thời gian ở tương lai; chỉnh đồng hồ thiết bị', en: 'time is in the future; set the clock' };
  if (one.at < EARLIEST) return { vi: 'thời gian trước năm 2000', en: 'time is before the year 2000' };
  const { latestSeconds } = observed;
  if (latestSeconds !== undefined && one.at < now - latestSeconds * 1000) {
    const days = Math.floor(latestSeconds / 86_400);
    return {
      vi: `thời gian cách đây quá ${days} ngày; chỉnh đồng hồ thiết bị, hoặc gửi không kèm thời gian`,
      en: `time is more than ${days} days ago; set the clock, or send without a time`,
    };
  }
  return null;
}
