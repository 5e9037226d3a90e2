import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cuttable } from '../../tests/faults/cut.ts';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { createLive, type Live } from './index.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const officer = (area: string): Principal => ({
  kind: 'user',
  id: `officer-${area}`,
  name: area,
  organisationId: null,
  grants: (['alert:read', 'entity:read'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [], areas: [area] },
  })),
});

describe('the live stream', () => {
  let database: TestDatabase;
  let log: Log;
  let http: Http;
  let live: Live;
  let context: Context;
  let port: number;
  const errors: unknown[] = [];
  /** areas whose officers have lost their rights, and whose accounts are closed */
  const taken = new Set<string>();
  const gone = new Set<string>();
  const open: IncomingMessage[] = [];

  beforeEach(async () => {
    errors.length = 0;
    taken.clear();
    gone.clear();
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({ db, pool, now, onError: (_name, error) => errors.push(error) });
    const audit = createAudit({ db, now });
    const Gauge = {
      title: { vi: 'Trạm', en: 'Station' },
      schema: Type.Object({}),
      observes: {
        level: {
          title: { vi: 'Mực', en: 'Level' },
          unit: 'm',
          everySeconds: 60,
          range: [0, 10] as [number, number],
          rollUp: 'mean' as const,
        },
      },
      columns: [],
      visible: 'unit' as const,
      marker: 'circle' as const,
    };
    context = createContext({
      db,
      log,
      audit,
      now,
      systems: [{ name: 'test', entities: { Gauge } }],
      areaOf: () => 'A',
    });
    const authenticate = async (request: FastifyRequest): Promise<Principal | null> => {
      const area = request.headers['x-area'];
      if (typeof area !== 'string' || gone.has(area)) return null;
      return taken.has(area) ? { ...officer(area), grants: [] } : officer(area);
    };
    http = await createHttp({ logger: false, authenticators: [authenticate], version: 'test' });
    live = createLive({ db, log, context, http, onError: (error) => errors.push(error) });
    await db.transaction().execute((tx) =>
      context.save(tx, systemPrincipal('test', ['entity:write']), {
        id: 'g1',
        type: 'Gauge',
        name: 'Cống',
        organisationId: null,
        location: { lon: 106, lat: 20 },
        provenance: 'measured',
      }),
    );
    log.start();
    await http.app.listen({ host: '127.0.0.1', port: 0 });
    const address = http.app.server.address();
    port = address !== null && typeof address !== 'string' ? address.port : 0;
  });
  afterEach(async () => {
    for (const response of open.splice(0)) response.destroy();
    live.stop();
    await http.app.close();
    await log.stop();
    await database.close();
    expect(errors).toEqual([]);
  });

  /** A browser's stream: what came, with its ids. */
  const listen = async (area: string, lastEventId?: string, { through = port, scope = '' } = {}) => {
    const request = get({
      port: through,
      host: '127.0.0.1',
      path: `/api/live?topics=alerts,states,notifications${scope}`,
      headers: { 'x-area': area, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    open.push(response);
    response.on('error', () => undefined);
    const heard: { id: string; data: { kind: string; subject?: string; states?: { value: number }[] } }[] = [];
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const id = /^id: (.*)$/m.exec(text.slice(0, end))?.[1];
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        if (id && data) heard.push({ id, data: JSON.parse(data) });
        text = text.slice(end + 2);
      }
    });
    return {
      heard,
      response,
      async until(count: number) {
        for (let tries = 0; tries < 1000 && heard.length < count; tries++)
          await new Promise((resolve) => setTimeout(resolve, 30));
        expect(heard.length).toBeGreaterThanOrEqual(count);
      },
    };
  };
  const alert = (subject: string, area: string, payload: Record<string, unknown> = {}) =>
    database.db
      .transaction()
      .execute((tx) =>
        log.append(tx, [{ kind: 'alert.opened', subject, areaCode: area, permission: 'alert:read', payload }]),
      );
  const subjects = (stream: { heard: { data: { subject?: string } }[] }) =>
    stream.heard.flatMap(({ data }) => data.subject ?? []);

  it('tells each reader what their rights cover, and a neighbour nothing of it', async () => {
    const [a, b] = [await listen('A'), await listen('B')];
    await alert('one', 'A');
    await alert('two', 'B');
    await a.until(2);
    await b.until(2);
    expect(subjects(a)).toEqual(['one']);
    expect(subjects(b)).toEqual(['two']);
  });

  it('resumes after the last event heard, without gap or double', async () => {
    const first = await listen('A');
    await alert('one', 'A');
    await first.until(2);
    const last = first.heard.at(-1)?.id;
    first.response.destroy();
    for (const subject of ['two', 'three']) await alert(subject, 'A');
    const second = await listen('A', last);
    await alert('four', 'A');
    await second.until(4);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(subjects(second)).toEqual(['two', 'three', 'four']);
  });

  it('begins at the present where the last event heard is of another server, or of a future that was undone', async () => {
    const before = await log.head();
    await alert('one', 'A');
    // Until nothing older runs anywhere on the server, the log does not show it.
    for (let tries = 0; tries < 200 && (await log.head()).id === before.id; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const stream = await listen('A', '99999999999-7');
    await stream.until(1);
    expect(stream.heard[0]?.data).toMatchObject({ kind: 'hello', resumed: false });
    await alert('two', 'A');
    await stream.until(2);
    expect(subjects(stream)).toEqual(['two']);
  });

  it('sends the newest state of what may be seen', async () => {
    const [a, b] = [await listen('A'), await listen('B')];
    const [series] = await log.series.numbersOf([{ entityId: 'g1', property: 'level' }]);
    await log.offer(
      [1, 2].map((value) => ({ seriesId: series ?? 0, at: now().getTime() + value, value, quality: 0 as const })),
    );
    await a.until(2);
    expect(a.heard.at(-1)?.data.states?.map((state) => state.value)).toEqual([2]);
    await alert('only-for-b', 'B');
    await b.until(2);
    expect(b.heard.map(({ data }) => data.kind)).toEqual(['hello', 'alert.opened']);
  });

  it('goes on after a network loss where it was cut off, without gap or double', async () => {
    const network = await cuttable({ host: '127.0.0.1', port });
    const before = await listen('A', undefined, { through: network.port });
    for (const subject of ['1', '2', '3']) await alert(subject, 'A');
    await before.until(4);
    await network.cut();
    for (const subject of ['4', '5']) await alert(subject, 'A');
    await network.giveBack();
    await alert('6', 'A');
    const again = await listen('A', before.heard.at(-1)?.id, { through: network.port });
    await alert('7', 'A');
    await again.until(5);
    expect([...subjects(before), ...subjects(again)]).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    await network.close();
  });

  it('cuts off one that reads nothing, who then gets the rest, and holds up nobody', { timeout: 120_000 }, async () => {
    const others = await listen('A');
    const slow = connect({ port, host: '127.0.0.1' });
    slow.pause();
    slow.write('GET /api/live?topics=alerts HTTP/1.1\r\nhost: x\r\nx-area: A\r\n\r\n');
    await expect.poll(() => live.clients()).toBe(2);
    // 30 MB: more than the kernel keeps for both ends of a connection, and a megabyte on top.
    const wanted = Array.from({ length: 300 }, (_, n) => String(n));
    const filling = 'x'.repeat(100_000);
    for (const [n, subject] of wanted.entries()) {
      await alert(subject, 'A', { filling });
      // The others are no slow readers: on a busy machine they are given the time to be none.
      if (n % 5 === 4) await others.until(n + 2);
    }
    await others.until(301);
    expect(subjects(others)).toEqual(wanted);
    await expect.poll(() => live.clients()).toBe(1);
    // Its connection is gone, and with it what waited for it.
    await expect.poll(() => new Promise((resolve) => http.app.server.getConnections((_, n) => resolve(n)))).toBe(1);
    let text = '';
    slow.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    slow.on('error', () => undefined).resume();
    await once(slow, 'close');
    // What came whole ends with an empty line; of what was cut off the browser keeps nothing.
    const whole = text.slice(0, text.lastIndexOf('\n\n'));
    const read = [...whole.matchAll(/"subject":"(\d+)"/g)].map((match) => match[1]);
    const last = [...whole.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
    expect(read.length).toBeLessThan(wanted.length);
    const rest = await listen('A', last);
    await rest.until(1 + wanted.length - read.length);
    expect([...read, ...subjects(rest)]).toEqual(wanted);
  });

  it('tells nothing more to one whose rights were taken away while they listened, and ends for a closed account', async () => {
    const [a, b, c] = [await listen('A'), await listen('B'), await listen('C')];
    taken.add('A');
    gone.add('B');
    const changed = { kind: 'identity.changed', subject: 'u', payload: {} };
    await database.db.transaction().execute((tx) => log.append(tx, [changed]));
    for (const area of ['A', 'B', 'C']) await alert(`for-${area}`, area);
    await c.until(2);
    if (!b.response.complete) await once(b.response, 'end');
    expect(subjects(a)).toEqual([]);
    expect(subjects(b)).toEqual([]);
    expect(live.clients()).toBe(2);
  });

  it('sends states of what a map shows, and when it is moved goes on without gap or double', async () => {
    const place = (id: string, lon: number) =>
      database.db.transaction().execute((tx) =>
        context.save(tx, systemPrincipal('test', ['entity:write']), {
          id,
          type: 'Gauge',
          name: id,
          organisationId: null,
          location: { lon, lat: 20 },
          provenance: 'measured',
        }),
      );
    await place('east', 107);
    const [west = 0, east = 0] = await log.series.numbersOf(
      ['g1', 'east'].map((entityId) => ({ entityId, property: 'level' })),
    );
    let minute = 0;
    const offer = (value: number) =>
      log.offer(
        [west, east].map((seriesId) => ({
          seriesId,
          at: now().getTime() + 60_000 * minute++,
          value,
          quality: 0 as const,
        })),
      );
    const told = (stream: Awaited<ReturnType<typeof listen>>) =>
      stream.heard.flatMap(({ data }) =>
        ((data.states as { entity: string; value: number }[] | undefined) ?? []).map(
          (one) => `${one.entity} ${one.value}`,
        ),
      );
    const first = await listen('A', undefined, { scope: '&box=105.9,19,106.1,21' });
    await offer(1);
    await first.until(2);
    expect(told(first)).toEqual(['g1 1']);
    const last = first.heard.at(-1)?.id;
    first.response.destroy();
    // Observed while the map moves to the east, and after.
    await offer(2);
    const second = await listen('A', last, { scope: '&box=106.9,19,107.1,21&types=Gauge' });
    await offer(3);
    await second.until(3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(told(second)).toEqual(['east 2', 'east 3']);
    // One that is moved out of the box is no longer heard of; one named is, wherever it is.
    await place('east', 108);
    const both = await listen('A', undefined, { scope: '&ids=east' });
    await offer(4);
    await both.until(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([told(both), told(second)]).toEqual([['east 4'], ['east 2', 'east 3']]);
    // Of what is asked for by name nothing is told to one who may not see it.
    const neighbour = await listen('B', undefined, { scope: '&ids=east&box=0,0,179,80' });
    await offer(5);
    await both.until(3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(told(neighbour)).toEqual([]);
  });

  it('refuses a topic that does not exist, in words', async () => {
    const answer = await http.app.inject({ url: '/api/live?topics=everything', headers: { 'x-area': 'A' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toContain('everything');
  });
});
