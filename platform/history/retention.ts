import { type RawBuilder, sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import { type Context, entityRows } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import { allSeries, countObservations, heldBySeries, type Log, removeObservations } from '../events/index.ts';
import type { Job } from '../jobs/index.ts';
import { forbidden, type Principal, scopeOf, systemPrincipal, visible } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { floorsOf, keyOf } from './floors.ts';
import { DAY_MS, dayOf } from './local-time.ts';

/** What a class says: of which values ('Type' or 'Type.property'), and how long single values and hour sums are kept. */
export type RetentionTerms = { covers: readonly string[]; rawDays: number; hourDays: number | null };

export type RetentionClass = RetentionTerms & {
  id: string;
  title: string;
  reason: string;
  changedAt: Date;
  changedBy: string;
  effectiveAt: Date;
  /** the UTC day before which single values go at the next run (`yyyy-mm-dd`) */
  before: string;
};

/** What is stored of one property of a type in compacted days, as the last run counted it. */
export type Held = {
  type: string;
  property: string;
  observations: number;
  bytes: number;
  firstDay: string | null;
  measuredAt: Date;
};

/** What would go at the first run of a class: single values before a day, the first day of them, and hour sums. */
export type Preview = {
  before: string;
  observations: number;
  first: string | null;
  hoursBefore: string | null;
  hours: number;
  effectiveAt: Date;
};

export type Retention = {
  list(principal: Principal): Promise<{ classes: RetentionClass[]; held: Held[] }>;
  preview(principal: Principal, id: string, terms: RetentionTerms): Promise<Preview>;
  /** Makes or changes a class; nothing goes before a day has passed. */
  set(principal: Principal, id: string, next: RetentionTerms & { title: string; reason: string }): Promise<void>;
  /** Nothing more goes; what went does not come back. */
  remove(principal: Principal, id: string): Promise<void>;
  /** The series of a class as a subquery of ids, for the export of what goes next. */
  seriesOfClass(principal: Principal, id: string): Promise<RawBuilder<unknown>>;
  /** The instant (ms) before which a value of the property is refused at the doors; null: none. */
  keptSince(type: string, property: string): number | null;
  /** Reads the classes anew, after another process changed them. */
  refresh(): Promise<void>;
  /** One run: takes away what is due, oldest first, then counts what is held. */
  run(signal?: AbortSignal): Promise<{ class: string; days: number; observations: number; hours: number }[]>;
  job(): Job;
};

/** A new or changed class rests for a day. */
const GRACE_MS = DAY_MS;
const HOURS_A_STEP = 100_000;

export function createRetention(options: {
  db: Db;
  log: Log;
  audit: Pick<Audit, 'record'>;
  context: Context;
  now: () => Date;
}): Retention {
  const { db, log, audit, context, now } = options;
  let known = new Map<string, RetentionClass>();
  let floors = new Map<string, number>();

  const demandAll = (principal: Principal): void => {
    if (!scopeOf(principal, 'retention:manage')?.all) throw forbidden('retention:manage');
  };
  const cutOff = (days: number): string => utcDay(now().getTime() - days * DAY_MS);

  const read = async (from: Db | Tx): Promise<RetentionClass[]> => {
    const rows = await sql<Omit<RetentionClass, 'before'>>`select c.id, c.title, c.raw_days as "rawDays",
        c.hour_days as "hourDays", c.reason, c.changed_at as "changedAt", c.changed_by as "changedBy",
        c.effective_at as "effectiveAt",
        coalesce(array_agg(m.type || case m.property when '' then '' else '.' || m.property end order by m.type, m.property)
          filter (where m.type is not null), '{}') as covers
      from retention_classes c left join retention_members m on m.class_id = c.id group by c.id order by c.id`.execute(
      from,
    );
    return rows.rows.map((row) => ({ ...row, before: cutOff(row.rawDays) }));
  };

  /** What a class is of, property by property: what names a property goes before what names its type. */
  const placesOf = (id: string, covers: readonly string[], all: readonly RetentionClass[]): [string, string][] => {
    const named = new Set(all.filter((one) => one.id !== id).flatMap((one) => one.covers));
    return covers.flatMap((cover): [string, string][] => {
      const [type = '', property] = cover.split('.');
      if (property !== undefined) return [[type, property]];
      return Object.keys(context.type(type)?.observes ?? {})
        .filter((name) => !named.has(`${type}.${name}`))
        .map((name) => [type, name]);
    });
  };
  const check = (terms: RetentionTerms): void => {
    if (terms.covers.length === 0) throw coversNothing();
    for (const cover of terms.covers) {
      const [type = '', property] = cover.split('.');
      const observes = context.type(type)?.observes;
      if (!observes || (property !== undefined && !Object.hasOwn(observes, property))) {
        throw notFound({ vi: `loại số liệu “${cover}”`, en: `kind of values “${cover}”` });
      }
    }
    if (terms.hourDays !== null && terms.hourDays < terms.rawDays + 31) throw hoursTooShort();
  };

  const retention: Retention = {
    async list(principal) {
      demandAll(principal);
      const held = await sql<Held>`select type, property, observations, bytes, first_day::text as "firstDay",
        measured_at as "measuredAt" from retention_held order by bytes desc, type, property`.execute(db);
      return { classes: await read(db), held: held.rows };
    },

    async preview(principal, id, terms) {
      demandAll(principal);
      check(terms);
      const places = placesOf(id, terms.covers, await read(db));
      const before = cutOff(terms.rawDays);
      const series = seriesOf(places);
      const raw = await countObservations(db, { series, before });
      const hoursBefore = terms.hourDays === null ? null : hourCut(now(), terms.hourDays);
      const hours =
        hoursBefore === null
          ? 0
          : ((
              await sql<{ n: number }>`select count(*)::float8 as n from rollups
                where width = 'hour' and bucket < ${new Date(hoursBefore)} and series_id in (${series})`.execute(db)
            ).rows[0]?.n ?? 0);
      return {
        before,
        ...raw,
        hoursBefore: hoursBefore === null ? null : new Date(hoursBefore).toISOString(),
        hours,
        effectiveAt: new Date(now().getTime() + GRACE_MS),
      };
    },

    async set(principal, id, next) {
      demandAll(principal);
      check(next);
      await db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext('observations.retention'))`.execute(tx);
        const all = await read(tx);
        const old = all.find((one) => one.id === id);
        const taken = all.find((one) => one.id !== id && one.covers.some((cover) => next.covers.includes(cover)));
        if (taken) throw coveredTwice(taken);
        const at = now();
        await sql`insert into retention_classes (id, title, raw_days, hour_days, reason, changed_at, changed_by, effective_at)
          values (${id}, ${next.title}, ${next.rawDays}, ${next.hourDays}, ${next.reason}, ${at}, ${principal.name},
            ${new Date(at.getTime() + GRACE_MS)})
          on conflict (id) do update set title = excluded.title, raw_days = excluded.raw_days,
            hour_days = excluded.hour_days, reason = excluded.reason, changed_at = excluded.changed_at,
            changed_by = excluded.changed_by, effective_at = excluded.effective_at`.execute(tx);
        await sql`delete from retention_members where class_id = ${id}`.execute(tx);
        for (const cover of next.covers) {
          const [type = '', property = ''] = cover.split('.');
          await sql`insert into retention_members (type, property, class_id) values (${type}, ${property}, ${id})`.execute(
            tx,
          );
        }
        await audit.record(tx, {
          principal,
          action: 'retention.set',
          subject: `retention:${id}`,
          detail: { ...next, ...(old ? { before: termsOf(old) } : {}) },
        });
        await announce(tx, id);
      });
      await retention.refresh();
    },

    async remove(principal, id) {
      demandAll(principal);
      await db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext('observations.retention'))`.execute(tx);
        const old = (await read(tx)).find((one) => one.id === id);
        if (!old) throw noClass(id);
        await sql`delete from retention_classes where id = ${id}`.execute(tx);
        await audit.record(tx, {
          principal,
          action: 'retention.remove',
          subject: `retention:${id}`,
          detail: termsOf(old),
        });
        await announce(tx, id);
      });
      await retention.refresh();
    },

    async seriesOfClass(principal, id) {
      demandAll(principal);
      const all = await read(db);
      const one = all.find((other) => other.id === id);
      if (!one) throw noClass(id);
      return seriesOf(placesOf(id, one.covers, all));
    },

    keptSince(type, property) {
      const gone = floors.get(keyOf(type, property)) ?? null;
      const one = known.get(keyOf(type, property)) ?? known.get(type);
      if (!one || one.effectiveAt > now()) return gone;
      // A day before it goes: what is taken must still find its way into the sums.
      const limit = Date.parse(`${cutOff(one.rawDays)}T00:00:00Z`) + DAY_MS;
      return gone === null ? limit : Math.max(gone, limit);
    },

    async refresh() {
      const all = await read(db);
      floors = await floorsOf(db);
      known = new Map(all.flatMap((one) => one.covers.map((cover) => [cover, one] as const)));
    },

    async run(signal) {
      const done: Awaited<ReturnType<Retention['run']>> = [];
      const all = await read(db);
      for (const one of all) {
        if (signal?.aborted || one.effectiveAt > now()) continue;
        const places = placesOf(one.id, one.covers, all);
        if (places.length === 0) continue;
        const standing = await floorsOf(db);
        const gone = places.map(([type, property]) => standing.get(keyOf(type, property)));
        const since = gone.some((at) => at === undefined)
          ? null
          : utcDay(gone.reduce<number>((least, at) => Math.min(least, at ?? 0), Number.POSITIVE_INFINITY));
        const series = seriesOf(places);
        const removed = await removeObservations(
          db,
          { series, before: one.before, since, ...(signal ? { signal } : {}) },
          async (tx, end) => {
            if (await derivedLater(tx, end)) return false;
            for (const [type, property] of places) {
              await sql`insert into retention_floors (type, property, before)
                values (${type}, ${property}, ${utcDay(end)}::date) on conflict (type, property)
                do update set before = greatest(retention_floors.before, excluded.before)`.execute(tx);
            }
            return true;
          },
        );
        const hours = one.hourDays === null ? 0 : await removeHours(db, series, hourCut(now(), one.hourDays), signal);
        if (removed.observations + hours > 0) {
          await db.transaction().execute((tx) =>
            audit.record(tx, {
              principal: systemPrincipal('retention', []),
              action: 'retention.apply',
              subject: `retention:${one.id}`,
              detail: { ...termsOf(one), before: one.before, ...removed, hours },
            }),
          );
        }
        done.push({ class: one.id, ...removed, hours });
      }
      await measure(db, now());
      await retention.refresh();
      return done;
    },

    job: () => ({
      name: 'history.retention',
      cron: '10 3 * * *',
      principal: systemPrincipal('retention', []),
      minutes: 4 * 60,
      async run({ signal }) {
        await retention.run(signal);
      },
    }),
  };

  const announce = (tx: Tx, id: string): Promise<void> =>
    log.append(tx, [{ kind: 'retention.changed', subject: id, payload: {} }]);
  return retention;
}

