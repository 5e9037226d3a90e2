/** Voting: who may vote is asked once, on one side; the ballot comes without a name, on the other. */
import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import { publicPrincipal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { refusedChoices } from './ballots.ts';
import { type ConsultationRow, demandStage, type Parts, readConsultation } from './consultations.ts';
import { type Ballot, isGenuine, receiptOf, toBase64url } from './credentials.ts';
import { signBlindly } from './signer.ts';
import type { ParticipationTables } from './tables.ts';

/** Who stands before the ballot box: as surely as we know it, by which account, and where they live (a unit's code). */
export type Voter = {
  assurance: 'national-id' | 'code';
  subject: string;
  account: string;
  residence: string | null;
};

/**
 * The name of a person for one consultation only. A citizen's number gives the same one whether they come by the
 * national identity or with a paper ballot, so that nobody votes in both ways.
 */
export function pseudonymOf(rollKey: Buffer, kind: 'citizen' | 'contact' | 'account', subject: string): Buffer {
  return createHmac('sha256', rollKey).update(`${kind}:${subject}`).digest();
}

/**
 * Gives a person their one ballot: signs what their browser blinded. Asked again with the same request, the answer
 * is the same; with another one it is refused, also where two accounts are of one person, and where one account signed
 * in by the national identity once and by a code once.
 */
export async function giveBallot(parts: Parts, voter: Voter, consultationId: string, blinded: string): Promise<string> {
  const row = await readConsultation(parts, publicPrincipal, consultationId);
  demandStage(parts, row, ['open']);
  demandResident(parts, row, voter);
  const kind = voter.assurance === 'national-id' ? 'citizen' : 'contact';
  const pseudonym = pseudonymOf(rollKeyOf(row), kind, voter.subject);
  const account = pseudonymOf(rollKeyOf(row), 'account', voter.account);
  const signature = signBlindly(row.signers[voter.assurance].privateKey, blinded);
  const tables = parts.db.withTables<ParticipationTables>();
  const inserted = await tables
    .insertInto('voting_roll')
    .values({
      consultation_id: row.id,
      pseudonym,
      account,
      list: voter.assurance,
      given_on: localDay(parts.now()),
      blinded,
      blind_signature: signature,
      paper_batch: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return signature;
  const earlier = await tables
    .selectFrom('voting_roll')
    .selectAll()
    .where('consultation_id', '=', row.id)
    .where('pseudonym', '=', pseudonym)
    .executeTakeFirst();
  if (earlier?.list === 'paper') throw votedOnPaper();
  if (!earlier?.blind_signature || earlier.blinded !== blinded) throw givenAlready();
  return earlier.blind_signature;
}

/**
 * Puts a ballot into the box. The same ballot again is the same ballot; another one with its key is refused.
 * @returns its name on the board, signed, so that the voter can prove that it was taken
 */
export async function castBallot(
  parts: Parts,
  consultationId: string,
  list: 'national-id' | 'code',
  ballot: Ballot,
): Promise<{ receipt: string; proof: string }> {
  const row = await readConsultation(parts, publicPrincipal, consultationId);
  const known = await parts.db
    .withTables<ParticipationTables>()
    .selectFrom('ballots')
    .select('receipt')
    .where('consultation_id', '=', row.id)
    .where('key', '=', ballot.key)
    .executeTakeFirst();
  const receipt = await receiptOf(row.id, ballot);
  if (known && known.receipt !== receipt) throw castAlready();
  if (!known) {
    demandStage(parts, row, ['open']);
    const refused = refusedChoices(row.question, ballot.choices);
    if (refused) throw refuse(422, 'not-a-valid-ballot', refused, [{ at: '/choices', reason: refused }]);
    if (!(await isGenuine(row.id, row.signers[list].publicKey, ballot))) throw notGenuine();
    // The same ballot may come twice at once; which came first does not matter, they must only be equal.
    await inTransaction(parts.db, (tx) => put(tx, parts, row, list, ballot, receipt));
  }
  const proof = sign('sha256', Buffer.from(`dttm-receipt\n${row.id}\n${receipt}`), {
    key: createPrivateKey(row.receipt_key),
    dsaEncoding: 'ieee-p1363',
  });
  return { receipt, proof: toBase64url(proof) };
}

async function put(
  tx: Tx,
  parts: Parts,
  row: ConsultationRow,
  list: 'national-id' | 'code',
  ballot: Ballot,
  receipt: string,
): Promise<void> {
  const tables = tx.withTables<ParticipationTables>();
  // The count takes this lock too: a ballot is in before it, or refused.
  const now = await tables
    .selectFrom('consultations')
    .selectAll()
    .where('id', '=', row.id)
    .forShare()
    .executeTakeFirstOrThrow();
  demandStage(parts, now, ['open']);
  await tables
    .insertInto('ballots')
    .values({ consultation_id: row.id, list, receipt, ...ballot, choices: [...ballot.choices].sort() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await tables
    .selectFrom('ballots')
    .select('receipt')
    .where('consultation_id', '=', row.id)
    .where('key', '=', ballot.key)
    .executeTakeFirstOrThrow();
  if (kept.receipt !== receipt) throw castAlready();
}

function demandResident(parts: Parts, row: ConsultationRow, voter: Voter): void {
  if (voter.residence === null) {
    throw refuse(422, 'residence-unknown', {
      vi: 'Chưa biết bạn cư trú ở xã, phường nào. Hãy chọn nơi cư trú rồi nhận phiếu.',
      en: 'Your commune of residence is not known. Choose it, then take your ballot.',
    });
  }
  if (!isWithin(parts, row, voter.residence)) {
    throw refuse(403, 'not-resident', {
      vi: 'Lần lấy ý kiến này dành cho người cư trú tại địa bàn nêu trên; nơi cư trú của bạn không thuộc địa bàn đó.',
      en: 'This consultation is for the residents of the place named above; yours is not part of it.',
    });
  }
}

/** Whether a unit belongs to the place that is consulted; for the whole province, whether there is such a unit. */
export function isWithin(parts: Pick<Parts, 'territory'>, row: ConsultationRow, unitCode: string): boolean {
  if (row.area_code === null) return parts.territory.areaClosure(unitCode).length > 0;
  return parts.territory.areaClosure(row.area_code).includes(unitCode);
}

export function rollKeyOf(row: ConsultationRow): Buffer {
  if (!row.roll_key) throw new Error('the roll of a counted consultation is closed');
  return row.roll_key;
}

/** The day in Vietnam (UTC+7, no summer time). */
export const localDay = (at: Date): string => new Date(at.getTime() + 7 * 3600_000).toISOString().slice(0, 10);

function givenAlready() {
  return refuse(409, 'ballot-given', {
    vi: 'Bạn đã nhận phiếu cho lần lấy ý kiến này, có thể ở một cửa sổ hoặc máy khác. Mỗi người một phiếu; hãy bỏ phiếu ở nơi đã nhận.',
    en: 'You have taken your ballot already, perhaps in another window or device. One person, one vote: cast it there.',
  });
}

function votedOnPaper() {
  return refuse(409, 'voted-on-paper', {
    vi: 'Bạn đã bỏ phiếu giấy cho lần lấy ý kiến này. Mỗi người một phiếu.',
    en: 'You have voted on paper in this consultation. One person, one vote.',
  });
}

function castAlready() {
  return refuse(409, 'ballot-cast', {
    vi: 'Phiếu này đã được bỏ với lựa chọn khác và không đổi được nữa.',
    en: 'This ballot was cast with other choices and cannot be changed.',
  });
}

function notGenuine() {
  return refuse(403, 'not-genuine', {
    vi: 'Phiếu không mang xác nhận của lần lấy ý kiến này, nên không được nhận.',
    en: 'The ballot does not carry this consultation’s credential and is not taken.',
  });
}
