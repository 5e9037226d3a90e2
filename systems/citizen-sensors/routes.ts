import type { FastifyReply } from 'fastify';
import { confirmFirst, demandCitizen } from '../../platform/citizens/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { citizenSensorsApi } from './api.ts';
import { csv, geoJson } from './feeds.ts';
import { exclude, forgetOwner, MOST_OF_ONE, type Parts, readmit, register, renewKey, retire } from './sensors.ts';
import {
  type Filter,
  findForDesk,
  findOwn,
  findPublic,
  hoursOf,
  present,
  presentForDesk,
  presentOwn,
} from './shown.ts';

export function serveCitizenSensors(http: Http, parts: Parts): void {
  const { citizens } = parts;
  citizens.whenErased((tx, citizenId) => forgetOwner(parts, tx, citizenId));
  const feed =
    (mediaType: string, write: (items: Awaited<ReturnType<typeof present>>) => string) =>
    async ({ query, reply }: { query: Filter; reply: FastifyReply }) =>
      reply
        .header('content-type', mediaType)
        .header('access-control-allow-origin', '*')
        .header('cache-control', 'public, max-age=60')
        .send(write(await present(parts, await findPublic(parts, query))));

  http.serve('citizen-sensors', citizenSensorsApi, {
    'GET /api/citizen-sensors': async ({ query }) => {
      const items = await present(parts, await findPublic(parts, query));
      return { items, total: items.length };
    },
    'GET /api/citizen-sensors/feed.geojson': feed('application/geo+json; charset=utf-8', geoJson),
    'GET /api/citizen-sensors/feed.csv': feed('text/csv; charset=utf-8', csv),
    'GET /api/citizen-sensors/mine': async ({ request }) => {
      // Reading asks for no header of our own page: another site cannot read the answer.
      const citizen = await citizens.of(request);
      if (!citizen) throw confirmFirst();
      return { items: await presentOwn(parts, await findOwn(parts, citizen)), most: MOST_OF_ONE };
    },
    'POST /api/citizen-sensors': async ({ request, body }) =>
      register(parts, await demandCitizen(citizens, request), body),
    'POST /api/citizen-sensors/:id/key': async ({ request, params }) =>
      renewKey(parts, await demandCitizen(citizens, request), params.id),
    'POST /api/citizen-sensors/:id/retire': async ({ request, params }) => {
      await retire(parts, await demandCitizen(citizens, request), params.id);
      return { done: true };
    },
    'GET /api/citizen-sensors/:id/hours': async ({ request, principal, params }) =>
      hoursOf(parts, principal, await citizens.of(request), params.id),
    'GET /api/citizen-sensors/desk': async ({ principal }) => ({
      items: await presentForDesk(parts, await findForDesk(parts, principal)),
    }),
    'POST /api/citizen-sensors/:id/exclude': async ({ principal, params, body }) => {
      await exclude(parts, principal, params.id, body.reason);
      return { done: true };
    },
    'POST /api/citizen-sensors/:id/readmit': async ({ principal, params, body }) => {
      await readmit(parts, principal, params.id, body.reason);
      return { done: true };
    },
  });
}
