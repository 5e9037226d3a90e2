import { type SelectQueryBuilder, sql } from 'kysely';
import { type Principal, visible } from '../../platform/rights/index.ts';
import { plain, type Text } from '../../platform/words/index.ts';
import { type Parts, type ReportRow, tablesOf } from './parts.ts';
import type { ReportsTables } from './tables.ts';
import { type StepName, stepNames } from './types.ts';

export const outcomes = ['answered', 'in-time', 'answered-late', 'reopened', 'rated-low', 'refused'] as const;

/** Which reports: the filters of the list, the map, the board and the export, and what a figure opens to. */
export type DeskFilter = {
  step?: string;
  open?: boolean;
  /** not looked at by a moderator yet */
  unmoderated?: boolean;
  /** at least so much of the time is used (50, 80 or 100 %) */
  rung?: number;
  category?: string;
  areaCode?: string;
  organisationId?: string;
  /** received on these days (local), the second included */
  from?: string;
  to?: string;
  outcome?: (typeof outcomes)[number];
  q?: string;
};

export type DeskQuery = DeskFilter & { sort: 'due' | 'newest'; limit: number; offset: number };

export type DeskItem = {
  id: string;
  number: string;
  category: string;
  categoryTitle: Text;
  text: string;
  step: StepName;
  urgency: ReportRow['urgency'];
  areaCode: string;
  areaName: string;
  address: string | null;
  lon: number;
  lat: number;
  organisationId: string | null;
  organisationName: Text | null;
  receivedAt: Date;
  dueAt: Date | null;
  late: boolean;
  /** how much of the time is used: 0, 50, 80 or 100 % and more */
  rung: number;
  isPublic: boolean;
  isModerated: boolean;
  meToo: number;
  transfers: number;
  rating: number | null;
  isReopened: boolean;
  /** the first photo of the citizen */
  photoId: string | null;
  /** for an act from the list: what the officer had before them */
  updatedAt: Date;
  provenance: ReportRow['provenance'];
};

export const deskRights = (principal: Principal) =>
  visible(principal, 'case:read').where({ area: 'rights_area', organisation: 'organisation_id' });

const localMidnight = (day: string): Date => new Date(`${day}T00:00:00+07:00`);
const DAY_MS = 86_400_000;

type Reports = SelectQueryBuilder<ReportsTables, 'reports', object>;

/** Narrows a question about reports to what is asked for. */
export function filtered(base: Reports, filter: DeskFilter): Reports {
  let query = base;
  const { step, category, q, outcome } = filter;
  const named = stepNames.find((one) => one === step);
  if (step) query = named ? query.where('step', '=', named) : query.where(sql<boolean>`false`);
  if (filter.open !== undefined) query = query.where('closed_at', filter.open ? 'is' : 'is not', null);
  if (filter.unmoderated) query = query.where('moderated_at', 'is', null);
  if (filter.rung) query = query.where('rung', '>=', filter.rung).where('closed_at', 'is', null);
  if (filter.areaCode) query = query.where('area_code', '=', filter.areaCode);
  if (filter.organisationId) query = query.where('organisation_id', '=', filter.organisationId);
  if (filter.from) query = query.where('received_at', '>=', localMidnight(filter.from));
  if (filter.to) query = query.where('received_at', '<', new Date(localMidnight(filter.to).getTime() + DAY_MS));
  if (category) query = query.where((eb) => eb.or([eb('category', '=', category), eb('family', '=', category)]));
  if (q) {
    const words = plain(q).replace(/[%_\\]/g, '\\$&');
    query = query.where((eb) =>
      eb.or([eb('search_plain', 'like', `%${words}%`), eb('number', '=', q.trim().toUpperCase())]),
    );
  }
  if (outcome === 'answered') query = query.where('answered_at', 'is not', null);
  if (outcome === 'in-time') query = query.where('in_time', '=', true);
  if (outcome === 'answered-late') query = query.where('in_time', '=', false);
  if (outcome === 'reopened') query = query.where('reopened_at', 'is not', null);
  if (outcome === 'rated-low') query = query.where('rating', '<=', 2);
  if (outcome === 'refused') query = query.where('step', '=', 'refused');
  return query;
}

const ofPrincipal = (parts: Parts, principal: Principal, filter: DeskFilter): Reports =>
  filtered(tablesOf(parts.db).selectFrom('reports').where(deskRights(principal)), filter);

/** Beyond so many a list says 'more than': to count half a million takes longer than to show a page of them. */
const COUNTED = 10_000;

