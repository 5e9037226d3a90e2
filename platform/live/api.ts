import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

/** What a browser may subscribe to, and the kinds of events behind it. */
export const topics = {
  alerts: ['alert.'],
  cases: ['case.', 'clock.'],
  tasks: ['task.'],
  entities: ['entity.'],
  notifications: ['notification.'],
  shift: ['shift.'],
  states: ['observations'],
} as const satisfies Record<string, readonly string[]>;

export type Topic = keyof typeof topics;

export const liveApi = endpoints({
  'GET /api/live': {
    access: 'public',
    summary: {
      vi: 'Luồng sự kiện trực tiếp (server-sent events), nối tiếp được bằng Last-Event-ID',
      en: 'Live events (server-sent events), resumable by Last-Event-ID',
    },
    query: Type.Object({
      topics: Type.String({ maxLength: 200, description: Object.keys(topics).join(',') }),
      // States only of what a screen shows; without any of the three, of all that may be seen.
      box: Type.Optional(
        Type.String({
          maxLength: 400,
          description: 'states trong khung west,south,east,north (nhiều khung cách nhau bằng ;)',
        }),
      ),
      types: Type.Optional(Type.String({ maxLength: 500, description: 'trong khung, chỉ các loại này' })),
      ids: Type.Optional(Type.String({ maxLength: 12_000, description: 'và của các đối tượng này' })),
      // EventSource cannot set the header on its first connection; a page that remembers its place says it here.
      lastEventId: Type.Optional(Type.String({ maxLength: 50 })),
    }),
    answer: 'stream',
  },
});
