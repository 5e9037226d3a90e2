/** Rules as they stand in the database: seeded from declarations, edited by people, never overwritten. */
import { isDeepStrictEqual } from 'node:util';
import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { RulesTables } from './tables.ts';
import type { RuleDeclaration, Tally } from './types.ts';

export type StoredRule = Selectable<RulesTables['rules']>;

/**
 * Puts in what is declared. A rule that nobody edited follows its declaration (as a new version); of an edited one
 * only the copy of the declaration is renewed. Rules that are declared no more stay, for old alerts are explained by
 * them, but are not judged.
 */
export async function seedRules(tx: Tx, declared: readonly RuleDeclaration[], at: Date): Promise<void> {
  const tables = tx.withTables<RulesTables>();
  // Two processes that start together take turns.
  await sql`select n from rule_stamp for update`.execute(tx);
  const stored = new Map((await tables.selectFrom('rules').selectAll().execute()).map((row) => [row.id, row]));
  let changed = false;
  for (const rule of declared) {
    const plain: RuleDeclaration = JSON.parse(JSON.stringify(rule));
    const old = stored.get(rule.id);
    if (old && isDeepStrictEqual(old.declared, plain)) continue;
    changed = true;
    if (old && old.edited_by !== null) {
      await tables
        .updateTable('rules')
        .set({ declared: JSON.stringify(plain) })
        .where('id', '=', rule.id)
        .execute();
      continue;
    }
    await writeVersion(tx, {
      id: rule.id,
      version: (old?.version ?? 0) + 1,
      definition: plain,
      declared: plain,
      enabled: true,
      editedBy: null,
      at,
    });
  }
  if (changed) await bumpStamp(tx);
}

export async function writeVersion(
  tx: Tx,
  rule: {
    id: string;
    version: number;
    definition: RuleDeclaration;
    declared: RuleDeclaration | null;
    enabled: boolean;
    editedBy: { id: string; name: string } | null;
    at: Date;
  },
): Promise<void> {
  const tables = tx.withTables<RulesTables>();
  const values = {
    version: rule.version,
    definition: JSON.stringify(rule.definition),
    enabled: rule.enabled,
    edited_by: rule.editedBy?.id ?? null,
    edited_name: rule.editedBy?.name ?? null,
    edited_at: rule.at,
  };
  const declared = rule.declared && JSON.stringify(rule.declared);
  await tables
    .insertInto('rules')
    .values({ id: rule.id, declared, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ declared, ...values }))
    .execute();
  await tables
    .insertInto('rule_versions')
    .values({ rule_id: rule.id, ...values })
    .execute();
}

export async function bumpStamp(tx: Tx): Promise<void> {
  await sql`update rule_stamp set n = n + 1`.execute(tx);
}

/**
 * Takes the next step of judging: no edit comes in between until its end.
 * @returns the number of the last edit, and the step that was committed last
 */
export async function takeStep(tx: Tx, step: string): Promise<{ stamp: number; last: string | null }> {
  const row = await sql<{
    n: number;
    last_step: string | null;
  }>`select n, last_step from rule_stamp for update`.execute(tx);
  await sql`update rule_stamp set last_step = ${step}`.execute(tx);
  return { stamp: row.rows[0]?.n ?? 0, last: row.rows[0]?.last_step ?? null };
}

export async function readRules(handle: Db | Tx): Promise<StoredRule[]> {
  return handle.withTables<RulesTables>().selectFrom('rules').selectAll().orderBy('id').execute();
}

export async function readRule(handle: Db | Tx, id: string): Promise<StoredRule | null> {
  const row = await handle
    .withTables<RulesTables>()
    .selectFrom('rules')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function readVersion(
  db: Db | Tx,
  ruleId: string,
  version: number,
): Promise<Selectable<RulesTables['rule_versions']> | null> {
  const row = await db
    .withTables<RulesTables>()
    .selectFrom('rule_versions')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row ?? null;
}

export async function readVersions(db: Db, ruleId: string): Promise<Selectable<RulesTables['rule_versions']>[]> {
  return db
    .withTables<RulesTables>()
    .selectFrom('rule_versions')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .orderBy('version', 'desc')
    .execute();
}

export async function readTallies(db: Db): Promise<Tally[]> {
  const rows = await db.withTables<RulesTables>().selectFrom('rule_tallies').selectAll().orderBy('reason').execute();
  return rows.map((row) => ({ reason: row.reason, count: row.n, lastAt: row.last_at }));
}
