/** What follows when an initiative has enough support: a case with a clock, then an answer or a consultation. */
import Type from 'typebox';
import type { CaseType } from '../../platform/cases/index.ts';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import { demand, type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { type ConsultationRow, createConsultation } from './consultations.ts';
import type { InitiativeRow, VoiceParts } from './initiatives.ts';
import { change, changedMeanwhile, demandState, lockInitiative, tell, voicePlace } from './initiatives.ts';
import { voiceTables } from './voice-tables.ts';

/** The duty to answer as a type of case: its clock, its warnings and its way up the tree are those of every case. */
export const initiativeCase: CaseType = {
  title: { vi: 'Trả lời sáng kiến', en: 'Answer to an initiative' },
  prefix: 'SK',
  form: Type.Object({}, { additionalProperties: false }),
  start: 'due',
  steps: {
    due: { title: { vi: 'Chờ trả lời', en: 'To be answered' }, may: 'voice:answer', to: ['done', 'dropped'] },
    done: { title: { vi: 'Đã trả lời', en: 'Answered' }, may: 'voice:answer', to: [], closed: true },
    dropped: { title: { vi: 'Đã gỡ', en: 'Taken off' }, may: 'voice:answer', to: [], closed: true },
  },
  clock: { budget: 'P15D', kind: 'working' },
  own: { act: 'voice:answer' },
};

const worker = systemPrincipal('participation', ['case:read', 'voice:answer']);

/** Opens the unit's duty to answer where enough people support it; asked again, nothing happens. */
export async function raiseIfSupported(parts: VoiceParts, id: string): Promise<boolean> {
  const row = await voiceTables(parts.db).selectFrom('initiatives').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.state !== 'open' || row.supporters < row.support_needed) return false;
  const prepared = await parts.cases.prepare(worker, {
    type: 'initiative',
    title: row.title,
    severity: 2,
    organisationId: row.organisation_id,
    provenance: row.provenance,
    clock: { budget: `P${row.answer_days}D`, kind: 'working' },
    ...(row.area_code === null ? {} : { areaCode: row.area_code }),
  });
  return inTransaction(parts.db, async (tx) => {
    const now = await lockInitiative(tx, worker, id);
    // Somebody raised it, or took it off, since it was read.
    if (now.state !== 'open' || now.supporters < now.support_needed) return false;
    const opened = await parts.cases.work(tx).open(worker, prepared);
    await change(tx, now, {
      state: 'due',
      due_since: parts.now(),
      case_id: opened.id,
      case_number: prepared.number,
    });
    await tell(parts, tx, worker, 'initiative.raise', now, { supporters: now.supporters, case: prepared.number });
    return true;
  });
}

/** When the unit must have answered; null where it need not. By the calendar as it is now. */
export function dueAt(parts: Pick<VoiceParts, 'calendar'>, row: InitiativeRow): Date | null {
  if (!row.due_since) return null;
  return parts.calendar.deadlineOf({
    kind: 'working',
    budget: `P${row.answer_days}D`,
    startedAt: row.due_since,
    suspensions: [],
  });
}

/** The unit answers; everybody reads it, and the support's key is destroyed. */
export async function answerInitiative(
  parts: VoiceParts,
  principal: Principal,
  id: string,
  text: string,
  expectedVersion: number,
): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockInitiative(tx, principal, id);
    demand(principal, 'voice:answer', voicePlace(row));
    // A unit may answer before it must.
    demandState(row, ['open', 'due']);
    if (row.version !== expectedVersion) throw changedMeanwhile();
    const answer = text.normalize('NFC').trim();
    await finish(parts, tx, row, 'done', {
      state: 'answered',
      answer,
      answered_at: parts.now(),
      answered_by_name: principal.name,
      in_time: inTime(parts, row),
    });
    await tell(parts, tx, principal, 'initiative.answer', row, { characters: answer.length });
    await parts.citizens.tell(tx, row.citizen_id, {
      about: `initiative:${id}`,
      subject: 'Sáng kiến của bạn đã có trả lời',
      text: `“${row.title}” đã được trả lời. Xem trên trang Sáng kiến.`,
    });
  });
}

