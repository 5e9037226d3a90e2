import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });
const maybe = Type.Union([Type.String({ maxLength: 100 }), Type.Null()]);
const closed = { additionalProperties: false } as const;
const deadline = Type.Object(
  {
    budget: Type.String({ maxLength: 30, pattern: '^P(?=\\d|T\\d)(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$' }),
    kind: Type.Union([Type.Literal('working'), Type.Literal('calendar')]),
  },
  closed,
);

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
  form: Type.Record(Type.String(), Type.Unknown()),
  words: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 100 }),
  active: Type.Boolean(),
  version: Type.Integer({ description: 'phiên bản người sửa đang thấy' }),
};
const categorySchema = Type.Object({ code: Type.String(), parent: maybe, ...categoryFields });

const routeFields = {
  n: Type.Integer({ minimum: 0, description: 'thứ tự thử; quy tắc đầu tiên phù hợp được dùng' }),
  category: maybe,
  areaCode: maybe,
  organisationId: Type.String({ maxLength: 100 }),
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  active: Type.Boolean(),
};
const routeSchema = Type.Object({ id: Type.String(), ...routeFields, version: Type.Integer() });
const routes = Type.Object({ items: Type.Array(routeSchema) });

/** For administrators: categories and rules of routing. */
export const reportsManageApi = endpoints({
  'GET /api/reports/manage/categories': {
    access: 'report:manage',
    summary: { vi: 'Lĩnh vực, kể cả đã ngừng dùng', en: 'Categories, also those not in use' },
    answer: Type.Object({ items: Type.Array(categorySchema) }),
  },
  'PUT /api/reports/manage/categories/:category': {
    access: 'report:manage',
    summary: { vi: 'Sửa lĩnh vực', en: 'Edit a category; never overwritten by the program' },
    params: Type.Object({ category: Type.String({ maxLength: 60 }) }),
    body: Type.Object(categoryFields, closed),
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
});