/** For the rooms' own work over all entities, whoever asked for it had the right for the whole province. */
export const everything = visible(systemPrincipal('retention', ['entity:read']), 'entity:read');

const seriesOf = (places: readonly [string, string][]): RawBuilder<unknown> => sql`select s.id from ${allSeries} s
  join ${entityRows(everything)} e on e.id = s.entity_id
  join unnest(${places.map(([type]) => type)}::text[], ${places.map(([, property]) => property)}::text[])
    as place (type, property) on place.type = e.type and place.property = s.property`;

/** Hours of whole local days, so that no day sum is ever made from some of its hours. */
const hourCut = (now: Date, days: number): number => dayOf(now.getTime() - days * DAY_MS);

const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

const termsOf = ({ title, covers, rawDays, hourDays, reason }: RetentionClass) => ({
  title,
  covers,
  rawDays,
  hourDays,
  reason,
});

/** A derived value of those days that still waits for the clock would be written after they have gone. */
async function derivedLater(tx: Tx, end: number): Promise<boolean> {
  const waiting = await sql`select 1 from derivations_due where bucket < ${new Date(end)} limit 1`.execute(tx);
  return waiting.rows.length > 0;
}

/** Piece by piece: a transaction of many million rows would hold everything else up. */
async function removeHours(db: Db, series: RawBuilder<unknown>, before: number, signal?: AbortSignal): Promise<number> {
  let all = 0;
  for (;;) {
    if (signal?.aborted) return all;
    const rows = await sql<{ n: number }>`with gone as (delete from rollups where ctid = any(array(
        select ctid from rollups where width = 'hour' and bucket < ${new Date(before)} and series_id in (${series})
        limit ${HOURS_A_STEP})) returning 1)
      select count(*)::int as n from gone`.execute(db);
    const n = rows.rows[0]?.n ?? 0;
    all += n;
    if (n < HOURS_A_STEP) return all;
  }
}

