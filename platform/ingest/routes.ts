import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../database/index.ts';
import type { Quality } from '../events/index.ts';
import type { BodyOf, Http } from '../http/index.ts';
import { type Principal, visible } from '../rights/index.ts';
import { type Flaw, refuse } from '../words/index.ts';
import { ingestApi } from './api.ts';
import type { Device } from './devices.ts';
import { takeForeign } from './foreign.ts';
import { createOnce, fingerprinted, fingerprintOf } from './idempotency.ts';
import type { Ingest } from './index.ts';
import type { Incoming } from './intake.ts';
import { takeLines } from './lines.ts';
import type { Form } from './protocols/forms.ts';
import { quarantine } from './quarantine.ts';

const known = new WeakMap<FastifyRequest, Device>();

/** ThingsBoard's devices have their token in the address. */
const BY_ADDRESS = '/api/v1/:token/';

function keyOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return header.slice(7);
  if (!request.routeOptions.url?.startsWith(BY_ADDRESS)) return null;
  return (request.params as { token?: string }).token ?? null;
}

/** Finds the device of `Authorization: Bearer <id>.<secret>`, or of the key in the address where a protocol has it so. */
export function deviceAuthenticator(ingest: Pick<Ingest, 'devices'>) {
  return async (request: FastifyRequest): Promise<Principal | null> => {
    const key = keyOf(request);
    if (key === null) return null;
    const dot = key.indexOf('.');
    if (dot < 1) return null;
    const device = await ingest.devices.check(key.slice(0, dot), key.slice(dot + 1));
    if (!device) return null;
    known.set(request, device);
    return device.principal;
  };
}

