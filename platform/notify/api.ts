import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const time = Type.String({ format: 'date-time' });

export const notificationSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  title: text,
  text,
  subject: Type.Object({
    kind: Type.Union([
      Type.Literal('alert'),
      Type.Literal('alert-group'),
      Type.Literal('report'),
      Type.Literal('case'),
      Type.Literal('task'),
      Type.Literal('source'),
    ]),
    id: Type.String(),
  }),
  provenance: Type.Union([Type.String(), Type.Null()]),
  createdAt: time,
  readAt: Type.Union([time, Type.Null()]),
  may: Type.Array(Type.String()),
});

const unread = Type.Object({ unread: Type.Integer() });

export const notifyApi = endpoints({
  'GET /api/notifications': {
    access: 'signed-in',
    summary: { vi: 'Thông báo của tôi', en: 'My notifications' },
    query: Type.Object({
      unread: Type.Optional(Type.Boolean()),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(notificationSchema),
      total: Type.Integer(),
      unread: Type.Integer(),
    }),
  },
  'GET /api/notifications/unread': {
    access: 'signed-in',
    summary: { vi: 'Số thông báo chưa đọc', en: 'How many are unread' },
    answer: unread,
  },
  'POST /api/notifications/read': {
    access: 'signed-in',
    summary: { vi: 'Đánh dấu đã đọc', en: 'Mark as read' },
    body: Type.Object(
      {
        ids: Type.Optional(
          Type.Array(Type.String({ format: 'uuid' }), { maxItems: 200, description: 'không có: tất cả' }),
        ),
      },
      { additionalProperties: false },
    ),
    answer: unread,
  },
  'GET /api/notifications/health': {
    access: 'service:read',
    summary: { vi: 'Tình trạng gửi thư điện tử', en: 'State of the e-mail outbox' },
    answer: Type.Object({
      server: Type.Union([
        Type.Literal('not-configured'),
        Type.Literal('not-tried'),
        Type.Literal('reachable'),
        Type.Literal('unreachable'),
      ]),
      says: text,
      waiting: Type.Integer(),
      sent: Type.Integer(),
      dead: Type.Integer(),
      oldestWaitingAt: Type.Union([time, Type.Null()]),
      lastError: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  'GET /api/notifications/push-key': {
    access: 'public',
    summary: { vi: 'Khóa công khai cho thông báo đẩy', en: 'Public key for push messages (RFC 8292)' },
    answer: Type.Object({ publicKey: Type.String() }),
  },
});
