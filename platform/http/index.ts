/**
 * HTTP: Fastify with TypeBox endpoints as data. Promise: every route names who may call it and is denied by default;
 * input is validated and the answer holds nothing but what its schema names; errors are RFC 9457 problem+json in the
 * reader's language; the OpenAPI 3.1 document at `/api/openapi.json` is made from the same schemas.
 */
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { forbidden, may, type Principal, publicPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import type { AnswerOf, BodyOf, Endpoint, Endpoints, ParamsOf, QueryOf } from './endpoints.ts';
import { type Problem, sendProblem, toProblem } from './problems.ts';
import { buildValidator } from './validation.ts';

export {
  type Access,
  type AnswerOf,
  type BodyOf,
  type Endpoint,
  type Endpoints,
  endpoints,
  type Method,
  type ParamsOf,
  type QueryOf,
} from './endpoints.ts';
export { languageOf, type Problem } from './problems.ts';

export type Call<E extends Endpoint> = {
  principal: Principal;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  request: FastifyRequest;
  reply: FastifyReply;
};

export type Handlers<A extends Endpoints> = {
  [K in keyof A]: A[K] extends Endpoint ? (call: Call<A[K]>) => Promise<AnswerOf<A[K]>> | AnswerOf<A[K]> : never;
};

/** Finds out who calls. Rooms that know sessions and devices hand theirs in; each answers null for 'not mine'. */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | null>;

/** Writes a problem as another standard wants it: its clients read no problem+json. */
export type Standard = { error(problem: Problem, request: FastifyRequest, reply: FastifyReply): unknown };

export type Http = {
  app: FastifyInstance;
  /** Serves a room's endpoints; a handler missing or of the wrong type does not compile. */
  serve<A extends Endpoints>(tag: string, api: A, handlers: Handlers<A>, standard?: Standard): void;
  /** Who calls, asked anew: long-lived streams check again when rights change. */
  identify(request: FastifyRequest): Promise<Principal>;
  /** Every endpoint served, for the tests that walk them all. */
  served(): { method: string; url: string; access: Endpoint['access'] }[];
};

/** How answers are packed: Brotli where the browser takes it (over https), gzip elsewhere. */
const PACKED = { encodings: ['br', 'gzip'] as ('br' | 'gzip')[], threshold: 1024 };

/** A phone on a bad line sends its few hundred bytes of head within this time. */
const HEAD_MS = 15_000;

export type HttpOptions = {
  logger: FastifyBaseLogger | false;
  authenticators: Authenticator[];
  /** Trusted proxies in front, as Fastify's `trustProxy`; false where there are none. */
  trustProxy?: boolean | string;
  version: string;
  /** Requests a minute from one address to endpoints without a session. */
  publicRequestsPerMinute?: number;
};

export async function createHttp(options: HttpOptions): Promise<Http> {
  const app = fastify({
    ...(options.logger === false ? { logger: false as const } : { loggerInstance: options.logger }),
    trustProxy: options.trustProxy ?? false,
    bodyLimit: 1024 * 1024,
    // Who sends its head or body drop by drop is cut off; lines without end (NDJSON) have ten minutes a request.
    requestTimeout: 600_000,
    http: { headersTimeout: HEAD_MS, connectionsCheckingInterval: 2_000 },
    routerOptions: { maxParamLength: 300 },
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: { compilersFactory: { buildValidator } },
  });
  const served: { method: string; url: string; access: Endpoint['access'] }[] = [];

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  // Route by route: streams go out as they come, devices get few bytes. No request is ever unpacked (bombs).
  await app.register(compress, { global: false });
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: 20 * 1024 * 1024, files: 5, fields: 20 } });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      refuse(429, 'too-many-requests', {
        vi: `Bạn gửi quá nhiều yêu cầu. Hãy thử lại sau ${Math.ceil(context.ttl / 1000)} giây.`,
        en: `Too many requests. Try again in ${Math.ceil(context.ttl / 1000)} seconds.`,
      }),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Nền tảng đô thị thông minh Thái Bình', version: options.version },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: false });

  // Read by the handler line by line: its length has no limit, its lines have.
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  // A piece of an upload, read by the handler as it comes.
  app.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) => done(null, payload));
  // Read by the handlers that take forms; whatever else gets one refuses it as no JSON object.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.decorateRequest('principal', null);
  const problemOf = (error: unknown, request: FastifyRequest): Problem => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) request.log.error({ err: error, url: request.routeOptions.url }, 'request failed');
    return problem;
  };
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request)));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      toProblem(refuse(404, 'no-such-address', { vi: 'Không có địa chỉ này.', en: 'No such address.' }), request),
    ),
  );
  app.addHook('onSend', async (_request, reply, payload) => {
    // Answers depend on who asks; no shared cache may keep one.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    return payload;
  });

  const principalOf = async (request: FastifyRequest): Promise<Principal> => {
    for (const authenticate of options.authenticators) {
      const principal = await authenticate(request);
      if (principal) return principal;
    }
    return publicPrincipal;
  };

  const serve: Http['serve'] = (tag, api, handlers, standard) => {
    for (const [key, endpoint] of Object.entries(api) as [keyof typeof api & string, Endpoint][]) {
      const [method, url] = key.split(' ') as [string, string];
      served.push({ method, url, access: endpoint.access });
      const handler = handlers[key] as unknown as (call: object) => Promise<unknown>;
      app.route({
        method,
        url,
        ...(endpoint.bodyLimit ? { bodyLimit: endpoint.bodyLimit } : {}),
        ...(standard
          ? {
              errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
                standard.error(problemOf(error, request), request, reply),
            }
          : {}),
        // Headers for browsers are made anew for each answer; a device has no use for them.
        ...(endpoint.access === 'device' ? { helmet: false as const } : {}),
        ...(method === 'GET' && typeof endpoint.answer !== 'string' ? { compress: PACKED } : {}),
        ...(endpoint.access === 'public'
          ? {
              config: {
                rateLimit: {
                  max: options.publicRequestsPerMinute ?? 600,
                  timeWindow: 60_000,
                  allowList: isSignedIn,
                },
              },
            }
          : {}),
        schema: {
          tags: [tag],
          summary: endpoint.summary.vi,
          description: `${endpoint.summary.en} — ${endpoint.access}`,
          ...(endpoint.params ? { params: endpoint.params } : {}),
          ...(endpoint.query ? { querystring: endpoint.query } : {}),
          ...(endpoint.body && endpoint.takes !== 'multipart' && endpoint.takes !== 'form'
            ? { body: endpoint.body }
            : {}),
          ...(typeof endpoint.answer === 'string' ? {} : { response: { 200: endpoint.answer } }),
        },
        // Who calls is settled before the body is read or validated: a stranger learns nothing from error messages.
        onRequest: async (request) => {
          const principal = await principalOf(request);
          known(request).principal = principal;
          admit(endpoint, principal, request);
        },
        handler: (request, reply) =>
          handler({
            principal: known(request).principal,
            params: request.params,
            query: request.query,
            body: request.body,
            request,
            reply,
          }),
      });
    }
  };

  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());

  return { app, serve, identify: principalOf, served: () => [...served] };
}

