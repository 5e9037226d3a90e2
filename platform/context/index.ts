/**
 * Context: what is, now. Entities of declared types with their place, unit and current state.
 * Promise: an entity fits its type's schema; its area follows from its place at the time of writing; the current
 * state is the newest observation, whatever order they arrived in; no one lists or counts beyond their rights.
 */
import { Compile } from 'typebox/compile';
import type { Audit } from '../audit/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { demand, type Principal, type Visible } from '../rights/index.ts';
import { type Flaw, notFound, refuse } from '../words/index.ts';
import { type One, type Outcome, saveMany } from './many.ts';
import { createPlaces, type Places } from './places.ts';
import { everyType, findRelated, type Related, relationFlaws, splitRelations } from './relations.ts';
import { latestOf, stateFollower } from './states.ts';
import {
  type EntityQuery,
  eachEntity,
  type Found,
  findEntities,
  findNames,
  getEntity,
  readEntities,
  readEntitiesOfType,
  readQuiet,
  writeEntity,
} from './store.ts';
import type { Entity, EntityType, NamedType, NewEntity, State } from './types.ts';

export { type Box, parseBox } from './box.ts';
export { serveContext } from './routes.ts';
export { type EntityQuery, entityRows } from './store.ts';
export {
  type Entity,
  type EntityType,
  intervalOf,
  isLate,
  type Level,
  type NamedType,
  type NewEntity,
  type Observed,
  type Provenance,
  promisedSeconds,
  type State,
  silentAfterSeconds,
  staleAfterSeconds,
} from './types.ts';

export type Context = {
  types(): NamedType[];
  type(name: string): NamedType | undefined;
  find(rights: Visible, query: EntityQuery): Promise<Found>;
  /** The first few by name, to choose one. */
  names(
    rights: Visible,
    query: EntityQuery,
  ): Promise<{ id: string; type: string; name: string; areaCode: string | null }[]>;
  places: Places;
  /** Refuses with 404 where it does not exist or may not be seen. */
  get(rights: Visible, id: string): Promise<Entity>;
  read(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Entity>>;
  ofType(db: Db | Tx, type: string): Promise<Entity[]>;
  /** Those of which nothing that they send themselves came for as long as they may be silent. */
  quiet(db: Db | Tx, type: Pick<NamedType, 'name' | 'observes'>, now: Date): Promise<Entity[]>;
  /** Makes or changes an entity in the caller's transaction, with its event and its audit row. */
  save(tx: Tx, principal: Principal, entity: NewEntity, expectedVersion?: number): Promise<Entity>;
  /** Many saves, each taken or refused by itself. */
  saveMany<R extends One>(principal: Principal, rows: readonly R[], dryRun: boolean): Promise<Outcome<R>>;
  /** All that a list would show, some at a time. */
  each(rights: Visible, query: EntityQuery): AsyncGenerator<Entity[]>;
  /** What an entity names by its relations, and what names it. */
  related(rights: Visible, entity: Entity): Promise<{ items: Related[]; more: boolean }>;
  latest(db: Db | Tx, entityIds: readonly string[]): Promise<Map<string, Record<string, State>>>;
};

export type ContextOptions = {
  db: Db;
  log: Log;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  systems: readonly { name: string; entities: Record<string, EntityType> }[];
  /** The unit (commune) at a point and a time; null outside the province. */
  areaOf: (lon: number, lat: number, at: Date) => string | null;
};

export function createContext(options: ContextOptions): Context {
  const { db, log, audit, now } = options;
  const types = new Map<string, NamedType>();
  for (const system of options.systems) {
    for (const [name, type] of Object.entries(system.entities))
      types.set(name, { ...type, relations: { ...everyType, ...type.relations }, name, system: system.name });
  }
  const validators = new Map([...types].map(([name, type]) => [name, Compile(type.schema)]));
  log.follow(stateFollower(log.series));

  return {
    types: () => [...types.values()],
    type: (name) => types.get(name),
    find: (rights, query) => findEntities(db, rights, query),
    names: (rights, query) => findNames(db, rights, query),
    places: createPlaces({ db, log, types }),
    async get(rights, id) {
      const entity = await getEntity(db, rights, id);
      if (!entity) throw notFound({ vi: `đối tượng ${id}`, en: `entity ${id}` });
      return entity;
    },
    read: readEntities,
    ofType: readEntitiesOfType,
    quiet: readQuiet,
    saveMany: (principal, rows, dryRun) => saveMany({ db, save }, principal, rows, dryRun),
    each: (rights, query) => eachEntity(db, rights, query),
    save,
    related: (rights, entity) => findRelated(db, rights, [...types.values()], entity),
    latest: latestOf,
  };

  async function save(tx: Tx, principal: Principal, entity: NewEntity, expectedVersion?: number): Promise<Entity> {
    const validator = validators.get(entity.type);
    const properties = entity.properties ?? {};
    const type = types.get(entity.type);
    if (!validator || !type) throw unknownType(entity.type);
    const { own, relations } = splitRelations(type, properties);
    const flaws: Flaw[] = await relationFlaws(tx, type, entity.id, relations);
    if (!validator.Check(own)) {
      for (const error of validator.Errors(own)) {
        flaws.push({
          at: error.instancePath || '/',
          reason: { vi: `chưa hợp lệ: ${error.message}`, en: error.message },
        });
      }
    }
    if (flaws.length > 0) throw refuse(422, 'entity-properties', badProperties(entity.id), flaws);
    const { location } = entity;
    const areaCode = entity.areaCode ?? (location ? options.areaOf(location.lon, location.lat, now()) : null);
    const old = (await readEntities(tx, [entity.id])).get(entity.id);
    if (old) demand(principal, 'entity:write', old);
    demand(principal, 'entity:write', { areaCode, organisationId: entity.organisationId });
    const isPublic = entity.isPublic ?? types.get(entity.type)?.visible === 'public';
    const saved = await writeEntity(tx, { ...entity, areaCode, isPublic }, now(), expectedVersion ?? null);
    if (!saved) throw changedMeanwhile(entity.id);
    await log.append(tx, [
      {
        kind: old ? 'entity.changed' : 'entity.made',
        subject: saved.id,
        areaCode: saved.areaCode,
        organisationId: saved.organisationId,
        permission: 'entity:read',
        isPublic: saved.isPublic,
        payload: { type: saved.type, name: saved.name },
      },
    ]);
    await audit.record(tx, {
      principal,
      action: old ? 'entity.change' : 'entity.make',
      subject: `entity:${saved.id}`,
      areaCode: saved.areaCode,
      organisationId: saved.organisationId,
      detail: { type: saved.type, name: saved.name, version: saved.version },
    });
    return saved;
  }
}

function unknownType(type: string) {
  return refuse(422, 'unknown-type', {
    vi: `Không có loại đối tượng “${type}”.`,
    en: `There is no entity type “${type}”.`,
  });
}

function badProperties(id: string) {
  return {
    vi: `Thuộc tính của đối tượng ${id} chưa đúng; xem từng mục.`,
    en: `Properties of entity ${id} are not right; see each.`,
  };
}

function changedMeanwhile(id: string) {
  return refuse(409, 'changed-meanwhile', {
    vi: `Đối tượng ${id} vừa được người khác sửa. Hãy tải lại rồi sửa tiếp.`,
    en: `Entity ${id} was changed by someone else meanwhile. Load it again.`,
  });
}
