import type { FastifyRequest } from 'fastify';
import { type Db, inTransaction } from '../database/index.ts';
import type { Quality } from '../events/index.ts';
import type { Http } from '../http/index.ts';
import { type Principal, visible } from '../rights/index.ts';
import { ingestApi } from './api.ts';
import type { Device } from './devices.ts';
import type { Ingest } from './index.ts';
import type { Incoming } from './intake.ts';
import { quarantine } from './quarantine.ts';

const known = new WeakMap<FastifyRequest, Device>();

/** Finds the device of `Authorization: Bearer <id>.<secret>`. */
export function deviceAuthenticator(ingest: Pick<Ingest, 'devices'>) {
  return async (request: FastifyRequest): Promise<Principal | null> => {
    const header = request.headers.authorization;
    if (!header?.startsWith('Bearer ')) return null;
    const key = header.slice(7);
    const dot = key.indexOf('.');
    if (dot < 1) return null;
    const device = await ingest.devices.check(key.slice(0, dot), key.slice(dot + 1));
    if (!device) return null;
    known.set(request, device);
    return device.principal;
  };
}

export function serveIngest(http: Http, db: Db, ingest: Ingest): void {
  http.serve('ingest', ingestApi, {
    'POST /api/ingest/observations': async ({ body, request, principal }) => {
      const device = known.get(request);
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
    },
    'GET /api/devices': async ({ principal }) => {
      const items = await ingest.devices.list(visible(principal, 'device:manage'));
      return { items: items.map((one) => ({ ...one, lastSeenAt: one.lastSeenAt?.toISOString() ?? null })) };
    },
    'PUT /api/devices/:id': ({ principal, params, body }) =>
      ingest.registerDevice(principal, params.id, body.name, body.entityIds),
    'POST /api/devices/:id/active': async ({ principal, params, body }) => {
      await ingest.devices.setActive(principal, params.id, body.active);
      return { active: body.active };
    },
    'GET /api/quarantine': async ({ principal, query }) => {
      const { items, total } = await ingest.quarantined(principal, query.limit, query.offset);
      return {
        total,
        items: items.map((one) => ({
          id: one.id,
          door: one.door,
          source: one.source,
          receivedAt: one.receivedAt.toISOString(),
          reasons: one.reasons.slice(0, 20),
          preview: one.bytes.subarray(0, 400).toString('utf8'),
        })),
      };
    },
    'POST /api/quarantine/:id/retry': async ({ principal, params }) => ingest.retry(principal, params.id),
    'POST /api/quarantine/:id/drop': async ({ principal, params }) => {
      await inTransaction(db, (tx) => ingest.drop(tx, principal, params.id));
      return { state: 'dropped' };
    },
  });
}
