import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const givenText = Type.Object(
  { vi: Type.String({ minLength: 1, maxLength: 200 }), en: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
const maybe = Type.Union([Type.String(), Type.Null()]);
const instant = Type.String({ format: 'date-time' });
const maybeInstant = Type.Union([instant, Type.Null()]);
const day = Type.Union([Type.String({ format: 'date' }), Type.Null()]);
const may = Type.Array(Type.String());
const id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const organisationId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,59}$' });
const maybeOrganisation = Type.Union([organisationId, Type.Null()]);
const areaCode = Type.String({ pattern: '^[0-9]{1,10}$' });
const page = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  offset: Type.Integer({ minimum: 0, default: 0 }),
};
const email = Type.Union([Type.String({ format: 'email', maxLength: 200 }), Type.Null()]);
const phone = Type.Union([Type.String({ pattern: '^[0-9 +().-]{6,30}$' }), Type.Null()]);
const kind = Type.Union([
  Type.Literal('province'),
  Type.Literal('department'),
  Type.Literal('commune'),
  Type.Literal('centre'),
  Type.Literal('enterprise'),
  Type.Literal('other'),
]);

/** How far a role reaches: everything, an organisation and all below it, or an area and all in it. */
export const reachSchema = Type.Union([
  Type.Object({ scope: Type.Literal('all') }, { additionalProperties: false }),
  Type.Object({ scope: Type.Literal('organisation'), organisationId }, { additionalProperties: false }),
  Type.Object({ scope: Type.Literal('area'), areaCode }, { additionalProperties: false }),
]);

export const sessionSchema = Type.Object({
  principal: Type.Union([
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      loginName: Type.String(),
      organisationId: maybe,
      organisationName: Type.Union([text, Type.Null()]),
    }),
    Type.Null(),
  ]),
  setupNeeded: Type.Boolean(),
  /** nothing else can be done until the password is changed */
  mustChangePassword: Type.Boolean(),
  roles: Type.Array(Type.Object({ code: Type.String(), name: text, reach: reachSchema })),
  permissions: Type.Record(
    Type.String(),
    Type.Object({
      all: Type.Boolean(),
      organisations: Type.Integer({ description: 'số đơn vị trong phạm vi' }),
      areas: Type.Integer({ description: 'số đơn vị hành chính trong phạm vi, kể cả đơn vị cũ' }),
    }),
  ),
});

const userFields = {
  id: Type.String(),
  loginName: Type.String(),
  name: Type.String(),
  organisationId: maybe,
  email: maybe,
  phone: maybe,
  active: Type.Boolean(),
  mustChangePassword: Type.Boolean(),
  createdAt: instant,
  version: Type.Integer(),
};

export const assignmentSchema = Type.Object({
  id: Type.String(),
  role: Type.Object({ code: Type.String(), name: text }),
  reach: reachSchema,
  validFrom: instant,
  validTo: maybeInstant,
  may,
});

export const userSchema = Type.Object({ ...userFields, assignments: Type.Array(assignmentSchema), may });

export const organisationSchema = Type.Object({
  id: Type.String(),
  name: text,
  kind: Type.String(),
  parentId: maybe,
  areaCode: maybe,
  validFrom: maybe,
  validTo: maybe,
  successorIds: Type.Array(Type.String()),
  version: Type.Integer(),
  may,
});

export const roleSchema = Type.Object({
  code: Type.String(),
  name: text,
  permissions: Type.Array(Type.String()),
  edited: Type.Boolean(),
  version: Type.Integer(),
  may,
});

const loginName = Type.String({ minLength: 1, maxLength: 200 });
const password = Type.String({ minLength: 1, maxLength: 400 });

