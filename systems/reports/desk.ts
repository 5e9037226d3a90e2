/** What the staff do with a report. Each act locks the case first, at the version that the officer had before them. */
import { randomUUID } from 'node:crypto';
import { findMasks, maskText } from '../../platform/citizens/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { demand, type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { plain, refuse, type Text } from '../../platform/words/index.ts';
import { addMessage } from './follow.ts';
import { lockReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import { demandAgreed } from './questions.ts';
import { changed } from './record.ts';
import { mayHave } from './routing.ts';
import { terms } from './terms.ts';
import type { Urgency } from './types.ts';

export type Moderation =
  | { decision: 'publish'; text: string; photos: readonly string[] }
  | { decision: 'keep'; reason: string }
  | { decision: 'refuse'; reason: string };

const DAY_MS = 86_400_000;
/** About half a kilometre: a private home is not found in it. */
const BLUR = 0.005;
const blurred = (degrees: number): number => Math.round(Math.round(degrees / BLUR) * BLUR * 1e6) / 1e6;
const placeOf = (report: ReportRow) => ({ areaCode: report.rights_area, organisationId: report.organisation_id });

type Work = (tx: Tx, report: ReportRow) => Promise<void>;

/** What the officer had before them: the case's version, or (in a list) when the report was last changed. */
export type Seen = number | Date;

export async function act(parts: Parts, principal: Principal, id: string, seen: Seen, work: Work): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    await parts.cases.work(tx).lock(principal, id, typeof seen === 'number' ? seen : undefined);
    const report = await lockReport(tx, id);
    if (typeof seen !== 'number' && report.updated_at.getTime() !== seen.getTime()) throw changedMeanwhile(report);
    await work(tx, report);
  });
}

/** Brings the case into a step; one that waited for the citizen runs on. Returns what the report's row must say. */
async function move(tx: Tx, parts: Parts, principal: Principal, report: ReportRow, to: string, note?: string) {
  const work = parts.cases.work(tx);
  if (report.step === 'asked') await work.resume(principal, report.case_id);
  const { case: moved, dueAt, rung } = await work.move(principal, report.case_id, to, { note });
  return { step: moved.step, set: { due_at: dueAt, rung } };
}

/** A person decides what the public reads: with the masked text as proposed or better, not at all, or it is refused. */
export function moderate(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  given: Moderation,
): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    demand(principal, 'report:moderate', placeOf(report));
    const at = parts.now();
    if (given.decision === 'refuse') return refuseReport(tx, parts, principal, report, given.reason);
    const take = report.step === 'received' ? await move(tx, parts, principal, report, 'assigned') : null;
    const seen = { moderated_at: at, ...take?.set };
    const step = take?.step ?? report.step;
    if (given.decision === 'keep') {
      const detail = { reason: given.reason };
      await showAnswers(tx, id, false);
      const set = { ...seen, published_at: null, public_text: null, public_lon: null, public_lat: null };
      await changed(tx, parts, report, principal, { step, set, what: 'kept-private', detail });
      return;
    }
    const category = await parts.catalogue.of(report);
    if (!category.isPublic) throw notPublic(category.title);
    demandAgreed(report);
    const text = given.text.normalize('NFC').trim();
    const set = {
      ...seen,
      public_text: text,
      published_at: report.published_at ?? at,
      public_lon: category.blurred ? blurred(report.lon) : report.lon,
      public_lat: category.blurred ? blurred(report.lat) : report.lat,
      search_plain: plain(`${text} ${category.title.vi} ${category.blurred ? '' : (report.address ?? '')}`),
    };
    await parts.photos.publish(tx, id, 'before', given.photos);
    await showAnswers(tx, id, true);
    await changed(tx, parts, report, principal, { step, set, what: 'published' });
  });
}

/** What the unit said to the citizen is public with the report, and not without it. */
async function showAnswers(tx: Tx, id: string, isPublic: boolean): Promise<void> {
  await tablesOf(tx)
    .updateTable('report_messages')
    .set({ is_public: isPublic })
    .where('case_id', '=', id)
    .where('kind', 'in', ['answer', 'refusal'])
    .execute();
}

