import { sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import { holdObservations, type Log, type Quality, stored } from '../events/index.ts';
import { demand, type Principal, type Visible, visible } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { floorsOf, keyOf, rawHasGone } from './floors.ts';

/**
 * What a person does to the stored values of [from, to): gives them another value, takes them out of everything that is
 * computed (they stay readable in the trace), says that the device was calibrating or at fault, or takes them in again.
 */
export type Change =
  | { action: 'replace'; value: number }
  | { action: 'delete' }
  | { action: 'flag'; quality: 1 | 2 }
  | { action: 'restore' };

export type Correction = {
  id: number;
  from: number;
  to: number;
  action: Change['action'];
  n: number;
  reason: string;
  by: string;
  at: number;
};

/** A value that was replaced; `correction` is null where a device or a file sent another value. Times in ms. */
export type Revision = {
  at: number;
  old: { value: number; quality: number };
  now: { value: number; quality: number } | null;
  correction: number | null;
};

export type Corrections = {
  /** Needs `history:correct` for the entity. @returns how many values were changed */
  correct(
    principal: Principal,
    entityId: string,
    property: string,
    span: { from: Date; to: Date; reason: string } & Change,
  ): Promise<{ changed: number }>;
  /** What was corrected within [from, to), newest first, and the first 1,000 values that were replaced. */
  trace(
    rights: Visible,
    entityId: string,
    property: string,
    from: Date,
    to: Date,
  ): Promise<{ corrections: Correction[]; revisions: Revision[] }>;
};

/** A span of one-minute data of a month; longer ones are corrected piece by piece. */
const LIMIT = 50_000;

export function createCorrections(options: {
  db: Db;
  log: Log;
  audit: Audit;
  context: Context;
  now: () => Date;
}): Corrections {
  const { db, log, audit, context, now } = options;

  const find = async (rights: Visible, entityId: string, property: string) => {
    const entity = await context.get(rights, entityId);
    const observed = context.type(entity.type)?.observes[property];
    if (!observed) {
      throw notFound({ vi: `thông số ${property} của ${entityId}`, en: `property ${property} of ${entityId}` });
    }
    const [series] = await log.series.numbersOf([{ entityId, property }]);
    return { entity, observed, series: series ?? -1 };
  };
  const rowsOf = (series: number, from: Date, to: Date) =>
    stored({
      series: sql`${series}::int`,
      from: sql`${from}::timestamptz`,
      to: sql`${to}::timestamptz`,
      within: { from, to },
    });

  return {
    async correct(principal, entityId, property, span) {
      const { entity, observed, series } = await find(visible(principal, 'entity:read'), entityId, property);
      demand(principal, 'history:correct', entity);
      if (observed.derived) throw derived(property);
      if (span.from >= span.to) throw backwards();
      const [least, most] = observed.range;
      if (span.action === 'replace' && (span.value < least || span.value > most)) {
        throw outOfRange(span.value, least, most, observed.unit);
      }
      return db.transaction().execute(async (tx) => {
        await holdObservations(tx);
        const floor = (await floorsOf(tx)).get(keyOf(entity.type, property));
        if (floor !== undefined && span.from.getTime() < floor) throw rawHasGone(floor);
        const found = await sql<{ at: number; value: number; quality: Quality }>`
          select extract(epoch from observed_at)::float8 * 1000 as at, value, quality
          from ${rowsOf(series, span.from, span.to)} o order by observed_at limit ${LIMIT + 1}`.execute(tx);
        if (found.rows.length > LIMIT) throw tooMany();
        const changed = found.rows.filter((row) => {
          const next = changedBy(span, row);
          return next.value !== row.value || next.quality !== row.quality;
        });
        if (changed.length === 0) throw nothingThere();
        const at = changed.map((row) => new Date(row.at).toISOString());
        await log.write(
          tx,
          changed.map((row) => ({ seriesId: series, at: Math.round(row.at), ...changedBy(span, row) })),
        );
        await sql`insert into corrections (series_id, from_at, to_at, action, n, reason, made_by, made_by_name, made_at,
            batch)
          select ${series}::int, ${span.from}, ${span.to}, ${span.action}, ${changed.length}::int, ${span.reason}::text,
            ${principal.id}::text, ${principal.name}::text, ${now()}::timestamptz, max(batch)
          from observations where series_id = ${series} and observed_at = any(${at}::timestamptz[])`.execute(tx);
        await audit.record(tx, {
          principal,
          action: `history.${span.action}`,
          subject: `entity:${entityId}`,
          areaCode: entity.areaCode,
          organisationId: entity.organisationId,
          detail: {
            property,
            from: span.from.toISOString(),
            to: span.to.toISOString(),
            changed: changed.length,
            reason: span.reason,
            ...(span.action === 'replace' ? { value: span.value } : {}),
            ...(span.action === 'flag' ? { quality: span.quality } : {}),
          },
        });
        return { changed: changed.length };
      });
    },

    async trace(rights, entityId, property, from, to) {
      const { series } = await find(rights, entityId, property);
      const corrections = await sql<Correction & { batch: number }>`
        select id, extract(epoch from from_at)::float8 * 1000 as "from", extract(epoch from to_at)::float8 * 1000 as "to",
          action, n, reason, made_by_name as by, extract(epoch from made_at)::float8 * 1000 as at, batch
        from corrections where series_id = ${series} and from_at < ${to} and to_at > ${from}
        order by id desc limit 500`.execute(db);
      const revisions = await sql<{
        at: number;
        value: number;
        quality: number;
        now_value: number | null;
        now_quality: number | null;
        correction: number | null;
      }>`select extract(epoch from r.observed_at)::float8 * 1000 as at, r.value, r.quality, o.value as now_value,
          o.quality as now_quality, c.id as correction
        from observation_revisions r
        left join ${rowsOf(series, from, to)} o on o.observed_at = r.observed_at
        left join corrections c on c.series_id = r.series_id and c.batch = r.replaced_by
        where r.series_id = ${series} and r.observed_at >= ${from} and r.observed_at < ${to}
        order by r.observed_at, r.replaced_by limit 1000`.execute(db);
      return {
        corrections: corrections.rows.map(({ batch: _batch, ...one }) => one),
        revisions: revisions.rows.map((row) => ({
          at: row.at,
          old: { value: row.value, quality: row.quality },
          now:
            row.now_value === null || row.now_quality === null
              ? null
              : { value: row.now_value, quality: row.now_quality },
          correction: row.correction,
        })),
      };
    },
  };
}

function changedBy(change: Change, row: { value: number; quality: Quality }): { value: number; quality: Quality } {
  if (change.action === 'replace') return { value: change.value, quality: 0 };
  if (change.action === 'delete') return { value: row.value, quality: 3 };
  return { value: row.value, quality: change.action === 'flag' ? change.quality : 0 };
}

const derived = (property: string) =>
  refuse(409, 'derived-value', {
    vi: `${property} được tính từ số liệu đo; hãy hiệu chỉnh số liệu đo, giá trị này sẽ được tính lại.`,
    en: `${property} is computed from measured values; correct those, and this one will be computed again.`,
  });
const backwards = () =>
  refuse(400, 'bad-range', {
    vi: 'Thời điểm đầu phải trước thời điểm cuối.',
    en: 'The start must be before the end.',
  });
const outOfRange = (value: number, least: number, most: number, unit: string) =>
  refuse(400, 'out-of-range', {
    vi: `Giá trị ${value} nằm ngoài khoảng cho phép ${least} đến ${most} ${unit}.`,
    en: `The value ${value} is outside the range ${least} to ${most} ${unit}.`,
  });
const tooMany = () =>
  refuse(400, 'too-many-values', {
    vi: `Khoảng này có hơn ${LIMIT} giá trị; hãy hiệu chỉnh từng đoạn ngắn hơn. Chưa có gì bị thay đổi.`,
    en: `The span holds more than ${LIMIT} values; correct shorter pieces. Nothing was changed.`,
  });
const nothingThere = () =>
  refuse(404, 'nothing-to-correct', {
    vi: 'Trong khoảng này không có giá trị nào khác với hiệu chỉnh được yêu cầu.',
    en: 'No value of this span differs from what was asked for.',
  });
