import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const time = Type.String({ format: 'date-time' });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const run = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum(['active', 'completed', 'failed', 'retry', 'cancelled']),
  attempts: Type.Integer(),
  ids: Type.Record(Type.String(), Type.String()),
  requestedAt: time,
  startedAt: time,
  endedAt: nullable(time),
  error: nullable(Type.String()),
});

export const jobsApi = endpoints({
  'GET /api/jobs': {
    access: 'service:read',
    summary: { vi: 'Công việc định kỳ: lần chạy cuối, lần hỏng', en: 'Jobs: last runs and dead ones' },
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          name: Type.String(),
          cron: nullable(Type.String()),
          principal: Type.String(),
          waiting: Type.Integer(),
          last: nullable(run),
        }),
      ),
      total: Type.Integer(),
      recent: Type.Array(run),
      dead: Type.Array(run),
    }),
  },
});
