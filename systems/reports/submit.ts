import { createHash, randomUUID } from 'node:crypto';
import { findMasks, maskText, sameText } from '../../platform/citizens/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { plain, refuse } from '../../platform/words/index.ts';
import { demandNotBlocked, marksOf } from './blocks.ts';
import type { StoredCategory } from './catalogue.ts';
import { makeFollowCode, parseFollowCode } from './follow-code.ts';
import { openTablesOf } from './open-tables.ts';
import { citizen, lockReport, noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import { solvedBefore } from './proposals.ts';
import { asksHistory, type Routed, route } from './routing.ts';
import { terms } from './terms.ts';
import type { Channel, Place, Urgency } from './types.ts';

export type NewReport = {
  /** made by the sender's device, at random: the same one again is the same report */
  requestId: string;
  text: string;
  category: string;
  location: Place;
  address?: string;
  urgency: Urgency;
  /** finished uploads */
  uploads?: readonly string[];
  fields?: Record<string, unknown>;
  /** the unit that it is about, where that is not the commune of the place */
  aboutOrganisationId?: string;
  channel: Channel;
  /** made by the province's simulation; believed of its device only */
  simulated?: boolean;
};

/** Where a request comes from: the address, and the account where somebody is signed in. */
export type Sender = {
  ip: string;
  citizenId: string | null;
  /** the device, by whatever name it gives itself */
  device?: string | null;
  /** contacts as typed and confirmed by nobody, in their one form ('phone:+84…'): known again by the block list */
  contacts?: readonly string[];
  /** who they say they are: sealed, for the officer */
  person?: Record<string, string>;
};

export type Submitted = { number: string; code: string; organisationId: string | null; dueAt: Date | null };

const severity: Record<Urgency, number> = { normal: 2, urgent: 3, emergency: 4 };
const TITLE = 90;
const writer = systemPrincipal('reports', []);

/**
 * Takes a report: refuses what lies outside the province, routes it, opens its case with its own clock, keeps what
 * is personal encrypted. The same request again (a double tap, an offline queue that sends twice) changes nothing and
 * answers with the same number and another valid code.
 * @param also is done in the same transaction, for a new report only
 */
export async function submit(
  parts: Parts,
  from: Sender & { principal: Principal },
  input: NewReport,
  also?: (tx: Tx, caseId: string, code: string) => Promise<void>,
): Promise<Submitted> {
  const { db, cases, catalogue, now } = parts;
  const at = now();
  const isDevice = from.principal.kind === 'device';
  const isCall = input.channel === 'hotline';
  // A device and a desk hand in what others say: their own address is nobody's mark.
  const marks = await marksOf(parts, { ...from, ip: isDevice || isCall ? null : from.ip });
  if (!isDevice) {
    if (input.simulated) throw notSimulated();
    if (!isCall) await countSubmission(parts, from.ip);
  }
  await demandNotBlocked(parts, { ...marks, citizenId: from.citizenId });
  if (from.citizenId !== null) await parts.citizens.demandNotKeptOut(from.citizenId);
  const category = await catalogue.leaf(input.category);
  const fields = input.fields ?? {};
  catalogue.demandFields(category, fields);
  const areaCode = areaOf(parts, input.location);
  const routed = await routeOf(parts, category, areaCode, input.aboutOrganisationId);
  const text = input.text.normalize('NFC').trim();
  const masked = maskText(text, findMasks(text));
  const title = titleOf(category, masked);
  const provenance = input.simulated ? ('simulated' as const) : ('measured' as const);
  const prepared = await cases.prepare(citizen, {
    type: 'report',
    title,
    severity: severity[input.urgency],
    location: input.location,
    provenance,
    clock: category.deadlines[input.urgency],
    ...(routed.areaCode === null ? {} : { areaCode: routed.areaCode }),
    ...(routed.organisationId === null ? {} : { organisationId: routed.organisationId }),
  });
  return db.transaction().execute(async (tx) => {
    // Kept as a hash: who reads the table of requests cannot repeat one.
    const request = { key: createHash('sha256').update(input.requestId).digest('hex'), content: input };
    const opened = await cases.work(tx).open(citizen, prepared, request);
    if (!opened.isNew) return again(tx, parts, from, opened.id);
    const subject = from.citizenId ?? (await parts.citizens.newSubject(tx));
    await tablesOf(tx)
      .insertInto('reports')
      .values({
        case_id: opened.id,
        number: prepared.number,
        category: category.code,
        family: category.parent ?? category.code,
        urgency: input.urgency,
        text: masked,
        search_plain: plain(`${masked} ${category.title.vi} ${input.address ?? ''}`),
        fields: JSON.stringify(fields),
        area_code: areaCode,
        lon: input.location.lon,
        lat: input.location.lat,
        address: input.address?.normalize('NFC').trim() || null,
        channel: input.channel,
        subject,
        text_sealed: masked === text ? null : await parts.citizens.seal(tx, subject, text),
        about_organisation_id: routed.aboutOrganisationId,
        organisation_id: routed.organisationId,
        rights_area: routed.areaCode,
        step: 'received',
        provenance,
        received_at: at,
        due_at: opened.worked.dueAt,
        moderated_at: null,
        public_text: null,
        published_at: null,
        public_lon: null,
        public_lat: null,
        first_answer_at: null,
        answered_at: null,
        in_time: null,
        refusal: null,
        closed_at: null,
        reopen_until: null,
        reopened_at: null,
        rating: null,
        rating_why: null,
        rated_at: null,
        updated_at: at,
      })
      .execute();
    await tablesOf(tx)
      .insertInto('report_steps')
      .values({ case_id: opened.id, at, step: 'received', organisation_id: routed.organisationId })
      .execute();
    await openTablesOf(tx)
      .insertInto('report_senders')
      .values({
        case_id: opened.id,
        client_id: isDevice && !input.simulated ? from.principal.id : null,
        contact_sealed: from.person ? await parts.citizens.seal(tx, subject, JSON.stringify(from.person)) : null,
        contact_digests: [...marks.contacts],
        device_digest: marks.device,
        network_digest: marks.network,
        text_digest: await parts.keyed.digest('text', sameText(text)),
        at,
      })
      .execute();
    await parts.photos.tie(tx, { case_id: opened.id }, input.uploads ?? [], 'before');
    const code = await giveCode(
      tx,
      { caseId: opened.id, role: 'sender', citizenId: from.citizenId, requestHash: null },
      at,
    );
    await also?.(tx, opened.id, code);
    await parts.audit.record(tx, {
      principal: isDevice || isCall ? from.principal : citizen,
      action: 'report.submit',
      subject: `case:${opened.id}`,
      areaCode: routed.areaCode,
      organisationId: routed.organisationId,
      detail: { number: prepared.number, category: category.code, channel: input.channel, routed: routed.why },
    });
    await parts.log.append(tx, [
      {
        kind: 'report.received',
        subject: opened.id,
        areaCode: routed.areaCode,
        organisationId: routed.organisationId,
        permission: 'report:act',
        payload: {
          caseId: opened.id,
          number: prepared.number,
          category: category.code,
          step: 'received',
          provenance,
          by: citizen.id,
          byName: citizen.name,
        },
      },
    ]);
    return { number: prepared.number, code, organisationId: routed.organisationId, dueAt: opened.worked.dueAt };
  });
}

/** The same request once more: the first answer may have been lost, so its sender gets another code. */
async function again(tx: Tx, parts: Parts, from: Sender, caseId: string): Promise<Submitted> {
  const row = await lockReport(tx, caseId);
  const codes = await tablesOf(tx)
    .selectFrom('report_followers')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('case_id', '=', caseId)
    .where('role', '=', 'sender')
    .executeTakeFirstOrThrow();
  if (codes.n >= terms.codesASender) throw sentAlready(row.number);
  const follower = { caseId, role: 'sender' as const, citizenId: from.citizenId, requestHash: null };
  const code = await giveCode(tx, follower, parts.now());
  return { number: row.number, code, organisationId: row.organisation_id, dueAt: row.due_at };
}

/** Joins a person to a published report: counted once for a request, with a code of their own. */
export async function join(
  parts: Parts,
  from: Sender,
  number: string,
  input: { requestId: string },
): Promise<{ number: string; code: string; meToo: number }> {
  await countSubmission(parts, from.ip);
  return joinAs(parts, from, number, input, { principal: writer, mayJoin: (row) => row.published_at !== null });
}

/**
 * The same for who joins somebody else: a desk, which may know of more than what is published.
 * @param also is done in the same transaction, once for a request
 */
export async function joinAs(
  parts: Parts,
  from: Omit<Sender, 'ip'> & { ip: string | null },
  number: string,
  input: { requestId: string },
  by: {
    principal: Principal;
    mayJoin: (row: ReportRow) => boolean;
    also?: (tx: Tx, row: ReportRow, code: string) => Promise<void>;
  },
): Promise<{ number: string; code: string; meToo: number }> {
  const at = parts.now();
  await demandNotBlocked(parts, { ...(await marksOf(parts, from)), citizenId: from.citizenId });
  return parts.db.transaction().execute(async (tx) => {
    const row = await tablesOf(tx)
      .selectFrom('reports')
      .selectAll()
      .where('number', '=', number)
      .forUpdate()
      .executeTakeFirst();
    if (!row || !by.mayJoin(row)) throw noSuchReport();
    if (row.closed_at !== null || row.answered_at !== null) throw answeredAlready(row);
    const requestHash = createHash('sha256').update(`join ${input.requestId}`).digest('hex');
    const known = await tablesOf(tx)
      .selectFrom('report_followers')
      .selectAll()
      .where('case_id', '=', row.case_id)
      .where('request_hash', '=', requestHash)
      .execute();
    const first = known[0];
    if (known.length >= terms.codesASender) throw sentAlready(number);
    if (!first) {
      await tablesOf(tx)
        .updateTable('reports')
        .set((eb) => ({ me_too: eb('me_too', '+', 1) }))
        .where('case_id', '=', row.case_id)
        .execute();
      await parts.audit.record(tx, {
        principal: by.principal,
        action: 'report.join',
        subject: `case:${row.case_id}`,
        organisationId: row.organisation_id,
        detail: { number },
      });
    }
    const code = await giveCode(
      tx,
      { caseId: row.case_id, role: 'me-too', citizenId: from.citizenId, requestHash },
      at,
    );
    if (!first) await by.also?.(tx, row, code);
    return { number, code, meToo: row.me_too + (first ? 0 : 1) };
  });
}

type NewFollower = {
  caseId: string;
  role: 'sender' | 'me-too';
  citizenId: string | null;
  requestHash: string | null;
};

/** Makes a code and keeps its hash; the code itself is told once. */
export async function giveCode(tx: Tx, follower: NewFollower, at: Date): Promise<string> {
  const code = makeFollowCode();
  const parsed = parseFollowCode(code);
  if (!parsed) throw new Error('a code was made that is none');
  await tablesOf(tx)
    .insertInto('report_followers')
    .values({
      id: randomUUID(),
      case_id: follower.caseId,
      role: follower.role,
      citizen_id: follower.citizenId,
      look_up: parsed.lookUp,
      code_hash: parsed.hash,
      request_hash: follower.requestHash,
      created_at: at,
    })
    .execute();
  return code;
}

/** The commune of the place; refuses what lies outside the province. */
export function areaOf(parts: Pick<Parts, 'territory' | 'now'>, { lon, lat }: Place): string {
  const unit = parts.territory.pointToUnit(lon, lat, parts.now());
  if (!unit) throw outside();
  return unit.code;
}

/** Who gets a report of the category at the place, and why: for a new one, and for who tries the rules. */
export async function routeOf(
  parts: Parts,
  category: StoredCategory,
  areaCode: string,
  about: string | undefined,
): Promise<Routed & { aboutOrganisationId: string | null }> {
  const tree = await parts.identity.tree();
  if (about !== undefined && !tree.get(about)) throw noSuchUnit();
  const aboutOrganisationId = category.aboutUnit ? (about ?? tree.forArea(areaCode, 'commune')?.id ?? null) : null;
  const routes = await tablesOf(parts.db)
    .selectFrom('report_routes')
    .select(['id', 'category', 'area_code as areaCode', 'organisation_id as organisationId'])
    .where('active', '=', true)
    .orderBy('n')
    .orderBy('id')
    .execute();
  const history = asksHistory(routes, category, areaCode)
    ? ((await solvedBefore(parts, { category: category.code, areaCode }))[0]?.organisation_id ?? null)
    : null;
  return { ...route(tree, { category, areaCode, aboutOrganisationId }, routes, history), aboutOrganisationId };
}

function titleOf(category: StoredCategory, masked: string): string {
  const line = masked.replace(/\s+/g, ' ');
  const letters = [...line];
  return `${category.title.vi}: ${letters.length > TITLE ? `${letters.slice(0, TITLE).join('').trimEnd()}…` : line}`;
}

/** Bounds what one connection sends; a whole village may stand behind one. */
function countSubmission(parts: Parts, ip: string): Promise<void> {
  const key = `report-submit:${ip}`;
  return parts.citizens.limit([{ key, most: terms.submissionsIn10Minutes, withinSeconds: 600 }]);
}

function outside() {
  const text = {
    vi: 'Vị trí này nằm ngoài địa bàn tỉnh. Hãy chấm lại vị trí trên bản đồ; nếu sự việc ở tỉnh khác, hãy gửi cho tỉnh đó.',
    en: 'This place lies outside the province. Set the place on the map again; if it happened elsewhere, report it there.',
  };
  return refuse(422, 'outside-province', text, [{ at: '/location', reason: text }]);
}

function noSuchUnit() {
  const text = { vi: 'Không có đơn vị được phản ánh.', en: 'There is no such unit.' };
  return refuse(422, 'no-such-organisation', text, [{ at: '/aboutOrganisationId', reason: text }]);
}

function notSimulated() {
  return refuse(403, 'not-the-simulation', {
    vi: 'Chỉ bộ mô phỏng của hệ thống mới gửi được phản ánh mô phỏng.',
    en: 'Only the simulation of this system sends simulated reports.',
  });
}

function sentAlready(number: string) {
  return refuse(409, 'sent-already', {
    vi: `Phản ánh này đã được tiếp nhận với số ${number}. Hãy dùng mã theo dõi đã nhận.`,
    en: `This report was taken as ${number}. Use the follow code that you got.`,
  });
}

function answeredAlready(row: ReportRow) {
  return refuse(409, 'answered-already', {
    vi: `Phản ánh ${row.number} đã được trả lời. Nếu sự việc vẫn còn, hãy gửi phản ánh mới.`,
    en: `Report ${row.number} has been answered. If the problem is still there, send a new report.`,
  });
}