/** Drafts a consultation about the initiative; it is answered by it when that is published. */
export async function draftConsultation(parts: VoiceParts, principal: Principal, id: string): Promise<string> {
  const row = await voiceTables(parts.db).selectFrom('initiatives').selectAll().where('id', '=', id).executeTakeFirst();
  if (row) demandState(row, ['open', 'due']);
  const opensAt = new Date(parts.now().getTime() + 7 * 86_400_000);
  return createConsultation(
    parts,
    principal,
    {
      title: row?.title ?? '',
      body: `${row?.body ?? ''}\n\nSáng kiến của người dân, ${row?.supporters ?? 0} người ủng hộ.`,
      organisationId: row?.organisation_id ?? '',
      areaCode: row?.area_code ?? null,
      question: {
        kind: 'choice',
        options: [
          { id: 'dong-y', title: 'Đồng ý' },
          { id: 'khong-dong-y', title: 'Không đồng ý' },
        ],
      },
      binding: false,
      quorum: 0,
      simulated: row?.provenance === 'simulated',
      opensAt,
      closesAt: new Date(opensAt.getTime() + 14 * 86_400_000),
    },
    async (tx, consultationId) => {
      const now = await lockInitiative(tx, principal, id);
      demand(principal, 'voice:answer', voicePlace(now));
      demandState(now, ['open', 'due']);
      if (now.consultation_id) throw consultedAlready();
      await change(tx, now, { consultation_id: consultationId });
      await tx
        .withTables<{ consultations: { id: string; from_initiative: string | null } }>()
        .updateTable('consultations')
        .set({ from_initiative: id })
        .where('id', '=', consultationId)
        .execute();
      await tell(parts, tx, principal, 'initiative.consult', now, { consultation: consultationId });
    },
  );
}

/** In the publication of a consultation: the initiative that it came from is answered by it. */
export async function answeredByConsultation(
  parts: VoiceParts,
  tx: Tx,
  principal: Principal,
  consultation: ConsultationRow,
): Promise<void> {
  if (!consultation.from_initiative) return;
  const row = await lockInitiative(tx, principal, consultation.from_initiative);
  // Answered in words, or taken off, meanwhile: the consultation stands by itself.
  if (row.state !== 'open' && row.state !== 'due') return;
  await finish(parts, tx, row, 'done', { state: 'consulted', answered_at: parts.now(), in_time: inTime(parts, row) });
  await tell(parts, tx, principal, 'initiative.consulted', row, { consultation: consultation.id });
}

/** Takes a published initiative off; its title and the reason stay to be read. */
export async function removeInitiative(
  parts: VoiceParts,
  principal: Principal,
  id: string,
  reason: string,
): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockInitiative(tx, principal, id);
    demand(principal, 'voice:moderate', voicePlace(row));
    demandState(row, ['open', 'due', 'answered', 'consulted', 'lapsed']);
    await finish(parts, tx, row, 'dropped', { state: 'removed', reason: reason.normalize('NFC').trim() });
    await tell(parts, tx, principal, 'initiative.remove', row, { reason, title: row.title, body: row.body });
    const text = `“${row.title}” đã bị gỡ. Lý do: ${reason}`;
    const subject = 'Sáng kiến của bạn đã bị gỡ';
    await parts.citizens.tell(tx, row.citizen_id, { about: `initiative:${id}`, subject, text });
  });
}

/** By the clock: raises what a stopped server left, and ends what found too little support in its time. */
export async function workInitiatives(parts: VoiceParts): Promise<void> {
  const reached = await voiceTables(parts.db)
    .selectFrom('initiatives')
    .select('id')
    .where('state', '=', 'open')
    .whereRef('supporters', '>=', 'support_needed')
    .execute();
  for (const { id } of reached) await raiseIfSupported(parts, id);
  const over = await voiceTables(parts.db)
    .selectFrom('initiatives')
    .select('id')
    .where('state', '=', 'open')
    .where('collects_until', '<=', parts.now())
    .whereRef('supporters', '<', 'support_needed')
    .execute();
  for (const { id } of over) {
    await inTransaction(parts.db, async (tx) => {
      const row = await lockInitiative(tx, worker, id);
      if (row.state !== 'open' || row.supporters >= row.support_needed) return;
      await finish(parts, tx, row, 'dropped', { state: 'lapsed' });
      await tell(parts, tx, worker, 'initiative.lapse', row, { supporters: row.supporters });
    });
  }
}

/** Ends its collecting: the key of those who support goes, and its case is closed where it has one. */
async function finish(
  parts: VoiceParts,
  tx: Tx,
  row: InitiativeRow,
  to: 'done' | 'dropped',
  set: Partial<InitiativeRow>,
): Promise<void> {
  await change(tx, row, { ...set, support_key: null });
  if (row.case_id && row.state === 'due') await parts.cases.work(tx).move(worker, row.case_id, to, {});
}

function inTime(parts: VoiceParts, row: InitiativeRow): boolean | null {
  const due = dueAt(parts, row);
  return due === null ? null : parts.now() <= due;
}

function consultedAlready() {
  return refuse(409, 'consulted-already', {
    vi: 'Sáng kiến này đã có một bản lấy ý kiến đang soạn. Hãy mở bản đó.',
    en: 'A consultation is being prepared from this initiative already. Open that one.',
  });
}
