import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const maybe = Type.Union([Type.String(), Type.Null()]);

export const auditEntrySchema = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  actor: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String(), organisationId: maybe }),
  action: Type.String(),
  subject: maybe,
  areaCode: maybe,
  organisationId: maybe,
  detail: Type.Record(Type.String(), Type.Unknown()),
  requestId: maybe,
  ip: maybe,
  sequence: Type.Union([Type.Integer(), Type.Null()]),
});

export const auditApi = endpoints({
  'GET /api/audit': {
    access: 'audit:read',
    summary: { vi: 'Nhật ký kiểm toán, mới nhất trước', en: 'The audit log, newest first' },
    query: Type.Object({
      from: Type.Optional(Type.String({ format: 'date-time' })),
      to: Type.Optional(Type.String({ format: 'date-time', description: 'không gồm thời điểm này' })),
      actor: Type.Optional(Type.String({ maxLength: 200 })),
      action: Type.Optional(Type.String({ maxLength: 100 })),
      subject: Type.Optional(Type.String({ maxLength: 300 })),
      organisationId: Type.Optional(Type.String({ maxLength: 100 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(auditEntrySchema), total: Type.Integer() }),
  },
  'GET /api/audit/verify': {
    access: 'audit:read',
    summary: { vi: 'Kiểm tra nhật ký có bị sửa hay không', en: 'Check whether the log was altered' },
    answer: Type.Object({
      ok: Type.Boolean(),
      rows: Type.Integer({ description: 'số mục đã tính lại và đúng' }),
      waiting: Type.Integer(),
      anchors: Type.Integer(),
      lastAnchorAt: Type.Optional(Type.String({ format: 'date-time' })),
      brokenAt: Type.Optional(
        Type.Object({
          sequence: Type.Union([Type.Integer(), Type.Null()]),
          entryId: Type.Union([Type.String(), Type.Null()]),
          anchorLine: Type.Optional(Type.Integer()),
        }),
      ),
      reason: Type.Optional(Type.Object({ vi: Type.String(), en: Type.String() })),
    }),
  },
});
