import { gunzipSync, gzipSync } from 'node:zlib';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { type Principal, systemPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { createHttp, endpoints } from './index.ts';

const user: Principal = { ...systemPrincipal('x', ['alert:read']), kind: 'user', id: 'u1' };
const device: Principal = { ...systemPrincipal('x', []), kind: 'device', id: 'd1' };

const api = endpoints({
  'GET /api/open': {
    access: 'public',
    summary: { vi: 'Mở', en: 'Open' },
    answer: Type.Object({ said: Type.String() }),
  },
  'GET /api/long': {
    access: 'public',
    summary: { vi: 'Dài', en: 'Long' },
    answer: Type.Object({ said: Type.String() }),
  },
  'GET /api/alerts': {
    access: 'alert:read',
    summary: { vi: 'Xem', en: 'See' },
    answer: Type.Object({ n: Type.Integer() }),
  },
  'GET /api/rules': {
    access: 'rule:manage',
    summary: { vi: 'Luật', en: 'Rules' },
    answer: Type.Object({ n: Type.Integer() }),
  },
  'POST /api/things': {
    access: 'signed-in',
    summary: { vi: 'Ghi', en: 'Write' },
    body: Type.Object({ name: Type.String({ minLength: 2 }) }, { additionalProperties: false }),
    answer: Type.Object({ name: Type.String() }),
  },
  'POST /api/measures/:times': {
    access: 'signed-in',
    summary: { vi: 'Đo', en: 'Measure' },
    params: Type.Object({ times: Type.Integer() }),
    query: Type.Object({ only: Type.Optional(Type.Array(Type.Integer())) }),
    body: Type.Object({
      value: Type.Number(),
      unit: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      places: Type.Optional(Type.Array(Type.String())),
    }),
    answer: Type.Object({ given: Type.Unknown() }),
  },
  'POST /api/readings': {
    access: 'device',
    summary: { vi: 'Nhận', en: 'Take' },
    body: Type.Object({}),
    answer: Type.Object({}),
  },
  'GET /api/broken': { access: 'public', summary: { vi: 'Hỏng', en: 'Broken' }, answer: Type.Object({}) },
  'GET /api/refused': { access: 'public', summary: { vi: 'Từ chối', en: 'Refused' }, answer: Type.Object({}) },
});

async function make(principal: Principal | null, publicRequestsPerMinute?: number) {
  const http = await createHttp({
    logger: false,
    authenticators: [async () => principal],
    version: 'test',
    ...(publicRequestsPerMinute ? { publicRequestsPerMinute } : {}),
  });
  http.serve('test', api, {
    // More than the schema names must not leave the server.
    'GET /api/open': () => ({ said: 'xin chào', secret: 'mật' }) as { said: string },
    'GET /api/long': () => ({ said: 'phản ánh '.repeat(1000) }),
    'GET /api/alerts': () => ({ n: 1 }),
    'GET /api/rules': () => ({ n: 1 }),
    'POST /api/things': ({ body }) => ({ name: body.name }),
    'POST /api/measures/:times': ({ body, params, query }) => ({ given: { ...params, ...query, ...body } }),
    'POST /api/readings': () => ({}),
    'GET /api/broken': () => {
      throw new Error('password=123');
    },
    'GET /api/refused': () => {
      throw refuse(409, 'taken', { vi: 'Đã có người nhận.', en: 'Taken.' });
    },
  });
  return http.app;
}

describe('http', () => {
  it('answers nothing but what the schema names', async () => {
    const app = await make(null);
    expect((await app.inject('/api/open')).json()).toEqual({ said: 'xin chào' });
  });

  it('packs a long answer for who can unpack it, and no short one', async () => {
    const app = await make(null);
    const gzip = { 'accept-encoding': 'gzip' };
    const packed = await app.inject({ url: '/api/long', headers: gzip });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(packed.rawPayload).toString())).toEqual({ said: 'phản ánh '.repeat(1000) });
    expect(packed.rawPayload.length).toBeLessThan(500);
    expect((await app.inject('/api/long')).headers['content-encoding']).toBeUndefined();
    expect((await app.inject({ url: '/api/open', headers: gzip })).headers['content-encoding']).toBeUndefined();
  });

  it('unpacks no request: a bomb of zeroes is refused unread', async () => {
    const app = await make(user);
    const answer = await app.inject({
      method: 'POST',
      url: '/api/things',
      headers: { 'x-requested-with': 'dttm', 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: gzipSync(JSON.stringify({ name: 'x'.repeat(100_000) })),
    });
    expect(answer.statusCode).toBe(400);
  });

  it('takes the types of a body as they are, and reads numbers from the texts of an address', async () => {
    const app = await make(user);
    const send = async (body: object) => {
      const headers = { 'x-requested-with': 'dttm' };
      const answer = await app.inject({ method: 'POST', url: '/api/measures/3?only=7', headers, payload: body });
      return { status: answer.statusCode, body: answer.json() };
    };
    // Null stays null, whatever stands first in the schema: it is no empty text.
    expect((await send({ value: 5, unit: null, places: ['a'] })).body).toEqual({
      given: { times: 3, only: [7], value: 5, unit: null, places: ['a'] },
    });
    const refused = async (body: object) => {
      const answer = await send(body);
      expect(answer.status).toBe(400);
      return answer.body.errors;
    };
    // A gauge that has no value did not measure 0; one that says it in letters says it wrongly.
    expect(await refused({ value: null })).toEqual([{ at: 'body/value', reason: 'phải là số' }]);
    expect(await refused({ value: '5' })).toEqual([{ at: 'body/value', reason: 'phải là số' }]);
    expect(await refused({ value: true })).toEqual([{ at: 'body/value', reason: 'phải là số' }]);
    // One text is no list of texts.
    expect(await refused({ value: 5, places: 'a' })).toEqual([{ at: 'body/places', reason: 'phải là danh sách' }]);
  });

  it('denies strangers, those without the permission, and the wrong kind of account', async () => {
    const strangers = await make(null);
    expect((await strangers.inject('/api/alerts')).statusCode).toBe(401);
    const users = await make(user);
    expect((await users.inject('/api/alerts')).statusCode).toBe(200);
    expect((await users.inject('/api/rules')).statusCode).toBe(403);
    expect((await users.inject({ method: 'POST', url: '/api/readings', payload: {} })).statusCode).toBe(403);
    const devices = await make(device);
    expect((await devices.inject({ method: 'POST', url: '/api/readings', payload: {} })).statusCode).toBe(200);
    expect((await devices.inject('/api/alerts')).statusCode).toBe(403);
  });

  it('counts strangers behind one address together, and who signed in not at all', async () => {
    const codes = async (principal: Principal | null): Promise<number[]> => {
      const app = await make(principal, 2);
      const answers = [];
      for (let n = 0; n < 3; n++) answers.push((await app.inject({ url: '/api/open' })).statusCode);
      return answers;
    };
    expect(await codes(null)).toEqual([200, 200, 429]);
    expect(await codes(user)).toEqual([200, 200, 200]);
  });

  it('takes no write without the header that a foreign page cannot send', async () => {
    const app = await make(user);
    const post = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/api/things', payload: { name: 'ab' }, headers });
    expect((await post({})).json().code).toBe('cross-site');
    expect((await post({ 'x-requested-with': 'dttm' })).json()).toEqual({ name: 'ab' });
  });

  it('says what is wrong, where, in the reader’s language', async () => {
    const app = await make(user);
    const post = (payload: object, language: string) =>
      app.inject({
        method: 'POST',
        url: '/api/things',
        payload,
        headers: { 'x-requested-with': 'dttm', 'accept-language': language },
      });
    expect((await post({ name: 'a', extra: 1 }, 'vi')).json().errors).toEqual([
      { at: 'body', reason: 'có mục lạ extra' },
      { at: 'body/name', reason: 'ít nhất 2 ký tự' },
    ]);
    expect((await post({}, 'en')).json().errors).toEqual([{ at: 'body/name', reason: 'is missing' }]);
  });

  it('turns refusals and surprises into problem+json, and tells no secret of a surprise', async () => {
    const app = await make(null);
    const refused = await app.inject('/api/refused');
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.json()).toMatchObject({ status: 409, code: 'taken', detail: 'Đã có người nhận.' });
    const broken = await app.inject('/api/broken');
    expect(broken.statusCode).toBe(500);
    expect(broken.body).not.toContain('123');
    expect((await app.inject('/nowhere')).json()).toMatchObject({ status: 404, code: 'no-such-address' });
  });

  it('tells a sender to come back where the database is full or away, and only then', async () => {
    const app = await make(null);
    const failing = (code: string, message: string) =>
      app.get(`/fails/${code}`, async () => Promise.reject(Object.assign(new Error(message), { code })));
    // SQLSTATE of PostgreSQL (appendix A of its manual): disk_full, admin_shutdown, connection_failure; unique_violation.
    for (const code of ['53100', '57P01', '08006', 'ECONNREFUSED', '23505']) failing(code, 'x');
    failing('none', 'Connection terminated unexpectedly');
    app.get('/busy', async () => Promise.reject(refuse(429, 'too-much-at-once', { vi: 'Đợi.', en: 'Wait.' })));
    const ask = async (code: string) => {
      const answer = await app.inject(`/fails/${code}`);
      return [answer.statusCode, answer.json().code, answer.headers['retry-after']];
    };
    expect(await ask('53100')).toEqual([503, 'storage-full', '5']);
    for (const code of ['57P01', '08006', 'ECONNREFUSED', 'none'])
      expect(await ask(code)).toEqual([503, 'database-away', '5']);
    expect(await ask('23505')).toEqual([500, 'unexpected', undefined]);
    expect((await app.inject('/busy')).headers['retry-after']).toBe('5');
  });

  it('describes itself as OpenAPI 3.1 and guards its pages', async () => {
    const app = await make(null);
    const document = (await app.inject('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/api/things');
    const headers = (await app.inject('/api/open')).headers;
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['cache-control']).toBe('no-store');
  });
});
