/** Surveys of satisfaction: opened by an officer for a service, answered once for each invitation, by nobody's name. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { JSONColumnType, Selectable } from 'kysely';
import { findMasks, maskText } from '../../platform/citizens/index.ts';
import { type Db, inTransaction, type Tx } from '../../platform/database/index.ts';
import { covers, demand, type Principal, visible } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import type { VoiceParts } from './initiatives.ts';
import { type SurveyAnswers, type SurveyQuestion, wrongAnswers } from './survey-results.ts';
import { localDay } from './voting.ts';

export type SurveyTables = {
  surveys: {
    id: string;
    title: string;
    intro: string;
    service: string;
    organisation_id: string;
    area_code: string | null;
    questions: JSONColumnType<SurveyQuestion[]>;
    closes_at: Date;
    closed_at: Date | null;
    provenance: 'measured' | 'simulated';
    created_by: string;
    created_at: Date;
  };
  survey_invitations: { token_hash: Buffer; survey_id: string; made_on: string; used: boolean };
  survey_answers: { id: string; survey_id: string; answered_on: string; answers: JSONColumnType<SurveyAnswers> };
};
export type SurveyRow = Selectable<SurveyTables['surveys']>;

export const surveyTables = (db: Db | Tx) => db.withTables<SurveyTables>();
export const surveyPlace = (row: Pick<SurveyRow, 'area_code' | 'organisation_id'>) => ({
  areaCode: row.area_code,
  organisationId: row.organisation_id,
});
const hash = (token: string): Buffer => createHash('sha256').update(token).digest();

export type NewSurvey = {
  title: string;
  intro: string;
  service: string;
  organisationId: string;
  questions: SurveyQuestion[];
  closesAt: Date;
  /** made by the demo's simulation; no route takes it */
  simulated?: boolean;
};

export async function openSurvey(parts: VoiceParts, principal: Principal, input: NewSurvey): Promise<string> {
  const unit = await parts.identity.organisation(input.organisationId);
  const place = { areaCode: unit?.areaCode ?? null, organisationId: input.organisationId };
  demand(principal, 'consultation:manage', place);
  if (input.closesAt <= parts.now()) throw overAlready();
  const ids = new Set(input.questions.map((one) => one.id));
  const sound = input.questions.every(
    (one) => (one.kind === 'choice') === (one.options !== undefined) && (!one.measures || one.kind === 'scale'),
  );
  if (ids.size !== input.questions.length || !sound) throw notSound();
  const id = randomUUID();
  await inTransaction(parts.db, async (tx) => {
    await surveyTables(tx)
      .insertInto('surveys')
      .values({
        id,
        title: input.title.normalize('NFC').trim(),
        intro: input.intro.normalize('NFC').trim(),
        service: input.service.normalize('NFC').trim(),
        organisation_id: input.organisationId,
        area_code: place.areaCode,
        questions: JSON.stringify(input.questions),
        closes_at: input.closesAt,
        closed_at: null,
        provenance: input.simulated ? 'simulated' : 'measured',
        created_by: principal.id,
        created_at: parts.now(),
      })
      .execute();
    await record(parts, tx, principal, 'survey.open', { id, ...place }, { title: input.title, service: input.service });
  });
  return id;
}

/** Surveys of one's own unit and area, newest first. */
export function findSurveys(parts: VoiceParts, principal: Principal): Promise<SurveyRow[]> {
  return surveyTables(parts.db)
    .selectFrom('surveys')
    .selectAll()
    .where(visible(principal, 'consultation:manage').where({ area: 'area_code', organisation: 'organisation_id' }))
    .orderBy('created_at', 'desc')
    .limit(500)
    .execute();
}

export async function readSurvey(parts: VoiceParts, principal: Principal, id: string): Promise<SurveyRow> {
  const row = await surveyTables(parts.db).selectFrom('surveys').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || !covers(principal, 'consultation:manage', surveyPlace(row))) throw noSurvey();
  return row;
}

export async function countsOf(parts: VoiceParts, id: string): Promise<{ invited: number; answered: number }> {
  const [invited, answered] = await Promise.all(
    (['survey_invitations', 'survey_answers'] as const).map((table) =>
      surveyTables(parts.db)
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('survey_id', '=', id)
        .executeTakeFirstOrThrow(),
    ),
  );
  return { invited: invited?.n ?? 0, answered: answered?.n ?? 0 };
}

export async function answersOf(parts: VoiceParts, id: string): Promise<SurveyAnswers[]> {
  const rows = await surveyTables(parts.db)
    .selectFrom('survey_answers')
    .select('answers')
    .where('survey_id', '=', id)
    .execute();
  return rows.map((row) => row.answers);
}

/** Makes invitations to be printed or sent. @returns their tokens, which are shown this once */
export async function invite(parts: VoiceParts, principal: Principal, id: string, count: number): Promise<string[]> {
  const row = await readSurvey(parts, principal, id);
  if (!isOpen(parts, row)) throw closedAlready();
  const tokens = Array.from({ length: count }, () => randomBytes(18).toString('base64url'));
  await inTransaction(parts.db, async (tx) => {
    await surveyTables(tx)
      .insertInto('survey_invitations')
      .values(
        tokens.map((token) => ({
          token_hash: hash(token),
          survey_id: id,
          made_on: localDay(parts.now()),
          used: false,
        })),
      )
      .execute();
    await record(parts, tx, principal, 'survey.invite', { id, ...surveyPlace(row) }, { count });
  });
  return tokens;
}

