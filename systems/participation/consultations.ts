/** Consultations: prepared by an organisation, published, voted on, counted once, and open to be counted again. */
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { covers, demand, type Principal, visible } from '../../platform/rights/index.ts';
import { notFound, plain, refuse, type Text } from '../../platform/words/index.ts';
import type { Question } from './ballots.ts';
import { type Board, countBoard } from './board.ts';
import { toBase64url } from './credentials.ts';
import { makeSigner } from './signer.ts';
import type { ParticipationTables } from './tables.ts';

export type ConsultationRow = Selectable<ParticipationTables['consultations']>;

/** What the functions of this system share. */
export type Parts = Pick<Platform, 'db' | 'now' | 'audit' | 'log' | 'territory'>;

export type NewConsultation = {
  title: string;
  body: string;
  organisationId: string;
  areaCode: string | null;
  question: Question;
  binding: boolean;
  quorum: number;
  opensAt: Date;
  closesAt: Date;
  /** made by the demo's simulation; no route takes it */
  simulated?: boolean;
};

/** draft, then published; open between two moments; over until counted; counted; or cancelled with a reason. */
export type Stage = 'draft' | 'announced' | 'open' | 'over' | 'counted' | 'cancelled';

export function stageOf(row: Pick<ConsultationRow, 'state' | 'opens_at' | 'closes_at'>, now: Date): Stage {
  if (row.state === 'draft' || row.state === 'cancelled') return row.state;
  if (row.state === 'closed') return 'counted';
  if (now < row.opens_at) return 'announced';
  return now < row.closes_at ? 'open' : 'over';
}

export const placeOf = (row: Pick<ConsultationRow, 'area_code' | 'organisation_id'>) => ({
  areaCode: row.area_code,
  organisationId: row.organisation_id,
});

const noConsultation = () => notFound({ vi: 'lần lấy ý kiến này', en: 'consultation' });

/** What was announced is everybody's to read; a draft is its organisation's. */
export async function readConsultation(parts: Parts, principal: Principal, id: string): Promise<ConsultationRow> {
  const row = await parts.db
    .withTables<ParticipationTables>()
    .selectFrom('consultations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row || (row.state === 'draft' && !covers(principal, 'consultation:manage', placeOf(row))))
    throw noConsultation();
  return row;
}

export type ConsultationQuery = { q?: string; areaCode?: string; drafts?: boolean; limit: number; offset: number };

/** Newest closing first; drafts only where asked for, and only one's own. */
export async function findConsultations(parts: Parts, principal: Principal, query: ConsultationQuery) {
  let base = parts.db.withTables<ParticipationTables>().selectFrom('consultations');
  base = query.drafts
    ? base.where(
        visible(principal, 'consultation:manage').where({ area: 'area_code', organisation: 'organisation_id' }),
      )
    : base.where('state', 'in', ['published', 'closed']);
  if (query.q) base = base.where('search_plain', 'like', `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%`);
  if (query.areaCode) base = base.where('area_code', 'in', parts.territory.areaClosure(query.areaCode));
  const [items, count] = await Promise.all([
    base.selectAll().orderBy('closes_at', 'desc').orderBy('id').limit(query.limit).offset(query.offset).execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items, total: count.n };
}

/** @param also is done in the same transaction */
export async function createConsultation(
  parts: Parts,
  principal: Principal,
  input: NewConsultation,
  also?: (tx: Tx, id: string) => Promise<void>,
): Promise<string> {
  demand(principal, 'consultation:manage', { areaCode: input.areaCode, organisationId: input.organisationId });
  demandSound(input);
  const [nationalId, code] = await Promise.all([makeSigner(), makeSigner()]);
  const receipts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomUUID();
  await inTransaction(parts.db, async (tx) => {
    await tx
      .withTables<ParticipationTables>()
      .insertInto('consultations')
      .values({
        id,
        ...columnsOf(input),
        state: 'draft',
        signers: JSON.stringify({ 'national-id': nationalId, code }),
        receipt_key: receipts.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        receipt_public_key: toBase64url(receipts.publicKey.export({ type: 'spki', format: 'der' })),
        roll_key: randomBytes(32),
        result: null,
        counted_at: null,
        cancel_reason: null,
        from_initiative: null,
        provenance: input.simulated ? 'simulated' : 'measured',
        created_by: principal.id,
        created_at: parts.now(),
      })
      .execute();
    await record(parts, tx, principal, 'consultation.create', { id, ...placeOfInput(input) }, { title: input.title });
    await also?.(tx, id);
  });
  return id;
}

/** A draft may be changed; what was announced stays as it was announced. */
export async function editConsultation(
  parts: Parts,
  principal: Principal,
  id: string,
  input: NewConsultation,
  expectedVersion: number,
): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, principal, id);
    demand(principal, 'consultation:manage', { areaCode: input.areaCode, organisationId: input.organisationId });
    demandStage(parts, row, ['draft']);
    demandVersion(row, expectedVersion);
    demandSound(input);
    await update(tx, row, columnsOf(input));
    await record(parts, tx, principal, 'consultation.edit', { id, ...placeOfInput(input) }, { title: input.title });
  });
}

