import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const code = Type.Optional(
  Type.String({ minLength: 1, maxLength: 60, description: 'mã theo dõi; không có: mọi phản ánh của tài khoản' }),
);
const endpoint = Type.String({ pattern: '^https?://', maxLength: 1000 });
const key = (length: number) => Type.String({ maxLength: length, pattern: '^[A-Za-z0-9_-]+=*$' });
const state = Type.Object({ on: Type.Boolean() });

/** Push messages of a report's steps, to the browser that asks. */
export const reportsPushApi = endpoints({
  'POST /api/reports/push': {
    access: 'public',
    summary: { vi: 'Báo cho trình duyệt này khi có tin mới', en: 'Tell this browser of each step' },
    body: Type.Object(
      { code, endpoint, keys: Type.Object({ p256dh: key(100), auth: key(30) }) },
      { additionalProperties: false },
    ),
    answer: state,
  },
  'POST /api/reports/push/state': {
    access: 'public',
    summary: { vi: 'Trình duyệt này có được báo không', en: 'Whether this browser is told' },
    body: Type.Object({ code, endpoint }, { additionalProperties: false }),
    answer: state,
  },
  'POST /api/reports/push/end': {
    access: 'public',
    summary: { vi: 'Thôi báo cho trình duyệt này', en: 'Stop telling this browser' },
    body: Type.Object({ code, endpoint }, { additionalProperties: false }),
    answer: state,
  },
});
