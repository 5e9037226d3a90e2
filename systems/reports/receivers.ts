/**
 * Bodies outside the authorities as receivers without an account: what comes to their organisation is handed over by
 * e-mail with a signed link, or posted to their own system. The link is good for one report and until its day.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { LogEvent } from '../../platform/events/index.ts';
import { fetchWithin } from '../../platform/ingest/index.ts';
import { forbidden, type Principal, scopeOf, visible } from '../../platform/rights/index.ts';
import { notFound, refuse, type Text } from '../../platform/words/index.ts';
import { handoverPath } from './links.ts';
import { openTablesOf } from './open-tables.ts';
import type { Parts, ReportRow } from './parts.ts';
import type { Deadline } from './types.ts';

const DAY_MS = 86_400_000;
const LINK_DAYS = 30;
const MOST_ATTEMPTS = 8;
const TIMEOUT_MS = 20_000;
const OPEN = ['waiting', 'sent', 'accepted'] as const;

export type Receiver = {
  organisationId: string;
  email: string | null;
  url: string | null;
  clock: Deadline;
  active: boolean;
  /** the device whose api_key may report back (Open311 updates) */
  clientId: string | null;
  version: number;
};

function demandManager(principal: Principal): void {
  if (!scopeOf(principal, 'report:manage')?.all) throw forbidden('report:manage');
}

export async function listReceivers(parts: Parts, principal: Principal): Promise<Receiver[]> {
  demandManager(principal);
  const rows = await openTablesOf(parts.db)
    .selectFrom('report_receivers')
    .selectAll()
    .orderBy('organisation_id')
    .execute();
  return rows.map(({ organisation_id, email, url, clock, active, client_id, version }) => ({
    organisationId: organisation_id,
    email,
    url,
    clock,
    active,
    clientId: client_id,
    version,
  }));
}

/** How a receiver did with what was handed over in the last months, and what is with it now. */
export type ReceiverFigures = {
  organisationName: Text | null;
  /** people of the body who sign in to the console */
  accounts: number;
  now: number;
  late: number;
  answered: number;
  inTime: number;
  declined: number;
  failed: number;
};

const FIGURES_DAYS = 90;

export async function receiverFigures(parts: Parts, principal: Principal, id: string): Promise<ReceiverFigures> {
  demandManager(principal);
  const at = parts.now();
  const since = new Date(at.getTime() - FIGURES_DAYS * DAY_MS);
  const found = await sql<Omit<ReceiverFigures, 'organisationName' | 'accounts' | 'inTime'> & { in_time: number }>`
    select count(*) filter (where state = any(${[...OPEN]}))::int as now,
      count(*) filter (where state = any(${[...OPEN]}) and due_at < ${at})::int as late,
      count(*) filter (where state = 'answered')::int as answered,
      count(*) filter (where state = 'answered' and (due_at is null or answered_at <= due_at))::int as in_time,
      count(*) filter (where state = 'declined')::int as declined,
      count(*) filter (where state = 'failed')::int as failed
    from report_handovers
    where organisation_id = ${id} and (made_at >= ${since} or state = any(${[...OPEN]}))`.execute(parts.db);
  const [row] = found.rows;
  const unit = await parts.identity.organisation(id);
  const people = await parts.identity.users(visible(principal, 'user:manage'), {
    organisationId: id,
    limit: 1,
    offset: 0,
  });
  return {
    organisationName: unit?.name ?? null,
    accounts: people.total,
    now: row?.now ?? 0,
    late: row?.late ?? 0,
    answered: row?.answered ?? 0,
    inTime: row?.in_time ?? 0,
    declined: row?.declined ?? 0,
    failed: row?.failed ?? 0,
  };
}

/** What was handed over to it: what is with it now, then what went before, the newest first. */
export async function handedTo(parts: Parts, principal: Principal, id: string) {
  demandManager(principal);
  return openTablesOf(parts.db)
    .selectFrom('report_handovers as h')
    .innerJoin('reports as r', 'r.case_id', 'h.case_id')
    .select(['h.id', 'h.case_id', 'h.via', 'h.state', 'h.made_at', 'h.due_at', 'h.answered_at', 'h.reason'])
    .select(['r.number', 'r.category', 'r.area_code'])
    .where('h.organisation_id', '=', id)
    .orderBy((eb) => eb('h.state', 'in', OPEN), 'desc')
    .orderBy('h.made_at', 'desc')
    .limit(200)
    .execute();
}

