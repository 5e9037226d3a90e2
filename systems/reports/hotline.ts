/**
 * The desk of the hotline 1022. A call is begun before anything of its caller is shown, so that every look at former
 * reports belongs to a call, an operator and a time in the audit log; what comes of it is written to the call.
 */
import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Contact, findMasks, maskContact, maskText, readContact } from '../../platform/citizens/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf, visible } from '../../platform/rights/index.ts';
import { notFound, Refusal, refuse } from '../../platform/words/index.ts';
import { sameNear } from './desk-same.ts';
import { formerCalls, formerReports, isSender } from './hotline-former.ts';
import { hotlineTablesOf, type MatterKind } from './hotline-tables.ts';
import { type Parts, type ReportRow, tablesOf } from './parts.ts';
import { giveCode, joinAs, type NewReport, submit } from './submit.ts';

/** Longer no call takes; an operator who comes back to an old screen begins a new one. */
const LONGEST_CALL_MS = 12 * 3_600_000;
const CODES_A_DAY = 3;

export type SmsSent = 'posted' | 'no-carrier' | 'no-mobile';

/** Who calls: a mobile number takes text messages, a fixed line does not; null where the number is hidden. */
type Caller = { contact: Contact; isMobile: boolean } | null;

/** The desk serves the whole province, and so must the right to it. */
export function demandDesk(principal: Principal): void {
  if (!scopeOf(principal, 'report:hotline')?.all) throw forbidden('report:hotline');
}

