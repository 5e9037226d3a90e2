import type { Db } from '../database/index.ts';
import { inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import { covers, type Principal, visible } from '../rights/index.ts';
import { contextApi } from './api.ts';
import { parseBox, parseNear } from './box.ts';
import { readFilter } from './filter.ts';
import type { Context, EntityQuery } from './index.ts';
import type { Entity, NamedType, Provenance, State } from './types.ts';

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
    'GET /api/entities/:id': async ({ principal, params }) => {
      const entity = await context.get(visible(principal, 'entity:read'), params.id);
      const states = await context.latest(db, [entity.id]);
      return answer(principal, entity, states.get(entity.id));
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
  const { title, name, system, marker, columns, observes, schema, headline } = type;
  return {
    title,
    name,
    system,
    marker,
    columns,
    observes,
    schema,
    visible: type.visible,
    ...(headline ? { headline } : {}),
  };
}