/** A new key in place of one that was lost or seen by others: shown this once, and the old one signs no more. */
export async function renewKey(parts: Parts, principal: Principal, id: string): Promise<{ secret: string }> {
  demandManager(principal);
  return parts.db.transaction().execute(async (tx) => {
    const secret = randomBytes(32);
    const done = await openTablesOf(tx)
      .updateTable('report_receivers')
      .set((eb) => ({ secret, version: eb('version', '+', 1), updated_at: parts.now(), updated_by: principal.id }))
      .where('organisation_id', '=', id)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) throw notFound({ vi: 'đơn vị tiếp nhận này', en: 'receiver' });
    await parts.audit.record(tx, {
      principal,
      action: 'report-receiver.renew-key',
      subject: `report-receiver:${id}`,
      organisationId: id,
    });
    return { secret: secret.toString('base64url') };
  });
}

/** Makes or changes a receiver. @returns its secret where it is new: shown this once */
export async function saveReceiver(
  parts: Parts,
  principal: Principal,
  given: Receiver,
): Promise<{ secret: string | null }> {
  demandManager(principal);
  const { organisationId } = given;
  if (!(await parts.identity.exists(organisationId))) throw noSuchUnit();
  if (given.email === null && given.url === null) throw noAddress();
  // Refuses another scheme, credentials and ports of no web server; where it leads is asked before each request.
  if (given.url !== null) parts.guard.urlOf(given.url);
  if (given.clientId !== null && (await parts.ingest.devices.get(given.clientId))?.entities.size !== 0)
    throw noSuchClient();
  return parts.db.transaction().execute(async (tx) => {
    const own = openTablesOf(tx);
    const known = await own
      .selectFrom('report_receivers')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .forUpdate()
      .executeTakeFirst();
    if ((known?.version ?? 0) !== given.version) throw changedMeanwhile();
    const secret = known?.secret ?? randomBytes(32);
    const columns = {
      email: given.email,
      url: given.url,
      clock: JSON.stringify(given.clock),
      active: given.active,
      client_id: given.clientId,
      version: given.version + 1,
      updated_at: parts.now(),
      updated_by: principal.id,
    };
    await own
      .insertInto('report_receivers')
      .values({ organisation_id: organisationId, secret, ...columns })
      .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(columns))
      .execute();
    await parts.audit.record(tx, {
      principal,
      action: 'report-receiver.save',
      subject: `report-receiver:${organisationId}`,
      organisationId,
      detail: {
        url: given.url,
        email: given.email !== null,
        clock: given.clock,
        active: given.active,
        client: given.clientId,
      },
    });
    return { secret: known ? null : secret.toString('base64url') };
  });
}

/** What of the log may bring a report to a receiver, or take it away. */
export const HANDED = [
  'report.received',
  'report.published',
  'report.kept-private',
  'report.transferred',
  'report.begun',
  'report.reopened',
  'report.refused',
] as const;

/**
 * Hands over what came to a receiver's organisation and a person has looked at (what is urgent at once), and withdraws
 * what left it. In the transaction of the follower's cursor: each message is posted once.
 */
