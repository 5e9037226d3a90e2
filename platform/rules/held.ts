/**
 * What is not raised because something that its entity depends on is out: the site's power is out, its sensors do not
 * alarm. An entity names what it depends on in `properties.dependsOn` (one id or several). What is out: an entity with
 * an alert of a rule that `holdsBack`, or one that is silent itself.
 */
import { sql } from 'kysely';
import { dependsOn } from '../alerts/index.ts';
import type { Context, Entity } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import type { RulesTables } from './tables.ts';
import type { RuleDeclaration } from './types.ts';

export type Cause = { byEntity: string; byRule: string | null };

/** Which of these entities depend on something that is out now; nothing is asked where none depends on anything. */
export async function causesOf(tx: Tx, entities: Iterable<Entity>): Promise<Map<string, Cause>> {
  const all = [...entities].map((entity) => ({ id: entity.id, on: dependsOn(entity) }));
  const asked = [...new Set(all.flatMap(({ on }) => on))];
  const found = new Map<string, Cause>();
  if (asked.length === 0) return found;
  const rows = await sql<{ entity_id: string; rule_id: string | null }>`
    select s.entity_id, s.rule_id from rule_states s join rules r on r.id = s.rule_id
      where s.entity_id = any(${asked}::text[]) and s.active_from is not null and r.enabled
        and r.definition -> 'holdsBack' = 'true'
    union all select entity_id, null from rule_silences where entity_id = any(${asked}::text[])
    union all select entity_id, by_rule from rule_held where entity_id = any(${asked}::text[]) and key like 'silent:%'
    order by 1, 2`.execute(tx);
  const out = new Map(rows.rows.toReversed().map((row) => [row.entity_id, row.rule_id]));
  for (const { id, on } of all) {
    const cause = on.find((one) => out.has(one));
    if (cause !== undefined) found.set(id, { byEntity: cause, byRule: out.get(cause) ?? null });
  }
  return found;
}

/** Writes down what is held back, and takes away what is not any more. */
export async function writeHeld(
  tx: Tx,
  held: readonly { key: string; entityId: string; title: Text; since: Date; cause: Cause }[],
  released: readonly string[],
): Promise<void> {
  if (released.length > 0) await sql`delete from rule_held where key = any(${released}::text[])`.execute(tx);
  for (const { key, entityId, title, since, cause } of held) {
    const row = { title: JSON.stringify(title), since, by_entity: cause.byEntity, by_rule: cause.byRule };
    await tx
      .withTables<RulesTables>()
      .insertInto('rule_held')
      .values({ key, entity_id: entityId, ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
  }
}

/** Silences that are held back no longer: all but these. */
export async function releaseSilences(tx: Tx, still: readonly string[]): Promise<void> {
  await sql`delete from rule_held where key like 'silent:%' and not key = any(${still}::text[])`.execute(tx);
}

export async function readHeld(
  db: Db,
  context: Pick<Context, 'read'>,
  entityId: string,
): Promise<{ title: Text; since: Date; by: Entity | null; byEntityId: string; byRule: Text | null }[]> {
  const rows = await sql<{ title: Text; since: Date; by_entity: string; definition: RuleDeclaration | null }>`
    select h.title, h.since, h.by_entity, r.definition from rule_held h left join rules r on r.id = h.by_rule
    where h.entity_id = ${entityId} order by h.since`.execute(db);
  const entities = await context.read(db, [...new Set(rows.rows.map((row) => row.by_entity))]);
  return rows.rows.map((row) => ({
    title: row.title,
    since: row.since,
    by: entities.get(row.by_entity) ?? null,
    byEntityId: row.by_entity,
    byRule: row.definition?.title ?? null,
  }));
}