/**
 * Announces a draft: from now on everybody reads it, and nobody changes it.
 * @param also is done in the same transaction
 */
export async function publishConsultation(
  parts: Parts,
  principal: Principal,
  id: string,
  expectedVersion: number,
  also?: (tx: Tx, row: ConsultationRow) => Promise<void>,
) {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, principal, id);
    demandStage(parts, row, ['draft']);
    demandVersion(row, expectedVersion);
    if (row.closes_at <= parts.now()) throw overBefore();
    await update(tx, row, { state: 'published' });
    await record(parts, tx, principal, 'consultation.publish', { id, ...placeOf(row) }, { title: row.title });
    await announce(parts, tx, row, 'consultation.published');
    await also?.(tx, row);
  });
}

/** Calls a consultation off, with the reason that everybody reads. What was voted is kept, and never counted. */
export async function cancelConsultation(parts: Parts, principal: Principal, id: string, reason: string) {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, principal, id);
    demandStage(parts, row, ['draft', 'announced', 'open', 'over']);
    await update(tx, row, { state: 'cancelled', cancel_reason: reason });
    await record(parts, tx, principal, 'consultation.cancel', { id, ...placeOf(row) }, { reason });
    if (row.state === 'published') await announce(parts, tx, row, 'consultation.cancelled');
  });
}

/**
 * Counts once, when the time is over and every paper batch was checked, and publishes the board. The key of the
 * pseudonyms is destroyed: from now on nobody can tell who took part.
 */
export async function countConsultation(parts: Parts, principal: Principal, id: string): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, principal, id);
    demandStage(parts, row, ['over']);
    const board = await readBoard(tx, row);
    if (board.paper.some((batch) => !batch.checked)) throw uncheckedPaper();
    const count = countBoard(board);
    const quorate = count.bindingVoters >= row.quorum;
    const stands = quorate && count.winners.length > 0;
    const receipts = await tx
      .withTables<ParticipationTables>()
      .selectFrom('ballots')
      .select('receipt')
      .where('consultation_id', '=', id)
      .orderBy(sql`receipt collate "C"`)
      .execute();
    const digest = createHash('sha256')
      .update(receipts.map((one) => one.receipt).join('\n'))
      .digest('base64url');
    const result = { ...count, stands, why: whyOf(count.bindingVoters, row.quorum, count.winners.length), digest };
    await update(tx, row, {
      state: 'closed',
      result: JSON.stringify(result),
      counted_at: parts.now(),
      roll_key: null,
    });
    await record(
      parts,
      tx,
      principal,
      'consultation.count',
      { id, ...placeOf(row) },
      {
        digest,
        voters: count.voters,
        binding: count.binding,
        winners: count.winners,
        stands,
      },
    );
    await announce(parts, tx, row, 'consultation.counted');
  });
}

function whyOf(voters: number, quorum: number, winners: number): Text {
  if (voters < quorum) {
    return {
      vi: `Chỉ có ${voters} phiếu có giá trị ràng buộc, cần ít nhất ${quorum}.`,
      en: `Only ${voters} binding votes; at least ${quorum} are needed.`,
    };
  }
  if (winners === 0) {
    return {
      vi: 'Không phương án nào dẫn đầu: không có phiếu, hoặc các phương án bằng phiếu nhau.',
      en: 'No option leads: there are no votes, or options have equally many.',
    };
  }
  return {
    vi: `Đủ số phiếu cần thiết (${voters}/${quorum}).`,
    en: `The quorum is reached (${voters} of ${quorum}).`,
  };
}

