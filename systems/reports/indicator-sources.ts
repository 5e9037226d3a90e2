/** What indicators count of reports: how many were answered, and how many of these were rated by who sent them. */
import { type RawBuilder, sql } from 'kysely';
import type { Source } from '../../platform/indicators/index.ts';
import { type Principal, visible } from '../../platform/rights/index.ts';
import type { Text } from '../../platform/words/index.ts';
import type { Parts } from './parts.ts';

type Span = { from: Date; to: Date };
const iso = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

export function reportSources({ db }: Pick<Parts, 'db'>): Source[] {
  const source = (name: string, title: Text, also: RawBuilder<unknown>): Source => {
    const from = (principal: Principal, period: Span, areaCode?: string) => {
      const rights = visible(principal, 'case:read').where({ area: 'rights_area', organisation: 'organisation_id' });
      return sql`from reports where ${rights} and answered_at >= ${period.from} and answered_at < ${period.to} ${also}
        ${areaCode ? sql`and area_code = ${areaCode}` : sql``}`;
    };
    return {
      name,
      title,
      unit: '',
      async figure(principal, period, areaCode) {
        const found = await sql<{ n: number }>`select count(*)::int as n ${from(principal, period, areaCode)}`.execute(
          db,
        );
        return found.rows[0]?.n ?? 0;
      },
      async rows(principal, period, areaCode, page) {
        const base = from(principal, period, areaCode);
        const [rows, total] = await Promise.all([
          sql<Record<string, string | number | null>>`select number, category, ${iso('answered_at')} as "answeredAt",
            rating, provenance ${base} order by answered_at desc, case_id
            limit ${page.limit} offset ${page.offset}`.execute(db),
          sql<{ n: number }>`select count(*)::int as n ${base}`.execute(db),
        ]);
        return {
          columns: [
            { key: 'number', title: { vi: 'Số', en: 'Number' } },
            { key: 'category', title: { vi: 'Lĩnh vực', en: 'Category' } },
            { key: 'answeredAt', title: { vi: 'Trả lời lúc', en: 'Answered' } },
            { key: 'rating', title: { vi: 'Đánh giá (1–5)', en: 'Rating (1–5)' } },
            { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' } },
          ],
          items: rows.rows,
          total: total.rows[0]?.n ?? 0,
        };
      },
    };
  };
  return [
    source('reports.answered', { vi: 'phản ánh đã trả lời', en: 'reports answered' }, sql``),
    source(
      'reports.rated',
      { vi: 'phản ánh đã trả lời và được đánh giá', en: 'reports answered and rated' },
      sql`and rating is not null`,
    ),
  ];
}
