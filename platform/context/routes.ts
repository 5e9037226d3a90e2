import { Readable } from 'node:stream';
import type { Db } from '../database/index.ts';
import { inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import { covers, type Principal, visible } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { contextApi } from './api.ts';
import { parseBox, parseNear } from './box.ts';
import { csvOf, geoJsonOf } from './exports.ts';
import { readFilter } from './filter.ts';
import { readFile, toCorrect } from './imports.ts';
import type { Context, EntityQuery } from './index.ts';
import type { Entity, NamedType, NewEntity, Provenance, State } from './types.ts';

export function serveContext(http: Http, db: Db, context: Context, now: () => Date): void {
  const answer = (principal: Principal, entity: Entity, state: Record<string, State> | undefined) => ({
    id: entity.id,
    type: entity.type,
    name: entity.name,
    organisationId: entity.organisationId,
    areaCode: entity.areaCode,
    location: entity.location,
    properties: entity.properties,
    provenance: entity.provenance,
    isPublic: entity.isPublic,
    version: entity.version,
    updatedAt: entity.updatedAt.toISOString(),
    state: Object.fromEntries(
      Object.entries(state ?? {}).map(([property, one]) => [
        property,
        { ...one, observedAt: one.observedAt.toISOString(), receivedAt: one.receivedAt.toISOString() },
      ]),
    ),
    may: covers(principal, 'entity:write', entity) ? ['edit'] : [],
  });

  http.serve('context', contextApi, {
    'GET /api/types': () => ({ items: context.types().map(asAnswer) }),
    'GET /api/entities': async ({ principal, query }) => {
      const { limit, offset, order, ids } = query;
      const found = await context.find(visible(principal, 'entity:read'), {
        ...asked(query),
        ...(ids === undefined ? {} : { ids: listOf(ids) }),
        ...(order ? { order } : {}),
        limit,
        offset,
      });
      const states = await context.latest(
        db,
        found.items.map((entity) => entity.id),
      );
      return { ...found, items: found.items.map((one) => answer(principal, one, states.get(one.id))) };
    },
    'GET /api/entity-names': async ({ principal, query }) => {
      const { q, type, limit } = query;
      const narrowed = { ...(q ? { q } : {}), ...(type ? { types: listOf(type) } : {}), limit };
      return { items: await context.names(visible(principal, 'entity:read'), narrowed) };
    },
    'GET /api/places': ({ principal, query }) =>
      context.places.view(principal, {
        box: parseBox(query.box),
        zoom: query.zoom,
        ...(query.type === undefined ? {} : { types: listOf(query.type) }),
      }),
    'GET /api/places/counts': async ({ principal }) => ({
      items: await context.places.counts(principal, now().getTime()),
    }),
    'GET /api/entities/export.csv': ({ principal, query, reply }) => {
      const types = query.type ? listOf(query.type) : [];
      const only = types.length === 1 ? (context.type(types[0] ?? '') ?? null) : null;
      const pages = context.each(visible(principal, 'entity:read'), { ...asked(query), ...ordered(query.order) });
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="doi-tuong.csv"');
      return reply.send(Readable.from(csvOf(pages, only)));
    },
    'GET /api/entities/export.geojson': ({ principal, query, reply }) => {
      const pages = context.each(visible(principal, 'entity:read'), { ...asked(query), ...ordered(query.order) });
      reply.header('content-type', 'application/geo+json');
      reply.header('content-disposition', 'attachment; filename="doi-tuong.geojson"');
      return reply.send(Readable.from(geoJsonOf(pages)));
    },
    'POST /api/entities/import': async ({ principal, body, request }) => {
      const { good, bad } = readFile(body.format, body.text);
      const { refused, ...told } = await context.saveMany(principal, good, body.dryRun);
      const all = [
        ...bad,
        ...refused.map(({ row, reason }) => ({ line: row.line, id: row.id, source: row.source, reason })),
      ].sort((a, b) => a.line - b.line);
      const language = request.headers['accept-language']?.startsWith('en') ? 'en' : 'vi';
      return {
        ...told,
        refused: all.map(({ line, id, reason }) => ({ line, id, reason })),
        toCorrect: all.length > 0 ? toCorrect(body.format, all, (text) => text[language]) : null,
      };
    },
    'POST /api/entities/bulk': async ({ principal, body }) => {
      const { items, change, dryRun } = body;
      const seen = visible(principal, 'entity:read');
      const mine = await context.find(seen, { ids: items.map((one) => one.id), limit: items.length });
      const may = new Set(mine.items.map((one) => one.id));
      const unseen = notFound({ vi: 'đối tượng này', en: 'entity' }).text;
      const rows = items.filter((one) => may.has(one.id));
      const { refused, ...told } = await context.saveMany(
        principal,
        rows.map((one) => ({ ...one, make: (old: Entity | undefined) => changed(old, change) })),
        dryRun,
      );
      return {
        ...told,
        refused: [
          ...items.filter((one) => !may.has(one.id)).map(({ id }) => ({ id, reason: unseen })),
          ...refused.map(({ row, reason }) => ({ id: row.id, reason })),
        ],
      };
    },
    'GET /api/entities/:id': async ({ principal, params }) => {
      const entity = await context.get(visible(principal, 'entity:read'), params.id);
      const states = await context.latest(db, [entity.id]);
      return answer(principal, entity, states.get(entity.id));
    },
    'GET /api/entities/:id/relations': async ({ principal, params }) => {
      const rights = visible(principal, 'entity:read');
      return context.related(rights, await context.get(rights, params.id));
    },
    'PUT /api/entities/:id': async ({ principal, params, body }) => {
      const { version, ...rest } = body;
      const saved = await inTransaction(db, async (tx) => {
        // Where its data come from is not edited: a simulated station never becomes a measured one by a form.
        const old = (await context.read(tx, [params.id])).get(params.id);
        const provenance = old?.provenance ?? 'measured';
        const isPublic = rest.isPublic ?? old?.isPublic;
        return context.save(
          tx,
          principal,
          { ...rest, id: params.id, provenance, ...(isPublic === undefined ? {} : { isPublic }) },
          version,
        );
      });
      return answer(principal, saved, undefined);
    },
  });
}

type Change = {
  organisationId?: string | null;
  areaCode?: string;
  isPublic?: boolean;
  properties?: Record<string, unknown>;
};

/** The entity with the one change that many get. @throws Refusal where it cannot be had */
function changed(old: Entity | undefined, { properties, areaCode, ...rest }: Change): NewEntity {
  if (!old) throw notFound({ vi: 'đối tượng này', en: 'entity' });
  if (areaCode !== undefined && old.location) {
    throw refuse(422, 'area-of-place', {
      vi: 'Địa bàn của đối tượng có tọa độ được xác định theo tọa độ; hãy sửa tọa độ.',
      en: 'The area of what has a place follows from the place; change that.',
    });
  }
  const merged = new Map(Object.entries(old.properties));
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return {
    ...old,
    ...rest,
    areaCode: old.location ? null : (areaCode ?? old.areaCode),
    properties: Object.fromEntries(merged),
  };
}

const ordered = (order: 'name' | '-name' | undefined) => (order ? { order } : {});

const listOf = (text: string): string[] => text.split(',').filter(Boolean);

type Narrowing = Partial<
  Record<'type' | 'provenance' | 'q' | 'where' | 'areaCode' | 'organisationId' | 'box' | 'near', string>
>;

/** What a list is narrowed to, as the address says it. */
function asked(query: Narrowing): EntityQuery {
  const { type, provenance, q, where, areaCode, organisationId, box, near } = query;
  return {
    ...(type ? { types: listOf(type) } : {}),
    ...(provenance ? { provenances: listOf(provenance) as Provenance[] } : {}),
    ...(q ? { q } : {}),
    ...(where ? { filter: readFilter(where) } : {}),
    ...(areaCode ? { areaCodes: listOf(areaCode) } : {}),
    ...(organisationId ? { organisationId } : {}),
    ...(box ? { box: parseBox(box) } : {}),
    ...(near ? { near: parseNear(near) } : {}),
  };
}

function asAnswer(type: NamedType) {
  const { title, name, system, marker, columns, observes, relations, schema, headline } = type;
  return {
    title,
    name,
    system,
    marker,
    columns,
    observes,
    relations: Object.fromEntries(
      Object.entries(relations).map(([key, { to, ...one }]) => [key, { ...one, ...(to ? { to: [...to] } : {}) }]),
    ),
    schema,
    visible: type.visible,
    ...(headline ? { headline } : {}),
  };
}
