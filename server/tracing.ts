/**
 * OpenTelemetry traces: requests, steps of followers, and the statements within them. Loaded only where a collector
 * is configured; statements go without their values, and requests without bodies, queries and names of people.
 */
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FastifyRequest } from 'fastify';
import pg from 'pg';
import type { Log } from '../platform/events/index.ts';
import type { Http } from '../platform/http/index.ts';

export type Tracing = {
  requests(http: Http): void;
  /** The same log, whose followers' steps are spans. */
  followers(log: Log): Log;
  /** Sends what is left. */
  stop(): Promise<void>;
};

/**
 * @param endpoint base address of an OTLP/HTTP collector, as OTEL_EXPORTER_OTLP_ENDPOINT says it
 * @param share of the traces that are kept, 0 to 1; a trace that began elsewhere is kept as it was decided there
 */
export function startTracing(endpoint: string, share: number): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'dttm-thai-binh', 'service.instance.id': String(process.pid) }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracer = trace.getTracer('dttm');
  const giveBack = traceStatements();

  return {
    requests(http) {
      const open = new WeakMap<FastifyRequest, { span: Span; within: Context }>();
      http.app.addHook('onRequest', (request, _reply, done) => {
        const from = propagation.extract(ROOT_CONTEXT, request.headers);
        const route = request.routeOptions.url ?? 'unknown';
        const span = tracer.startSpan(
          `${request.method} ${route}`,
          { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
          from,
        );
        const within = trace.setSpan(from, span);
        open.set(request, { span, within });
        context.with(within, done);
      });
      // A body is read in the socket's own context: what comes after it enters the request's again.
      http.app.addHook('preHandler', (request, _reply, done) => {
        context.with(open.get(request)?.within ?? ROOT_CONTEXT, done);
      });
      http.app.addHook('onError', async (request, _reply, error) => open.get(request)?.span.recordException(error));
      http.app.addHook('onResponse', async (request, reply) => {
        const span = open.get(request)?.span;
        span?.setAttribute('http.response.status_code', reply.statusCode);
        if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
      });
    },
    followers: (log) => ({
      ...log,
      follow: (follower) =>
        log.follow({
          ...follower,
          handle: (tx, events) =>
            tracer.startActiveSpan(
              `follower ${follower.name}`,
              { kind: SpanKind.CONSUMER, attributes: { 'messaging.batch.message_count': events.length }, root: true },
              async (span) => {
                try {
                  const done = await follower.handle(tx, events);
                  ended(span);
                  return done;
                } catch (error) {
                  ended(span, error);
                  throw error;
                }
              },
            ),
        }),
    }),
    async stop() {
      giveBack();
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

function ended(span: Span, error?: unknown): void {
  if (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

/** Spans of statements that run within another span; those of polling are nobody's. @returns ends it */
function traceStatements(): () => void {
  const tracer = trace.getTracer('dttm');
  const client = pg.Client.prototype as unknown as { query: Query };
  const original = client.query;
  client.query = function (...args) {
    if (!trace.getActiveSpan()) return original.apply(this, args);
    const [first] = args;
    const text = typeof first === 'string' ? first : ((first as { text?: string } | undefined)?.text ?? 'copy');
    const span = tracer.startSpan(text.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? 'query', {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, 2000) },
    });
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const bound = context.bind(context.active(), callback as (error: unknown, result: unknown) => void);
      args[args.length - 1] = (error: unknown, result: unknown) => {
        ended(span, error);
        bound(error, result);
      };
      return original.apply(this, args);
    }
    const answer = original.apply(this, args);
    if (answer instanceof Promise) {
      answer.then(
        () => ended(span),
        (error: unknown) => ended(span, error),
      );
    } else {
      // A COPY: the stream itself is the answer.
      const stream = answer as NodeJS.EventEmitter;
      stream.once('error', (error) => ended(span, error));
      stream.once('close', () => span.end());
    }
    return answer;
  };
  return () => {
    client.query = original;
  };
}
