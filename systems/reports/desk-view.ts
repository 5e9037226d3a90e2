import { sql } from 'kysely';
import type { TimelineEntry } from '../../platform/cases/index.ts';
import { covers, demand, type Principal, visible } from '../../platform/rights/index.ts';
import { plain, refuse, type Text } from '../../platform/words/index.ts';
import { type Found, findMasks } from './masks.ts';
import { noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import type { StepName } from './types.ts';

export type DeskQuery = {
  step?: string;
  open?: boolean;
  /** not looked at by a moderator yet */
  unmoderated?: boolean;
  category?: string;
  areaCode?: string;
  organisationId?: string;
  q?: string;
  sort: 'due' | 'newest';
  limit: number;
  offset: number;
};

export type DeskItem = {
  id: string;
  number: string;
  category: string;
  categoryTitle: Text;
  text: string;
  step: StepName;
  urgency: ReportRow['urgency'];
  areaCode: string;
  address: string | null;
  lon: number;
  lat: number;
  organisationId: string | null;
  organisationName: Text | null;
  receivedAt: Date;
  dueAt: Date | null;
  late: boolean;
  isPublic: boolean;
  isModerated: boolean;
  meToo: number;
  transfers: number;
  rating: number | null;
  isReopened: boolean;
  provenance: ReportRow['provenance'];
};

export type DeskAct =
  | 'moderate'
  | 'begin'
  | 'transfer'
  | 'recategorise'
  | 'ask'
  | 'propose'
  | 'approve'
  | 'refuse'
  | 'note'
  | 'assign'
  | 'personal';

const rights = (principal: Principal) =>
  visible(principal, 'case:read').where({ area: 'rights_area', organisation: 'organisation_id' });

/** The reports that may be seen, by clock or newest first. */
export async function findForDesk(
  parts: Parts,
  principal: Principal,
  query: DeskQuery,
): Promise<{ items: DeskItem[]; total: number }> {
  let base = tablesOf(parts.db).selectFrom('reports').where(rights(principal));
  if (query.step) base = base.where(sql<boolean>`step = ${query.step}`);
  if (query.open !== undefined) base = base.where('closed_at', query.open ? 'is' : 'is not', null);
  if (query.unmoderated) base = base.where('moderated_at', 'is', null);
  if (query.areaCode) base = base.where('area_code', '=', query.areaCode);
  if (query.organisationId) base = base.where('organisation_id', '=', query.organisationId);
  const { category, q } = query;
  if (category) base = base.where((eb) => eb.or([eb('category', '=', category), eb('family', '=', category)]));
  if (q) {
    const words = plain(q).replace(/[%_\\]/g, '\\$&');
    base = base.where((eb) =>
      eb.or([eb('search_plain', 'like', `%${words}%`), eb('number', '=', q.trim().toUpperCase())]),
    );
  }
  const ordered = query.sort === 'due' ? base.orderBy(sql`due_at asc nulls last`) : base;
  const [rows, count] = await Promise.all([
    ordered
      .selectAll()
      .orderBy('received_at', 'desc')
      .orderBy('case_id')
      .limit(query.limit)
      .offset(query.offset)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: await itemsOf(parts, rows), total: count.n };
}

async function itemsOf(parts: Parts, rows: readonly ReportRow[]): Promise<DeskItem[]> {
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  const at = parts.now();
  return rows.map((row) => ({
    id: row.case_id,
    number: row.number,
    category: row.category,
    categoryTitle: categories.find((one) => one.code === row.category)?.title ?? { vi: row.category, en: row.category },
    text: row.text,
    step: row.step,
    urgency: row.urgency,
    areaCode: row.area_code,
    address: row.address,
    lon: row.lon,
    lat: row.lat,
    organisationId: row.organisation_id,
    organisationName: row.organisation_id === null ? null : (tree.get(row.organisation_id)?.name ?? null),
    receivedAt: row.received_at,
    dueAt: row.due_at,
    late: row.closed_at === null && row.due_at !== null && row.due_at < at,
    isPublic: row.published_at !== null,
    isModerated: row.moderated_at !== null,
    meToo: row.me_too,
    transfers: row.transfers,
    rating: row.rating,
    isReopened: row.reopened_at !== null,
    provenance: row.provenance,
  }));
}

/** What this principal may do with the report now; the acts demand the same. */
export function mayOnReport(principal: Principal, report: ReportRow, next: readonly string[]): DeskAct[] {
  const place = { areaCode: report.rights_area, organisationId: report.organisation_id };
  const has = (permission: 'report:act' | 'report:moderate' | 'report:approve' | 'report:personal') =>
    covers(principal, permission, place);
  const open = report.closed_at === null;
  const reach = (step: string): boolean =>
    next.includes(step) || (report.step === 'received' && next.includes('assigned'));
  const acts: [DeskAct, boolean][] = [
    ['moderate', has('report:moderate') && (open || report.step !== 'refused')],
    [
      'begin',
      has('report:act') && open && report.step !== 'proposed' && report.step !== 'in-progress' && reach('in-progress'),
    ],
    ['transfer', has('report:act') && open && report.step !== 'proposed'],
    ['recategorise', has('report:act') && open],
    ['ask', has('report:act') && open && reach('asked')],
    ['propose', has('report:act') && open && reach('proposed')],
    ['approve', has('report:approve') && report.step === 'proposed'],
    ['refuse', has('report:approve') && open && next.includes('refused')],
    ['note', has('report:act')],
    ['assign', has('report:act') && open],
    ['personal', has('report:personal')],
  ];
  return acts.filter(([, is]) => is).map(([act]) => act);
}

export type DeskView = DeskItem & {
  version: number;
  timeline: Pick<TimelineEntry, 'happenedAt' | 'whoName' | 'what' | 'text' | 'fileIds'>[];
  fields: Record<string, unknown>;
  publicText: string | null;
  /** what the program would mask, as a proposal to the moderator */
  found: Found[];
  /** something was masked on receipt; reading the whole is asked for with a purpose */
  hasOriginal: boolean;
  hasAccount: boolean;
  aboutOrganisationId: string | null;
  refusal: string | null;
  ratingWhy: string | null;
  messages: { at: Date; kind: string; text: string; isPublic: boolean; fileIds: string[] }[];
  answers: {
    text: string;
    state: string;
    fileIds: string[];
    proposedAt: Date;
    proposedByName: string;
    decidedByName: string | null;
    verdict: string | null;
  }[];
  photos: { fileId: string; part: 'before' | 'after'; isPublic: boolean }[];
  may: DeskAct[];
};

async function seen(parts: Parts, principal: Principal, id: string): Promise<ReportRow> {
  const row = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', id)
    .where(rights(principal))
    .executeTakeFirst();
  if (!row) throw noSuchReport();
  return row;
}

/** One report with its case, for those who may see it: 404 for others. */
export async function viewForDesk(parts: Parts, principal: Principal, id: string): Promise<DeskView> {
  const { db, cases } = parts;
  const row = await seen(parts, principal, id);
  const [view, messages, answers, photos, accounts, items] = await Promise.all([
    cases.get(principal, id),
    tablesOf(db).selectFrom('report_messages').selectAll().where('case_id', '=', id).orderBy('id').execute(),
    tablesOf(db).selectFrom('report_answers').selectAll().where('case_id', '=', id).orderBy('proposed_at').execute(),
    parts.photos.of(db, id),
    accountOf(parts, id),
    itemsOf(parts, [row]),
  ]);
  const [item] = items;
  if (!item) throw noSuchReport();
  return {
    ...item,
    version: view.version,
    timeline: view.timeline,
    fields: row.fields,
    publicText: row.public_text,
    found: findMasks(row.text),
    hasOriginal: row.text_sealed !== null,
    hasAccount: accounts !== null,
    aboutOrganisationId: row.about_organisation_id,
    refusal: row.refusal,
    ratingWhy: row.rating_why,
    messages: messages.map((one) => ({
      at: one.at,
      kind: one.kind,
      text: one.text,
      isPublic: one.is_public,
      fileIds: one.file_ids,
    })),
    answers: answers.map((one) => ({
      text: one.text,
      state: one.state,
      fileIds: one.file_ids,
      proposedAt: one.proposed_at,
      proposedByName: one.proposed_by_name,
      decidedByName: one.decided_by_name,
      verdict: one.verdict,
    })),
    photos,
    may: mayOnReport(principal, row, view.next),
  };
}

async function accountOf(parts: Parts, id: string): Promise<string | null> {
  const row = await tablesOf(parts.db)
    .selectFrom('report_followers')
    .select('citizen_id')
    .where('case_id', '=', id)
    .where('role', '=', 'sender')
    .where('citizen_id', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row?.citizen_id ?? null;
}

/** The whole text as it was written and the sender's contact, for a purpose that the audit log keeps. */
export async function readPersonal(
  parts: Parts,
  principal: Principal,
  id: string,
  purpose: string,
): Promise<{ text: string | null; contact: string | null }> {
  const row = await seen(parts, principal, id);
  demand(principal, 'report:personal', { areaCode: row.rights_area, organisationId: row.organisation_id });
  if (purpose.trim().length < 5) throw noPurpose();
  const why = `${row.number}: ${purpose.trim()}`;
  const account = await accountOf(parts, id);
  const [text, contact] = await Promise.all([
    row.text_sealed ? parts.citizens.unseal(principal, why, row.subject, row.text_sealed) : row.text,
    account ? parts.citizens.contactFor(principal, why, account) : null,
  ]);
  return { text, contact: contact?.value ?? null };
}

function noPurpose() {
  return refuse(422, 'no-purpose', {
    vi: 'Hãy ghi rõ mục đích xem thông tin cá nhân.',
    en: 'Say for what purpose the personal data are read.',
  });
}
