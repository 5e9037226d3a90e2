import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, type Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { serveRules } from './index.ts';
import { admin, dustRule, makeWorld, type World } from './testing.ts';

const operator: Principal = { ...admin, id: 'u-lan', name: 'Trần Thị Lan', grants: [] };

describe('the addresses of rules', () => {
  let world: World;
  let http: Http;
  beforeEach(async () => {
    world = await makeWorld([dustRule]);
    const people: Record<string, Principal> = { admin, operator };
    http = await createHttp({
      logger: false,
      version: 'test',
      authenticators: [async (request) => people[String(request.headers['x-test-person'])] ?? null],
    });
    serveRules(http, world.rules);
  });
  afterEach(async () => {
    await http.app.close();
    await world.close();
  });
  const ask = async (who: string, method: 'GET' | 'PUT', url: string, body?: object) => {
    const answer = await http.app.inject({
      method,
      url,
      headers: { 'x-test-person': who, 'x-requested-with': 'dttm' },
      ...(body ? { payload: body } : {}),
    });
    return { status: answer.statusCode, body: answer.json() };
  };

  it('show every signed-in user the rules in words, and say who may edit', async () => {
    const list = await ask('operator', 'GET', '/api/rules');
    expect(list).toMatchObject({ status: 200, body: { total: 1, tallies: [] } });
    expect(list.body.items[0]).toMatchObject({ id: 'dust-high', version: 1, enabled: true, may: [], problem: null });
    expect(list.body.items[0].words.vi).toContain('lớn hơn 150');
    expect((await ask('admin', 'GET', '/api/rules/dust-high')).body).toMatchObject({
      may: ['edit'],
      versions: [{ version: 1 }],
    });
    expect((await ask('nobody', 'GET', '/api/rules')).status).toBe(401);
    expect((await ask('admin', 'GET', '/api/rules/none')).status).toBe(404);
  });

  it('take an edit from those who may, and say where a formula is wrong', async () => {
    const edit = { version: 1, when: 'dust > 80', severity: 5 };
    expect((await ask('operator', 'PUT', '/api/rules/dust-high', edit)).status).toBe(403);
    expect((await ask('admin', 'PUT', '/api/rules/dust-high', edit)).body).toMatchObject({
      version: 2,
      definition: { when: 'dust > 80', severity: 5 },
      declared: { when: 'dust > 150' },
    });
    expect((await ask('admin', 'PUT', '/api/rules/dust-high', edit)).status).toBe(409);
    const wrong = await ask('admin', 'PUT', '/api/rules/dust-high', { version: 2, when: 'dust >' });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'rule-formula' } });
    expect(JSON.stringify(wrong.body)).toContain('/when:');
    expect((await ask('admin', 'PUT', '/api/rules/dust-high', { version: 2, severity: 9 })).status).toBe(400);
  });
});