/** All that is voted, as it will stand on the board. Before the count this is for counting only. */
async function readBoard(tx: Tx, row: ConsultationRow): Promise<Board> {
  const tables = tx.withTables<ParticipationTables>();
  const [ballots, given, paper] = await Promise.all([
    tables
      .selectFrom('ballots')
      .select(['list', 'key', 'credential', 'choices', 'signature'])
      .where('consultation_id', '=', row.id)
      // An order that tells nothing of when they came.
      .orderBy(sql`receipt collate "C"`)
      .execute(),
    tables
      .selectFrom('voting_roll')
      .select((eb) => ['list', eb.fn.countAll<number>().as('n')])
      .where('consultation_id', '=', row.id)
      .groupBy('list')
      .execute(),
    tables
      .selectFrom('paper_batches')
      .selectAll()
      .where('consultation_id', '=', row.id)
      .orderBy('place')
      .orderBy('id')
      .execute(),
  ]);
  const of = (list: 'national-id' | 'code') =>
    ballots.filter((one) => one.list === list).map(({ list: _list, ...ballot }) => ballot);
  const givenTo = (list: string): number => given.find((one) => one.list === list)?.n ?? 0;
  return {
    consultationId: row.id,
    question: row.question,
    publicKeys: { 'national-id': row.signers['national-id'].publicKey, code: row.signers.code.publicKey },
    given: { 'national-id': givenTo('national-id'), code: givenTo('code') },
    ballots: { 'national-id': of('national-id'), code: of('code') },
    paper: paper.map((one) => ({
      id: one.id,
      place: one.place,
      counts: one.counts,
      spoiled: one.spoiled,
      voters: one.voters,
      checked: one.checked_at !== null,
    })),
    provenance: row.provenance,
  };
}

/** The board of a counted consultation; before that nobody sees what was voted. */
export async function publishedBoard(parts: Parts, principal: Principal, id: string): Promise<Board> {
  const row = await readConsultation(parts, principal, id);
  if (row.state !== 'closed') throw notCounted();
  return inTransaction(parts.db, (tx) => readBoard(tx, row));
}

/** How many took part so far, by list: shown while it runs; what they chose is not. */
export async function turnout(parts: Parts, id: string): Promise<Record<'national-id' | 'code' | 'paper', number>> {
  const rows = await parts.db
    .withTables<ParticipationTables>()
    .selectFrom('voting_roll')
    .select((eb) => ['list', eb.fn.countAll<number>().as('n')])
    .where('consultation_id', '=', id)
    .groupBy('list')
    .execute();
  const of = (list: string): number => rows.find((one) => one.list === list)?.n ?? 0;
  return { 'national-id': of('national-id'), code: of('code'), paper: of('paper') };
}

/** Locks a consultation; a draft of others does not exist for the principal. The caller asks what it may be done to. */
export async function lockConsultation(tx: Tx, principal: Principal, id: string): Promise<ConsultationRow> {
  const row = await tx
    .withTables<ParticipationTables>()
    .selectFrom('consultations')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row || (row.state === 'draft' && !covers(principal, 'consultation:manage', placeOf(row))))
    throw noConsultation();
  return row;
}

/** Locks a consultation of one's own. */
async function lockOwn(tx: Tx, principal: Principal, id: string): Promise<ConsultationRow> {
  const row = await lockConsultation(tx, principal, id);
  demand(principal, 'consultation:manage', placeOf(row));
  return row;
}

const stageNames: Record<Stage, Text> = {
  draft: { vi: 'đang soạn', en: 'a draft' },
  announced: { vi: 'đã công bố, chưa mở', en: 'announced, not open yet' },
  open: { vi: 'đang mở', en: 'open' },
  over: { vi: 'đã hết hạn, chờ kiểm phiếu', en: 'over, to be counted' },
  counted: { vi: 'đã kiểm phiếu', en: 'counted' },
  cancelled: { vi: 'đã hủy', en: 'cancelled' },
};

export function demandStage(parts: Pick<Parts, 'now'>, row: ConsultationRow, allowed: readonly Stage[]): void {
  const stage = stageOf(row, parts.now());
  if (allowed.includes(stage)) return;
  const list = (language: keyof Text): string => allowed.map((one) => stageNames[one][language]).join(', ');
  throw refuse(409, 'wrong-stage', {
    vi: `Lần lấy ý kiến này ${stageNames[stage].vi}; việc này chỉ làm được khi ${list('vi')}.`,
    en: `This consultation is ${stageNames[stage].en}; this can be done only when it is ${list('en')}.`,
  });
}

