/**
 * Live: server-sent events, resumable and filtered by right. Promise: a browser that comes back with its last event's
 * id gets what it missed, once and in order; it hears only of what it may see, also after its rights changed; a slow
 * reader is cut off (and resumes) rather than slow the others or fill the memory.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Cursor, Log, LogEvent } from '../events/index.ts';
import type { Http } from '../http/index.ts';
import { covers, type Principal, reaching } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { liveApi, type Topic, topics } from './api.ts';
import { readScope, type Scope, type Sited } from './scope.ts';

type Client = {
  request: FastifyRequest;
  reply: FastifyReply;
  principal: Principal;
  topics: readonly Topic[];
  /** whose states it shows; null: all that it may see */
  scope: Scope | null;
  /** what it asked for, as text */
  asked: string;
  /** clients of one audience hear the same: their message is made once */
  audience: string;
  sent: Cursor;
  /** while it is catching up, new events wait here */
  catchingUp: LogEvent[] | null;
};

type State = { place: Sited; data: Record<string, unknown> };

export type Live = { clients(): number; stop(): void };

const HEARTBEAT_MS = 15_000;
/** Characters that may wait for one reader, and events for one that is catching up. */
const BUFFER_LIMIT = 1_000_000;
const MOST_WAITING = 10_000;

