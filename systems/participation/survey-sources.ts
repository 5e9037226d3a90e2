/** What indicators count of surveys: invitations, answers, and how people judge the city's progress. One row a survey. */
import { type RawBuilder, sql } from 'kysely';
import type { IndicatorDeclaration, Source } from '../../platform/indicators/index.ts';
import { type Principal, visible } from '../../platform/rights/index.ts';
import type { Text } from '../../platform/words/index.ts';
import type { VoiceParts } from './initiatives.ts';
import { GOOD_FROM, LEAST_SHOWN } from './survey-results.ts';
import { localDay } from './voting.ts';

const decision: Text = {
  vi: 'Quyết định 2520/QĐ-UBND của UBND tỉnh Thái Bình, bộ chỉ số ĐTTM; cách tính của hệ thống này, chờ phê duyệt',
  en: 'Decision 2520/QĐ-UBND of Thái Bình, set of indicators; computed by this system’s own formula, to be approved',
};

/**
 * Those of the class L1 that these data really give. How openly plans, budgets and services are published (L1.N1.PN1,
 * PN2) and whether the infrastructure is ready (L1.N2) cannot be told from here, and are not.
 */
export const voiceIndicators: readonly IndicatorDeclaration[] = [
  {
    code: 'participation.l1-n1-pn3-01',
    title: {
      vi: 'L1.N1.PN3.01 Mức độ thường xuyên đánh giá sự hài lòng của người dân',
      en: 'L1.N1.PN3.01 How regularly citizens’ satisfaction is assessed',
    },
    needs: ['reports'],
    formula: 'share(reports.rated + surveys.answered, reports.answered + surveys.invited)',
    unit: '%',
    period: 'month',
    better: 'higher',
    target: 100,
    law: decision,
  },
  {
    code: 'participation.l1-n3-pn1-01',
    title: {
      vi: 'L1.N3.PN1.01 Đánh giá chung của người dân về sự tiến bộ của đô thị',
      en: 'L1.N3.PN1.01 How citizens judge the city’s progress as a whole',
    },
    formula: 'share(surveys.progress_good, surveys.progress_answers)',
    unit: '%',
    period: 'month',
    better: 'higher',
    target: 50,
    law: decision,
  },
];

type Span = { from: Date; to: Date };
type Row = { title: string; service: string; unit: string; n: number; provenance: string };

export function surveySources({ db }: Pick<VoiceParts, 'db'>): Source[] {
  const source = (name: string, title: Text, counted: (days: { from: string; to: string }) => RawBuilder<unknown>) => {
    const read = async (principal: Principal, period: Span, areaCode?: string): Promise<Row[]> => {
      const rights = visible(principal, 'indicator:read').where({
        area: 's.area_code',
        organisation: 's.organisation_id',
      });
      const days = { from: localDay(period.from), to: localDay(period.to) };
      const found = await sql<Row>`select s.title, s.service, s.organisation_id as unit, c.n, s.provenance
        from surveys s cross join lateral (${counted(days)}) c
        where ${rights} and c.n > 0 ${areaCode ? sql`and s.area_code = ${areaCode}` : sql``}
        order by s.created_at desc, s.id`.execute(db);
      return found.rows;
    };
    return {
      name,
      title,
      unit: '',
      async figure(principal: Principal, period: Span, areaCode?: string) {
        return (await read(principal, period, areaCode)).reduce((sum, row) => sum + row.n, 0);
      },
      async rows(
        principal: Principal,
        period: Span,
        areaCode: string | undefined,
        page: { limit: number; offset: number },
      ) {
        const rows = await read(principal, period, areaCode);
        return {
          columns: [
            { key: 'title', title: { vi: 'Khảo sát', en: 'Survey' } },
            { key: 'service', title: { vi: 'Dịch vụ', en: 'Service' } },
            { key: 'unit', title: { vi: 'Đơn vị', en: 'Unit' } },
            { key: 'n', title: { vi: 'Số lượng', en: 'Number' } },
            { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' } },
          ],
          items: rows.slice(page.offset, page.offset + page.limit),
          total: rows.length,
        };
      },
    } satisfies Source;
  };
  /** Answers to the questions about progress; of a survey with too few answers nothing is told. */
  const progress = (days: { from: string; to: string }, also: RawBuilder<unknown>) => sql`
    select count(*) filter (where true ${also})::int * (case when count(*) >= ${LEAST_SHOWN} then 1 else 0 end) as n
    from survey_answers a cross join lateral jsonb_array_elements(s.questions) q
    where a.survey_id = s.id and a.answered_on >= ${days.from}::date and a.answered_on < ${days.to}::date
      and q ->> 'measures' = 'progress' and a.answers ? (q ->> 'id')`;
  return [
    source(
      'surveys.invited',
      { vi: 'thư mời khảo sát', en: 'invitations to surveys' },
      (days) => sql`select count(*)::int as n from survey_invitations i
        where i.survey_id = s.id and i.made_on >= ${days.from}::date and i.made_on < ${days.to}::date`,
    ),
    source(
      'surveys.answered',
      { vi: 'thư mời khảo sát đã được trả lời', en: 'invitations that were answered' },
      (days) => sql`select count(*)::int as n from survey_invitations i
        where i.survey_id = s.id and i.used and i.made_on >= ${days.from}::date and i.made_on < ${days.to}::date`,
    ),
    source(
      'surveys.progress_answers',
      { vi: 'trả lời về sự tiến bộ của đô thị', en: 'answers about the city’s progress' },
      (days) => progress(days, sql``),
    ),
    source(
      'surveys.progress_good',
      { vi: 'trả lời cho 4 hoặc 5 điểm về sự tiến bộ', en: 'answers of 4 or 5 about progress' },
      (days) => progress(days, sql`and (a.answers ->> (q ->> 'id'))::int >= ${GOOD_FROM}`),
    ),
  ];
}