function demandVersion(row: ConsultationRow, expected: number): void {
  if (row.version === expected) return;
  throw refuse(409, 'changed-meanwhile', {
    vi: 'Nội dung vừa được người khác sửa. Hãy tải lại rồi làm tiếp; phần của bạn chưa được ghi.',
    en: 'Somebody changed it meanwhile. Reload and go on; yours was not recorded.',
  });
}

/** What the schema cannot say of a question. */
function demandSound({ question, opensAt, closesAt }: NewConsultation): void {
  const flaws: { at: string; reason: Text }[] = [];
  const ids = question.options.map((option) => option.id);
  if (new Set(ids).size !== ids.length) {
    flaws.push({ at: '/question/options', reason: { vi: 'hai phương án trùng mã', en: 'two options have one id' } });
  }
  if (closesAt <= opensAt) {
    flaws.push({ at: '/closesAt', reason: { vi: 'phải sau lúc mở', en: 'must be after the opening' } });
  }
  if (question.kind === 'budget') {
    if (!question.budgetVnd) {
      flaws.push({ at: '/question/budgetVnd', reason: { vi: 'chưa có tổng ngân sách', en: 'the total is missing' } });
    }
    for (const [n, option] of question.options.entries()) {
      if (option.costVnd === undefined || option.costVnd > (question.budgetVnd ?? 0)) {
        flaws.push({
          at: `/question/options/${n}/costVnd`,
          reason: { vi: 'chưa có chi phí, hoặc lớn hơn tổng ngân sách', en: 'missing, or more than the whole budget' },
        });
      }
    }
  }
  if (flaws.length > 0) {
    throw refuse(
      422,
      'not-sound',
      { vi: 'Nội dung lấy ý kiến chưa dùng được.', en: 'It cannot be put to the vote yet.' },
      flaws,
    );
  }
}

const placeOfInput = (input: NewConsultation) => ({ areaCode: input.areaCode, organisationId: input.organisationId });

const columnsOf = (input: NewConsultation) => ({
  title: input.title.normalize('NFC').trim(),
  search_plain: plain(`${input.title} ${input.body}`).slice(0, 4000),
  body: input.body.normalize('NFC').trim(),
  organisation_id: input.organisationId,
  area_code: input.areaCode,
  question: JSON.stringify(input.question),
  binding: input.binding,
  quorum: input.quorum,
  opens_at: input.opensAt,
  closes_at: input.closesAt,
});

async function update(tx: Tx, row: ConsultationRow, set: Record<string, unknown>): Promise<void> {
  await tx
    .withTables<ParticipationTables>()
    .updateTable('consultations')
    .set({ ...set, version: row.version + 1 })
    .where('id', '=', row.id)
    .execute();
}

type Placed = { id: string; areaCode?: string | null; organisationId?: string | null };

export function record(
  parts: Pick<Parts, 'audit'>,
  tx: Tx,
  principal: Principal,
  action: string,
  { id, areaCode = null, organisationId = null }: Placed,
  detail: Record<string, unknown>,
): Promise<void> {
  return parts.audit.record(tx, { principal, action, subject: `consultation:${id}`, areaCode, organisationId, detail });
}

const announce = (parts: Parts, tx: Tx, row: ConsultationRow, kind: string): Promise<void> =>
  parts.log.append(tx, [
    {
      kind,
      subject: row.id,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      isPublic: true,
      payload: { consultationId: row.id, title: row.title, closesAt: row.closes_at.toISOString() },
    },
  ]);

function overBefore() {
  return refuse(422, 'over-already', {
    vi: 'Thời hạn lấy ý kiến đã qua. Hãy đặt lại thời hạn rồi công bố.',
    en: 'The closing time has passed. Set another one, then publish.',
  });
}

function uncheckedPaper() {
  return refuse(409, 'paper-unchecked', {
    vi: 'Còn tập phiếu giấy chưa được người thứ hai kiểm lại. Hãy kiểm lại hoặc xóa tập đó trước khi kiểm phiếu.',
    en: 'A paper batch was not checked by a second person. Check it or take it out before the count.',
  });
}

function notCounted() {
  return refuse(409, 'not-counted', {
    vi: 'Phiếu chỉ được công khai sau khi kiểm phiếu, để không ai bị ảnh hưởng khi đang bỏ phiếu.',
    en: 'Ballots are made public after the count only, so that nobody is swayed while voting.',
  });
}
