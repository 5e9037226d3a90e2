import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { serveCases } from './index.ts';
import { people, photo, type Stage, stage } from './testing.ts';

describe('the addresses of cases and tasks', () => {
  let database: TestDatabase;
  let on: Stage;
  let http: Http;
  beforeEach(async () => {
    database = await testDatabase();
    on = await stage(database);
    const everybody: Record<string, Principal> = people;
    http = await createHttp({
      logger: false,
      version: 'test',
      authenticators: [async (request) => everybody[String(request.headers['x-test-user'])] ?? null],
    });
    serveCases(http, on.cases);
    await http.app.ready();
  });
  afterEach(async () => {
    await http.app.close();
    await on.end();
    await database.close();
  });

  type Call = { who?: keyof typeof people; body?: object; form?: { name: string; bytes: Buffer } };
  const call = (method: 'GET' | 'POST' | 'PUT', url: string, { who, body, form }: Call = {}) => {
    const headers = { 'x-requested-with': 'dttm', ...(who ? { 'x-test-user': who } : {}) };
    if (!form) return http.app.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
    const head = `--b\r\ncontent-disposition: form-data; name="photo"; filename="${form.name}"\r\n\r\n`;
    const payload = Buffer.concat([Buffer.from(head), form.bytes, Buffer.from('\r\n--b--\r\n')]);
    return http.app.inject({
      method,
      url,
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=b' },
      payload,
    });
  };
  const incident = {
    type: 'incident',
    title: 'Khói dày',
    severity: 4,
    entityId: 'tram-1',
    procedureId: 'air-exceedance',
  };

  it('carry the story from the opening to the closing', async () => {
    const opened = (await call('POST', '/api/cases', { who: 'lan', body: incident })).json();
    expect(opened).toMatchObject({ number: 'SC-2026-000001', typeTitle: { vi: 'Sự cố' }, next: ['working', 'closed'] });
    const base = `/api/cases/${opened.id}`;
    const task = (await call('POST', `${base}/tasks`, { who: 'lan', body: { checklistItemId: 'inspect' } })).json();
    const mine = (await call('GET', '/api/tasks?state=open', { who: 'tho' })).json();
    expect(mine).toMatchObject({ total: 1, items: [{ id: task.id, may: ['accept', 'answer'] }] });
    expect((await call('POST', `/api/tasks/${task.id}/accept`, { who: 'tho' })).json().state).toBe('accepted');
    const sent = (await call('POST', `/api/tasks/${task.id}/photos`, { who: 'tho', form: await photo() })).json();
    expect(await on.files.get(people.lan, sent.fileId)).toMatchObject({
      mediaType: 'image/jpeg',
      width: 40,
      height: 30,
    });
    const body = {
      text: 'Đã dập đám rơm.',
      photoFileIds: [sent.fileId],
      measuredAt: '2026-11-23T00:50:00Z',
      location: { lon: 106.31, lat: 20.44 },
      requestId: 'tap-00001',
    };
    const twice = await Promise.all(
      [1, 2].map(() => call('POST', `/api/tasks/${task.id}/answer`, { who: 'tho', body })),
    );
    expect(twice.map((answer) => [answer.statusCode, answer.json().answers.length])).toEqual([
      [200, 1],
      [200, 1],
    ]);
    expect((await call('POST', `/api/tasks/${task.id}/approve`, { who: 'lan', body: {} })).json().state).toBe(
      'approved',
    );
    const ticked = (await call('POST', `${base}/checklist/verify`, { who: 'lan', body: { done: true } })).json();
    const stale = await call('POST', `${base}/move`, { who: 'lan', body: { to: 'closed', version: 1 } });
    expect([stale.statusCode, stale.json().code]).toEqual([409, 'changed-meanwhile']);
    const closing = { to: 'closed', version: ticked.version };
    expect((await call('POST', `${base}/move`, { who: 'lan', body: closing })).json().step).toBe('closed');
    const csv = await call('GET', `${base}/export.csv`, { who: 'lan' });
    expect(csv.headers['content-disposition']).toBe('attachment; filename="SC-2026-000001.csv"');
    expect(csv.body).toContain(',Trả lời nhiệm vụ “Kiểm tra nguồn khói quanh trạm”: Đã dập đám rơm.,');
    expect((await call('GET', '/api/cases?open=false', { who: 'lan' })).json().total).toBe(1);
    expect((await call('GET', '/api/case-counts', { who: 'lan' })).json().open).toBe(0);
  });

  it('say 401 to a stranger everywhere, and 404 or 403 to the neighbouring commune, before anything else', async () => {
    const opened = (await call('POST', '/api/cases', { who: 'lan', body: incident })).json();
    const body = { checklistItemId: 'inspect' };
    const task = (await call('POST', `/api/cases/${opened.id}/tasks`, { who: 'lan', body })).json();
    for (const { method, url } of http.served()) {
      const id = url.startsWith('/api/tasks') ? task.id : opened.id;
      const address = url.replace(':itemId', 'verify').replace(':id', id);
      const stranger = await call(method as 'GET', address, { ...(method === 'GET' ? {} : { body: {} }) });
      expect([address, stranger.statusCode]).toEqual([address, 401]);
      if (!url.includes(':id') || url.includes('procedures')) continue;
      const full = { to: 'closed', version: 2, text: 'x', done: true, alertIds: ['x'], reason: 'x', photoFileIds: [] };
      const wanted: Record<string, string[]> = {
        move: ['to', 'version'],
        note: ['text'],
        verify: ['done'],
        alerts: ['alertIds'],
        tasks: [],
        answer: ['text', 'photoFileIds'],
        return: ['reason'],
        cancel: ['reason'],
        approve: [],
      };
      const keys = wanted[address.split('/').at(-1) ?? ''];
      const payload = keys ? Object.fromEntries(Object.entries(full).filter(([key]) => keys.includes(key))) : null;
      const neighbour = await call(method as 'GET', address, { who: 'duc', ...(payload ? { body: payload } : {}) });
      expect([address, neighbour.statusCode]).toEqual([address, 404]);
    }
    expect((await call('GET', '/api/cases', { who: 'duc' })).json()).toEqual({ items: [], total: 0 });
  });

  it('refuse a photo larger than the limit and a request without one', async () => {
    const opened = (await call('POST', '/api/cases', { who: 'lan', body: incident })).json();
    const body = { checklistItemId: 'inspect' };
    const task = (await call('POST', `/api/cases/${opened.id}/tasks`, { who: 'lan', body })).json();
    const large = { name: 'to.jpg', bytes: Buffer.alloc(21 * 1024 * 1024) };
    const refused = await call('POST', `/api/tasks/${task.id}/photos`, { who: 'tho', form: large });
    expect(refused.statusCode).toBe(413);
    const none = await call('POST', `/api/tasks/${task.id}/photos`, { who: 'tho', body: {} });
    expect([none.statusCode, none.json().code]).toEqual([400, 'no-file']);
    expect(await on.files.of(`task:${task.id}`)).toEqual([]);
  });

  it('list the types and the procedures in use, and let an administrator edit one', async () => {
    const types = (await call('GET', '/api/case-types', { who: 'tho' })).json();
    expect(types.items.map((type: { name: string }) => type.name)).toEqual(['incident', 'dossier']);
    const [first] = (await call('GET', '/api/procedures?caseType=incident', { who: 'lan' })).json().items;
    expect(first).toMatchObject({ id: 'air-exceedance', version: 1, revision: 0 });
    const body = { title: first.title, items: first.items.slice(0, 1), expected: { version: 1, revision: 0 } };
    const saved = await call('PUT', '/api/procedures/air-exceedance', { who: 'admin', body });
    expect(saved.json()).toMatchObject({ version: 1, revision: 1, items: [{ id: 'verify' }] });
  });
});