/** Reads a number as shown by the telephone: a mobile one, or a fixed line of ten digits after 02. */
export function readCaller(typed: string | undefined): Caller {
  const text = typed?.trim() ?? '';
  if (text === '') return null;
  const digits = text.replace(/[\s().-]/g, '').replace(/^(\+84|0084|84(?=2\d{9}$)|0)/, '');
  if (/^2\d{9}$/.test(digits)) return { contact: { kind: 'phone', value: `+84${digits}` }, isMobile: false };
  try {
    const contact = readContact(text);
    if (contact.kind === 'phone') return { contact, isMobile: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  throw wrongNumber();
}

const digestOf = (parts: Parts, { contact }: NonNullable<Caller>): Promise<Buffer> =>
  parts.keyed.digest('contact', `${contact.kind}:${contact.value}`);

/** Begins a call; the same request again is the same call. */
export async function takeCall(
  parts: Parts,
  principal: Principal,
  given: { requestId: string; phone?: string; name?: string },
) {
  demandDesk(principal);
  const caller = readCaller(given.phone);
  const digest = caller && (await digestOf(parts, caller));
  const name = given.name?.normalize('NFC').trim() ?? '';
  const at = parts.now();
  const requestHash = createHash('sha256').update(`${principal.id} ${given.requestId}`).digest('hex');
  const id = await parts.db.transaction().execute(async (tx) => {
    const subject = caller || name ? await parts.citizens.newSubject(tx) : null;
    const said = JSON.stringify({ ...(name ? { name } : {}), ...(caller ? { phone: caller.contact.value } : {}) });
    const made = await hotlineTablesOf(tx)
      .insertInto('hotline_calls')
      .values({
        id: randomUUID(),
        request_hash: requestHash,
        began_at: at,
        ended_at: null,
        operator_id: principal.id,
        operator_name: principal.name,
        subject,
        caller_sealed: subject ? await parts.citizens.seal(tx, subject, said) : null,
        caller_digest: digest,
      })
      .onConflict((conflict) => conflict.column('request_hash').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) {
      await parts.audit.record(tx, {
        principal,
        action: 'hotline.call',
        subject: `hotline-call:${made.id}`,
        detail: { from: caller ? maskContact(caller.contact) : null },
      });
      return made.id;
    }
    const known = await hotlineTablesOf(tx)
      .selectFrom('hotline_calls')
      .select('id')
      .where('request_hash', '=', requestHash)
      .executeTakeFirstOrThrow();
    return known.id;
  });
  const purpose = `Tổng đài 1022: cuộc gọi ${id}`;
  const holder = caller && (await parts.citizens.holderOf(principal, purpose, caller.contact));
  const [reports, calls] = digest
    ? await Promise.all([formerReports(parts, digest, holder), formerCalls(parts, digest, id)])
    : [[], []];
  return { id, phone: caller?.contact.value ?? null, isMobile: caller?.isMobile ?? false, reports, calls };
}

type Call = { id: string; caller: Caller; name: string | null; digest: Buffer | null };

/** The operator's own call that has not ended; what its caller said is opened for it, and audited. */
async function ownCall(parts: Parts, principal: Principal, id: string): Promise<Call> {
  demandDesk(principal);
  const row = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_calls')
    .selectAll()
    .where('id', '=', id)
    .where('operator_id', '=', principal.id)
    .where('ended_at', 'is', null)
    .where('began_at', '>', new Date(parts.now().getTime() - LONGEST_CALL_MS))
    .executeTakeFirst();
  if (!row) throw noSuchCall();
  if (!row.subject || !row.caller_sealed) return { id, caller: null, name: null, digest: null };
  const purpose = `Tổng đài 1022: cuộc gọi ${id}`;
  const said = await parts.citizens.unseal(principal, purpose, row.subject, row.caller_sealed);
  const { name, phone } = JSON.parse(said ?? '{}') as { name?: string; phone?: string };
  return { id, caller: readCaller(phone), name: name ?? null, digest: row.caller_digest };
}

type Matter = { kind: MatterKind; category: string | null; caseId?: string; articleId?: string; asked?: string };

/** Written once for a report or an article, however often it is sent. */
async function write(tx: Tx, parts: Parts, callId: string, matter: Matter): Promise<void> {
  await hotlineTablesOf(tx)
    .insertInto('hotline_matters')
    .values({
      call_id: callId,
      at: parts.now(),
      kind: matter.kind,
      category: matter.category,
      case_id: matter.caseId ?? null,
      article_id: matter.articleId ?? null,
      asked: matter.asked ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function kindsOf(parts: Parts, callId: string): Promise<MatterKind[]> {
  const rows = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_matters')
    .select('kind')
    .where('call_id', '=', callId)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.kind);
}

/** The code by text message, in the transaction that makes it; the outbox sends it or says why not. */
async function postCode(tx: Tx, parts: Parts, caller: Caller, number: string, code: string): Promise<void> {
  if (!caller?.isMobile) return;
  const where = parts.site.publicUrl
    ? `Xem kết quả tại ${parts.site.publicUrl}/follow hoặc gọi 1022.`
    : 'Gọi 1022 để hỏi kết quả.';
  await parts.notify.post(tx, {
    channel: 'sms',
    address: caller.contact.value,
    subject: `Phản ánh ${number}`,
    body: `Phản ánh ${number} đã được Tổng đài 1022 tiếp nhận. Mã theo dõi: ${code}. ${where}`,
    about: `call:${number}`,
  });
}

function sentTo(parts: Parts, caller: Caller): SmsSent {
  if (!caller?.isMobile) return 'no-mobile';
  return parts.notify.carrier('sms') === 'none' ? 'no-carrier' : 'posted';
}

const senderOf = ({ caller, name }: Call) => ({
  citizenId: null,
  ...(caller ? { contacts: [`${caller.contact.kind}:${caller.contact.value}`] } : {}),
  ...(caller || name
    ? { person: { ...(name ? { name } : {}), ...(caller ? { phone: caller.contact.value } : {}) } }
    : {}),
});

/** Takes a report for the caller: the same path as any other, with the operator's name in the audit log. */
export async function reportByCall(
  parts: Parts,
  principal: Principal,
  id: string,
  input: Omit<NewReport, 'channel' | 'uploads' | 'simulated'>,
  ip: string,
) {
  const call = await ownCall(parts, principal, id);
  const sent = await submit(
    parts,
    { principal, ip, ...senderOf(call) },
    { ...input, requestId: `${id} ${input.requestId}`, channel: 'hotline' },
    async (tx, caseId, code) => {
      await write(tx, parts, id, { kind: 'reported', category: input.category, caseId });
      const { number } = await tablesOf(tx)
        .selectFrom('reports')
        .select('number')
        .where('case_id', '=', caseId)
        .executeTakeFirstOrThrow();
      await postCode(tx, parts, call.caller, number, code);
    },
  );
  return { ...sent, sms: sentTo(parts, call.caller) };
}

/**
 * What a caller may be joined to: what everybody may read, or will once a moderator has looked. A private home and a
 * report about a unit stay with the one who sent it.
 */
async function joinable(parts: Parts): Promise<(row: Pick<ReportRow, 'category' | 'published_at'>) => boolean> {
  const open = new Set(
    (await parts.catalogue.all()).filter((one) => one.isPublic && !one.blurred).map((one) => one.code),
  );
  return (row) => row.published_at !== null || open.has(row.category);
}

/** Reports of the same family nearby, also those that no moderator has seen: of one outage many call in ten minutes. */
export async function nearCall(
  parts: Parts,
  principal: Principal,
  id: string,
  about: { category: string; location: { lon: number; lat: number } },
) {
  await ownCallExists(parts, principal, id);
  const category = await parts.catalogue.leaf(about.category);
  if (category.aboutUnit) return [];
  const rights = visible(principal, 'report:hotline').where({ area: 'rights_area', organisation: 'organisation_id' });
  const family = category.parent ?? category.code;
  const found = await sameNear(parts, rights, { family, ...about.location });
  if (found.length === 0) return [];
  const rows = await tablesOf(parts.db)
    .selectFrom('reports')
    .select(['case_id', 'category', 'published_at', 'answered_at', 'closed_at'])
    .where(
      'case_id',
      'in',
      found.map((one) => one.id),
    )
    .execute();
  const may = await joinable(parts);
  return found.flatMap((one) => {
    const row = rows.find((each) => each.case_id === one.id);
    if (!row || !may(row)) return [];
    const isOpen = row.answered_at === null && row.closed_at === null;
    return [{ ...one, may: isOpen ? ['join'] : [] }];
  });
}

/** As `ownCall`, without opening what the caller said. */
async function ownCallExists(parts: Parts, principal: Principal, id: string): Promise<void> {
  demandDesk(principal);
  const row = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_calls')
    .select('id')
    .where('id', '=', id)
    .where('operator_id', '=', principal.id)
    .where('ended_at', 'is', null)
    .where('began_at', '>', new Date(parts.now().getTime() - LONGEST_CALL_MS))
    .executeTakeFirst();
  if (!row) throw noSuchCall();
}

/** The caller is one more whom a report concerns, with a code of their own. */
export async function joinByCall(
  parts: Parts,
  principal: Principal,
  id: string,
  given: { requestId: string; number: string },
) {
  const call = await ownCall(parts, principal, id);
  const joined = await joinAs(
    parts,
    { ip: null, ...senderOf(call) },
    given.number,
    { requestId: `${id} ${given.requestId}` },
    {
      principal,
      mayJoin: await joinable(parts),
      also: async (tx, row, code) => {
        await write(tx, parts, id, { kind: 'joined', category: row.category, caseId: row.case_id });
        await postCode(tx, parts, call.caller, row.number, code);
      },
    },
  );
  return { ...joined, sms: sentTo(parts, call.caller) };
}

/** A new code for who lost theirs: only to the number that reported, and never on a screen. */
export async function resendCode(parts: Parts, principal: Principal, id: string, number: string): Promise<SmsSent> {
  const call = await ownCall(parts, principal, id);
  const { caller, digest } = call;
  const caseId = digest && (await isSender(parts, digest, number));
  if (!caller || !caseId) throw notTheirs();
  if (!caller.isMobile) throw noMobile();
  await parts.citizens.limit([{ key: `hotline-code:${caseId}`, most: CODES_A_DAY, withinSeconds: 86_400 }]);
  await parts.db.transaction().execute(async (tx) => {
    const code = await giveCode(tx, { caseId, role: 'sender', citizenId: null, requestHash: null }, parts.now());
    await postCode(tx, parts, caller, number, code);
    await parts.audit.record(tx, {
      principal,
      action: 'hotline.code',
      subject: `case:${caseId}`,
      detail: { number, call: id, to: maskContact(caller.contact) },
    });
  });
  return sentTo(parts, caller);
}

export type Told =
  | { kind: 'answered'; articleId: string }
  | { kind: 'followed'; number: string }
  | { kind: 'unanswered'; asked: string; category?: string };

/** What a caller only asked: by it calls are counted, and what nobody could answer is seen by who writes the articles. */
export async function record(parts: Parts, principal: Principal, id: string, told: Told): Promise<MatterKind[]> {
  await ownCallExists(parts, principal, id);
  const matter = await matterOf(parts, id, told);
  await parts.db.transaction().execute(async (tx) => {
    await write(tx, parts, id, matter);
    await parts.audit.record(tx, {
      principal,
      action: 'hotline.matter',
      subject: `hotline-call:${id}`,
      detail: { kind: matter.kind, article: matter.articleId ?? null, case: matter.caseId ?? null },
    });
  });
  return kindsOf(parts, id);
}

async function matterOf(parts: Parts, id: string, told: Told): Promise<Matter> {
  if (told.kind === 'unanswered') {
    const text = told.asked.normalize('NFC').trim();
    const category = told.category ? (await parts.catalogue.leaf(told.category)).code : null;
    return { kind: told.kind, category, asked: maskText(text, findMasks(text)) };
  }
  if (told.kind === 'answered') {
    const article = await hotlineTablesOf(parts.db)
      .selectFrom('hotline_articles')
      .select(['id', 'category'])
      .where('id', '=', told.articleId)
      .executeTakeFirst();
    if (!article) throw notFound({ vi: 'bài này', en: 'article' });
    return { kind: told.kind, category: article.category, articleId: article.id };
  }
  const call = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_calls')
    .select('caller_digest')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const caseId = call.caller_digest && (await isSender(parts, call.caller_digest, told.number));
  if (!caseId) throw notTheirs();
  const report = await tablesOf(parts.db)
    .selectFrom('reports')
    .select('category')
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return { kind: told.kind, category: report.category, caseId };
}

export async function endCall(parts: Parts, principal: Principal, id: string): Promise<MatterKind[]> {
  demandDesk(principal);
  // Ended twice is ended once: the answer of the first may have been lost.
  const done = await hotlineTablesOf(parts.db)
    .updateTable('hotline_calls')
    .set({ ended_at: sql<Date>`coalesce(ended_at, ${parts.now()})` })
    .where('id', '=', id)
    .where('operator_id', '=', principal.id)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) throw noSuchCall();
  return kindsOf(parts, id);
}

const noSuchCall = () => notFound({ vi: 'cuộc gọi này (đã kết thúc, hoặc của điện thoại viên khác)', en: 'call' });

function wrongNumber() {
  const text = {
    vi: 'Đây không phải số điện thoại Việt Nam. Ví dụ: 0912 345 678, hoặc số cố định 0227 3831 234. Số bị ẩn thì để trống.',
    en: 'This is no Vietnamese telephone number. For example 0912 345 678, or a fixed line 0227 3831 234. Leave it empty where it is hidden.',
  };
  return refuse(422, 'wrong-number', text, [{ at: '/phone', reason: text }]);
}

function notTheirs() {
  return refuse(422, 'not-of-this-caller', {
    vi: 'Phản ánh này không gửi từ số đang gọi. Chỉ người có mã theo dõi mới hỏi được kết quả riêng.',
    en: 'This report did not come from the number that calls. Only who has its code may ask about it.',
  });
}

function noMobile() {
  return refuse(422, 'no-mobile', {
    vi: 'Số cố định không nhận được tin nhắn, nên không gửi lại mã được.',
    en: 'A fixed line takes no text messages, so the code cannot be sent again.',
  });
}
