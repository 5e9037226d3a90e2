/**
 * Sources: how every source of data stands by the four words 'đúng, đủ, sạch, sống' (correct, complete, clean, live).
 * Promise: each figure is a share that can be computed again from the rows of its day and says its formula's version; what
 * cannot be judged is said to be so; a responsible unit is reminded at most once a day.
 */
import { type Selectable, sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import { inTransaction } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { DAY_MS } from '../history/index.ts';
import type { Job } from '../jobs/index.ts';
import { covers, demand, type Principal, systemPrincipal, visible } from '../rights/index.ts';
import { localDay } from '../territory/index.ts';
import { notFound, plain, refuse } from '../words/index.ts';
import { type ComputeOptions, computeDay } from './compute.ts';
import { forgetFiles } from './files.ts';
import type { SourceDayRow, SourceKind, SourcesTables } from './tables.ts';

export { lookForSilentConnectors } from './connector-silence.ts';
export { rememberFiles } from './files.ts';
export { serveSources } from './routes.ts';
export type { SourceKind } from './tables.ts';

export type SourceDay = Selectable<SourceDayRow>;
export type Standing = SourceDay & { remindedAt: Date | null; may: string[] };

export type Sources = {
  /** Computes a local day (`yyyy-mm-dd`) anew. @returns how many sources */
  compute(day: string): Promise<number>;
  /** The newest day of each source that may be seen, worst first, with the worst share of each of the last 30 days. */
  list(
    principal: Principal,
    query: { kind: SourceKind; q?: string; limit: number; offset: number },
  ): Promise<{ items: (Standing & { trend: (number | null)[] })[]; total: number }>;
  get(principal: Principal, kind: SourceKind, id: string): Promise<{ source: Standing; days: SourceDay[] }>;
  /** Tells the people of the responsible unit; refuses (409) a second time on the same day. */
  remind(principal: Principal, kind: SourceKind, id: string): Promise<{ remindedAt: Date }>;
  job(): Job;
};

export type SourcesOptions = ComputeOptions & { log: Log; audit: Pick<Audit, 'record'> };

const TREND_DAYS = 30;
const KEEP_DAYS = 400;

export function createSources(options: SourcesOptions): Sources {
  const { db, log, audit, now } = options;
  const today = (): string => localDay(now());
  const permissionOf = { entity: 'entity:read', device: 'device:manage', file: 'device:manage' } as const;
  const rightsOf = (principal: Principal, kind: SourceKind) =>
    visible(principal, permissionOf[kind]).where({ area: 'd.area_code', organisation: 'd.organisation_id' });
  const placeOf = (row: SourceDay) => ({ areaCode: row.area_code, organisationId: row.organisation_id });

  /** The last day that was computed: of yesterday's figures nothing is shown beside today's. */
  const newestDay = async (): Promise<string | null> => {
    const row = await sql<{ day: string | null }>`select max(day)::text as day from source_days`.execute(db);
    return row.rows[0]?.day ?? null;
  };

  const withReminders = async (principal: Principal, rows: SourceDay[]): Promise<Standing[]> => {
    if (rows.length === 0) return [];
    const reminded = await db
      .withTables<SourcesTables>()
      .selectFrom('source_reminders')
      .select(['kind', 'source_id', 'made_at'])
      .where('day', '=', today())
      .where((eb) => eb('source_id', '=', eb.fn.any(eb.val(rows.map((row) => row.source_id)))))
      .execute();
    return rows.map((row) => {
      const remindedAt =
        reminded.find((one) => one.kind === row.kind && one.source_id === row.source_id)?.made_at ?? null;
      const mayRemind = row.organisation_id !== null && covers(principal, 'alert:act', placeOf(row));
      return { ...row, remindedAt, may: mayRemind && remindedAt === null ? ['remind'] : [] };
    });
  };

  const find = async (principal: Principal, kind: SourceKind, id: string): Promise<SourceDay> => {
    const found = await sql<SourceDay>`select d.*, d.day::text as day from source_days d
      where d.kind = ${kind} and d.source_id = ${id} and ${rightsOf(principal, kind)}
      order by d.day desc limit 1`.execute(db);
    const row = found.rows[0];
    if (!row) throw notFound({ vi: `nguồn dữ liệu ${id}`, en: `source ${id}` });
    return row;
  };

  const sources: Sources = {
    compute: (day) => computeDay(options, day),

    async list(principal, { kind, q, limit, offset }) {
      const day = await newestDay();
      if (day === null) return { items: [], total: 0 };
      const where = sql`where d.day = ${day}::date and d.kind = ${kind} and ${rightsOf(principal, kind)}
        ${q === undefined ? sql`` : sql`and position(${plain(q)} in d.name_plain) > 0`}`;
      const [rows, count] = await Promise.all([
        sql<SourceDay>`select d.*, d.day::text as day from source_days d ${where}
          order by d.late desc, d.worst nulls last, d.name, d.source_id limit ${limit} offset ${offset}`.execute(db),
        sql<{ n: number }>`select count(*)::int as n from source_days d ${where}`.execute(db),
      ]);
      const trends = await sql<{ id: string; trend: (number | null)[] }>`
        select given.id, array_agg(d.worst order by days.day) as trend
        from unnest(${rows.rows.map((row) => row.source_id)}::text[]) as given (id)
        cross join generate_series(${day}::date - ${TREND_DAYS - 1}::int, ${day}::date, interval '1 day') as days (day)
        left join source_days d on d.kind = ${kind} and d.source_id = given.id and d.day = days.day::date
        group by given.id`.execute(db);
      const trendOf = new Map(trends.rows.map((row) => [row.id, row.trend]));
      const standing = await withReminders(principal, rows.rows);
      return {
        items: standing.map((row) => ({ ...row, trend: trendOf.get(row.source_id) ?? [] })),
        total: count.rows[0]?.n ?? 0,
      };
    },

    async get(principal, kind, id) {
      const row = await find(principal, kind, id);
      const days = await sql<SourceDay>`select d.*, d.day::text as day from source_days d
        where d.kind = ${kind} and d.source_id = ${id} and d.day > ${row.day}::date - ${TREND_DAYS}::int
        order by d.day desc`.execute(db);
      const [source] = await withReminders(principal, [row]);
      if (!source) throw new Error('a source without its row');
      return { source, days: days.rows };
    },

    async remind(principal, kind, id) {
      const row = await find(principal, kind, id);
      demand(principal, 'alert:act', placeOf(row));
      if (row.organisation_id === null) throw noUnit(row.name);
      const at = now();
      await inTransaction(db, async (tx) => {
        const made = await tx
          .withTables<SourcesTables>()
          .insertInto('source_reminders')
          .values({
            kind,
            source_id: id,
            day: today(),
            made_at: at,
            made_by: principal.id,
            made_by_name: principal.name,
          })
          .onConflict((conflict) => conflict.columns(['kind', 'source_id', 'day']).doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) throw alreadyReminded(row.name);
        await audit.record(tx, {
          principal,
          action: 'source.remind',
          subject: `source:${kind}/${id}`,
          ...placeOf(row),
        });
        const percent = (share: number | null): string => (share === null ? '–' : `${Math.floor(share * 100)} %`);
        await log.append(tx, [
          {
            kind: 'source.reminded',
            subject: `${kind}/${id}`,
            ...placeOf(row),
            permission: 'entity:read',
            payload: {
              title: { vi: row.name, en: row.name },
              text: {
                vi: `Đúng ${percent(row.correct)}, đủ ${percent(row.complete)}, sạch ${percent(row.clean)}, sống ${percent(row.live)}${row.late ? '; đang mất tín hiệu' : ''}. Đề nghị đơn vị kiểm tra nguồn dữ liệu.`,
                en: `Correct ${percent(row.correct)}, complete ${percent(row.complete)}, clean ${percent(row.clean)}, live ${percent(row.live)}${row.late ? '; silent now' : ''}. Please check the source.`,
              },
              provenance: row.provenance,
              by: principal.id,
            },
          },
        ]);
      });
      return { remindedAt: at };
    },

    job: () => ({
      name: 'sources.standing',
      cron: '3,33 * * * *',
      principal: systemPrincipal('sources', ['entity:read', 'device:manage']),
      async run() {
        const at = now();
        const day = localDay(at);
        // Late data still come for yesterday; older days stay as they were known.
        await sources.compute(localDay(new Date(at.getTime() - DAY_MS)));
        await sources.compute(day);
        await forgetFiles(db, new Date(at.getTime() - 3 * DAY_MS));
        await sql`delete from source_days where day < ${day}::date - ${KEEP_DAYS}::int`.execute(db);
        await sql`delete from source_reminders where day < ${day}::date - ${KEEP_DAYS}::int`.execute(db);
      },
    }),
  };
  return sources;
}

function alreadyReminded(name: string) {
  return refuse(409, 'already-reminded', {
    vi: `Hôm nay đã nhắc đơn vị phụ trách “${name}”; mỗi ngày chỉ nhắc một lần.`,
    en: `The unit responsible for “${name}” was reminded today already; once a day is enough.`,
  });
}

function noUnit(name: string) {
  return refuse(409, 'no-unit', {
    vi: `“${name}” chưa có đơn vị phụ trách; hãy gán đơn vị trước khi nhắc.`,
    en: `“${name}” has no responsible unit; name one first.`,
  });
}
