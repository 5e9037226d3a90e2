import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import { plain } from '../words/index.ts';
import { around, type Box, type Near } from './box.ts';
import type { Filter } from './filter.ts';
import type { ContextTables } from './tables.ts';
import {
  DAY_SECONDS,
  type Entity,
  LEAST_SILENCE_SECONDS,
  MISSED_INTERVALS,
  type NamedType,
  type NewEntity,
} from './types.ts';

export type EntityQuery = {
  ids?: readonly string[];
  /** whole names, compared without diacritics and case */
  names?: readonly string[];
  type?: string;
  types?: readonly string[];
  areaCodes?: readonly string[];
  organisationId?: string;
  provenances?: readonly Entity['provenance'][];
  /** words that all stand in the name, with or without diacritics; or an id */
  q?: string;
  filter?: Filter;
  box?: Box;
  /** the nearest first, unless another order is asked for */
  near?: Near;
  limit?: number;
  /** at most `DEEPEST`: who looks further narrows the question, or exports */
  offset?: number;
  order?: 'name' | '-name';
};

/** Beyond so many matches a list says 'more than': to count them all takes longer than to show a page. */
export const DEEPEST = 10_000;

export type Found = {
  items: Entity[];
  /** at most `DEEPEST` */
  total: number;
  /** there are more than `total` */
  more: boolean;
};

const asEntity = (row: Selectable<ContextTables['entities']>): Entity => ({
  id: row.id,
  type: row.type,
  name: row.name,
  organisationId: row.organisation_id,
  areaCode: row.area_code,
  location: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
  properties: row.properties,
  provenance: row.provenance,
  isPublic: row.is_public,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
});

const escaped = (words: string): string => words.replace(/[%_\\]/g, '\\$&');

/**
 * Where a typed word is looked for: anywhere; two characters only where a word begins, which is what is meant, and which
 * the index of three can answer also where nothing is found (`vũ` finds `Vũ Thư`, `01` finds `TB-01`).
 */
const placesOf = (word: string): string[] =>
  [...word].length === 2
    ? ['', '% ', '%-', '%.', '%/', '%(', '%,', '%:'].map((before) => `${before}${escaped(word)}%`)
    : [`%${escaped(word)}%`];