export function createLive(options: {
  db: Db;
  log: Log;
  context: Context;
  http: Http;
  onError: (error: unknown) => void;
}): Live {
  const { db, log, context, http } = options;
  const clients = new Set<Client>();
  const places = new Map<string, Sited>();

  const drop = (client: Client): void => {
    clients.delete(client);
    client.reply.raw.end();
  };

  /** Of one that does not read: its end would wait behind all it has not read, and hold that in memory as long. */
  const cutOff = (client: Client): void => {
    clients.delete(client);
    client.reply.raw.destroy();
  };

  /** Entities that these events are of, and where they are: one query for what is not known yet. */
  const learnPlaces = async (events: readonly LogEvent[]): Promise<void> => {
    const unknown = new Set<string>();
    for (const event of events) {
      if (event.kind.startsWith('entity.') && event.subject) places.delete(event.subject);
      if (event.kind !== 'observations') continue;
      const known = await log.series.read([...new Set(event.observations.map((one) => one.seriesId))]);
      for (const { entityId } of known.values()) if (!places.has(entityId)) unknown.add(entityId);
    }
    for (const [id, entity] of await context.read(db, [...unknown])) {
      const { type, location, areaCode, organisationId, isPublic } = entity;
      places.set(id, { id, type, location, areaCode, organisationId, isPublic });
    }
  };

  const statesOf = async (event: LogEvent): Promise<State[]> => {
    const newest = new Map<number, LogEvent['observations'][number]>();
    for (const one of event.observations) {
      const old = newest.get(one.seriesId);
      if (!old || old.at <= one.at) newest.set(one.seriesId, one);
    }
    const known = await log.series.read([...newest.keys()]);
    return [...newest].flatMap(([id, one]) => {
      const series = known.get(id);
      const place = series ? places.get(series.entityId) : undefined;
      if (!series || !place) return [];
      const data = {
        entity: series.entityId,
        property: series.property,
        at: one.at,
        value: one.value,
        quality: one.quality,
      };
      return [{ place, data }];
    });
  };

  type Prepared = { event: LogEvent; states: State[] };

  /** What this client hears of an event, as it goes over the wire; empty where nothing. */
  const messageFor = (client: Client, { event, states }: Prepared): string => {
    const topic = client.topics.find((one) => matches(topics[one], event.kind));
    if (!topic) return '';
    let data: unknown;
    if (event.kind === 'observations') {
      const reads = reaching(client.principal, 'entity:read');
      const mine = states.filter(({ place }) => reads(place) && (client.scope?.(place) ?? true));
      if (mine.length === 0) return '';
      data = { topic, kind: 'states', states: mine.map((state) => state.data) };
    } else {
      if (!hears(client.principal, event)) return '';
      data = { topic, kind: event.kind, subject: event.subject, at: event.at.toISOString(), payload: event.payload };
    }
    return `id: ${event.xid}-${event.id}\ndata: ${JSON.stringify(data)}\n\n`;
  };

  const write = (client: Client, text: string): void => {
    if (text === '') return;
    // Judged by what waited before: a burst that is longer than the limit is nobody's slowness.
    const isBehind = client.reply.raw.writableLength > BUFFER_LIMIT;
    client.reply.raw.write(text);
    if (isBehind) cutOff(client);
  };

  const send = (client: Client, prepared: readonly Prepared[]): void => {
    let text = '';
    for (const one of prepared) {
      if (!after(one.event, client.sent)) continue;
      client.sent = { xid: one.event.xid, id: one.event.id };
      text += messageFor(client, one);
    }
    write(client, text);
  };

  /** All at once to everybody: made once for each audience, written once to each client. */
  const broadcast = (prepared: readonly Prepared[]): void => {
    const [first, last] = [prepared[0], prepared.at(-1)];
    if (!first || !last) return;
    const shared = new Map<string, string>();
    for (const client of clients) {
      if (client.catchingUp) {
        client.catchingUp.push(...prepared.map((one) => one.event));
        // It comes again from where it was, nearer to the present.
        if (client.catchingUp.length > MOST_WAITING) cutOff(client);
        continue;
      }
      // One that has just caught up may have some of these already; what is for one person is nobody else's.
      if (!after(first.event, client.sent) || prepared.some((one) => isPersonal(one.event))) {
        send(client, prepared);
        continue;
      }
      let text = shared.get(client.audience);
      if (text === undefined) {
        text = prepared.map((one) => messageFor(client, one)).join('');
        shared.set(client.audience, text);
      }
      client.sent = { xid: last.event.xid, id: last.event.id };
      write(client, text);
    }
  };

  const prepare = async (events: readonly LogEvent[]): Promise<Prepared[]> => {
    await learnPlaces(events);
    return Promise.all(
      events.map(async (event) => ({ event, states: event.kind === 'observations' ? await statesOf(event) : [] })),
    );
  };

  // One after another, so that order is kept while places are looked up.
  let line: Promise<void> = Promise.resolve();
  const kinds = [...new Set(Object.values(topics).flat()), 'identity.changed'];
  log.tail({
    kinds,
    handle(events) {
      line = line
        .then(async () => {
          if (clients.size === 0) return;
          if (events.some((event) => event.kind === 'identity.changed')) await recheck();
          const prepared = await prepare(events);
          broadcast(prepared);
        })
        .catch((error) => {
          // Clients that may have missed something come again with their last id and get it from the log.
          options.onError(error);
          for (const client of [...clients]) drop(client);
        });
    },
  });

  const recheck = async (): Promise<void> => {
    for (const client of [...clients]) {
      const now = await http.identify(client.request);
      if (now.kind !== client.principal.kind || now.id !== client.principal.id) drop(client);
      else {
        client.principal = now;
        client.audience = audienceOf(now, client.asked);
      }
    }
  };

  /** As fast as it reads: what was missed in a night is more than a connection may hold. */
  const sendAtItsPace = async (client: Client, prepared: readonly Prepared[]): Promise<void> => {
    const { raw } = client.reply;
    for (const one of prepared) {
      if (!clients.has(client)) return;
      send(client, [one]);
      if (raw.writableNeedDrain) await drained(raw);
    }
  };

  const catchUp = async (client: Client): Promise<void> => {
    while (clients.has(client)) {
      const events = await log.readAfter(client.sent);
      const last = events.at(-1);
      if (!last) break;
      await sendAtItsPace(client, await prepare(events));
      client.sent = { xid: last.xid, id: last.id };
    }
    // What is broadcast while these are prepared waits too: had it gone out first, these would count as sent.
    while (clients.has(client) && client.catchingUp && client.catchingUp.length > 0) {
      await sendAtItsPace(client, await prepare(client.catchingUp.splice(0)));
    }
    client.catchingUp = null;
  };

  http.serve('live', liveApi, {
    'GET /api/live': async ({ principal, query, request, reply }) => {
      const asked = query.topics.split(',');
      const scope = readScope(query);
      const known = Object.keys(topics) as Topic[];
      const unknown = asked.filter((topic) => !known.includes(topic as Topic));
      if (unknown.length > 0) throw badTopic(unknown.join(', '), known.join(', '));
      const header = request.headers['last-event-id'];
      const place = parseCursor(typeof header === 'string' ? header : query.lastEventId);
      const head = await log.head();
      // A place that lies after everything is of another server (moved, restored): nothing would ever come after it.
      const resumed = place !== null && !after(place, head);
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      });
      const { topics: _topics, lastEventId: _last, ...narrowed } = query;
      const wanted = JSON.stringify([asked, narrowed]);
      const client: Client = {
        request,
        reply,
        principal,
        topics: asked as Topic[],
        scope,
        asked: wanted,
        audience: audienceOf(principal, wanted),
        sent: resumed ? place : head,
        catchingUp: [],
      };
      clients.add(client);
      request.raw.on('close', () => clients.delete(client));
      const hello = JSON.stringify({ topic: '', kind: 'hello', resumed });
      reply.raw.write(`retry: 2000\nid: ${client.sent.xid}-${client.sent.id}\ndata: ${hello}\n\n`);
      await catchUp(client);
    },
  });

  const heartbeat = setInterval(() => {
    // With its place: who hears little, and comes again asking for more, need not be told of hours.
    for (const client of clients) {
      write(client, `id: ${client.sent.xid}-${client.sent.id}\ndata: {"topic":"","kind":"alive"}\n\n`);
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    clients: () => clients.size,
    stop() {
      clearInterval(heartbeat);
      for (const client of [...clients]) drop(client);
    },
  };
}

/** Until the reader has taken what waits for it, or is gone. */
async function drained(raw: ServerResponse): Promise<void> {
  const over = new AbortController();
  const heard = ['drain', 'close'].map((name) => once(raw, name, { signal: over.signal }));
  await Promise.race(heard);
  over.abort();
  await Promise.allSettled(heard);
}

/** Whoever has the same rights and asked for the same hears the same, but for what is for one person. */
const audienceOf = ({ kind, organisationId, grants }: Principal, asked: string): string =>
  JSON.stringify([kind, organisationId, grants, asked]);

const isPersonal = (event: LogEvent): boolean => event.kind.startsWith('notification.');

function hears(principal: Principal, event: LogEvent): boolean {
  if (typeof event.payload.userId === 'string' && event.kind.startsWith('notification.')) {
    return event.payload.userId === principal.id;
  }
  if (!event.permission) return false;
  const { areaCode, organisationId, isPublic } = event;
  return covers(principal, event.permission as Parameters<typeof covers>[1], { areaCode, organisationId, isPublic });
}

function matches(kinds: readonly string[], kind: string): boolean {
  return kinds.some((wanted) => (wanted.endsWith('.') ? kind.startsWith(wanted) : kind === wanted));
}

function after(event: Cursor, sent: Cursor): boolean {
  const [a, b] = [BigInt(event.xid), BigInt(sent.xid)];
  return a > b || (a === b && event.id > sent.id);
}

function parseCursor(text: string | undefined): Cursor | null {
  const match = /^(\d{1,20})-(\d{1,18})$/.exec(text ?? '');
  return match?.[1] && match[2] ? { xid: match[1], id: Number(match[2]) } : null;
}

function badTopic(unknown: string, known: string) {
  return refuse(400, 'unknown-topic', {
    vi: `Không có luồng “${unknown}”; các luồng có: ${known}.`,
    en: `No topic “${unknown}”; there are: ${known}.`,
  });
}
