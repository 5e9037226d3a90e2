import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const time = Type.String({ format: 'date-time' });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const count = Type.Integer();

export const serviceState = Type.Object({
  at: time,
  startedAt: time,
  memoryBytes: Type.Number(),
  waiting: Type.Integer({ description: 'số liệu đang chờ ghi' }),
  refused: Type.Integer({ description: 'yêu cầu bị từ chối vì quá tải trong 5 phút qua' }),
  followers: Type.Array(
    Type.Object({
      name: Type.String(),
      behind: count,
      behindSeconds: Type.Number(),
      failures: count,
      error: nullable(Type.String()),
    }),
  ),
  live: count,
  embeddedDatabase: Type.Boolean(),
  mailServer: Type.Boolean(),
  mail: Type.Object({
    server: Type.Enum(['not-configured', 'reachable', 'unreachable', 'not-tried']),
    waiting: count,
    dead: count,
    oldestWaitingAt: nullable(time),
    lastError: nullable(Type.String()),
  }),
  database: Type.Object({
    version: Type.String(),
    bytes: Type.Number(),
    connections: count,
    maxConnections: count,
    /** share of the transaction numbers that may be used before the server must freeze rows (0 to 1) */
    wraparound: Type.Number(),
    longestTransactionSeconds: Type.Number(),
    archiving: Type.Enum(['on', 'off', 'failing']),
  }),
  /** null: the server does not keep statistics of statements */
  slow: nullable(
    Type.Array(
      Type.Object({ query: Type.String(), calls: Type.Number(), meanMs: Type.Number(), totalMs: Type.Number() }),
    ),
  ),
  disks: Type.Array(
    Type.Object({
      name: Type.Enum(['data', 'back-up']),
      totalBytes: Type.Number(),
      freeBytes: Type.Number(),
      daysLeft: nullable(Type.Number()),
    }),
  ),
  backUp: Type.Object({
    configured: Type.Boolean(),
    lastAt: nullable(time),
    maxAgeHours: Type.Number(),
  }),
  jobs: Type.Array(
    Type.Object({
      name: Type.String(),
      waiting: count,
      lastState: nullable(Type.Enum(['active', 'completed', 'failed', 'retry', 'cancelled'])),
      lastAt: nullable(time),
      error: nullable(Type.String()),
    }),
  ),
  errors: Type.Array(Type.Object({ at: time, what: Type.String(), message: Type.String() })),
});

/** What the platform says of itself; for those whose reach is the whole province. */
export const serviceApi = endpoints({
  'GET /api/service': {
    access: 'service:read',
    summary: { vi: 'Tình trạng hệ thống', en: 'Service health' },
    answer: serviceState,
  },
});