export async function handOver(tx: Tx, parts: Parts, events: readonly LogEvent[]): Promise<void> {
  const receivers = await openTablesOf(tx)
    .selectFrom('report_receivers')
    .selectAll()
    .where('active', '=', true)
    .execute();
  for (const id of new Set(events.flatMap((event) => event.subject ?? []))) {
    const own = openTablesOf(tx);
    const report = await own.selectFrom('reports').selectAll().where('case_id', '=', id).executeTakeFirst();
    if (!report) continue;
    await own
      .updateTable('report_handovers')
      .set({ state: 'withdrawn' })
      .where('case_id', '=', id)
      .where('state', 'in', OPEN)
      .where((eb) =>
        report.step === 'refused' ? eb.lit(true) : eb('organisation_id', 'is distinct from', report.organisation_id),
      )
      .execute();
    const receiver = receivers.find((one) => one.organisation_id === report.organisation_id);
    const isReady = report.moderated_at !== null || report.urgency !== 'normal';
    if (!receiver || !isReady || report.closed_at !== null) continue;
    const at = parts.now();
    const { budget, kind } = receiver.clock;
    const via = receiver.url ? ('api' as const) : ('email' as const);
    const made = await own
      .insertInto('report_handovers')
      .values({
        id: randomUUID(),
        case_id: id,
        organisation_id: receiver.organisation_id,
        via,
        state: via === 'api' ? 'waiting' : 'sent',
        made_at: at,
        expires_at: new Date(at.getTime() + LINK_DAYS * DAY_MS),
        due_at: parts.calendar.usedUpAt({ kind, budget, startedAt: at, suspensions: [] }, 100),
        next_at: at,
        reason: null,
        accepted_at: null,
        answered_at: null,
        reminded_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!made) continue;
    if (via === 'email' && receiver.email) await postLetter(tx, parts, receiver.email, report, made, false);
    await parts.audit.record(tx, {
      principal: { kind: 'system', id: 'system:reports', name: 'Hệ thống (reports)', organisationId: null, grants: [] },
      action: 'report.hand-over',
      subject: `case:${id}`,
      areaCode: report.rights_area,
      organisationId: report.organisation_id,
      detail: { number: report.number, via, handover: made.id },
    });
  }
}

type Handed = { id: string; case_id: string; organisation_id: string; expires_at: Date; due_at: Date | null };

/** 'id.expires.signature': nobody who has one learns another. */
async function tokenFor(parts: Parts, { id, expires_at }: Pick<Handed, 'id' | 'expires_at'>): Promise<string> {
  const until = Math.floor(expires_at.getTime() / 1000);
  const signature = await parts.keyed.digest('handover', `${id}.${until}`);
  return `${id}.${until}.${signature.toString('base64url')}`;
}

/** The handover behind a token, or 404: a wrong signature, a day that is over, a report that left. */
export async function readToken(parts: Parts, token: string): Promise<{ handover: HandoverRow; report: ReportRow }> {
  const [id = '', until = '', signature = ''] = token.split('.');
  const isForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && /^\d{1,12}$/.test(until);
  const expected = await parts.keyed.digest('handover', `${id}.${until}`);
  const given = Buffer.from(signature, 'base64url');
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isForm || !isRight || Number(until) * 1000 <= parts.now().getTime()) throw noSuchLink();
  const handover = await openTablesOf(parts.db)
    .selectFrom('report_handovers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  const report = await openTablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', handover?.case_id ?? id)
    .executeTakeFirst();
  if (!handover || !report) throw noSuchLink();
  return { handover, report };
}

export type HandoverRow = Handed & { state: string; reason: string | null; via: string; made_at: Date };

const local = (at: Date | null): string =>
  at === null
    ? '–'
    : new Intl.DateTimeFormat('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' }).format(
        at,
      );

async function linkTo(parts: Parts, handed: Handed): Promise<string | null> {
  const { publicUrl } = parts.site;
  return publicUrl ? publicUrl + handoverPath(await tokenFor(parts, handed)) : null;
}

async function postLetter(
  tx: Tx,
  parts: Parts,
  email: string,
  report: ReportRow,
  handed: Handed,
  isReminder: boolean,
): Promise<void> {
  const link = await linkTo(parts, handed);
  const category = (await parts.catalogue.all()).find((one) => one.code === report.category);
  const mark = report.provenance === 'measured' ? '' : '[MÔ PHỎNG] ';
  await parts.notify.post(tx, {
    channel: 'email',
    address: email,
    subject: `${mark}${isReminder ? 'Nhắc: ' : ''}Phản ánh ${report.number}: ${category?.title.vi ?? report.category}`,
    body: [
      isReminder
        ? `Phản ánh ${report.number} đã quá hạn mà chưa có trả lời.`
        : 'Một phản ánh của người dân thuộc trách nhiệm của đơn vị:',
      '',
      report.public_text ?? report.text,
      '',
      `Vị trí: ${report.lat}, ${report.lon}`,
      `Hạn của đơn vị: ${local(handed.due_at)}`,
      '',
      link
        ? `Xem, nhận và trả lời (kèm ảnh) tại: ${link}`
        : 'Liên hệ đơn vị vận hành nền tảng để trả lời (chưa cấu hình địa chỉ công khai).',
      link
        ? `Đường dẫn chỉ dùng cho phản ánh này, đến ${local(handed.expires_at)}. Xin không chuyển cho người khác.`
        : '',
    ].join('\n'),
    // As long as its link opens: a company whose mail was away for a week has the report all the same.
    lastsMs: handed.expires_at.getTime() - parts.now().getTime(),
  });
}