/** Ends it without handling; the citizen is told why. */
export async function refuseReport(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  report: ReportRow,
  why: string,
): Promise<void> {
  const at = parts.now();
  const reason = why.normalize('NFC').trim();
  const moved = await move(tx, parts, principal, report, 'refused', reason);
  await addMessage(tx, {
    report,
    at,
    kind: 'refusal',
    text: reason,
    isPublic: report.published_at !== null,
    organisationId: report.organisation_id,
    by: principal.id,
  });
  const set = { ...moved.set, refusal: reason, closed_at: at, moderated_at: report.moderated_at ?? at };
  await changed(tx, parts, report, principal, { step: moved.step, set, what: 'refused', detail: { reason } });
}

/** The unit does not take it up, and says why to the citizen. */
export function refuseByUnit(parts: Parts, principal: Principal, id: string, version: Seen, why: string) {
  return act(parts, principal, id, version, async (tx, report) => {
    demand(principal, 'report:approve', placeOf(report));
    await refuseReport(tx, parts, principal, report, why);
  });
}

/** The unit takes it into its hands, or goes on without waiting for the citizen any longer. */
export function begin(parts: Parts, principal: Principal, id: string, version: Seen): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    if (report.step === 'received') await move(tx, parts, principal, report, 'assigned');
    const moved = await move(tx, parts, principal, report, 'in-progress');
    await changed(tx, parts, report, principal, { ...moved, what: 'begun' });
  });
}

/** Hands it to another unit, with a reason; the clock runs on, and each transfer is counted. */
export async function transfer(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  given: { organisationId: string; reason: string },
): Promise<{ organisationName: Text; transfers: number }> {
  const tree = await parts.identity.tree();
  const unit = tree.get(given.organisationId);
  let transfers = 0;
  await act(parts, principal, id, version, async (tx, report) => {
    transfers = report.transfers + 1;
    if (!mayHave(tree, given.organisationId, report.about_organisation_id)) throw aboutThatUnit();
    const moved =
      report.step === 'assigned'
        ? { step: report.step, set: {} }
        : await move(tx, parts, principal, report, 'assigned', given.reason);
    const areaCode = unit?.areaCode ?? null;
    const to = { organisationId: given.organisationId, areaCode, reason: given.reason };
    const { dueAt } = await parts.cases.work(tx).transfer(principal, id, to);
    const set = {
      due_at: dueAt,
      organisation_id: given.organisationId,
      rights_area: areaCode,
      transfers,
    };
    const detail = { from: report.organisation_id, to: given.organisationId, reason: given.reason };
    await changed(tx, parts, report, principal, { step: moved.step, set, what: 'transferred', detail });
  });
  return { organisationName: unit?.name ?? { vi: given.organisationId, en: given.organisationId }, transfers };
}

/** Gives another unit a part of the work, with a clock of its own; never the unit that it is about. */
export async function assign(
  parts: Parts,
  principal: Principal,
  id: string,
  task: { title: string; text?: string; organisationId: string; dueWithin: string },
  requestId: string | undefined,
): Promise<void> {
  const report = await tablesOf(parts.db)
    .selectFrom('reports')
    .select('about_organisation_id')
    .where('case_id', '=', id)
    .executeTakeFirst();
  const tree = await parts.identity.tree();
  if (report && !mayHave(tree, task.organisationId, report.about_organisation_id)) throw aboutThatUnit();
  await parts.cases.assign(principal, id, task, requestId);
}

