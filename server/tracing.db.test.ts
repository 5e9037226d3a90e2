import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import Type from 'typebox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTransaction } from '../platform/database/index.ts';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { createLog } from '../platform/events/index.ts';
import { createHttp, endpoints } from '../platform/http/index.ts';
import { startTracing, type Tracing } from './tracing.ts';

type Sent = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status?: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
};

/** As much of a collector as a test needs: takes OTLP/HTTP in JSON and keeps the spans. */
let collector: Server;
let spans: Sent[];
let database: TestDatabase;
let tracing: Tracing;

beforeEach(async () => {
  spans = [];
  collector = createServer((request, reply) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      expect(request.url).toBe('/v1/traces');
      for (const resource of JSON.parse(body).resourceSpans) {
        for (const scope of resource.scopeSpans) spans.push(...scope.spans);
      }
      reply.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  const port = typeof address === 'object' ? address?.port : 0;
  database = await testDatabase();
  tracing = startTracing(`http://127.0.0.1:${port}/`, 1);
});
afterEach(async () => {
  await tracing.stop();
  await database.close();
  collector.close();
});

const attribute = (span: Sent | undefined, key: string) => {
  const value = span?.attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

it('sends a request with its statements, in the trace of its caller, and no value of anybody', async () => {
  const http = await createHttp({ logger: false, authenticators: [], version: 'test' });
  tracing.requests(http);
  const api = endpoints({
    'POST /things/:id': {
      access: 'public',
      summary: { vi: 'x', en: 'x' },
      params: Type.Object({ id: Type.String() }),
      body: Type.Object({ name: Type.String() }),
      answer: Type.Object({ n: Type.Integer() }),
    },
  });
  http.serve('things', api, {
    'POST /things/:id': async ({ body }) => {
      await sql`select ${body.name}::text`.execute(database.db);
      await database.pool.query('select 1 / $1::int', [0]);
      return { n: 1 };
    },
  });
  // Over a real connection: the body comes in the socket's own context.
  await http.app.listen({ port: 0, host: '127.0.0.1' });
  const address = http.app.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await fetch(`http://127.0.0.1:${port}/things/7?secret=1`, {
    method: 'POST',
    headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Nguyễn Văn Bí-Mật' }),
  });
  await http.app.close();
  await tracing.stop();
  const request = spans.find((one) => one.name === 'POST /things/:id');
  expect(request).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2, status: { code: 2 } });
  expect(attribute(request, 'http.response.status_code')).toBe(500);
  const statements = spans.filter((one) => one.parentSpanId === request?.spanId);
  expect(statements.map((one) => [attribute(one, 'db.query.text'), one.status?.code ?? 0])).toEqual([
    ['select $1::text', 0],
    ['select 1 / $1::int', 2],
  ]);
  expect(JSON.stringify(spans)).not.toMatch(/Bí-Mật|secret/);
});

it('sends each step of a follower, and of one that fails its failure; polling is not sent', async () => {
  const { db, pool } = database;
  const log = tracing.followers(createLog({ db, pool, now: () => new Date(), onError: () => undefined }));
  let tries = 0;
  log.follow({
    name: 'test',
    kinds: ['thing.'],
    startAt: 'beginning',
    async handle(tx) {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
      await sql`select 'the step'`.execute(tx);
    },
  });
  log.start();
  await inTransaction(db, (tx) => log.append(tx, [{ kind: 'thing.happened', subject: 'x', payload: {} }]));
  while (tries < 2) await sleep(20);
  await log.settled();
  await log.stop();
  await tracing.stop();
  const steps = spans.filter((one) => one.name === 'follower test');
  expect(steps.map((one) => one.status?.code ?? 0)).toEqual([2, 0]);
  expect(attribute(steps[1], 'messaging.batch.message_count')).toBe(1);
  const inside = spans.filter((one) => one.parentSpanId === steps[1]?.spanId);
  expect(inside.map((one) => attribute(one, 'db.query.text'))).toEqual(["select 'the step'"]);
  expect(spans).toHaveLength(3);
});
