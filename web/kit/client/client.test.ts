import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../platform/http/endpoints.ts';
import { createClient, pathOf } from './client.ts';
import { createLive, type LiveEvent, type Source } from './live.ts';
import { ProblemError } from './problem.ts';

const gatesApi = endpoints({
  'GET /api/gates': {
    access: 'public',
    summary: { vi: 'Cống', en: 'Gates' },
    query: Type.Object({ limit: Type.Integer({ default: 10 }), open: Type.Optional(Type.Boolean()) }),
    answer: Type.Object({ items: Type.Array(Type.String()) }),
  },
  'POST /api/gates/:id/close': {
    access: 'signed-in',
    summary: { vi: 'Đóng cống', en: 'Close a gate' },
    params: Type.Object({ id: Type.String() }),
    body: Type.Object({ reason: Type.String() }),
    answer: Type.Object({ closed: Type.Boolean() }),
  },
  'POST /api/gates/:id/photo': {
    access: 'signed-in',
    summary: { vi: 'Ảnh cống', en: 'Photo of a gate' },
    params: Type.Object({ id: Type.String() }),
    takes: 'multipart',
    answer: Type.Object({ file: Type.String() }),
  },
});

type Seen = { url: string; init: RequestInit };

function clientAnswering(response: () => Response | Promise<Response>) {
  const seen: Seen[] = [];
  const client = createClient<typeof gatesApi>({
    fetch: async (url, init) => {
      seen.push({ url: String(url), init: init ?? {} });
      return response();
    },
  });
  return { client, seen };
}

const json = (body: unknown, status = 200, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });

