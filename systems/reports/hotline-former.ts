/** What is known of a number that calls: what it reported, joined and asked. By its keyed digest. */
import { sql } from 'kysely';
import type { Text } from '../../platform/words/index.ts';
import { itemsOf } from './desk-find.ts';
import { hotlineTablesOf } from './hotline-tables.ts';
import { stepWords } from './life.ts';
import { type Parts, tablesOf } from './parts.ts';

const MOST = 20;
const CALLS = 5;

export type Former = {
  number: string;
  role: 'sender' | 'me-too';
  categoryTitle: Text;
  text: string;
  step: string;
  words: Text;
  areaName: string;
  organisationName: Text | null;
  receivedAt: Date;
  dueAt: Date | null;
  late: boolean;
  said: { kind: string; at: Date; text: string } | null;
  provenance: string;
  may: 'code'[];
};

/**
 * Reports that came from the number, newest first: handed in with it, sent by the account that confirmed it, joined in
 * a former call. Whoever calls may only claim the number: of a report about a unit or an officer nothing but its step
 * is told without the code.
 */
export async function formerReports(parts: Parts, digest: Buffer, holder: string | null): Promise<Former[]> {
  const found = await sql<{ case_id: string; handed: boolean; sent: boolean }>`
    select case_id, bool_or(handed) as handed, bool_or(sent) as sent from (
      select case_id, true as handed, true as sent from report_senders where contact_digests @> array[${digest}]::bytea[]
      union all select case_id, false, role = 'sender' from report_followers where citizen_id = ${holder}::uuid
      union all select m.case_id, false, false from hotline_matters m join hotline_calls c on c.id = m.call_id
        where c.caller_digest = ${digest} and m.case_id is not null) theirs
    group by case_id`.execute(parts.db);
  if (found.rows.length === 0) return [];
  const rows = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where(
      'case_id',
      'in',
      found.rows.map((one) => one.case_id),
    )
    .orderBy('received_at', 'desc')
    .limit(MOST)
    .execute();
  const [items, messages] = await Promise.all([
    itemsOf(parts, rows),
    tablesOf(parts.db)
      .selectFrom('report_messages')
      .selectAll()
      .where(
        'case_id',
        'in',
        rows.map((row) => row.case_id),
      )
      .where('kind', 'in', ['question', 'answer', 'refusal'])
      .orderBy('id')
      .execute(),
  ]);
  return items.map((item, n) => {
    const row = rows[n];
    const of = found.rows.find((one) => one.case_id === item.id);
    const last = messages.findLast((one) => one.case_id === item.id && (of?.sent || one.is_public));
    const isClosed = row?.about_organisation_id !== null;
    return {
      number: item.number,
      role: of?.sent ? 'sender' : 'me-too',
      categoryTitle: item.categoryTitle,
      text: isClosed ? '' : of?.sent ? item.text : (row?.public_text ?? ''),
      step: item.step,
      words: stepWords[item.step],
      areaName: item.areaName,
      organisationName: item.organisationName,
      receivedAt: item.receivedAt,
      dueAt: item.dueAt,
      late: item.late,
      said: last && !isClosed ? { kind: last.kind, at: last.at, text: last.text } : null,
      provenance: item.provenance,
      may: of?.handed ? ['code'] : [],
    };
  });
}

/** The last calls of the number, before this one. */
export async function formerCalls(parts: Parts, digest: Buffer, except: string) {
  const calls = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_calls')
    .select(['id', 'began_at'])
    .where('caller_digest', '=', digest)
    .where('id', '!=', except)
    .orderBy('began_at', 'desc')
    .limit(CALLS)
    .execute();
  if (calls.length === 0) return [];
  const matters = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_matters')
    .leftJoin('hotline_articles', 'hotline_articles.id', 'hotline_matters.article_id')
    .select(['call_id', 'kind', 'asked', 'question'])
    .where(
      'call_id',
      'in',
      calls.map((one) => one.id),
    )
    .orderBy('hotline_matters.id')
    .execute();
  return calls.map(({ id, began_at }) => {
    const own = matters.filter((one) => one.call_id === id);
    const asked = own.map((one) => one.question ?? one.asked).find((one) => one !== null);
    return { at: began_at, kinds: own.map((one) => one.kind), asked: asked ?? null };
  });
}

/** The case of a report that was handed in with this number; null where it was not. */
export async function isSender(parts: Parts, digest: Buffer, number: string): Promise<string | null> {
  const found = await sql<{ case_id: string }>`
    select s.case_id from report_senders s join reports r using (case_id)
    where r.number = ${number} and s.contact_digests @> array[${digest}]::bytea[]`.execute(parts.db);
  return found.rows[0]?.case_id ?? null;
}