export async function closeSurvey(parts: VoiceParts, principal: Principal, id: string): Promise<void> {
  const row = await readSurvey(parts, principal, id);
  if (row.closed_at) return;
  await inTransaction(parts.db, async (tx) => {
    await surveyTables(tx).updateTable('surveys').set({ closed_at: parts.now() }).where('id', '=', id).execute();
    await record(parts, tx, principal, 'survey.close', { id, ...surveyPlace(row) }, {});
  });
}

/** What an invitation asks; guessing one is slowed by the address. */
export async function readInvitation(parts: VoiceParts, token: string, ip: string): Promise<SurveyRow> {
  await parts.citizens.limit([{ key: `survey:${ip}`, most: 120, withinSeconds: 600 }]);
  const found = await surveyTables(parts.db)
    .selectFrom('survey_invitations as i')
    .innerJoin('surveys as s', 's.id', 'i.survey_id')
    .selectAll('s')
    .select('i.used')
    .where('i.token_hash', '=', hash(token))
    .executeTakeFirst();
  if (!found) throw noSurvey();
  const { used, ...row } = found;
  if (used) throw answeredAlready();
  if (!isOpen(parts, row)) throw closedAlready();
  return row;
}

/** Takes the one answer of an invitation: of two at once one is taken. Nothing ties the answer to the invitation. */
export async function answerSurvey(parts: VoiceParts, token: string, ip: string, given: SurveyAnswers): Promise<void> {
  const row = await readInvitation(parts, token, ip);
  const answers: SurveyAnswers = Object.fromEntries(
    Object.entries(given).flatMap(([id, value]) => {
      if (typeof value !== 'string' || row.questions.find((one) => one.id === id)?.kind !== 'text')
        return [[id, value]];
      // What people write freely is masked before anybody reads it, and kept no other way.
      const text = value.normalize('NFC').trim();
      return text === '' ? [] : [[id, maskText(text, findMasks(text))]];
    }),
  );
  const wrong = wrongAnswers(row.questions, answers);
  if (wrong.length > 0) throw wrongAnswer(wrong);
  await inTransaction(parts.db, async (tx) => {
    const used = await surveyTables(tx)
      .updateTable('survey_invitations')
      .set({ used: true })
      .where('token_hash', '=', hash(token))
      .where('used', '=', false)
      .executeTakeFirst();
    if (used.numUpdatedRows !== 1n) throw answeredAlready();
    await surveyTables(tx)
      .insertInto('survey_answers')
      .values({
        id: randomUUID(),
        survey_id: row.id,
        answered_on: localDay(parts.now()),
        answers: JSON.stringify(answers),
      })
      .execute();
  });
}

export const isOpen = (parts: Pick<VoiceParts, 'now'>, row: Pick<SurveyRow, 'closes_at' | 'closed_at'>): boolean =>
  row.closed_at === null && parts.now() < row.closes_at;

const record = (
  parts: VoiceParts,
  tx: Tx,
  principal: Principal,
  action: string,
  { id, ...place }: { id: string; areaCode: string | null; organisationId: string },
  detail: Record<string, unknown>,
): Promise<void> => parts.audit.record(tx, { principal, action, subject: `survey:${id}`, ...place, detail });

const noSurvey = () => notFound({ vi: 'khảo sát này', en: 'survey' });

function answeredAlready() {
  return refuse(409, 'answered-already', {
    vi: 'Thư mời này đã được dùng để trả lời. Mỗi thư mời trả lời một lần. Cảm ơn bạn.',
    en: 'This invitation was answered already. One answer for each. Thank you.',
  });
}

function closedAlready() {
  return refuse(409, 'survey-closed', {
    vi: 'Khảo sát này đã đóng. Cảm ơn bạn.',
    en: 'This survey is closed. Thank you.',
  });
}

function overAlready() {
  const text = { vi: 'Ngày đóng phải ở sau hôm nay.', en: 'It must close after now.' };
  return refuse(422, 'over-already', text, [{ at: '/closesAt', reason: text }]);
}

function notSound() {
  const text = {
    vi: 'Câu hỏi chưa dùng được: mã trùng nhau, câu chọn chưa có phương án, hoặc câu đo sự tiến bộ không phải thang điểm.',
    en: 'The questions cannot be used: ids twice, a choice without options, or progress not on a scale.',
  };
  return refuse(422, 'not-sound', text, [{ at: '/questions', reason: text }]);
}

function wrongAnswer(ids: readonly string[]) {
  const text = { vi: 'Có câu chưa trả lời hoặc trả lời chưa đúng.', en: 'A question is not answered, or not rightly.' };
  return refuse(
    422,
    'wrong-answers',
    text,
    ids.map((id) => ({ at: `/answers/${id}`, reason: text })),
  );
}
