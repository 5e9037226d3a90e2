import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import type { Permission, Principal, Scope } from '../rights/index.ts';
import { type Alert, createAlerts, serveAlerts } from './index.ts';

const at = new Date('2026-11-23T01:00:00Z');
const person = (id: string, scope: Scope, permissions: Permission[]): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: null,
  grants: permissions.map((permission) => ({ permission, scope })),
});
const people: Record<string, Principal> = {
  operator: person('operator', { all: true }, ['alert:read', 'alert:act']),
  second: person('second', { all: true }, ['alert:read', 'alert:act']),
  leader: person('leader', { all: true }, ['alert:read']),
  neighbour: person('neighbour', { all: false, organisations: [], areas: ['12436'] }, ['alert:read', 'alert:act']),
};

describe('the addresses of alerts', () => {
  let database: TestDatabase;
  let http: Http;
  let alert: Alert;
  beforeEach(async () => {
    database = await testDatabase();
    const { db, pool } = database;
    const now = () => at;
    const log = createLog({ db, pool, now, onError: () => undefined });
    const alerts = createAlerts({
      db,
      log,
      now,
      audit: createAudit({ db, now }),
      context: { read: async () => new Map(), type: () => undefined },
    });
    http = await createHttp({
      logger: false,
      version: 'test',
      authenticators: [async (request) => people[String(request.headers['x-test-person'])] ?? null],
    });
    serveAlerts(http, alerts);
    alert = await db.transaction().execute((tx) =>
      alerts.raise(tx, {
        key: 'k',
        source: 'rule:aqi',
        entityId: 'tram-1',
        title: { vi: 'Không khí xấu', en: 'Bad air' },
        text: { vi: 'VN_AQI 160', en: 'VN_AQI 160' },
        severity: 3,
        value: 160,
        happenedAt: at,
        areaCode: '12433',
        organisationId: 'so-nnmt',
        provenance: 'simulated',
      }),
    );
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
  });
  const ask = async (who: string, method: 'GET' | 'POST', url: string, body?: object) => {
    const answer = await http.app.inject({
      method,
      url,
      headers: { 'x-test-person': who, 'x-requested-with': 'dttm' },
      ...(body ? { payload: body } : {}),
    });
    return { status: answer.statusCode, body: answer.json() };
  };

  it('list, count and show an alert with its timeline, its age and what the reader may do', async () => {
    const list = await ask('operator', 'GET', '/api/alerts?state=active&q=khong khi');
    expect(list).toMatchObject({ status: 200, body: { total: 1 } });
    expect(list.body.items[0]).toMatchObject({
      id: alert.id,
      happenedAt: '2026-11-23T01:00:00.000Z',
      provenance: 'simulated',
      may: ['acknowledge', 'assign', 'snooze', 'close'],
    });
    expect((await ask('leader', 'GET', '/api/alerts')).body.items[0].may).toEqual([]);
    expect((await ask('leader', 'GET', '/api/alerts/counts')).body).toMatchObject({ open: 1, acknowledged: 0 });
    const one = await ask('leader', 'GET', `/api/alerts/${alert.id}`);
    expect(one.body).toMatchObject({ state: 'open', why: null, timeline: [{ kind: 'opened' }] });
  });

  it('let an operator acknowledge and close, and tell the second who has it', async () => {
    const taken = await ask('operator', 'POST', `/api/alerts/${alert.id}/acknowledge`, { note: 'đang xem' });
    expect(taken).toMatchObject({ status: 200, body: { state: 'acknowledged', may: ['assign', 'close'] } });
    const second = await ask('second', 'POST', `/api/alerts/${alert.id}/acknowledge`, {});
    expect(second).toMatchObject({ status: 409, body: { code: 'already-acknowledged' } });
    expect(JSON.stringify(second.body)).toContain('operator');
    expect((await ask('second', 'POST', `/api/alerts/${alert.id}/close`, { reason: '  x ' })).status).toBe(422);
    const closed = await ask('second', 'POST', `/api/alerts/${alert.id}/close`, { reason: 'báo giả' });
    expect(closed).toMatchObject({ status: 200, body: { state: 'closed', closed: { reason: 'báo giả' }, may: [] } });
  });

  it('show a neighbour nothing and a stranger the way to sign in', async () => {
    expect((await ask('neighbour', 'GET', '/api/alerts')).body).toEqual({ items: [], total: 0 });
    expect((await ask('neighbour', 'GET', '/api/alerts/counts')).body).toMatchObject({ open: 0, unseenOver: 0 });
    expect((await ask('neighbour', 'GET', `/api/alerts/${alert.id}`)).status).toBe(404);
    expect((await ask('neighbour', 'POST', `/api/alerts/${alert.id}/acknowledge`, {})).status).toBe(404);
    expect((await ask('nobody', 'GET', '/api/alerts')).status).toBe(401);
    expect((await ask('leader', 'POST', `/api/alerts/${alert.id}/acknowledge`, {})).status).toBe(403);
  });
});