/** The reports that may be seen, worst clock first or newest first; `more`: there are more than `total`. */
export async function findForDesk(
  parts: Parts,
  principal: Principal,
  query: DeskQuery,
): Promise<{ items: DeskItem[]; total: number; more: boolean }> {
  const base = ofPrincipal(parts, principal, query);
  const counted = parts.db.selectFrom(
    base
      .select(sql`1`.as('one'))
      .limit(COUNTED + 1)
      .as('found'),
  );
  const ordered =
    query.sort === 'due'
      ? base.orderBy(sql`closed_at is not null`).orderBy('rung', 'desc').orderBy(sql`due_at asc nulls last`)
      : base;
  const [rows, count] = await Promise.all([
    ordered
      .selectAll()
      .orderBy('received_at', 'desc')
      .orderBy('case_id')
      .limit(query.limit)
      .offset(query.offset)
      .execute(),
    counted.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: await itemsOf(parts, rows), total: Math.min(count.n, COUNTED), more: count.n > COUNTED };
}

const POINTS = 3000;
export type DeskPoint = {
  id: string;
  number: string;
  title: Text;
  lon: number;
  lat: number;
  rung: number;
  open: boolean;
};

/** The same reports as points: the worst clocks first, at most so many as a map can carry. */
export async function pointsForDesk(
  parts: Parts,
  principal: Principal,
  filter: DeskFilter,
): Promise<{ items: DeskPoint[]; total: number }> {
  const base = ofPrincipal(parts, principal, filter);
  const [rows, count, categories] = await Promise.all([
    base
      .select(['case_id', 'number', 'category', 'lon', 'lat', 'rung', 'closed_at'])
      .orderBy(sql`closed_at is not null`)
      .orderBy('rung', 'desc')
      .orderBy('received_at', 'desc')
      .limit(POINTS)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
    parts.catalogue.all(),
  ]);
  const titles = new Map(categories.map((one) => [one.code, one.title]));
  return {
    total: count.n,
    items: rows.map((row) => ({
      id: row.case_id,
      number: row.number,
      title: titles.get(row.category) ?? { vi: row.category, en: row.category },
      lon: row.lon,
      lat: row.lat,
      rung: row.rung,
      open: row.closed_at === null,
    })),
  };
}

export type DeskCounts = {
  open: number;
  late: number;
  near: number;
  half: number;
  unmoderated: number;
  proposed: number;
  asked: number;
};

/** How many are open, by clock and by what they wait for. */
export async function countForDesk(parts: Parts, principal: Principal): Promise<DeskCounts> {
  return ofPrincipal(parts, principal, { open: true })
    .select([
      sql<number>`count(*)`.as('open'),
      sql<number>`count(*) filter (where rung = 100)`.as('late'),
      sql<number>`count(*) filter (where rung = 80)`.as('near'),
      sql<number>`count(*) filter (where rung = 50)`.as('half'),
      sql<number>`count(*) filter (where moderated_at is null)`.as('unmoderated'),
      sql<number>`count(*) filter (where step = 'proposed')`.as('proposed'),
      sql<number>`count(*) filter (where step = 'asked')`.as('asked'),
    ])
    .executeTakeFirstOrThrow();
}

export async function itemsOf(parts: Parts, rows: readonly ReportRow[]): Promise<DeskItem[]> {
  if (rows.length === 0) return [];
  const [tree, categories, photos] = await Promise.all([
    parts.identity.tree(),
    parts.catalogue.all(),
    tablesOf(parts.db)
      .selectFrom('report_photos')
      .select(['case_id', 'file_id'])
      .where('part', '=', 'before')
      .where(
        'case_id',
        'in',
        rows.map((row) => row.case_id),
      )
      .orderBy('n', 'desc')
      .execute(),
  ]);
  const at = parts.now();
  const titles = new Map(categories.map((one) => [one.code, one.title]));
  const areas = new Map(parts.territory.units({ level: 'commune' }).map((unit) => [unit.code, unit.name]));
  const firstPhoto = new Map(photos.map((photo) => [photo.case_id, photo.file_id]));
  return rows.map((row) => ({
    id: row.case_id,
    number: row.number,
    category: row.category,
    categoryTitle: titles.get(row.category) ?? { vi: row.category, en: row.category },
    text: row.text,
    step: row.step,
    urgency: row.urgency,
    areaCode: row.area_code,
    areaName: areas.get(row.area_code) ?? row.area_code,
    address: row.address,
    lon: row.lon,
    lat: row.lat,
    organisationId: row.organisation_id,
    organisationName: row.organisation_id === null ? null : (tree.get(row.organisation_id)?.name ?? null),
    receivedAt: row.received_at,
    dueAt: row.due_at,
    late: row.closed_at === null && row.due_at !== null && row.due_at < at,
    rung: row.rung,
    isPublic: row.published_at !== null,
    isModerated: row.moderated_at !== null,
    meToo: row.me_too,
    transfers: row.transfers,
    rating: row.rating,
    isReopened: row.reopened_at !== null,
    photoId: firstPhoto.get(row.case_id) ?? null,
    updatedAt: row.updated_at,
    provenance: row.provenance,
  }));
}
