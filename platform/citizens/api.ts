import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const contact = Type.String({ minLength: 3, maxLength: 254 });
const closed = { additionalProperties: false } as const;

export const profileSchema = Type.Object({
  assurance: Type.Union([Type.Literal('code'), Type.Literal('national-id')]),
  name: Type.Union([Type.String(), Type.Null()]),
  contacts: Type.Array(
    Type.Object({ kind: Type.Union([Type.Literal('phone'), Type.Literal('email')]), shown: Type.String() }),
  ),
  residence: Type.Union([Type.String(), Type.Null()]),
  residenceBy: Type.Union([Type.Literal('self'), Type.Literal('national-id'), Type.Null()]),
});

const me = Type.Object({
  /** null for a stranger */
  citizen: Type.Union([profileSchema, Type.Null()]),
  /** whether the national identity can be used */
  eId: Type.Boolean(),
});

export const citizensApi = endpoints({
  'GET /api/citizens/me': {
    access: 'public',
    summary: { vi: 'Tôi là ai ở đây (không bắt buộc có tài khoản)', en: 'Who I am here (no account is needed)' },
    answer: me,
  },
  'POST /api/citizens/codes': {
    access: 'public',
    summary: { vi: 'Gửi mã xác nhận tới số điện thoại hoặc thư', en: 'Send a code to a phone or mailbox' },
    body: Type.Object({ contact }, closed),
    answer: Type.Object({ expiresInSeconds: Type.Integer() }),
  },
  'POST /api/citizens/session': {
    access: 'public',
    summary: { vi: 'Xác nhận bằng mã đã nhận', en: 'Confirm with the code that came' },
    body: Type.Object({ contact, code: Type.String({ minLength: 1, maxLength: 20 }) }, closed),
    answer: me,
  },
  'DELETE /api/citizens/session': {
    access: 'public',
    summary: { vi: 'Thoát trên máy này', en: 'Sign out on this device' },
    answer: me,
  },
  'PUT /api/citizens/me/residence': {
    access: 'public',
    summary: { vi: 'Cho biết nơi cư trú', en: 'Say where one lives' },
    body: Type.Object({ unitCode: Type.String({ minLength: 1, maxLength: 20 }) }, closed),
    answer: me,
  },
  'DELETE /api/citizens/me': {
    access: 'public',
    summary: { vi: 'Xóa tôi và mọi dữ liệu cá nhân của tôi', en: 'Erase me and all my personal data' },
    answer: me,
  },
  'GET /api/citizens/e-id': {
    access: 'public',
    summary: { vi: 'Đăng nhập bằng định danh điện tử quốc gia', en: 'Sign in by the national identity' },
    query: Type.Object({ returnTo: Type.String({ maxLength: 500, default: '/' }) }),
    answer: 'file',
  },
  'GET /api/citizens/e-id/callback': {
    access: 'public',
    summary: { vi: 'Quay lại từ định danh điện tử quốc gia', en: 'Back from the national identity' },
    answer: 'file',
  },
});
