/** What a receiver without an account does, through its link or by its own system: takes the report on, answers, or hands it back. */
import { Readable } from 'node:stream';
import { type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import * as desk from './desk.ts';
import { openTablesOf } from './open-tables.ts';
import type { Parts, ReportRow } from './parts.ts';
import { PHOTO } from './photos.ts';
import { type HandoverRow, readToken } from './receivers.ts';

export type Handed = { handover: HandoverRow; report: ReportRow; may: ('accept' | 'answer' | 'decline')[] };

/** A receiver acts in its organisation's name, and on nothing but the report of its link. */
async function receiverOf(parts: Parts, { organisation_id: id }: HandoverRow): Promise<Principal> {
  const unit = await parts.identity.organisation(id);
  return {
    ...systemPrincipal('receiver', ['case:read', 'report:act']),
    name: unit?.name.vi ?? id,
    organisationId: id,
  };
}

export async function readHandover(parts: Parts, token: string): Promise<Handed> {
  return handedOf(await readToken(parts, token));
}

/** What the receiver may do with it now. */
export function handedOf({ handover, report }: Omit<Handed, 'may'>): Handed {
  const isTheirs = report.organisation_id === handover.organisation_id && report.closed_at === null;
  const isOpen = isTheirs && ['waiting', 'sent', 'accepted'].includes(handover.state);
  const may: Handed['may'] = [];
  if (isOpen && handover.state !== 'accepted') may.push('accept');
  if (isOpen && report.step !== 'proposed') may.push('answer', 'decline');
  return { handover, report, may };
}

async function acting(parts: Parts, found: Handed, act: Handed['may'][number]) {
  if (!found.may.includes(act)) throw notNow(found.report.number);
  const principal = await receiverOf(parts, found.handover);
  const { version, step } = await parts.cases.get(principal, found.report.case_id);
  return { ...found, principal, version, step };
}

const set = (
  parts: Parts,
  id: string,
  values: { state: 'accepted' | 'answered' | 'declined'; accepted_at?: Date; answered_at?: Date; reason?: string },
) => openTablesOf(parts.db).updateTable('report_handovers').set(values).where('id', '=', id).execute();

export async function accept(parts: Parts, handed: Handed): Promise<void> {
  const { handover, report, principal, version, step } = await acting(parts, handed, 'accept');
  if (step === 'assigned' || step === 'received' || step === 'reopened')
    await desk.begin(parts, principal, report.case_id, version);
  await set(parts, handover.id, { state: 'accepted', accepted_at: parts.now() });
}

/** The answer goes to the head of the responsible authority like any other: it approves, then the citizen reads it. */
export async function answer(
  parts: Parts,
  handed: Handed,
  given: { text: string; photos: readonly { name: string; bytes: Buffer }[] },
): Promise<void> {
  const { handover, report, principal, version } = await acting(parts, handed, 'answer');
  const text = given.text.trim();
  if (text.length < 5 || text.length > 4000) throw noText();
  const uploads: string[] = [];
  for (const { name, bytes } of given.photos) {
    const { id } = await parts.files.uploads.begin({ name, bytes: bytes.byteLength });
    const about = { kind: PHOTO, areaCode: report.rights_area, organisationId: report.organisation_id };
    await parts.files.uploads.append(principal, id, 0, Readable.from([bytes]), about);
    uploads.push(id);
  }
  await desk.propose(parts, principal, report.case_id, version, { text, uploads });
  await set(parts, handover.id, { state: 'answered', answered_at: parts.now() });
}

/** Not theirs: it goes back to the authority of the place, with the reason. */
export async function decline(parts: Parts, handed: Handed, reason: string): Promise<void> {
  const { handover, report, principal, version } = await acting(parts, handed, 'decline');
  const why = reason.trim();
  if (why.length < 5 || why.length > 1000) throw noText();
  const tree = await parts.identity.tree();
  const back =
    tree.forArea(report.area_code, 'commune') ??
    tree.search({ kind: 'province', limit: 1, offset: 0 }).items.find((one) => one.id !== handover.organisation_id);
  if (!back) throw nobodyToTake();
  await desk.transfer(parts, principal, report.case_id, version, { organisationId: back.id, reason: why });
  await set(parts, handover.id, { state: 'declined', reason: why, answered_at: parts.now() });
}

/** Says something to the authority, seen inside only. */
export async function remark(parts: Parts, { handover, report }: Handed, text: string): Promise<void> {
  const principal = await receiverOf(parts, handover);
  await parts.cases.note(principal, report.case_id, text);
}

function notNow(number: string) {
  return refuse(409, 'handover-over', {
    vi: `${number} không còn chờ đơn vị ở bước này. Hãy tải lại trang để xem trạng thái.`,
    en: `${number} does not wait for you at this step any more. Load the page again.`,
  });
}

function noText() {
  return refuse(422, 'handover-text', {
    vi: 'Nội dung phải dài từ 5 ký tự. Hãy viết rõ rồi gửi lại.',
    en: 'The text must have five letters at least. Write more and send again.',
  });
}

function nobodyToTake() {
  return refuse(409, 'nobody-to-take', {
    vi: 'Không có cơ quan nào nhận lại phản ánh. Hãy liên hệ 1022.',
    en: 'There is no authority to take the report back. Call 1022.',
  });
}
