/**
 * How entities belong together: a type declares its relations, an entity keeps the ids in `properties` under their
 * names, and from the other side they are found by the index of properties.
 */
import { type SqlBool, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import type { Flaw } from '../words/index.ts';
import { readEntities } from './store.ts';
import type { ContextTables } from './tables.ts';
import type { Entity, NamedType, Relation } from './types.ts';

/** Any entity may depend on a site or gateway: what is out holds back the alerts of what depends on it. */
export const everyType: Record<string, Relation> = {
  dependsOn: {
    title: { vi: 'Phụ thuộc vào (nguồn điện, cổng kết nối)', en: 'Depends on (power, gateway)' },
    inverse: { vi: 'Đối tượng phụ thuộc vào đây', en: 'What depends on it' },
  },
};

const MOST = 10;
/** From the other side, of each relation. */
const MOST_SHOWN = 50;

/** The ids under a relation's name: one, several or none. */
const idsOf = (given: unknown): string[] =>
  (Array.isArray(given) ? given : [given]).filter((one): one is string => typeof one === 'string');

/** Takes the relations out of an entity's properties. */
export function splitRelations(
  type: NamedType,
  properties: Readonly<Record<string, unknown>>,
): { own: Record<string, unknown>; relations: Record<string, unknown> } {
  const entries = Object.entries(properties);
  const isRelation = ([name]: [string, unknown]): boolean => Object.hasOwn(type.relations, name);
  return {
    own: Object.fromEntries(entries.filter((one) => !isRelation(one))),
    relations: Object.fromEntries(entries.filter(isRelation)),
  };
}

/**
 * What is wrong with an entity's relations. An entity that is not there yet may be named (an import comes in any
 * order); one that is there must be of a type that the relation leads to.
 */
export async function relationFlaws(
  db: Db | Tx,
  type: NamedType,
  id: string,
  relations: Readonly<Record<string, unknown>>,
): Promise<Flaw[]> {
  const flaws: Flaw[] = [];
  const named = Object.entries(relations).filter(([, given]) => given !== undefined);
  const shaped = named.filter(([name, given]) => {
    const list = Array.isArray(given) ? given : [given];
    const fits =
      list.length <= MOST && list.every((one) => typeof one === 'string' && one.length > 0 && one.length <= 200);
    if (!fits) flaws.push({ at: name, reason: notIds });
    else if (list.includes(id)) flaws.push({ at: name, reason: itself });
    return fits;
  });
  const targets = await readEntities(
    db,
    shaped.flatMap(([, given]) => idsOf(given)),
  );
  for (const [name, given] of shaped) {
    const to = type.relations[name]?.to;
    for (const target of idsOf(given)) {
      const found = targets.get(target);
      if (to && found && !to.includes(found.type)) flaws.push({ at: name, reason: wrongType(target, to) });
    }
  }
  return flaws;
}

export type Related = {
  /** the relation's name */
  relation: string;
  /** to: this entity names the other; from: the other names this one */
  direction: 'to' | 'from';
  title: Relation['title'];
  id: string;
  /** null where it is not there, or not for this reader */
  name: string | null;
  type: string | null;
};

/** What an entity names, and what names it, as far as the reader may see; `more`: of some relation only the first. */
export async function findRelated(
  db: Db,
  rights: Visible,
  types: readonly NamedType[],
  entity: Entity,
): Promise<{ items: Related[]; more: boolean }> {
  const mine = rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' });
  const columns = ['id', 'name', 'type'] as const;
  const from = () => db.withTables<ContextTables>().selectFrom('entities').select(columns).where(mine);
  const items: Related[] = [];
  const own = types.find((one) => one.name === entity.type)?.relations ?? {};
  const ids = Object.keys(own).flatMap((name) => idsOf(entity.properties[name]));
  const named = ids.length === 0 ? [] : await from().where('id', 'in', ids).execute();
  const byId = new Map(named.map((one) => [one.id, one]));
  for (const [relation, { title }] of Object.entries(own)) {
    for (const id of idsOf(entity.properties[relation])) {
      const { name = null, type = null } = byId.get(id) ?? {};
      items.push({ relation, direction: 'to', title, id, name, type });
    }
  }
  let more = false;
  const leading = new Map(types.flatMap((one) => Object.entries(one.relations)));
  for (const [relation, { inverse }] of leading) {
    // Both forms are looked up in the index of properties (jsonb_path_ops).
    const [single, several] = [{ [relation]: entity.id }, { [relation]: [entity.id] }].map((one) =>
      JSON.stringify(one),
    );
    const rows = await from()
      .where(sql<SqlBool>`(properties @> ${single}::jsonb or properties @> ${several}::jsonb)`)
      .orderBy(sql`name collate "vi-x-icu"`)
      .orderBy('id')
      .limit(MOST_SHOWN + 1)
      .execute();
    if (rows.length > MOST_SHOWN) more = true;
    for (const row of rows.slice(0, MOST_SHOWN)) items.push({ relation, direction: 'from', title: inverse, ...row });
  }
  return { items, more };
}

const notIds = {
  vi: `phải là mã của một đối tượng, hoặc danh sách không quá ${MOST} mã`,
  en: `must be the id of an entity, or a list of ${MOST} ids at most`,
};
const itself = { vi: 'không thể là chính đối tượng này', en: 'cannot be the entity itself' };
const wrongType = (id: string, to: readonly string[]) => ({
  vi: `“${id}” không thuộc loại ${to.join(', ')}`,
  en: `“${id}” is not of type ${to.join(', ')}`,
});