/** Another category or urgency: another time allowed, counted from the beginning. The unit stays until it transfers. */
export function recategorise(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  given: { category: string; urgency: Urgency },
): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    demand(principal, 'report:act', placeOf(report));
    const category = await parts.catalogue.leaf(given.category);
    const { dueAt, rung } = await parts.cases.work(tx).rebudget(principal, id, category.deadlines[given.urgency]);
    const set = {
      category: category.code,
      family: category.parent ?? category.code,
      urgency: given.urgency,
      due_at: dueAt,
      rung,
      // What a category keeps from the public is not shown because the report was filed elsewhere first.
      ...(category.isPublic ? {} : { published_at: null, public_text: null, public_lon: null, public_lat: null }),
    };
    const detail = { from: report.category, to: category.code, urgency: given.urgency };
    await changed(tx, parts, report, principal, { step: report.step, set, what: 'recategorised', detail });
  });
}

/** Asks the citizen for more; the clock stands until they answer. */
export function ask(parts: Parts, principal: Principal, id: string, version: Seen, question: string): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    const at = parts.now();
    const text = question.normalize('NFC').trim();
    const work = parts.cases.work(tx);
    if (report.step === 'received') await move(tx, parts, principal, report, 'assigned');
    const { case: moved } = await work.move(principal, id, 'asked', { note: text });
    const waits = { vi: 'chờ người dân bổ sung thông tin', en: 'waiting for the citizen' };
    const { dueAt } = await work.suspend(principal, id, waits);
    await addMessage(tx, {
      report,
      at,
      kind: 'question',
      text,
      isPublic: false,
      organisationId: report.organisation_id,
      by: principal.id,
    });
    const set = { due_at: dueAt, first_answer_at: report.first_answer_at ?? at };
    await changed(tx, parts, report, principal, { step: moved.step, set, what: 'asked' });
  });
}

/** Stands in for the head of the unit where the category says that an answer needs no approval. */
const withoutApproval: Principal = {
  ...systemPrincipal('reports', ['case:read', 'report:approve']),
  name: 'Lĩnh vực không cần duyệt',
};

/** Puts an answer before the head of the unit; it goes out at once where its category needs no approval. */
export async function propose(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  given: { text: string; uploads: readonly string[]; requestId?: string },
): Promise<void> {
  if (given.requestId && (await proposedAlready(parts, principal, id, given.requestId))) return;
  await act(parts, principal, id, version, async (tx, report) => {
    const at = parts.now();
    if (report.step === 'received') await move(tx, parts, principal, report, 'assigned');
    const moved = await move(tx, parts, principal, report, 'proposed');
    const fileIds = await parts.photos.tie(tx, report, given.uploads, 'after');
    const answer = { id: randomUUID(), text: given.text.normalize('NFC').trim(), file_ids: fileIds };
    await tablesOf(tx)
      .insertInto('report_answers')
      .values({
        ...answer,
        case_id: id,
        state: 'proposed',
        proposed_at: at,
        proposed_by: principal.id,
        proposed_by_name: principal.name,
        decided_at: null,
        decided_by_name: null,
        verdict: null,
        request_id: given.requestId ?? null,
      })
      .execute();
    const proposed = await changed(tx, parts, report, principal, { ...moved, what: 'answer-proposed' });
    // Where a receiver outside answers, or it is about a unit, somebody else reads it first in any case.
    const { needsApproval } = await parts.catalogue.of(report);
    if (needsApproval || principal.kind !== 'user' || report.about_organisation_id !== null) return;
    await sendOut(tx, parts, withoutApproval, proposed, answer);
  });
}

/** A phone that never heard the answer sends again: it is told what is, and nothing is proposed twice. */
async function proposedAlready(parts: Parts, principal: Principal, id: string, requestId: string): Promise<boolean> {
  const row = await tablesOf(parts.db)
    .selectFrom('report_answers')
    .select('case_id')
    .where('request_id', '=', requestId)
    .where('case_id', '=', id)
    .where('proposed_by', '=', principal.id)
    .executeTakeFirst();
  return row !== undefined;
}

async function waiting(tx: Tx, report: ReportRow) {
  const answer = await tablesOf(tx)
    .selectFrom('report_answers')
    .selectAll()
    .where('case_id', '=', report.case_id)
    .where('state', '=', 'proposed')
    .orderBy('proposed_at', 'desc')
    .executeTakeFirst();
  if (!answer) throw noAnswer(report.number);
  return answer;
}

