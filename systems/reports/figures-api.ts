import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const spread = Type.Union([Type.Object({ median: Type.Number(), p90: Type.Number() }), Type.Null()]);
const share = Type.Union([Type.Number(), Type.Null()]);
const count = Type.Integer();
const day = Type.Optional(Type.String({ format: 'date' }));

const rowFields = {
  received: count,
  answered: count,
  inTime: count,
  /** of those answered */
  inTimeShare: share,
  /** what the whole province answers in time of the same categories: the mark to be measured by */
  expectedShare: share,
  firstAnswerHours: spread,
  solutionHours: spread,
  reopened: count,
  refused: count,
  rating: Type.Union([Type.Object({ mean: Type.Number(), n: count }), Type.Null()]),
  open: count,
  late: count,
  simulated: count,
};
const row = Type.Object({
  key: Type.String(),
  title: text,
  ...rowFields,
  inhabitants: Type.Union([count, Type.Null()]),
  perThousand: share,
  /** null: too few answered to be set beside others */
  rank: Type.Union([count, Type.Null()]),
  trend: Type.Array(Type.Object({ from: Type.String(), received: count, inTimeShare: share })),
});
const inhabitants = Type.Object({
  items: Type.Array(
    Type.Object({
      areaCode: Type.String(),
      areaName: Type.String(),
      inhabitants: Type.Union([count, Type.Null()]),
      year: Type.Union([count, Type.Null()]),
      source: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

/** Who answers and who does not: for leaders and heads, of what they may see. */
export const reportsFiguresApi = endpoints({
  'GET /api/reports/figures': {
    access: 'indicator:read',
    summary: {
      vi: 'Số liệu xử lý phản ánh: theo đơn vị, địa bàn, lĩnh vực; so sánh công bằng, có xu hướng',
      en: 'Figures of handling by unit, area or category, compared fairly, with trend',
    },
    query: Type.Object({
      from: day,
      to: day,
      by: Type.Union(
        [Type.Literal('organisation'), Type.Literal('area'), Type.Literal('family'), Type.Literal('category')],
        { default: 'organisation' },
      ),
      category: Type.Optional(Type.String({ maxLength: 60 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      organisationId: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    answer: Type.Object({
      from: Type.String(),
      to: Type.String(),
      leastRanked: count,
      total: Type.Object(rowFields),
      items: Type.Array(row),
      heat: Type.Array(
        Type.Object({ areaCode: Type.String(), areaName: Type.String(), family: Type.String(), n: count }),
      ),
    }),
  },
  'GET /api/reports/figures/:month': {
    access: 'indicator:read',
    summary: { vi: 'Báo cáo tháng (DOCX thể thức Nghị định 30/2020, hoặc CSV)', en: 'Monthly report (DOCX or CSV)' },
    params: Type.Object({ month: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }) }),
    query: Type.Object({ as: Type.Union([Type.Literal('docx'), Type.Literal('csv')], { default: 'docx' }) }),
    answer: 'file',
  },
  'GET /api/reports/manage/inhabitants': {
    access: 'report:manage',
    summary: { vi: 'Dân số theo xã, phường để so sánh', en: 'Inhabitants by commune, for comparison' },
    query: Type.Object({ year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2100 })) }),
    answer: inhabitants,
  },
  'PUT /api/reports/manage/inhabitants': {
    access: 'report:manage',
    summary: { vi: 'Nhập dân số theo xã, phường, có nguồn', en: 'Enter inhabitants by commune, with their source' },
    body: Type.Object(
      {
        year: Type.Integer({ minimum: 2000, maximum: 2100 }),
        source: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
        items: Type.Array(
          Type.Object(
            {
              areaCode: Type.String({ maxLength: 20 }),
              inhabitants: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 1000 },
        ),
      },
      { additionalProperties: false },
    ),
    answer: inhabitants,
  },
});
