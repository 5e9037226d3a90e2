/** Calls by subject: what people call about, and what nobody could answer them. */
import { sql } from 'kysely';
import type { Principal } from '../../platform/rights/index.ts';
import { refuse, type Text } from '../../platform/words/index.ts';
import { demandDesk } from './hotline.ts';
import type { MatterKind } from './hotline-tables.ts';
import type { Parts } from './parts.ts';

const LONGEST_DAYS = 400;
const LISTED = 50;
const localMidnight = (day: string): Date => new Date(`${day}T00:00:00+07:00`);

export type Subject = { category: string | null; title: Text | null } & Record<MatterKind, number>;

/** Of the calls that began in the days from `from` to before `to` (local). A call about two things counts in both. */
export async function hotlineFigures(parts: Parts, principal: Principal, { from, to }: { from: string; to: string }) {
  demandDesk(principal);
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (!(days > 0 && days <= LONGEST_DAYS)) throw badDays();
  const within = sql`c.began_at >= ${localMidnight(from)} and c.began_at < ${localMidnight(to)}`;
  const { db } = parts;
  const [calls, subjects, articles, unanswered, categories] = await Promise.all([
    sql<{ calls: number; empty: number }>`
      select count(*)::int as calls,
        count(*) filter (where not exists (select from hotline_matters m where m.call_id = c.id))::int as empty
      from hotline_calls c where ${within}`.execute(db),
    sql<{ category: string | null; kind: MatterKind; n: number }>`
      select m.category, m.kind, count(distinct c.id)::int as n
      from hotline_matters m join hotline_calls c on c.id = m.call_id where ${within} group by 1, 2`.execute(db),
    sql<{ id: string; question: string; used: number }>`
      select a.id, a.question, count(*)::int as used
      from hotline_matters m join hotline_calls c on c.id = m.call_id join hotline_articles a on a.id = m.article_id
      where ${within} group by 1, 2 order by used desc, question limit ${LISTED}`.execute(db),
    sql<{ at: Date; asked: string; category: string | null }>`
      select m.at, m.asked, m.category from hotline_matters m join hotline_calls c on c.id = m.call_id
      where ${within} and m.kind = 'unanswered' order by m.id desc limit ${LISTED}`.execute(db),
    parts.catalogue.all(),
  ]);
  const by = new Map<string | null, Subject>();
  for (const { category, kind, n } of subjects.rows) {
    const title = categories.find((one) => one.code === category)?.title ?? null;
    const none = { reported: 0, joined: 0, followed: 0, answered: 0, unanswered: 0 };
    const subject = by.get(category) ?? { category, title, ...none };
    by.set(category, { ...subject, [kind]: n });
  }
  const all = (one: Subject): number => one.reported + one.joined + one.followed + one.answered + one.unanswered;
  return {
    calls: calls.rows[0]?.calls ?? 0,
    empty: calls.rows[0]?.empty ?? 0,
    subjects: [...by.values()].sort((a, b) => all(b) - all(a)),
    articles: articles.rows,
    unanswered: unanswered.rows,
  };
}

function badDays() {
  return refuse(400, 'bad-range', {
    vi: `Khoảng thời gian phải từ 1 đến ${LONGEST_DAYS} ngày.`,
    en: `The range must be 1 to ${LONGEST_DAYS} days.`,
  });
}
