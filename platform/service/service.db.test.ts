import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlerts } from '../alerts/index.ts';
import { createAudit } from '../audit/index.ts';
import { createContext } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import type { JobState } from '../jobs/index.ts';
import { type Principal, systemPrincipal, visible } from '../rights/index.ts';
import { createService, type Service } from './index.ts';

const start = Date.parse('2026-11-24T01:00:00Z');
const HOUR = 3_600_000;
const job = (state: 'failed' | 'completed', error: string | null): JobState => ({
  name: 'indicators.snapshot',
  cron: null,
  principal: 'system:x',
  waiting: 0,
  last: {
    id: '1',
    name: 'indicators.snapshot',
    state,
    attempts: 4,
    ids: {},
    requestedAt: new Date(start),
    startedAt: new Date(start),
    endedAt: new Date(start),
    error,
  },
});

describe('the platform watching itself', () => {
  let database: TestDatabase;
  let directory: string;
  let http: Http;
  let service: Service;
  let time: number;
  let caller: Principal;
  let follower: { behind: number; since: Date | null; error: string | null };
  let jobs: JobState[];
  let lastBackUp: Date | null;
  let configured: boolean;
  let find: () => Promise<Record<string, [state: string, condition: string, severity: number]>>;

  beforeEach(async () => {
    database = await testDatabase();
    directory = await mkdtemp(`${tmpdir()}/dttm-service-`);
    time = start;
    follower = { behind: 0, since: null, error: null };
    jobs = [];
    lastBackUp = new Date(start);
    configured = false;
    caller = systemPrincipal('reader', ['service:read']);
    const { db, pool } = database;
    const now = () => new Date(time);
    http = await createHttp({ logger: false, authenticators: [async () => caller], version: 'test' });
    http.app.get('/busy', async (_request, reply) => reply.code(429).send());
    const log = createLog({ db, pool, now, onError: () => undefined });
    const audit = createAudit({ db, now });
    const systems = [
      {
        name: 'operations',
        entities: {
          Service: {
            title: { vi: 'Dịch vụ', en: 'Service' },
            schema: (await import('typebox')).default.Object({}),
            observes: {},
            columns: [],
            visible: 'unit' as const,
            marker: 'square' as const,
          },
        },
      },
    ];
    const context = createContext({ db, log, audit, now, systems, areaOf: () => null });
    const alerts = createAlerts({ db, log, audit, context, now });
    service = createService({
      db,
      pool,
      alerts,
      context,
      http,
      now,
      log: { health: async () => ({ waiting: 0, followers: [{ name: 'rules', failures: 0, ...follower }] }) },
      jobs: { list: async () => jobs },
      notify: {
        health: async () => ({
          server: 'reachable',
          waiting: 0,
          sent: 0,
          dead: 0,
          oldestWaitingAt: null,
          lastError: null,
        }),
      },
      live: () => 3,
      embedded: true,
      mailServer: true,
      disks: [{ name: 'data', path: directory }],
      backUp: {
        get configured() {
          return configured;
        },
        maxAgeHours: 26,
        lastAt: async () => lastBackUp,
      },
      errors: () => [{ at: new Date(start), what: 'door', message: 'x' }],
    });
    find = async () => {
      const { items } = await alerts.find(visible(systemPrincipal('t', ['alert:read']), 'alert:read'), { limit: 500 });
      return Object.fromEntries(items.map((one) => [one.key, [one.state, one.condition, one.severity]]));
    };
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('opens one alert for each thing, counts on it, and ends it when the thing is over', async () => {
    await service.watch();
    expect(await find()).toEqual({});

    follower = { behind: 7, since: new Date(start - 301_000), error: 'Error: no such column' };
    jobs = [job('failed', 'the far system does not answer')];
    await http.app.inject('/busy');
    await service.watch();
    time += 60_000;
    await service.watch();
    expect(await find()).toEqual({
      'service:follower:rules': ['open', 'on', 3],
      'service:job:indicators.snapshot': ['open', 'on', 3],
      'service:door': ['open', 'on', 3],
    });

    follower = { behind: 0, since: null, error: null };
    jobs = [job('completed', null)];
    time += 6 * 60_000;
    await service.watch();
    expect(await find()).toEqual({
      'service:follower:rules': ['open', 'over', 3],
      'service:job:indicators.snapshot': ['open', 'over', 3],
      'service:door': ['open', 'over', 3],
    });
  });

  it('is told of a back-up that grows too old, by an alert on an entity that can be opened', async () => {
    configured = true;
    time = start + 26 * HOUR;
    await service.watch();
    expect(await find()).not.toHaveProperty('service:back-up');
    time += HOUR;
    await service.watch();
    expect(await find()).toMatchObject({ 'service:back-up': ['open', 'on', 4] });
    const { rows } = await database.pool.query('select type, name from entities');
    expect(rows).toEqual([{ type: 'Service', name: 'Nền tảng đô thị thông minh' }]);
    lastBackUp = new Date(time);
    await service.watch();
    expect(await find()).toMatchObject({ 'service:back-up': ['open', 'over', 4] });
  });

  it('says so where a place for back-ups is set and the server does not archive', async () => {
    configured = true;
    await service.watch();
    // The server of the tests archives nothing.
    expect(await find()).toEqual({ 'service:archive': ['open', 'on', 4] });
  });

  it('keeps one sample of each disk an hour, and tells the days that are left from them', async () => {
    for (const minutes of [0, 20, 40, 61]) {
      time = start + minutes * 60_000;
      await service.watch();
    }
    const { rows } = await database.pool.query('select name, at from service_samples order by at');
    expect(rows).toEqual([
      { name: 'disk:data', at: new Date(start) },
      { name: 'disk:data', at: new Date(start + 61 * 60_000) },
    ]);
    const [disk] = (await service.state()).disks;
    // A quarter of what is free goes each day: 4 days are left, grave. Two thirds: 1.5 days, an emergency.
    for (const [perDay, severity] of [
      [(disk?.freeBytes ?? 0) / 4, 4],
      [(disk?.freeBytes ?? 0) / 1.5, 5],
    ] as const) {
      await database.pool.query('delete from service_samples');
      for (const days of [2, 1, 0]) {
        await database.pool.query('insert into service_samples values ($1, $2, $3)', [
          'disk:data',
          new Date(time - days * 24 * HOUR),
          1e15 - days * perDay,
        ]);
      }
      await service.watch();
      expect((await find())['service:disk:data']).toEqual(['open', 'on', severity]);
    }
  });

  it('shows the whole state to who reaches the province, and to nobody else', async () => {
    follower = { behind: 2, since: new Date(start - 30_000), error: null };
    const answer = await http.app.inject('/api/service');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      followers: [{ name: 'rules', behind: 2, behindSeconds: 30 }],
      live: 3,
      database: { archiving: 'off', maxConnections: 200 },
      backUp: { configured: false, lastAt: '2026-11-24T01:00:00.000Z' },
      errors: [{ what: 'door', message: 'x' }],
    });
    expect(answer.json().database.bytes).toBeGreaterThan(1e6);
    const scope = { all: false, organisations: ['a'], areas: [] } as const;
    caller = {
      ...caller,
      grants: [{ permission: 'service:read', scope: { ...scope, organisations: ['a'], areas: [] } }],
    };
    expect((await http.app.inject('/api/service')).statusCode).toBe(403);
    caller = systemPrincipal('nobody', []);
    expect((await http.app.inject('/api/service')).statusCode).toBe(403);
  });

  it('tells which statements cost most where the server counts them', async () => {
    expect((await service.state()).slow).toBeNull();
    await database.pool.query('create extension pg_stat_statements');
    await database.pool.query('select count(*) from generate_series(1, 20000) as secret where secret <> 123456');
    const { slow } = await service.state();
    expect(slow?.length).toBeGreaterThan(0);
    expect(JSON.stringify(slow)).not.toContain('123456');
  });
});
