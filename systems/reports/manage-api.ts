import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });
const maybe = Type.Union([Type.Null(), Type.String({ maxLength: 100 })]);
const closed = { additionalProperties: false } as const;
const deadline = Type.Object(
  {
    budget: Type.String({ maxLength: 30, pattern: '^P(?=\\d|T\\d)(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$' }),
    kind: Type.Union([Type.Literal('working'), Type.Literal('calendar')]),
  },
  closed,
);

const day = Type.Union([Type.Null(), Type.String({ format: 'date' })]);
/** Fields that the form of a citizen can draw, and that Open311 can say as attributes. */
const field = Type.Object(
  {
    type: Type.Union([
      Type.Literal('string'),
      Type.Literal('number'),
      Type.Literal('integer'),
      Type.Literal('boolean'),
    ]),
    'x-text': text,
    'x-hint': Type.Optional(text),
    'x-format': Type.Optional(Type.Literal('textarea')),
    format: Type.Optional(Type.Literal('date')),
    minLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    enum: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 50 })),
    'x-choices': Type.Optional(Type.Record(Type.String(), text)),
  },
  closed,
);
const form = Type.Object(
  {
    type: Type.Literal('object'),
    additionalProperties: Type.Literal(false),
    required: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
    properties: Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' }), field, {
      maxProperties: 20,
      additionalProperties: false,
    }),
  },
  closed,
);
const categoryCode = Type.String({ minLength: 2, maxLength: 60, pattern: '^[a-z][a-z-]*(\\.[a-z][a-z-]*)?$' });

const categoryFields = {
  title: text,
  unit: Type.Union([
    Type.Object({ to: Type.Literal('commune') }, closed),
    Type.Object({ to: Type.Literal('organisation'), id: Type.String({ maxLength: 100 }) }, closed),
  ]),
  deadlines: Type.Object({ normal: deadline, urgent: deadline, emergency: deadline }, closed),
  isPublic: Type.Boolean(),
  blurred: Type.Boolean(),
  aboutUnit: Type.Boolean(),
  words: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 100 }),
  activeFrom: day,
  activeUntil: day,
  needsApproval: Type.Boolean(),
};
const version = Type.Integer({ description: 'phiên bản người sửa đang thấy' });
const categorySchema = Type.Object({
  code: Type.String(),
  parent: maybe,
  ...categoryFields,
  form: Type.Record(Type.String(), Type.Unknown()),
  active: Type.Boolean({ description: 'hôm nay có nhận phản ánh mới' }),
  version,
});

const routeFields = {
  n: Type.Integer({ minimum: 0, description: 'thứ tự thử; quy tắc đầu tiên phù hợp được dùng' }),
  category: maybe,
  areaCode: maybe,
  organisationId: Type.Union([Type.Null(), Type.String({ maxLength: 100 })], {
    description: 'null: đơn vị đã giải quyết nhiều nhất việc tương tự tại xã đó',
  }),
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  active: Type.Boolean(),
};
const routeSchema = Type.Object({ id: Type.String(), ...routeFields, version: Type.Integer() });
const routes = Type.Object({
  items: Type.Array(
    Type.Object({
      ...routeSchema.properties,
      organisationName: Type.Union([Type.Null(), text]),
      areaName: maybe,
    }),
  ),
});

/** For administrators: categories and rules of routing. */
export const reportsManageApi = endpoints({
  'GET /api/reports/manage/categories': {
    access: 'report:manage',
    summary: {
      vi: 'Lĩnh vực, kể cả đã ngừng dùng, và số phản ánh liên quan',
      en: 'Categories, also those not in use, with the reports that hang on them',
    },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          ...categorySchema.properties,
          unitName: Type.Union([Type.Null(), text]),
          open: Type.Integer(),
          openPublic: Type.Integer(),
          received: Type.Integer(),
        }),
      ),
    }),
  },
  'POST /api/reports/manage/categories': {
    access: 'report:manage',
    summary: { vi: 'Thêm nhóm hoặc lĩnh vực', en: 'Add a family or a category' },
    body: Type.Object(
      { code: categoryCode, parent: Type.Union([Type.Null(), categoryCode]), ...categoryFields, form },
      closed,
    ),
    answer: categorySchema,
  },
  'PUT /api/reports/manage/categories/:category': {
    access: 'report:manage',
    summary: { vi: 'Sửa lĩnh vực', en: 'Edit a category; never overwritten by the program' },
    params: Type.Object({ category: Type.String({ maxLength: 60 }) }),
    body: Type.Object({ ...categoryFields, form, version }, closed),
    answer: categorySchema,
  },
  'GET /api/reports/manage/routes': {
    access: 'report:manage',
    summary: { vi: 'Quy tắc phân tuyến', en: 'Rules of routing' },
    answer: routes,
  },
  'POST /api/reports/manage/routes': {
    access: 'report:manage',
    summary: { vi: 'Thêm quy tắc phân tuyến', en: 'Add a rule of routing' },
    body: Type.Object(routeFields, closed),
    answer: routes,
  },
  'PUT /api/reports/manage/routes/:id': {
    access: 'report:manage',
    summary: { vi: 'Sửa quy tắc phân tuyến', en: 'Change a rule of routing' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body: Type.Object({ ...routeFields, version: Type.Integer() }, closed),
    answer: routes,
  },
  'POST /api/reports/manage/routes/try': {
    access: 'report:manage',
    summary: {
      vi: 'Thử: phản ánh này sẽ đến đơn vị nào và vì sao',
      en: 'Try: who would get this report, and by which rule; nothing is stored',
    },
    body: Type.Object(
      {
        text: Type.Optional(Type.String({ maxLength: 4000 })),
        category: Type.Optional(Type.String({ maxLength: 60 })),
        areaCode: Type.String({ maxLength: 20 }),
        aboutOrganisationId: Type.Optional(Type.String({ maxLength: 100 })),
      },
      closed,
    ),
    answer: Type.Object({
      category: Type.Object({ code: Type.String(), title: text }),
      isSuggested: Type.Boolean({ description: 'loại do nội dung gợi ý' }),
      areaName: Type.String(),
      organisationId: maybe,
      organisationName: Type.Union([Type.Null(), text]),
      why: Type.String({ description: 'rule | history | category | commune | province | above | nobody' }),
      rule: Type.Union([Type.Null(), routeSchema]),
      solved: Type.Union([Type.Null(), Type.Integer()]),
    }),
  },
});
