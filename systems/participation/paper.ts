/** Paper ballots: entered by one person with the roll of who voted, counted again by another, then as good as any. */
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import { covers, demand, type Principal, visible } from '../../platform/rights/index.ts';
import { notFound, refuse, type Text } from '../../platform/words/index.ts';
import type { Counts } from './ballots.ts';
import { paperFault } from './board.ts';
import { type ConsultationRow, demandStage, lockConsultation, type Parts, placeOf, record } from './consultations.ts';
import type { ParticipationTables } from './tables.ts';
import { isWithin, localDay, pseudonymOf, rollKeyOf } from './voting.ts';

export type BatchRow = Selectable<ParticipationTables['paper_batches']>;

/** Batches of the places that the principal counts for; whoever prepares the consultation sees them all. */
export async function findBatches(parts: Parts, principal: Principal, row: ConsultationRow): Promise<BatchRow[]> {
  const all = covers(principal, 'consultation:manage', placeOf(row));
  const rights = visible(principal, 'consultation:paper');
  let query = parts.db
    .withTables<ParticipationTables>()
    .selectFrom('paper_batches')
    .selectAll()
    .where('consultation_id', '=', row.id);
  if (!all) query = query.where(rights.where({ area: 'area_code', organisation: 'organisation_id' }));
  return query.orderBy('place').orderBy('id').execute();
}

export type NewBatch = {
  areaCode: string;
  place: string;
  counts: Counts;
  spoiled: number;
  /** citizens' numbers (12 digits) of those who voted here; they are made pseudonyms at once and not kept */
  citizens: readonly string[];
};

/**
 * Enters a batch of paper with its roll, all or nothing: who took a ballot online, or stands on another batch's roll,
 * is named by line, so that the commission can set it right.
 */
export async function enterBatch(parts: Parts, principal: Principal, consultationId: string, input: NewBatch) {
  return inTransaction(parts.db, async (tx) => {
    const row = await lockConsultation(tx, principal, consultationId);
    demandStage(parts, row, ['open', 'over']);
    demand(principal, 'consultation:paper', { areaCode: input.areaCode, organisationId: null });
    if (!isWithin(parts, row, input.areaCode)) throw elsewhere();
    const citizens = input.citizens.map((number) => number.replace(/\s/g, ''));
    const batch = { counts: input.counts, spoiled: input.spoiled, voters: citizens.length };
    const unknown = Object.keys(input.counts).filter((id) => !row.question.options.some((option) => option.id === id));
    if (unknown.length > 0 || paperFault(row.question, batch)) throw doesNotAddUp(batch.voters, input);
    const rollKey = rollKeyOf(row);
    const pseudonyms = citizens.map((number) => pseudonymOf(rollKey, 'citizen', number));
    const tables = tx.withTables<ParticipationTables>();
    const taken =
      pseudonyms.length === 0
        ? []
        : await tables
            .selectFrom('voting_roll')
            .select(['pseudonym', 'list'])
            .where('consultation_id', '=', row.id)
            .where('pseudonym', 'in', pseudonyms)
            .execute();
    const flaws = pseudonyms.flatMap((one, n) => {
      if (!/^\d{12}$/.test(citizens[n] ?? ''))
        return [flaw(n, 'không phải số định danh 12 chữ số', 'not a number of 12 digits')];
      if (pseudonyms.findIndex((other) => other.equals(one)) < n)
        return [flaw(n, 'đã có ở dòng trên', 'stands above already')];
      const earlier = taken.find((other) => other.pseudonym.equals(one));
      if (!earlier) return [];
      return earlier.list === 'paper'
        ? [flaw(n, 'đã có trong một tập phiếu giấy khác', 'stands on another paper batch')]
        : [flaw(n, 'đã nhận phiếu điện tử', 'took a ballot online')];
    });
    if (flaws.length > 0) throw wrongRoll(flaws);
    const id = randomUUID();
    await tables
      .insertInto('paper_batches')
      .values({
        id,
        consultation_id: row.id,
        area_code: input.areaCode,
        organisation_id: principal.organisationId,
        place: input.place.normalize('NFC').trim(),
        counts: JSON.stringify(input.counts),
        spoiled: input.spoiled,
        voters: citizens.length,
        entered_by: principal.id,
        entered_by_name: principal.name,
        entered_at: parts.now(),
        checked_by: null,
        checked_by_name: null,
        checked_at: null,
      })
      .execute();
    // In pieces: a statement has at most 65,535 parameters.
    for (let begin = 0; begin < pseudonyms.length; begin += 5000) {
      await tables
        .insertInto('voting_roll')
        .values(
          pseudonyms.slice(begin, begin + 5000).map((pseudonym) => ({
            consultation_id: row.id,
            pseudonym,
            account: null,
            list: 'paper' as const,
            given_on: localDay(parts.now()),
            blinded: null,
            blind_signature: null,
            paper_batch: id,
          })),
        )
        .execute();
    }
    await record(
      parts,
      tx,
      principal,
      'consultation.paper-enter',
      { id: row.id, areaCode: input.areaCode },
      { batch: id, ...batch },
    );
    return id;
  });
}