/** The entities that may be seen and that the query asks for. */
export function matching(db: Db | Tx, rights: Visible, query: EntityQuery) {
  let base = db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .where(rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' }));
  const { ids, type, types, areaCodes, provenances, organisationId, q, filter, box, near } = query;
  if (ids) base = base.where((eb) => eb('id', '=', eb.fn.any(eb.val([...ids]))));
  const names = query.names?.map(plain);
  if (names) base = base.where((eb) => eb('name_plain', '=', eb.fn.any(eb.val(names))));
  if (type) base = base.where('type', '=', type);
  if (types) base = base.where((eb) => eb('type', '=', eb.fn.any(eb.val([...types]))));
  if (areaCodes) base = base.where((eb) => eb('area_code', '=', eb.fn.any(eb.val([...areaCodes]))));
  if (provenances) base = base.where((eb) => eb('provenance', '=', eb.fn.any(eb.val([...provenances]))));
  if (organisationId) base = base.where('organisation_id', '=', organisationId);
  for (const word of q && !isId(q) ? plain(q).split(/\s+/).filter(Boolean) : []) {
    base = base.where((eb) => eb.or(placesOf(word).map((place) => eb('name_plain', 'like', place))));
  }
  if (q && isId(q)) base = base.where('id', '=', q.trim());
  if (filter?.indexed) base = base.where(sql<SqlBool>`properties @@ ${filter.path}::jsonpath`);
  // As a function, so that the index, which would give every row to be looked at again, is left alone: half the time.
  else if (filter) base = base.where(sql<SqlBool>`jsonb_path_match(properties, ${filter.path}::jsonpath, '{}', true)`);
  if (box) base = base.where(within(box));
  if (near) base = base.where(within(around(near))).where(sql<SqlBool>`${metresFrom(near)} <= ${near.metres}`);
  return base;
}

/** NGSI-LD ids are URNs; no name is one. */
const isId = (q: string): boolean => /^urn:[\w-]+:\S+$/.test(q.trim());

const within = ([west, south, east, north]: Box) =>
  sql<SqlBool>`point(lon, lat) <@ box(point(${west}, ${south}), point(${east}, ${north}))`;

/** Along the great circle of a sphere (haversine): 0.5 % off at most. */
const metresFrom = ({ lon, lat }: Near) =>
  sql<number>`2 * 6371008.8 * asin(least(1, sqrt(sin(radians(lat - ${lat}) / 2) ^ 2
    + cos(radians(lat)) * cos(radians(${lat})) * sin(radians(lon - ${lon}) / 2) ^ 2)))`;

/** Lists and counts what may be seen; Vietnamese order of names unless asked otherwise. */
export async function findEntities(db: Db, rights: Visible, query: EntityQuery): Promise<Found> {
  const base = matching(db, rights, query);
  let isMany = false;
  if (query.filter && !query.filter.indexed && !query.near) {
    const found = await findInOnePass(db, base, query);
    if (found !== 'many' && found !== 'beyond') return found;
    isMany = found === 'many';
  }
  const down = query.order === '-name' ? 'desc' : 'asc';
  // First the ids alone, which the index by name gives without the rows.
  const page = base
    .select('id')
    .$if(query.near !== undefined && query.order === undefined, (some) =>
      query.near ? some.orderBy(metresFrom(query.near)) : some,
    )
    .orderBy(sql`name collate "vi-x-icu"`, down)
    .orderBy('id', down)
    .limit(query.limit ?? 100)
    .offset(query.offset ?? 0)
    .execute();
  const counted = db.selectFrom(
    base
      .select(sql`1`.as('one'))
      .limit(DEEPEST + 1)
      .as('found'),
  );
  const [ids, { n }] = await Promise.all([
    page,
    isMany ? { n: DEEPEST + 1 } : counted.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  const read = await readEntities(
    db,
    ids.map((row) => row.id),
  );
  return {
    items: ids.flatMap(({ id }) => read.get(id) ?? []),
    total: Math.min(n, DEEPEST),
    more: n > DEEPEST,
  };
}

/**
 * Where every row must be looked at, counting and paging would each do so.
 * @returns 'many' where there are more than `DEEPEST`: then the page is soon found in order; 'beyond' where the page
 *   lies after the last
 */
async function findInOnePass(
  db: Db,
  base: ReturnType<typeof matching>,
  query: EntityQuery,
): Promise<Found | 'many' | 'beyond'> {
  const down = query.order === '-name' ? 'desc' : 'asc';
  const page = await db
    .with('found', (some) =>
      some
        .selectFrom(
          base
            .select(['id', 'name'])
            .limit(DEEPEST + 1)
            .as('some'),
        )
        .selectAll(),
    )
    .with('counted', (some) => some.selectFrom('found').select((eb) => eb.fn.countAll<number>().as('n')))
    .selectFrom('counted')
    .leftJoin('found', (join) => join.on('n', '<=', DEEPEST))
    .select(['n', 'id'])
    .orderBy(sql`name collate "vi-x-icu"`, down)
    .orderBy('id', down)
    .limit(query.limit ?? 100)
    .offset(query.offset ?? 0)
    .execute();
  const n = page[0]?.n;
  if (n === undefined) return 'beyond';
  if (n > DEEPEST) return 'many';
  const ids = page.flatMap(({ id }) => id ?? []);
  const read = await readEntities(db, ids);
  return { items: ids.flatMap((id) => read.get(id) ?? []), total: n, more: false };
}

/** As `findEntities`, without counting: the first few, to choose one. */
export async function findNames(db: Db, rights: Visible, query: EntityQuery) {
  const rows = await matching(db, rights, query)
    .select(['id', 'type', 'name', 'area_code'])
    .orderBy(sql`name collate "vi-x-icu"`)
    .orderBy('id')
    .limit(query.limit ?? 20)
    .execute();
  return rows.map((row) => ({ id: row.id, type: row.type, name: row.name, areaCode: row.area_code }));
}

const READ_AT_ONCE = 2000;

/** All that a list would show, however long, some at a time; in the list's order by name. */
export async function* eachEntity(db: Db, rights: Visible, query: EntityQuery): AsyncGenerator<Entity[]> {
  const down = query.order === '-name';
  for (let last: Entity | undefined; ; ) {
    let some = matching(db, rights, query).selectAll();
    if (last) {
      const place = sql`(${last.name} collate "vi-x-icu", ${last.id})`;
      some = some.where(sql<SqlBool>`(name collate "vi-x-icu", id) ${sql.raw(down ? '<' : '>')} ${place}`);
    }
    const rows = await some
      .orderBy(sql`name collate "vi-x-icu"`, down ? 'desc' : 'asc')
      .orderBy('id', down ? 'desc' : 'asc')
      .limit(READ_AT_ONCE)
      .execute();
    const entities = rows.map(asEntity);
    if (entities.length > 0) yield entities;
    last = entities.at(-1);
    if (entities.length < READ_AT_ONCE) return;
  }
}

export async function getEntity(db: Db, rights: Visible, id: string): Promise<Entity | null> {
  const row = await db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .selectAll()
    .where('id', '=', id)
    .where(rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' }))
    .executeTakeFirst();
  return row ? asEntity(row) : null;
}

/** For followers and doors: no person asks, so no rights are checked. */
export async function readEntities(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Entity>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .selectAll()
    .where((eb) => eb('id', '=', eb.fn.any(eb.val([...ids]))))
    .execute();
  return new Map(rows.map((row) => [row.id, asEntity(row)]));
}

/** Some at a time: a process that answers people must not stand still while it reads a type's 250,000. */
export async function readEntitiesOfType(db: Db | Tx, type: string): Promise<Entity[]> {
  const all: Entity[] = [];
  for (let last = ''; ; ) {
    const rows = await db
      .withTables<ContextTables>()
      .selectFrom('entities')
      .selectAll()
      .where('type', '=', type)
      .where('id', '>', last)
      .orderBy('id')
      .limit(READ_AT_ONCE)
      .execute();
    for (const row of rows) all.push(asEntity(row));
    const next = rows.at(-1)?.id;
    if (next === undefined || rows.length < READ_AT_ONCE) return all;
    last = next;
  }
}

/**
 * The entities of a type of which nothing that they send themselves was received for as long as they may be silent at
 * most: `promisedSeconds` and `silentAfterSeconds` in the database's words, so that the few are read and not the type.
 */
export async function readQuiet(db: Db | Tx, type: Pick<NamedType, 'name' | 'observes'>, now: Date): Promise<Entity[]> {
  const own = Object.entries(type.observes).filter(([, one]) => !one.derived);
  if (own.length === 0) return [];
  const least = (some: typeof own): number | null =>
    some.length === 0 ? null : Math.min(...some.map(([, one]) => one.everySeconds));
  const byLogger = least(own.filter(([, one]) => one.everySeconds < DAY_SECONDS));
  const byHand = least(own.filter(([, one]) => one.everySeconds >= DAY_SECONDS));
  const rows = await sql<Selectable<ContextTables['entities']>>`select e.* from entities e
    cross join lateral (select case when jsonb_typeof(e.properties -> 'everySeconds') = 'number'
      then nullif(greatest((e.properties ->> 'everySeconds')::float8, 0), 0) end as seconds) own
    cross join lateral (select greatest(${MISSED_INTERVALS} * least(${byHand}::float8,
      case when ${byLogger}::float8 is not null then coalesce(own.seconds, ${byLogger}::float8) end),
      ${LEAST_SILENCE_SECONDS}) as seconds) silence
    where e.type = ${type.name} and not exists (select from series_states s
      where s.entity_id = e.id and s.property = any(${own.map(([name]) => name)}::text[])
        and s.received_at >= ${now}::timestamptz - make_interval(secs => silence.seconds))
    order by e.id`.execute(db);
  return rows.rows.map(asEntity);
}

/** The entities that may be seen, as a subquery for work over all of them at once. */
export const entityRows = (rights: Visible): RawBuilder<unknown> => sql`(
  select id, type, name, name_plain, organisation_id, area_code, properties, provenance, created_at from entities
  where ${rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' })})`;

/** Inserts or replaces; `expectedVersion` guards against two editors. Null where the version did not match. */
export async function writeEntity(
  tx: Tx,
  entity: NewEntity & { areaCode: string | null },
  at: Date,
  expectedVersion: number | null,
): Promise<Entity | null> {
  const values = {
    type: entity.type,
    name: entity.name.normalize('NFC'),
    name_plain: plain(entity.name),
    organisation_id: entity.organisationId,
    area_code: entity.areaCode,
    lon: entity.location?.lon ?? null,
    lat: entity.location?.lat ?? null,
    properties: sql<Record<string, unknown>>`${JSON.stringify(entity.properties ?? {})}::jsonb`,
    provenance: entity.provenance,
    is_public: entity.isPublic ?? false,
    updated_at: at,
  };
  const row = await tx
    .withTables<ContextTables>()
    .insertInto('entities')
    .values({ id: entity.id, version: 1, created_at: at, ...values })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ ...values, version: sql<number>`entities.version + 1` })
        .where(expectedVersion === null ? sql<boolean>`true` : sql<boolean>`entities.version = ${expectedVersion}`),
    )
    .returningAll()
    .executeTakeFirst();
  return row ? asEntity(row) : null;
}
