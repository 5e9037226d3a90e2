import { sql } from 'kysely';
import { localDay } from '../../platform/territory/index.ts';
import { plain, refuse, type Text } from '../../platform/words/index.ts';
import { noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import { QUESTION } from './question-categories.ts';
import type { StepName } from './types.ts';

export type PublicQuery = {
  category?: string;
  areaCode?: string;
  step?: string;
  q?: string;
  west?: number;
  south?: number;
  east?: number;
  north?: number;
  /** the last one's `cursor`: what comes after it */
  after?: string;
  limit: number;
};

export type PublicReport = {
  number: string;
  category: string;
  categoryTitle: Text;
  text: string;
  step: StepName;
  lon: number;
  lat: number;
  /** the place is shown only roughly */
  blurred: boolean;
  areaCode: string;
  organisationName: Text | null;
  publishedAt: Date;
  answeredAt: Date | null;
  dueAt: Date | null;
  late: boolean;
  meToo: number;
  rating: number | null;
  photo: string | null;
  provenance: ReportRow['provenance'];
  cursor: string;
};

/** What was published, newest first; nothing else is ever read here. Index `reports_published`. */
export async function findPublic(parts: Parts, query: PublicQuery): Promise<PublicReport[]> {
  let base = tablesOf(parts.db).selectFrom('reports').where('published_at', 'is not', null);
  const { category, west, south, east, north } = query;
  if (category) base = base.where((eb) => eb.or([eb('category', '=', category), eb('family', '=', category)]));
  // Questions have no place of their own, and their own page.
  else base = base.where('family', '<>', QUESTION);
  if (query.areaCode) base = base.where('area_code', '=', query.areaCode);
  if (query.step) base = base.where(sql<boolean>`step = ${query.step}`);
  if (query.q) base = base.where('search_plain', 'like', `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%`);
  if (west !== undefined && south !== undefined && east !== undefined && north !== undefined) {
    base = base
      .where('public_lat', '>=', south)
      .where('public_lat', '<=', north)
      .where('public_lon', '>=', west)
      .where('public_lon', '<=', east);
  }
  if (query.after) {
    const { at, id } = readCursor(query.after);
    base = base.where(sql<boolean>`(published_at, case_id) < (${at}, ${id}::uuid)`);
  }
  const rows = await base
    .selectAll()
    .orderBy('published_at', 'desc')
    .orderBy('case_id', 'desc')
    .limit(query.limit)
    .execute();
  return shown(parts, rows);
}

export async function onePublic(
  parts: Parts,
  number: string,
): Promise<
  PublicReport & {
    messages: { at: Date; kind: string; text: string }[];
    photos: { url: string; part: string }[];
    hasVideo: boolean;
  }
> {
  const row = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('number', '=', number)
    .where('published_at', 'is not', null)
    .executeTakeFirst();
  if (!row) throw noSuchReport();
  const [messages, photos, video, [one]] = await Promise.all([
    tablesOf(parts.db)
      .selectFrom('report_messages')
      .selectAll()
      .where('case_id', '=', row.case_id)
      .where('is_public', '=', true)
      .orderBy('id')
      .execute(),
    parts.photos.of(parts.db, row.case_id),
    parts.photos.videoOf(parts.db, row.case_id),
    shown(parts, [row]),
  ]);
  if (!one) throw noSuchReport();
  return {
    ...one,
    messages: messages.map(({ at, kind, text }) => ({ at, kind, text })),
    photos: photos.filter((photo) => photo.isPublic).map(({ fileId, part }) => ({ url: photoUrl(fileId), part })),
    hasVideo: video !== null,
  };
}

export const photoUrl = (fileId: string): string => `/api/reports/photos/${fileId}`;

async function shown(parts: Parts, rows: readonly ReportRow[]): Promise<PublicReport[]> {
  if (rows.length === 0) return [];
  const [tree, categories, photos] = await Promise.all([
    parts.identity.tree(),
    parts.catalogue.all(),
    tablesOf(parts.db)
      .selectFrom('report_photos')
      .select(['case_id', 'file_id'])
      .where('is_public', '=', true)
      .where('part', '=', 'before')
      .where(
        'case_id',
        'in',
        rows.map((row) => row.case_id),
      )
      .orderBy('n', 'desc')
      .execute(),
  ]);
  const firstPhoto = new Map(photos.map((photo) => [photo.case_id, photo.file_id]));
  const at = parts.now();
  return rows.map((row) => {
    const category = categories.find((one) => one.code === row.category);
    const photo = firstPhoto.get(row.case_id);
    const publishedAt = row.published_at ?? row.received_at;
    return {
      number: row.number,
      category: row.category,
      categoryTitle: category?.title ?? { vi: row.category, en: row.category },
      text: row.public_text ?? '',
      step: row.step,
      lon: row.public_lon ?? 0,
      lat: row.public_lat ?? 0,
      blurred: category?.blurred ?? true,
      areaCode: row.area_code,
      organisationName: row.organisation_id === null ? null : (tree.get(row.organisation_id)?.name ?? null),
      publishedAt,
      answeredAt: row.answered_at,
      dueAt: row.due_at,
      late: row.closed_at === null && row.due_at !== null && row.due_at < at,
      meToo: row.me_too,
      rating: row.rating,
      photo: photo ? `${photoUrl(photo)}?size=thumbnail` : null,
      provenance: row.provenance,
      cursor: Buffer.from(`${publishedAt.toISOString()} ${row.case_id}`).toString('base64url'),
    };
  });
}

function readCursor(text: string): { at: Date; id: string } {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const time = new Date(at);
  if (!Number.isNaN(time.getTime()) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return { at: time, id };
  throw refuse(400, 'bad-cursor', {
    vi: 'Không đọc được vị trí trang. Hãy tải lại từ đầu danh sách.',
    en: 'The place in the list cannot be read. Begin the list anew.',
  });
}

export type Figures = {
  key: string;
  title: Text;
  received: number;
  answered: number;
  /** of those answered */
  inTime: number;
  firstAnswerHours: { median: number; p90: number } | null;
  solutionHours: { median: number; p90: number } | null;
  reopened: number;
  rating: { mean: number; n: number } | null;
  /** of those received: made by the demo's simulation */
  simulated: number;
  /** enough cases to be set beside others; fewer are shown, not ranked */
  ranked: boolean;
};

/** Below this a share says more about chance than about the unit. */
export const LEAST_RANKED = 20;
const LONGEST_DAYS = 400;
const KEPT_MS = 300_000;

type Row = {
  key: string;
  received: number;
  answered: number;
  in_time: number;
  first_median: number | null;
  first_p90: number | null;
  solution_median: number | null;
  solution_p90: number | null;
  reopened: number;
  rating: number | null;
  rated: number;
  simulated: number;
};

/**
 * Figures of the reports received in the days from `from` to before `to` (local), by unit, category or family. Times
 * are hours of the wall clock from receipt. Made at most every five minutes for the same question.
 */
export function createStatistics(parts: Parts) {
  const kept = new Map<string, { until: number; figures: Promise<Figures[]> }>();
  return (query: {
    from: string;
    to: string;
    by: 'organisation' | 'category' | 'family' | 'area';
  }): Promise<Figures[]> => {
    const days = (Date.parse(query.to) - Date.parse(query.from)) / 86_400_000;
    if (!(days > 0 && days <= LONGEST_DAYS)) throw badDays();
    const key = `${query.by} ${query.from} ${query.to}`;
    const at = parts.now().getTime();
    const known = kept.get(key);
    if (known && known.until > at && known.until <= at + KEPT_MS) return known.figures;
    // Strangers choose the days: they must not fill the memory with them.
    if (kept.size > 100) kept.clear();
    const figures = compute(parts, query);
    kept.set(key, { until: at + KEPT_MS, figures });
    figures.catch(() => kept.delete(key));
    return figures;
  };
}

const columns = { organisation: 'organisation_id', category: 'category', family: 'family', area: 'area_code' } as const;
const localMidnight = (day: string): Date => new Date(`${day}T00:00:00+07:00`);

async function compute(
  parts: Parts,
  query: { from: string; to: string; by: keyof typeof columns },
): Promise<Figures[]> {
  const column = sql.ref(columns[query.by]);
  const hours = (until: string) => sql`extract(epoch from ${sql.ref(until)} - received_at) / 3600`;
  const found = await sql<Row>`
    select coalesce(${column}, '') as key, count(*) as received, count(answered_at) as answered,
      count(*) filter (where in_time) as in_time,
      percentile_cont(0.5) within group (order by ${hours('first_answer_at')}) as first_median,
      percentile_cont(0.9) within group (order by ${hours('first_answer_at')}) as first_p90,
      percentile_cont(0.5) within group (order by ${hours('answered_at')}) as solution_median,
      percentile_cont(0.9) within group (order by ${hours('answered_at')}) as solution_p90,
      count(reopened_at) as reopened, avg(rating) as rating, count(rating) as rated,
      count(*) filter (where provenance <> 'measured') as simulated
    from reports
    where received_at >= ${localMidnight(query.from)} and received_at < ${localMidnight(query.to)}
    group by 1 order by 2 desc, 1`.execute(parts.db);
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  const areas = query.by === 'area' ? parts.territory.units({ level: 'commune' }) : [];
  const titleOf = (key: string): Text => {
    if (query.by === 'organisation') return tree.get(key)?.name ?? { vi: 'Chưa có đơn vị', en: 'No unit yet' };
    if (query.by === 'area') {
      const name = areas.find((unit) => unit.code === key)?.name ?? key;
      return { vi: name, en: name };
    }
    return categories.find((one) => one.code === key)?.title ?? { vi: key, en: key };
  };
  const pair = (median: number | null, p90: number | null) =>
    median === null || p90 === null ? null : { median, p90 };
  return found.rows.map((row) => ({
    key: row.key,
    title: titleOf(row.key),
    received: row.received,
    answered: row.answered,
    inTime: row.in_time,
    firstAnswerHours: pair(row.first_median, row.first_p90),
    solutionHours: pair(row.solution_median, row.solution_p90),
    reopened: row.reopened,
    rating: row.rating === null ? null : { mean: row.rating, n: row.rated },
    simulated: row.simulated,
    ranked: row.answered >= LEAST_RANKED,
  }));
}

/** The last ninety days and today. */
export function usualDays(now: Date): { from: string; to: string } {
  const day = 86_400_000;
  return { from: localDay(new Date(now.getTime() - 90 * day)), to: localDay(new Date(now.getTime() + day)) };
}

function badDays() {
  return refuse(400, 'bad-range', {
    vi: `Khoảng thời gian phải từ 1 đến ${LONGEST_DAYS} ngày.`,
    en: `The range must be 1 to ${LONGEST_DAYS} days.`,
  });
}