/** The second count, by somebody else who does not see the first; unequal, the batch goes on waiting. */
export async function checkBatch(
  parts: Parts,
  principal: Principal,
  batchId: string,
  again: { counts: Counts; spoiled: number },
): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const { row, batch } = await lockBatch(tx, principal, batchId);
    demandStage(parts, row, ['open', 'over']);
    if (batch.checked_at) throw checkedAlready();
    if (batch.entered_by === principal.id) throw samePerson();
    const options = row.question.options.map((option) => option.id);
    const differs = options.filter((id) => (batch.counts[id] ?? 0) !== (again.counts[id] ?? 0));
    const equal = differs.length === 0 && batch.spoiled === again.spoiled;
    const place = { id: row.id, areaCode: batch.area_code };
    if (!equal) throw differsFrom(differs.map((id) => row.question.options.find((one) => one.id === id)?.title ?? id));
    await tx
      .withTables<ParticipationTables>()
      .updateTable('paper_batches')
      .set({ checked_by: principal.id, checked_by_name: principal.name, checked_at: parts.now() })
      .where('id', '=', batchId)
      .execute();
    await record(parts, tx, principal, 'consultation.paper-check', place, { batch: batchId });
  });
}

/** Takes a batch out with its roll, to enter it anew. */
export async function removeBatch(parts: Parts, principal: Principal, batchId: string, reason: string): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const { row, batch } = await lockBatch(tx, principal, batchId);
    demandStage(parts, row, ['open', 'over']);
    const tables = tx.withTables<ParticipationTables>();
    await tables.deleteFrom('voting_roll').where('paper_batch', '=', batchId).execute();
    await tables.deleteFrom('paper_batches').where('id', '=', batchId).execute();
    await record(
      parts,
      tx,
      principal,
      'consultation.paper-remove',
      { id: row.id, areaCode: batch.area_code },
      {
        batch: batchId,
        place: batch.place,
        counts: batch.counts,
        spoiled: batch.spoiled,
        voters: batch.voters,
        reason,
      },
    );
  });
}

async function lockBatch(tx: Tx, principal: Principal, batchId: string) {
  const tables = tx.withTables<ParticipationTables>();
  const found = await tables.selectFrom('paper_batches').selectAll().where('id', '=', batchId).executeTakeFirst();
  if (!found) throw notFound({ vi: 'tập phiếu này', en: 'batch' });
  // The consultation first, then the batch: everybody in this order.
  const row = await lockConsultation(tx, principal, found.consultation_id);
  const batch = await tables
    .selectFrom('paper_batches')
    .selectAll()
    .where('id', '=', batchId)
    .forUpdate()
    .executeTakeFirst();
  if (!batch) throw notFound({ vi: 'tập phiếu này', en: 'batch' });
  demand(principal, 'consultation:paper', { areaCode: batch.area_code, organisationId: null });
  return { row, batch };
}

const flaw = (n: number, vi: string, en: string): { at: string; reason: Text } => ({
  at: `/citizens/${n}`,
  reason: { vi, en },
});

function wrongRoll(flaws: { at: string; reason: Text }[]) {
  return refuse(
    422,
    'wrong-roll',
    {
      vi: `Danh sách người bỏ phiếu có ${flaws.length} dòng phải sửa. Chưa có gì được ghi.`,
      en: `${flaws.length} lines of the roll must be set right. Nothing was recorded.`,
    },
    flaws,
  );
}

function doesNotAddUp(voters: number, { spoiled }: NewBatch) {
  return refuse(422, 'does-not-add-up', {
    vi: `Số phiếu không khớp: ${voters} người bỏ phiếu, ${spoiled} phiếu không hợp lệ. Hãy đếm lại từng phương án.`,
    en: `The figures do not add up: ${voters} voters, ${spoiled} spoiled. Count each option again.`,
  });
}

function differsFrom(titles: readonly string[]) {
  const list = titles.length > 0 ? titles.map((title) => `“${title}”`).join(', ') : '–';
  return refuse(409, 'counts-differ', {
    vi: `Kết quả kiểm lại khác với lần nhập đầu (${list}). Tập phiếu chưa được tính; hai người hãy cùng đếm lại.`,
    en: `The second count differs from the first (${list}). The batch does not count yet; count it again together.`,
  });
}

function samePerson() {
  return refuse(403, 'same-person', {
    vi: 'Người nhập không được tự kiểm lại. Hãy để người khác kiểm.',
    en: 'Who entered a batch may not check it. Let somebody else do it.',
  });
}

function checkedAlready() {
  return refuse(409, 'checked-already', {
    vi: 'Tập phiếu này đã được kiểm lại.',
    en: 'This batch was checked already.',
  });
}

function elsewhere() {
  return refuse(422, 'elsewhere', {
    vi: 'Nơi bỏ phiếu không thuộc địa bàn lấy ý kiến.',
    en: 'The polling place is not in the place that is consulted.',
  });
}
