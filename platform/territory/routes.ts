import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Http } from '../http/index.ts';
import { scopeOf } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { territoryApi } from './api.ts';
import type { Territory } from './index.ts';
import type { Sheet } from './maps.ts';

export function serveTerritory(http: Http, territory: Territory): void {
  http.serve('territory', territoryApi, {
    'GET /api/territory/units': ({ query }) => {
      const { at, limit = 500, offset = 0, ...rest } = query;
      const found = territory.units({ ...rest, ...dated(at) });
      return { items: found.slice(offset, offset + limit), total: found.length };
    },
    'GET /api/territory/units/:code': ({ principal, params, query }) => {
      const { border, ...detail } = territory.detail(params.code, dated(query.at).at);
      return {
        ...detail,
        border: border
          ? { approximate: border.properties.approximate === true, source: String(border.properties.source) }
          : null,
        may: scopeOf(principal, 'territory:manage')?.all ? ['import-borders'] : [],
      };
    },
    'GET /api/territory/borders': ({ query, request, reply }) => {
      const { at, ...rest } = query;
      return send(request, reply, territory.borders({ ...rest, ...dated(at) }));
    },
    'GET /api/territory/base': ({ request, reply }) => send(request, reply, territory.base()),
    'GET /api/territory/locate': ({ query }) => {
      const at = dated(query.at).at ?? territory.now();
      const found = territory.pointToUnit(query.lon, query.lat, at, query.level ?? 'commune');
      if (!found) return { unit: null, approximate: null };
      const { approximate, ...unit } = found;
      return { unit, approximate };
    },
  });
}

/** Noon of the day in Vietnam, so that a day is never mistaken for the one before. */
function dated(day: string | undefined): { at?: Date } {
  if (day === undefined) return {};
  const at = new Date(`${day}T12:00:00+07:00`);
  if (Number.isNaN(at.getTime())) {
    throw refuse(400, 'bad-day', { vi: `Không có ngày ${day}.`, en: `There is no day ${day}.` });
  }
  return { at };
}

/** Borders change by import only: browsers keep them, and ask again with the ETag. */
function send(request: FastifyRequest, reply: FastifyReply, sheet: Sheet): FastifyReply {
  reply.header('etag', sheet.etag).header('cache-control', 'public, max-age=60, must-revalidate');
  if (request.headers['if-none-match']?.split(/,\s*/).some((tag) => tag.replace(/^W\//, '') === sheet.etag)) {
    return reply.code(304).send();
  }
  return reply.type('application/geo+json').send(sheet.body);
}