export function serveIngest(http: Http, db: Db, ingest: Ingest): void {
  const once = createOnce(db, ingest.now);
  type Asked = { body: unknown; request: FastifyRequest; principal: Principal; reply: FastifyReply };
  const take = (form: Form, call: Asked): Promise<{ accepted: number; refused: Flaw[] }> => {
    const { body, request } = call;
    const device = known.get(request);
    if (!device) throw new Error('a device door without a device');
    if (isDeeperThan(body, DEEPEST)) throw tooDeep();
    const bytes = Buffer.from(JSON.stringify(body ?? null));
    return once(call, {
      fingerprint: () => fingerprintOf(body),
      run: () => takeForeign({ ...ingest, db }, form, device, bytes),
      longestMs: BATCH_MS,
    });
  };

  type Batch = { body: BodyOf<(typeof ingestApi)['POST /api/ingest/observations']> } & Omit<Asked, 'body' | 'reply'>;
  const takeBatch = async ({ body, request, principal }: Batch): Promise<{ accepted: number; refused: Flaw[] }> => {
    const device = known.get(request);
    if (device) ingest.devices.spend(device, body.observations.length);
    const incoming: Incoming[] = new Array(body.observations.length);
    for (let index = 0; index < incoming.length; index++) {
      const one = body.observations[index];
      if (!one) continue;
      incoming[index] = {
        entity: one.entity,
        property: one.property,
        at: Date.parse(one.observedAt),
        value: one.value,
        quality: (one.quality ?? 0) as Quality,
      };
    }
    const sorted = await ingest.intake.sort(incoming, (id) => device?.entities.has(id) ?? false);
    await ingest.log.offer(sorted.good);
    if (sorted.bad.length > 0) {
      const refused = sorted.bad.map((flaw) => body.observations[Number(flaw.at)]);
      await quarantine(db, {
        door: 'http',
        source: principal.id,
        bytes: Buffer.from(JSON.stringify(refused)),
        reasons: sorted.bad,
        at: ingest.now(),
      });
    }
    return { accepted: sorted.good.length, refused: sorted.bad };
  };

  http.serve('ingest', ingestApi, {
    'POST /api/v1/:token/telemetry': (call) => take('thingsboard/telemetry', call),
    'POST /api/v1/:token/sensor-community': (call) => take('sensor-community', call),
    'POST /api/v1/:token/attributes': (call) => take('thingsboard/attributes', call),
    'POST /api/ingest/ngsi-v2': (call) => take('ngsi-v2', call),
    'POST /api/ingest/chirpstack': (call) => take(`chirpstack/${call.query.event}`, call),
    'POST /api/ingest/ttn': (call) => take('ttn', call),
    'POST /api/ingest/sensorthings/v1.1/Observations': (call) => {
      call.reply.code(201);
      return take('sensorthings/one', call);
    },
    'POST /api/ingest/sensorthings/v1.1/CreateObservations': (call) => {
      call.reply.code(201);
      return take('sensorthings/array', call);
    },
    'POST /api/ingest/observations.ndjson': (call) => {
      const { request } = call;
      const device = known.get(request);
      const { body } = request;
      if (!device || !(body instanceof Readable)) {
        throw refuse(415, 'ndjson-needed', {
          vi: 'Địa chỉ này nhận application/x-ndjson: mỗi dòng một số liệu.',
          en: 'This address takes application/x-ndjson: one observation a line.',
        });
      }
      if (request.headers['idempotency-key'] === undefined) return takeLines({ ...ingest, db }, device, body);
      const { stream, fingerprint } = fingerprinted(body);
      return once(call, {
        fingerprint,
        run: () => takeLines({ ...ingest, db }, device, stream),
        longestMs: LINES_MS,
      });
    },
    'PUT /api/devices/:id/mapping': async ({ principal, params, body }) => {
      await ingest.devices.setMapping(principal, params.id, body);
      return { mapping: body };
    },
    'POST /api/ingest/observations': (call) =>
      once(call, { fingerprint: () => fingerprintOf(call.body), run: () => takeBatch(call), longestMs: BATCH_MS }),
    'GET /api/devices': async ({ principal }) => {
      const items = await ingest.devices.list(visible(principal, 'device:manage'));
      return { items: items.map((one) => ({ ...one, lastSeenAt: one.lastSeenAt?.toISOString() ?? null })) };
    },
    'PUT /api/devices/:id': ({ principal, params, body }) =>
      ingest.registerDevice(principal, params.id, body.name, body.entityIds),
    'POST /api/devices/import': async ({ principal, body }) => ({
      items: await ingest.registerList(principal, body.csv, body.dryRun),
    }),
    'POST /api/devices/:id/active': async ({ principal, params, body }) => {
      await ingest.devices.setActive(principal, params.id, body.active);
      return { active: body.active };
    },
    'GET /api/quarantine': async ({ principal, query }) => {
      const { items, total } = await ingest.quarantined(principal, query.limit, query.offset, query.q);
      return {
        total,
        items: items.map((one) => ({
          id: one.id,
          door: one.door,
          source: one.source,
          receivedAt: one.receivedAt.toISOString(),
          reasons: one.reasons,
          refused: one.refused,
          size: one.size,
          preview: one.preview,
        })),
      };
    },
    'GET /api/quarantine/:id/file': async ({ principal, params, reply }) => {
      const kept = await ingest.quarantinedFile(principal, params.id);
      // Whatever it holds, a browser saves it and runs nothing of it.
      reply.header('content-type', 'application/octet-stream');
      reply.header('content-disposition', `attachment; filename="cach-ly-${params.id}.bin"`);
      return reply.send(kept);
    },
    'POST /api/quarantine/:id/retry': async ({ principal, params }) => ingest.retry(principal, params.id),
    'POST /api/quarantine/:id/drop': async ({ principal, params }) => {
      await ingest.drop(principal, params.id);
      return { state: 'dropped' };
    },
  });
}

/** Longest times of a request: of a batch that waits for its commit, and of lines without end. */
const BATCH_MS = 60_000;
const LINES_MS = 900_000;

const DEEPEST = 50;

/** Level by level, without recursion: what is checked here is what would exhaust it. */
function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function tooDeep() {
  return refuse(400, 'nested-too-deep', {
    vi: `Bản tin lồng quá ${DEEPEST} cấp; chưa có gì được ghi.`,
    en: `The message is nested deeper than ${DEEPEST} levels; nothing of it was stored.`,
  });
}
