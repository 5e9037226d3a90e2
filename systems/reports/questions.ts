/** Questions and answers: a question is a report of its own family; here is what is different about it. */
import { sql } from 'kysely';
import { plain, refuse, type Text } from '../../platform/words/index.ts';
import type { Parts, ReportRow } from './parts.ts';
import { QUESTION } from './question-categories.ts';
import type { Place } from './types.ts';

export type Answered = {
  number: string;
  category: string;
  categoryTitle: Text;
  question: string;
  answer: string;
  organisationName: Text | null;
  answeredAt: Date;
  provenance: string;
};

type Row = {
  number: string;
  category: string;
  question: string;
  answer: string;
  organisation_id: string | null;
  answered_at: Date;
  provenance: string;
  total: number;
};

/** The newest so many are compared with what is about to be asked. */
const COMPARED = 2000;
/** Below this two texts share a few syllables by chance. */
const ALIKE = 0.3;
const MOST_ALIKE = 3;

const published = sql`r.family = ${QUESTION} and r.published_at is not null and r.answered_at is not null`;
/** The last public answer; a question that has none any more is not shown. */
const answer = sql`join lateral (select text from report_messages m where m.case_id = r.case_id and m.kind = 'answer'
  and m.is_public order by m.id desc limit 1) a on true`;
const columns = sql`r.number, r.category, r.public_text as question, a.text as answer, r.organisation_id, r.answered_at,
  r.provenance`;

/** Published and answered, newest answer first; the words are looked for in the question, with or without diacritics. */
export async function findAnswered(
  parts: Parts,
  query: { q?: string; field?: string; limit: number; offset: number },
): Promise<{ items: Answered[]; total: number }> {
  const words = query.q ? `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%` : null;
  const found = await sql<Row>`select ${columns}, count(*) over () as total from reports r ${answer}
    where ${published} and (${words}::text is null or r.search_plain like ${words})
      and (${query.field ?? null}::text is null or r.category = ${query.field ?? null})
    order by r.answered_at desc, r.case_id desc limit ${query.limit} offset ${query.offset}`.execute(parts.db);
  return { items: await shown(parts, found.rows), total: found.rows[0]?.total ?? 0 };
}

/** What was answered already and reads like this text, the most alike first. */
export async function findAlike(parts: Parts, text: string): Promise<Answered[]> {
  const bare = plain(text);
  const found = await sql<Row>`select ${columns}, 0 as total from (
      select * from reports r where ${published} order by r.answered_at desc, r.case_id desc limit ${COMPARED}
    ) r ${answer}
    where similarity(r.search_plain, ${bare}) > ${ALIKE}
    order by similarity(r.search_plain, ${bare}) desc, r.number limit ${MOST_ALIKE}`.execute(parts.db);
  return shown(parts, found.rows);
}

async function shown(parts: Parts, rows: readonly Row[]): Promise<Answered[]> {
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  return rows.map((row) => ({
    number: row.number,
    category: row.category,
    categoryTitle: categories.find((one) => one.code === row.category)?.title ?? { vi: row.category, en: row.category },
    question: row.question,
    answer: row.answer,
    organisationName: row.organisation_id === null ? null : (tree.get(row.organisation_id)?.name ?? null),
    answeredAt: row.answered_at,
    provenance: row.provenance,
  }));
}

/** A question has no place: it stands at the middle of the commune that the asker named, and nobody is shown it. */
export function placeOfQuestion(parts: Parts, areaCode: string): Place {
  const unit = parts.territory.units({ level: 'commune' }).find((one) => one.code === areaCode);
  if (unit?.centre) return unit.centre;
  const text = { vi: 'Không có xã, phường này. Hãy chọn trong danh sách.', en: 'There is no such commune or ward.' };
  throw refuse(422, 'no-such-unit', text, [{ at: '/areaCode', reason: text }]);
}

/** A question is published only where its asker agreed. */
export function demandAgreed(report: Pick<ReportRow, 'family' | 'fields'>): void {
  if (report.family !== QUESTION || report.fields.publish === true) return;
  throw refuse(409, 'asker-did-not-agree', {
    vi: 'Người hỏi không đồng ý đăng câu hỏi này. Hãy giữ riêng; người hỏi vẫn nhận được trả lời.',
    en: 'The asker did not agree to publication. Keep it private; the asker gets the answer all the same.',
  });
}