async function measure(db: Db, at: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`delete from retention_held`.execute(tx);
    await sql`insert into retention_held (type, property, observations, bytes, first_day, measured_at)
      select e.type, s.property, sum(h.observations), sum(h.bytes), min(h.first_day), ${at}::timestamptz
      from ${heldBySeries} h join ${allSeries} s on s.id = h.series_id
      join ${entityRows(everything)} e on e.id = s.entity_id group by 1, 2`.execute(tx);
  });
}

const noClass = (id: string) => notFound({ vi: `thời hạn lưu giữ “${id}”`, en: `retention class “${id}”` });
const coversNothing = () =>
  refuse(422, 'covers-nothing', {
    vi: 'Hãy chọn ít nhất một loại số liệu mà thời hạn này áp dụng.',
    en: 'Choose at least one kind of values that the class is of.',
  });
const hoursTooShort = () =>
  refuse(422, 'hours-too-short', {
    vi: 'Số liệu theo giờ phải được giữ lâu hơn số liệu gốc ít nhất 31 ngày, vì giá trị tính toán cần đến chúng.',
    en: 'Hour sums must be kept at least 31 days longer than single values, because derived values need them.',
  });
const coveredTwice = (other: RetentionClass) =>
  refuse(409, 'covered-twice', {
    vi: `Một loại số liệu đã thuộc thời hạn “${other.title}”. Mỗi loại chỉ có một thời hạn; hãy bỏ nó ở đó trước.`,
    en: `One kind of values is of class “${other.title}” already. Each has one class; take it out there first.`,
  });