/** The head of the unit approves: the answer goes to the citizen, and to the public where the report is public. */
export function approve(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  given: { text?: string },
): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    demand(principal, 'report:approve', placeOf(report));
    const answer = await waiting(tx, report);
    await sendOut(tx, parts, principal, report, {
      ...answer,
      text: given.text?.normalize('NFC').trim() || answer.text,
    });
  });
}

/** The answer goes to the citizen, and to the public where the report is public. */
async function sendOut(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  report: ReportRow,
  { id, text, file_ids: fileIds }: { id: string; text: string; file_ids: string[] },
): Promise<void> {
  const at = parts.now();
  // What the public reads is masked as reports are; the citizen's own answer stands in whole with the staff.
  const shown = maskText(text, findMasks(text));
  const { case: moved } = await parts.cases.work(tx).move(principal, report.case_id, 'published', {});
  await tablesOf(tx)
    .updateTable('report_answers')
    .set({ state: 'approved', text, decided_at: at, decided_by_name: principal.name })
    .where('id', '=', id)
    .execute();
  await addMessage(tx, {
    report,
    at,
    kind: 'answer',
    text: shown,
    isPublic: report.published_at !== null,
    organisationId: report.organisation_id,
    by: principal.id,
    fileIds,
  });
  await parts.photos.publish(tx, report.case_id, 'after', fileIds);
  const set = {
    answered_at: at,
    first_answer_at: report.first_answer_at ?? at,
    in_time: report.due_at === null || at <= report.due_at,
    closed_at: at,
    reopen_until: report.reopened_at ? null : new Date(at.getTime() + terms.reopenDays * DAY_MS),
  };
  await changed(tx, parts, report, principal, { step: moved.step, set, what: 'answered' });
}

/** The head sends the answer back, with a word what is missing. */
export function returnAnswer(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  why: string,
): Promise<void> {
  return act(parts, principal, id, version, async (tx, report) => {
    demand(principal, 'report:approve', placeOf(report));
    const answer = await waiting(tx, report);
    const moved = await move(tx, parts, principal, report, 'in-progress', why);
    await tablesOf(tx)
      .updateTable('report_answers')
      .set({ state: 'returned', verdict: why, decided_at: parts.now(), decided_by_name: principal.name })
      .where('id', '=', answer.id)
      .execute();
    await changed(tx, parts, report, principal, { ...moved, what: 'answer-returned', detail: { reason: why } });
  });
}

function changedMeanwhile(report: ReportRow) {
  return refuse(409, 'changed-meanwhile', {
    vi: `${report.number} vừa được thay đổi sau khi bạn mở danh sách. Việc của bạn chưa được ghi; hãy xem lại rồi làm tiếp.`,
    en: `${report.number} was changed after you opened the list. Yours was not recorded; look again, then go on.`,
  });
}

function notPublic(title: { vi: string; en: string }) {
  return refuse(422, 'category-not-public', {
    vi: `Lĩnh vực “${title.vi}” không công khai. Hãy chọn không công khai, hoặc đổi lĩnh vực nếu phân loại sai.`,
    en: `“${title.en}” is not public. Keep it private, or change the category where it is wrong.`,
  });
}

function aboutThatUnit() {
  return refuse(409, 'about-that-unit', {
    vi: 'Phản ánh này nói về chính đơn vị đó (hoặc cấp dưới), nên không giao cho họ được. Hãy chọn đơn vị cấp trên hoặc thanh tra.',
    en: 'The report is about that unit or one above it, so it cannot go there. Choose a unit above, or the inspectorate.',
  });
}

function noAnswer(number: string) {
  return refuse(409, 'no-answer-waits', {
    vi: `${number} không có trả lời nào đang chờ duyệt.`,
    en: `No answer to ${number} waits for approval.`,
  });
}
