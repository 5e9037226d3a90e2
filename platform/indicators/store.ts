import { sql } from 'kysely';
import { type Db, inTransaction } from '../database/index.ts';
import type { IndicatorTables } from './tables.ts';
import type { IndicatorDeclaration, Snapshot, Version } from './types.ts';

/** Stores each declaration that differs from its newest version as a new one; answers all versions, oldest first. */
export async function seedVersions(
  db: Db,
  declarations: readonly IndicatorDeclaration[],
  at: Date,
): Promise<Map<string, Version[]>> {
  return inTransaction(db, async (tx) => {
    // Two processes that start together must not make two versions of one change.
    await sql`select pg_advisory_xact_lock(hashtext('indicator_versions'))`.execute(tx);
    const known = await readVersions(tx);
    for (const declared of declarations) {
      const versions = known.get(declared.code) ?? [];
      const last = versions.at(-1);
      if (last && same(last, declared)) continue;
      const next: Version = {
        code: declared.code,
        version: (last?.version ?? 0) + 1,
        title: declared.title,
        formula: declared.formula,
        unit: declared.unit,
        period: declared.period,
        better: declared.better,
        target: declared.target ?? null,
        law: declared.law ?? null,
        validFrom: at,
      };
      await tx
        .withTables<IndicatorTables>()
        .insertInto('indicator_versions')
        .values({
          code: next.code,
          version: next.version,
          title_vi: next.title.vi,
          title_en: next.title.en,
          formula: next.formula,
          unit: next.unit,
          period: next.period,
          better: next.better,
          target: next.target,
          law_vi: next.law?.vi ?? null,
          law_en: next.law?.en ?? null,
          valid_from: next.validFrom,
        })
        .execute();
      known.set(declared.code, [...versions, next]);
    }
    return known;
  });
}

function same(version: Version, declared: IndicatorDeclaration): boolean {
  const text = (one: IndicatorDeclaration | Version) =>
    JSON.stringify([
      one.title.vi,
      one.title.en,
      one.formula,
      one.unit,
      one.period,
      one.better,
      one.target ?? null,
      one.law?.vi ?? null,
      one.law?.en ?? null,
    ]);
  return text(version) === text(declared);
}

async function readVersions(db: Db): Promise<Map<string, Version[]>> {
  const rows = await db
    .withTables<IndicatorTables>()
    .selectFrom('indicator_versions')
    .selectAll()
    .orderBy('code')
    .orderBy('version')
    .execute();
  const versions = rows.map(
    (row): Version => ({
      code: row.code,
      version: row.version,
      title: { vi: row.title_vi, en: row.title_en },
      formula: row.formula,
      unit: row.unit,
      period: row.period,
      better: row.better,
      target: row.target,
      law: row.law_vi === null || row.law_en === null ? null : { vi: row.law_vi, en: row.law_en },
      validFrom: row.valid_from,
    }),
  );
  return Map.groupBy(versions, (one) => one.code);
}

export async function readSnapshots(db: Db, codes: readonly string[], periods: readonly string[]): Promise<Snapshot[]> {
  if (codes.length === 0 || periods.length === 0) return [];
  const rows = await db
    .withTables<IndicatorTables>()
    .selectFrom('indicator_snapshots')
    .selectAll()
    .where('code', 'in', [...codes])
    .where('period', 'in', [...periods])
    .execute();
  return rows.map((row) => ({
    code: row.code,
    period: row.period,
    version: row.version,
    value: row.value,
    inputs: row.inputs,
    computedAt: row.computed_at,
  }));
}

/** Keeps the first figure: a snapshot is never written over. Answers whether it was new. */
export async function writeSnapshot(db: Db, snapshot: Snapshot): Promise<boolean> {
  const row = await db
    .withTables<IndicatorTables>()
    .insertInto('indicator_snapshots')
    .values({
      code: snapshot.code,
      period: snapshot.period,
      version: snapshot.version,
      value: snapshot.value,
      inputs: JSON.stringify(snapshot.inputs),
      computed_at: snapshot.computedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('code')
    .executeTakeFirst();
  return row !== undefined;
}
