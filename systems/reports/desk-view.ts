import { budgetMinutes, type Clock } from '../../platform/calendar/index.ts';
import type { TimelineEntry } from '../../platform/cases/index.ts';
import { type Found, findMasks } from '../../platform/citizens/index.ts';
import { covers, demand, type Principal } from '../../platform/rights/index.ts';
import { refuse, type Text } from '../../platform/words/index.ts';
import { type FormSchema, filledIn } from './category-form.ts';
import { type DeskItem, deskRights, itemsOf } from './desk-find.ts';
import { openTablesOf } from './open-tables.ts';
import { noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';

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

type CaseClock = Awaited<ReturnType<Parts['cases']['get']>>['clocks'][number];

export type DeskClock = {
  kind: 'working' | 'calendar';
  budgetMinutes: number;
  usedMinutes: number;
  dueAt: Date | null;
  standsFor: Text | null;
};

export type DeskView = DeskItem & {
  version: number;
  /** its own clock: minutes of its kind; null deadline and a reason while it stands */
  clock: DeskClock | null;
  closedAt: Date | null;
  channel: ReportRow['channel'];
  timeline: Pick<TimelineEntry, 'happenedAt' | 'whoName' | 'what' | 'text' | 'fileIds'>[];
  fields: { title: Text; value: Text }[];
  publicText: string | null;
  /** what the program would mask, as a proposal to the moderator */
  found: Found[];
  /** something was masked on receipt; reading the whole is asked for with a purpose */
  hasOriginal: boolean;
  hasAccount: boolean;
  aboutOrganisationId: string | null;
  refusal: string | null;
  ratingWhy: string | null;
  inspections: { at: Date; text: string; lon: number | null; lat: number | null; byName: string }[];
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
  photos: { fileId: string; part: 'before' | 'after' | 'video'; isPublic: boolean }[];
  may: DeskAct[];
};

export async function seen(parts: Parts, principal: Principal, id: string): Promise<ReportRow> {
  const row = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', id)
    .where(deskRights(principal))
    .executeTakeFirst();
  if (!row) throw noSuchReport();
  return row;
}

/** One report with its case, for those who may see it: 404 for others. */
export async function viewForDesk(parts: Parts, principal: Principal, id: string): Promise<DeskView> {
  const { db, cases } = parts;
  const row = await seen(parts, principal, id);
  const [view, messages, answers, photos, video, category, accounts, items, inspections] = await Promise.all([
    cases.get(principal, id),
    tablesOf(db).selectFrom('report_messages').selectAll().where('case_id', '=', id).orderBy('id').execute(),
    tablesOf(db).selectFrom('report_answers').selectAll().where('case_id', '=', id).orderBy('proposed_at').execute(),
    parts.photos.of(db, id),
    parts.photos.videoOf(db, id),
    parts.catalogue.of(row),
    accountOf(parts, id),
    itemsOf(parts, [row]),
    tablesOf(db).selectFrom('report_inspections').selectAll().where('case_id', '=', id).orderBy('at').execute(),
  ]);
  const [item] = items;
  if (!item) throw noSuchReport();
  return {
    ...item,
    version: view.version,
    clock: clockOf(
      parts,
      view.clocks.findLast((clock) => clock.name === 'case'),
      row.answered_at,
    ),
    closedAt: row.closed_at,
    channel: row.channel,
    inspections: inspections.map(({ at, text, lon, lat, by_name }) => ({ at, text, lon, lat, byName: by_name })),
    timeline: view.timeline,
    fields: filledIn(category.form as unknown as FormSchema, row.fields),
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
    photos: [...photos, ...(video === null ? [] : [{ fileId: video, part: 'video' as const, isPublic: false }])],
    may: mayOnReport(principal, row, view.next),
  };
}

function clockOf(parts: Parts, own: CaseClock | undefined, answeredAt: Date | null): DeskClock | null {
  if (!own) return null;
  const facts: Clock = {
    ...own,
    suspensions: own.suspensions.map(({ from, to }) => ({
      from: new Date(from),
      to: to === null ? null : new Date(to),
    })),
  };
  const last = own.suspensions.at(-1);
  return {
    kind: own.kind,
    budgetMinutes: budgetMinutes(facts, parts.calendar.working()),
    usedMinutes: parts.calendar.usedAt(facts, answeredAt ?? parts.now()),
    dueAt: own.dueAt,
    standsFor: last && last.to === null ? last.reason : null,
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
  const sender = await openTablesOf(parts.db)
    .selectFrom('report_senders')
    .select('contact_sealed')
    .where('case_id', '=', id)
    .executeTakeFirst();
  const open = (sealed: Buffer) => parts.citizens.unseal(principal, why, row.subject, sealed);
  const [text, contact, person] = await Promise.all([
    row.text_sealed ? open(row.text_sealed) : row.text,
    account ? parts.citizens.contactFor(principal, why, account) : null,
    sender?.contact_sealed ? open(sender.contact_sealed) : null,
  ]);
  const known = [contact?.value, person === null ? null : saidOf(person)].filter((one) => one);
  return { text, contact: known.join(' · ') || null };
}

/** What a sender said of themselves to another program or at the hotline: name, then how to reach them. */
function saidOf(person: string): string {
  const { name, first_name, last_name, phone, email, account_id } = JSON.parse(person) as Record<
    string,
    string | undefined
  >;
  const full = name ?? [first_name, last_name].filter(Boolean).join(' ');
  return [full, phone, email, account_id && `ID ${account_id}`].filter(Boolean).join(' · ');
}

function noPurpose() {
  return refuse(422, 'no-purpose', {
    vi: 'Hãy ghi rõ mục đích xem thông tin cá nhân.',
    en: 'Say for what purpose the personal data are read.',
  });
}