describe('the client', () => {
  it('writes places and query into the address, and leaves out what is not said', () => {
    expect(pathOf('/api/gates/:id', { params: { id: 'cống 1/2' } })).toBe('/api/gates/c%E1%BB%91ng%201%2F2');
    expect(pathOf('/api/gates', { query: { limit: 5, open: undefined, of: ['a', 'b'] } })).toBe(
      '/api/gates?limit=5&of=a&of=b',
    );
    expect(() => pathOf('/api/gates/:id', {})).toThrow('parameter id is missing');
  });

  it('reads without the cross-site header and writes with it, in the reader’s language', async () => {
    const { client, seen } = clientAnswering(() => json({ items: ['Trà Linh'], closed: true }));
    expect((await client.call('GET /api/gates', { query: { limit: 1 } })).items).toEqual(['Trà Linh']);
    await client.call('POST /api/gates/:id/close', { params: { id: 'tra-linh' }, body: { reason: 'triều cường' } });
    expect(seen[0]?.init.headers).toEqual({ accept: 'application/json', 'accept-language': 'vi' });
    expect(seen[1]?.url).toBe('/api/gates/tra-linh/close');
    expect(seen[1]?.init.headers).toMatchObject({ 'x-requested-with': 'dttm', 'content-type': 'application/json' });
    expect(seen[1]?.init.body).toBe('{"reason":"triều cường"}');
  });

  it('sends a file as a form and lets the browser name its boundary', async () => {
    const { client, seen } = clientAnswering(() => json({ file: 'f1' }));
    const form = new FormData();
    form.set('photo', new Blob(['x']), 'a.jpg');
    await client.call('POST /api/gates/:id/photo', { params: { id: 'a' }, body: form });
    expect(seen[0]?.init.body).toBe(form);
    expect(seen[0]?.init.headers).not.toHaveProperty('content-type');
  });

  it('throws a refusal as a ProblemError that names the fields', async () => {
    const problem = {
      type: 'urn:dttm:problem:invalid-input',
      title: 'Yêu cầu không hợp lệ',
      status: 400,
      code: 'invalid-input',
      detail: 'Một số mục chưa đúng.',
      errors: [{ at: 'body/reason', reason: 'ít nhất 3 ký tự' }],
    };
    const { client } = clientAnswering(() => json(problem, 400, 'application/problem+json'));
    const error = await client.call('GET /api/gates').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    if (!(error instanceof ProblemError)) return;
    expect(error.code).toBe('invalid-input');
    expect(error.fields()).toEqual({ reason: 'ít nhất 3 ký tự' });
  });

  it('says offline where nothing answered, and keeps the status where a proxy answered with a page', async () => {
    const away = clientAnswering(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(away.client.call('GET /api/gates')).rejects.toMatchObject({ isOffline: true, code: 'offline' });
    const proxy = clientAnswering(() => new Response('<html>', { status: 502 }));
    await expect(proxy.client.call('GET /api/gates')).rejects.toMatchObject({ status: 502, code: 'unexpected-answer' });
  });

  it('refuses at compile time what the endpoint does not take', () => {
    const { client } = clientAnswering(() => json({}));
    const calls = () => {
      // @ts-expect-error the body is missing
      void client.call('POST /api/gates/:id/close', { params: { id: 'a' } });
      // @ts-expect-error no such endpoint
      void client.call('GET /api/gate');
      // @ts-expect-error limit is a number
      void client.call('GET /api/gates', { query: { limit: 'ten' } });
    };
    expect(calls).toBeTypeOf('function');
  });
});

function aLive() {
  const opened: { address: string; source: Source }[] = [];
  const timers: { act: () => void; wait: number; id: number }[] = [];
  let next = 1;
  const live = createLive({
    open: (address) => {
      const source: Source = { onopen: null, onerror: null, onmessage: null, close: () => undefined };
      opened.push({ address, source });
      return source;
    },
    setTimer: (act, wait) => {
      timers.push({ act, wait, id: next });
      return next++;
    },
    clearTimer: (id) => {
      const index = timers.findIndex((timer) => timer.id === id);
      if (index >= 0) timers.splice(index, 1);
    },
    random: () => 1,
  });
  const tick = () => timers.shift()?.act();
  return { live, opened, timers, tick };
}

const message = (id: string, data: unknown) =>
  new MessageEvent<string>('message', { data: JSON.stringify(data), lastEventId: id });

describe('the live stream', () => {
  it('opens one connection for all who listen and gives each only its topics', () => {
    const { live, opened, tick } = aLive();
    const heard: string[] = [];
    const note = (who: string) => (event: LiveEvent) => heard.push(`${who}:${event.topic}`);
    live.listen(['alerts'], note('a'));
    live.listen(['cases', 'alerts'], note('b'));
    tick();
    expect(opened.map((one) => one.address)).toEqual(['/api/live?topics=alerts%2Ccases']);
    opened[0]?.source.onopen?.(new Event('open'));
    expect(live.state()).toBe('open');
    opened[0]?.source.onmessage?.(message('7', { topic: 'cases' }));
    opened[0]?.source.onmessage?.(message('8', { topic: 'alerts' }));
    expect(heard).toEqual(['b:cases', 'a:alerts', 'b:alerts']);
  });

  it('has everybody ask again when it begins, and not when it goes on where it was', () => {
    const { live, opened, tick } = aLive();
    const heard: string[] = [];
    live.listen(['alerts'], (event) => heard.push(event.id));
    tick();
    opened[0]?.source.onmessage?.(message('5', { topic: '', kind: 'hello', resumed: false }));
    opened[0]?.source.onmessage?.(message('6', { topic: 'alerts' }));
    opened[0]?.source.onerror?.(new Event('error'));
    tick();
    opened[1]?.source.onmessage?.(message('6', { topic: '', kind: 'hello', resumed: true }));
    expect(heard).toEqual(['5', '6']);
  });

  it('waits longer each time the server stays away, then resumes after the last event seen', () => {
    const { live, opened, timers, tick } = aLive();
    live.listen(['alerts'], () => undefined);
    tick();
    opened[0]?.source.onopen?.(new Event('open'));
    opened[0]?.source.onmessage?.(message('41', { topic: 'alerts' }));
    const waits: number[] = [];
    for (let failure = 0; failure < 7; failure += 1) {
      opened.at(-1)?.source.onerror?.(new Event('error'));
      expect(live.state()).toBe('waiting');
      waits.push(timers[0]?.wait ?? 0);
      tick();
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    expect(opened.at(-1)?.address).toBe('/api/live?topics=alerts&lastEventId=41');
  });

  it('asks for the states that its listeners show, and for all as soon as one of them shows all', () => {
    const { live, opened, tick } = aLive();
    const query = () => Object.fromEntries(new URLSearchParams(opened.at(-1)?.address.split('?')[1]));
    const leaveMap = live.listen(['states', 'alerts'], () => undefined, { box: '1,2,3,4', types: ['Lock', 'Gauge'] });
    live.listen(['states'], () => undefined, { ids: ['g9'] });
    tick();
    expect(query()).toEqual({ topics: 'alerts,states', box: '1,2,3,4', types: 'Gauge,Lock', ids: 'g9' });
    opened[0]?.source.onmessage?.(message('41', { topic: 'alerts' }));
    // The view moves: one stream ends, the next goes on where it was.
    leaveMap();
    const leaveNext = live.listen(['states'], () => undefined, { box: '5,6,7,8', types: ['Gauge'] });
    tick();
    expect(query()).toEqual({ topics: 'states', box: '5,6,7,8', types: 'Gauge', ids: 'g9', lastEventId: '41' });
    const leaveAll = live.listen(['states'], () => undefined);
    tick();
    expect(query()).toEqual({ topics: 'states', lastEventId: '41' });
    leaveAll();
    leaveNext();
    tick();
    expect(query()).toEqual({ topics: 'states', ids: 'g9', lastEventId: '41' });
  });

  it('remembers its place by what it is told while nothing happens', () => {
    const { live, opened, tick } = aLive();
    const heard: string[] = [];
    live.listen(['alerts'], (event) => heard.push(event.id));
    tick();
    opened[0]?.source.onmessage?.(message('90', { topic: '', kind: 'alive' }));
    opened[0]?.source.onerror?.(new Event('error'));
    tick();
    expect(opened[1]?.address).toBe('/api/live?topics=alerts&lastEventId=90');
    expect(heard).toEqual([]);
  });

  it('closes when the last listener leaves', () => {
    const { live, tick } = aLive();
    const leave = live.listen(['alerts'], () => undefined);
    tick();
    leave();
    tick();
    expect(live.state()).toBe('idle');
  });
});