/** A request whose caller is settled. */
const known = (request: unknown) => request as { principal: Principal };

/** A whole office may sit behind one address: who signed in is known, and not counted with its strangers. */
const isSignedIn = (request: object): boolean => known(request).principal.kind === 'user';

/** The one order of access checks: who, then from where, then what. */
function admit(endpoint: Endpoint, principal: Principal, request: FastifyRequest): void {
  if (endpoint.access === 'public') return;
  if (principal.kind === 'public') {
    throw refuse(401, 'sign-in-needed', { vi: 'Hãy đăng nhập để tiếp tục.', en: 'Sign in to go on.' });
  }
  if (endpoint.access === 'device') {
    if (principal.kind !== 'device') throw notADevice();
    return;
  }
  if (principal.kind === 'device') throw notADevice();
  // A form on another site can send the cookie but not this header.
  if (request.method !== 'GET' && request.headers['x-requested-with'] !== 'dttm') {
    throw refuse(403, 'cross-site', {
      vi: 'Yêu cầu không đến từ trang của hệ thống này.',
      en: 'The request does not come from a page of this system (header x-requested-with: dttm).',
    });
  }
  if (endpoint.access !== 'signed-in' && !may(principal, endpoint.access)) throw forbidden(endpoint.access);
}

function notADevice() {
  return refuse(403, 'device-door', {
    vi: 'Địa chỉ này chỉ dành cho một loại tài khoản khác (thiết bị hoặc người dùng).',
    en: 'This address is for another kind of account (device or user).',
  });
}