/** Posts what waits to the receivers' own systems, and reminds those whose time is over, once. */
export async function workHandovers(parts: Parts, signal?: AbortSignal): Promise<void> {
  const at = parts.now();
  const waiting = await openTablesOf(parts.db)
    .selectFrom('report_handovers as h')
    .innerJoin('report_receivers as c', 'c.organisation_id', 'h.organisation_id')
    .innerJoin('reports as r', 'r.case_id', 'h.case_id')
    .selectAll('r')
    .select(['h.id', 'h.organisation_id as receiver', 'h.expires_at', 'h.due_at as handed_due', 'h.attempts'])
    .select(['c.url', 'c.secret'])
    .where('h.state', '=', 'waiting')
    .where('h.next_at', '<=', at)
    .orderBy('h.next_at')
    .limit(50)
    .execute();
  for (const row of waiting) {
    if (signal?.aborted) return;
    const handed = { ...row, organisation_id: row.receiver, due_at: row.handed_due };
    const body = JSON.stringify({
      handover: row.id,
      number: row.number,
      category: row.category,
      text: row.public_text ?? row.text,
      lon: row.lon,
      lat: row.lat,
      areaCode: row.area_code,
      urgency: row.urgency,
      receivedAt: row.received_at.toISOString(),
      dueAt: row.handed_due?.toISOString() ?? null,
      provenance: row.provenance,
      answerAt: await linkTo(parts, handed),
    });
    const outcome = await send(parts, row.url ?? '', row.secret, row.id, body, signal);
    if (signal?.aborted) return;
    const attempts = row.attempts + 1;
    await openTablesOf(parts.db)
      .updateTable('report_handovers')
      .set({
        attempts,
        state: outcome === null ? 'sent' : attempts >= MOST_ATTEMPTS ? 'failed' : 'waiting',
        reason: outcome,
        next_at: new Date(at.getTime() + 2 ** attempts * 60_000),
      })
      .where('id', '=', row.id)
      .where('state', '=', 'waiting')
      .execute();
  }
  await remind(parts);
}

/** @returns null where it was taken, else why not */
async function send(
  parts: Parts,
  url: string,
  secret: Buffer,
  id: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    const answer = await fetchWithin(parts.guard, {
      url,
      body,
      headers: {
        'content-type': 'application/json',
        // The same key each time: a receiver that took it and whose answer was lost takes it once.
        'idempotency-key': id,
        'x-dttm-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      timeoutMs: TIMEOUT_MS,
      maxBytes: 100_000,
      ...(signal ? { signal } : {}),
    });
    return answer.status >= 200 && answer.status < 300 ? null : `answered ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : 'failed';
  }
}

async function remind(parts: Parts): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const own = openTablesOf(tx);
    const late = await own
      .updateTable('report_handovers')
      .set({ reminded_at: parts.now() })
      .where('state', 'in', ['sent', 'accepted'])
      .where('reminded_at', 'is', null)
      .where('due_at', '<=', parts.now())
      .returningAll()
      .execute();
    for (const handed of late) {
      const receiver = await own
        .selectFrom('report_receivers')
        .select('email')
        .where('organisation_id', '=', handed.organisation_id)
        .executeTakeFirst();
      const report = await own
        .selectFrom('reports')
        .selectAll()
        .where('case_id', '=', handed.case_id)
        .executeTakeFirst();
      if (receiver?.email && report) await postLetter(tx, parts, receiver.email, report, handed, true);
    }
  });
}

export const noSuchLink = () =>
  notFound({ vi: 'phản ánh với đường dẫn này (sai, hết hạn hoặc đã thu hồi)', en: 'report with this link' });

function noSuchUnit() {
  const text = { vi: 'Không có đơn vị này.', en: 'There is no such organisation.' };
  return refuse(422, 'no-such-organisation', text, [{ at: '/organisationId', reason: text }]);
}

function noAddress() {
  const text = { vi: 'Cần thư điện tử hoặc địa chỉ API.', en: 'An e-mail address or an API address is needed.' };
  return refuse(422, 'no-receiver-address', text, [{ at: '/email', reason: text }]);
}

function noSuchClient() {
  const text = {
    vi: 'Không có thiết bị này, hoặc nó là thiết bị của trạm đo.',
    en: 'There is no such device, or it is one of a station.',
  };
  return refuse(422, 'no-such-client', text, [{ at: '/clientId', reason: text }]);
}

function changedMeanwhile() {
  return refuse(409, 'changed-meanwhile', {
    vi: 'Mục này vừa được thay đổi. Hãy tải lại rồi sửa.',
    en: 'This was just changed. Load it again, then edit.',
  });
}