export const sessionApi = endpoints({
  'GET /api/session': {
    access: 'public',
    summary: { vi: 'Ai đang đăng nhập, được làm gì', en: 'Who is signed in, and what he may do' },
    answer: sessionSchema,
  },
  'POST /api/session': {
    access: 'public',
    summary: { vi: 'Đăng nhập', en: 'Sign in' },
    body: Type.Object({ loginName, password }, { additionalProperties: false }),
    answer: sessionSchema,
  },
  'DELETE /api/session': {
    access: 'signed-in',
    summary: { vi: 'Đăng xuất', en: 'Sign out' },
    answer: Type.Object({ signedOut: Type.Boolean() }),
  },
  'POST /api/session/password': {
    access: 'signed-in',
    summary: { vi: 'Đổi mật khẩu của mình', en: "Change one's own password" },
    body: Type.Object({ current: password, next: password }, { additionalProperties: false }),
    answer: sessionSchema,
  },
  'POST /api/setup': {
    access: 'public',
    summary: { vi: 'Tạo quản trị viên đầu tiên (chỉ một lần)', en: 'Make the first administrator (once)' },
    body: Type.Object(
      {
        loginName,
        name: Type.String({ minLength: 1, maxLength: 200 }),
        password,
        token: Type.Optional(Type.String({ maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    answer: sessionSchema,
  },
});

export const peopleApi = endpoints({
  'GET /api/users': {
    access: 'user:manage',
    summary: { vi: 'Người dùng', en: 'Users' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 100 })),
      organisationId: Type.Optional(organisationId),
      active: Type.Optional(Type.Boolean()),
      ...page,
    }),
    answer: Type.Object({ items: Type.Array(Type.Object(userFields)), total: Type.Integer() }),
  },
  'GET /api/users/:id': {
    access: 'user:manage',
    summary: { vi: 'Một người dùng cùng các quyền', en: 'One user with his rights' },
    params: id,
    answer: userSchema,
  },
  'POST /api/users': {
    access: 'user:manage',
    summary: { vi: 'Tạo người dùng', en: 'Make a user' },
    body: Type.Object(
      {
        loginName,
        name: Type.String({ minLength: 1, maxLength: 200 }),
        organisationId: maybeOrganisation,
        email: Type.Optional(email),
        phone: Type.Optional(phone),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      user: userSchema,
      password: Type.String({ description: 'mật khẩu tạm, chỉ hiển thị một lần' }),
    }),
  },
  'PATCH /api/users/:id': {
    access: 'user:manage',
    summary: { vi: 'Sửa, khóa hoặc mở tài khoản', en: 'Change, close or open an account' },
    params: id,
    body: Type.Object(
      {
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        organisationId: Type.Optional(maybeOrganisation),
        email: Type.Optional(email),
        phone: Type.Optional(phone),
        active: Type.Optional(Type.Boolean()),
        version: Type.Integer(),
      },
      { additionalProperties: false },
    ),
    answer: userSchema,
  },
  'POST /api/users/:id/password': {
    access: 'user:manage',
    summary: { vi: 'Cấp mật khẩu tạm mới', en: 'Give a new temporary password' },
    params: id,
    answer: Type.Object({ password: Type.String({ description: 'mật khẩu tạm, chỉ hiển thị một lần' }) }),
  },
  'DELETE /api/users/:id/sessions': {
    access: 'user:manage',
    summary: { vi: 'Đăng xuất người này khỏi mọi thiết bị', en: 'Sign this user out everywhere' },
    params: id,
    answer: Type.Object({ signedOut: Type.Boolean() }),
  },
  'POST /api/users/:id/assignments': {
    access: 'user:manage',
    summary: { vi: 'Trao vai trò trong một phạm vi', en: 'Give a role within a reach' },
    params: id,
    body: Type.Object(
      {
        roleCode: Type.String({ maxLength: 50 }),
        reach: reachSchema,
        validFrom: Type.Optional(instant),
        validTo: Type.Optional(maybeInstant),
      },
      { additionalProperties: false },
    ),
    answer: userSchema,
  },
  'DELETE /api/assignments/:id': {
    access: 'user:manage',
    summary: { vi: 'Thu hồi vai trò đã trao', en: 'End an assignment' },
    params: id,
    answer: Type.Object({ ended: Type.Boolean() }),
  },
  'GET /api/roles': {
    access: 'user:manage',
    summary: { vi: 'Vai trò và quyền', en: 'Roles and their permissions' },
    answer: Type.Object({ items: Type.Array(roleSchema), total: Type.Integer() }),
  },
  'PUT /api/roles/:code': {
    access: 'user:manage',
    summary: { vi: 'Thêm hoặc sửa vai trò', en: 'Make or change a role' },
    params: Type.Object({ code: Type.String({ pattern: '^[a-z][a-z0-9-]{1,49}$' }) }),
    body: Type.Object(
      {
        name: givenText,
        permissions: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 200 }),
        version: Type.Optional(Type.Integer({ description: 'bỏ trống khi thêm mới' })),
      },
      { additionalProperties: false },
    ),
    answer: roleSchema,
  },
});

const organisationFields = {
  name: givenText,
  kind,
  parentId: maybeOrganisation,
  areaCode: Type.Union([areaCode, Type.Null()]),
  validFrom: day,
  validTo: day,
  successorIds: Type.Array(organisationId, { maxItems: 20 }),
};

export const organisationsApi = endpoints({
  'GET /api/organisations': {
    access: 'signed-in',
    summary: { vi: 'Tìm đơn vị (có dấu hoặc không dấu)', en: 'Find organisations (with or without diacritics)' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 100 })),
      kind: Type.Optional(kind),
      areaCode: Type.Optional(areaCode),
      parentId: Type.Optional(organisationId),
      past: Type.Optional(Type.Boolean({ description: 'cả đơn vị không còn hoạt động' })),
      ...page,
    }),
    answer: Type.Object({ items: Type.Array(organisationSchema), total: Type.Integer() }),
  },
  'GET /api/organisations/:id': {
    access: 'signed-in',
    summary: { vi: 'Một đơn vị', en: 'One organisation' },
    params: Type.Object({ id: organisationId }),
    answer: organisationSchema,
  },
  'POST /api/organisations': {
    access: 'user:manage',
    summary: { vi: 'Thêm đơn vị', en: 'Add an organisation' },
    body: Type.Object({ id: organisationId, ...organisationFields }, { additionalProperties: false }),
    answer: organisationSchema,
  },
  'PATCH /api/organisations/:id': {
    access: 'user:manage',
    summary: { vi: 'Sửa đơn vị', en: 'Change an organisation' },
    params: Type.Object({ id: organisationId }),
    body: Type.Object(
      {
        name: Type.Optional(organisationFields.name),
        kind: Type.Optional(organisationFields.kind),
        parentId: Type.Optional(organisationFields.parentId),
        areaCode: Type.Optional(organisationFields.areaCode),
        validFrom: Type.Optional(organisationFields.validFrom),
        validTo: Type.Optional(organisationFields.validTo),
        successorIds: Type.Optional(organisationFields.successorIds),
        version: Type.Integer(),
      },
      { additionalProperties: false },
    ),
    answer: organisationSchema,
  },
});
