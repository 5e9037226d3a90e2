/** For tests only: the whole platform on a database of its own, with two communes, departments and their people. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestDatabase } from '../platform/database/testing.ts';
import { systemPrincipal } from '../platform/rights/index.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';

const PASSWORD = 'Lúa-chín-vàng-2520';

/** Vũ Thư is commune A, Kiến Xương commune B; the places lie inside them. */
export const areaA = '13192';
export const areaB = '13075';
export const placeA = { lon: 106.2677, lat: 20.4447 };

const people = {
  tinh: { organisationId: 'ubnd-tinh', roleCode: 'administrator', reach: { scope: 'all' } },
  truc: { organisationId: 'ubnd-tinh', roleCode: 'operator', reach: { scope: 'all' } },
  'tong-dai': { organisationId: 'ubnd-tinh', roleCode: 'hotline-operator', reach: { scope: 'all' } },
  'canbo-a': {
    organisationId: `ubnd-${areaA}`,
    roleCode: 'commune-officer',
    reach: { scope: 'area', areaCode: areaA },
  },
  'chutich-a': { organisationId: `ubnd-${areaA}`, roleCode: 'unit-head', reach: { scope: 'area', areaCode: areaA } },
  'canbo-b': {
    organisationId: `ubnd-${areaB}`,
    roleCode: 'commune-officer',
    reach: { scope: 'area', areaCode: areaB },
  },
  'so-xd': {
    organisationId: 'so-xd',
    roleCode: 'unit-head',
    reach: { scope: 'organisation', organisationId: 'so-xd' },
  },
} as const;
export type Person = keyof typeof people;

/** 08:00 on Monday 23/11/2026 in Vietnam unless told otherwise. */
export async function stage(
  database: TestDatabase,
  at = '2026-11-23T01:00:00Z',
  environment: Record<string, string> = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'dttm-reports-'));
  const clock = { now: new Date(at) };
  const composed = await compose({
    config: { ...readConfig(environment, 'clean'), dataDirectory: directory },
    database,
    databaseUrl: database.url,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }, pino.destination(2)),
    now: () => clock.now,
  });
  const { http, identity, log } = composed;
  await composed.prepare();
  const named = (vi: string) => ({ vi, en: vi });
  const commune = (area: string, name: string) => ({
    id: `ubnd-${area}`,
    kind: 'commune' as const,
    parentId: 'ubnd-tinh',
    areaCode: area,
    name: named(name),
  });
  await identity.seed({
    organisations: [
      { id: 'ubnd-tinh', kind: 'province', name: named('UBND tỉnh'), areaCode: '33' },
      { id: 'so-xd', kind: 'department', parentId: 'ubnd-tinh', name: named('Sở Xây dựng') },
      { id: 'pc-thaibinh', kind: 'enterprise', name: named('Điện lực Thái Bình') },
      commune(areaA, 'UBND xã Vũ Thư'),
      commune(areaB, 'UBND xã Kiến Xương'),
    ],
    users: Object.entries(people).map(([loginName, { organisationId }]) => ({
      loginName,
      name: `Người ${loginName}`,
      organisationId,
      password: PASSWORD,
      mustChangePassword: false,
    })),
    assignments: Object.entries(people).map(([loginName, { roleCode, reach }]) => ({ loginName, roleCode, reach })),
  });

  const cookies = new Map<Person, string>();
  const signIn = async (person: Person): Promise<string> => {
    const known = cookies.get(person);
    if (known) return known;
    const answer = await http.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'x-requested-with': 'dttm' },
      payload: { loginName: person, password: PASSWORD },
    });
    if (answer.statusCode !== 200) throw new Error(`${person} cannot sign in: ${answer.body}`);
    const cookie = (answer.headers['set-cookie'] as string).split(';')[0] ?? '';
    cookies.set(person, cookie);
    return cookie;
  };

  type Asked = { as?: Person | undefined; key?: string | undefined; ip?: string; headers?: Record<string, string> };
  /** Asks the API as a stranger, a person or a device; the answer's body is parsed where it is JSON. */
  const ask = async <A = Record<string, never>>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object | Buffer,
    asked: Asked = {},
  ) => {
    const { as, key, ip = '203.0.113.7', headers = {} } = asked;
    const request = async () =>
      http.app.inject({
        method,
        url,
        remoteAddress: ip,
        headers: {
          'x-requested-with': 'dttm',
          ...(as ? { cookie: await signIn(as) } : {}),
          ...(key ? { authorization: `Bearer ${key}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: body }),
      });
    let answer = await request();
    if (answer.statusCode === 401 && as) {
      // The clock of the test went on, and the session with it.
      cookies.delete(as);
      answer = await request();
    }
    const isJson = String(answer.headers['content-type'] ?? '').includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: (isJson ? answer.json() : answer.rawPayload) as A & { code?: string; detail?: string },
    };
  };

  let drafts = 0;
  const draft = (more: object = {}) => ({
    requestId: `thu-nghiem-${String(++drafts).padStart(8, '0')}`,
    text: 'Mặt đường trước chợ có ổ gà lớn, xe máy đi qua rất nguy hiểm',
    category: 'roads.pothole',
    location: placeA,
    urgency: 'normal',
    ...more,
  });
  type Sent = { number: string; code: string; organisationName: { vi: string } | null; dueAt: string };
  const send = (more: object = {}, asked: Asked = {}) => ask<Sent>('POST', '/api/reports', draft(more), asked);

  const device = await composed.ingest.registerDevice(
    systemPrincipal('test', ['device:manage']),
    'mo-phong',
    'Bộ mô phỏng',
    [],
  );

  return {
    ...composed,
    clock,
    ask,
    draft,
    send,
    deviceKey: device.key,
    signIn,
    async end() {
      await http.app.close();
      await log.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;
