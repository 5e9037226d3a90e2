import type { Http } from '../http/index.ts';
import type { Text } from '../words/index.ts';
import { notifyApi } from './api.ts';
import type { Notify, OutboxHealth } from './index.ts';

const says: Record<OutboxHealth['server'], Text> = {
  'not-configured': {
    vi: 'Chưa cấu hình máy chủ thư (SMTP_URL): thư đang chờ, thông báo trong hệ thống vẫn hoạt động.',
    en: 'No mail server is configured (SMTP_URL): e-mails wait, notifications inside the platform work.',
  },
  'not-tried': {
    vi: 'Máy chủ thư đã cấu hình, chưa có thư nào cần gửi.',
    en: 'A mail server is configured; nothing had to be sent yet.',
  },
  reachable: { vi: 'Máy chủ thư hoạt động.', en: 'The mail server works.' },
  unreachable: {
    vi: 'Không kết nối được máy chủ thư: thư được giữ lại và gửi sau: thư cho cán bộ tối đa ba ngày, tin cho người dân tối đa một tháng (mỗi việc chỉ gửi tin mới nhất).',
    en: 'The mail server cannot be reached: messages are kept and sent later: those to staff for three days at most, those to citizens for a month (of each matter the newest only).',
  },
};

export function serveNotify(http: Http, notify: Notify): void {
  http.serve('notify', notifyApi, {
    'GET /api/notifications': async ({ principal, query }) => {
      const own = await notify.own(principal, query);
      return {
        ...own,
        items: own.items.map((one) => ({
          ...one,
          createdAt: one.createdAt.toISOString(),
          readAt: one.readAt?.toISOString() ?? null,
          may: one.readAt ? [] : ['read'],
        })),
      };
    },
    'GET /api/notifications/unread': async ({ principal }) => ({ unread: await notify.unread(principal) }),
    'POST /api/notifications/read': async ({ principal, body }) => ({
      unread: await notify.read(principal, body.ids),
    }),
    'GET /api/notifications/push-key': async () => ({ publicKey: await notify.push.publicKey() }),
    'GET /api/notifications/health': async () => {
      const { oldestWaitingAt, ...health } = await notify.health();
      return { ...health, says: says[health.server], oldestWaitingAt: oldestWaitingAt?.toISOString() ?? null };
    },
  });
}
