import type { Selectable } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { forbidden, type Principal, scopeOf } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { wrongProcedure } from './declared.ts';
import type { Parts } from './parts.ts';
import type { CasesTables } from './tables.ts';
import type { NamedCaseType, Procedure, StoredProcedure } from './types.ts';

const asProcedure = (row: Selectable<CasesTables['procedures']>): StoredProcedure => ({
  id: row.id,
  version: row.version,
  revision: row.revision,
  caseType: row.case_type,
  title: row.title,
  source: row.source ?? undefined,
  items: row.items,
});

const valuesOf = (procedure: Procedure, revision: number, by: string, at: Date) => ({
  id: procedure.id,
  version: procedure.version,
  revision,
  case_type: procedure.caseType,
  title: JSON.stringify(procedure.title),
  source: procedure.source ? JSON.stringify(procedure.source) : null,
  items: JSON.stringify(procedure.items),
  made_at: at,
  made_by: by,
});

/**
 * Puts declared procedures into the database by id and version. A version already there stays as it is; a newer one
 * comes into use by itself only where no administrator has edited the one in use.
 */
export async function seedProcedures(parts: Parts): Promise<void> {
  const at = parts.now();
  for (const procedure of parts.declared.procedures) {
    await parts.db.transaction().execute(async (tx) => {
      const tables = tx.withTables<CasesTables>();
      const inserted = await tables
        .insertInto('procedures')
        .values({ ...valuesOf(procedure, 0, 'system:cases', at), in_use: false })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!inserted) return;
      const current = await tables
        .selectFrom('procedures')
        .select(['version', 'revision'])
        .where('id', '=', procedure.id)
        .where('in_use', '=', true)
        .forUpdate()
        .executeTakeFirst();
      if (current && (current.revision > 0 || current.version > procedure.version)) return;
      await use(tx, procedure.id, procedure.version, 0);
    });
  }
}

async function use(tx: Tx, id: string, version: number, revision: number): Promise<void> {
  const tables = tx.withTables<CasesTables>();
  await tables
    .updateTable('procedures')
    .set({ in_use: false })
    .where('id', '=', id)
    .where('in_use', '=', true)
    .execute();
  await tables
    .updateTable('procedures')
    .set({ in_use: true })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('revision', '=', revision)
    .execute();
}

/** The procedures in use; the rules of work are no secret among staff. */
export async function listProcedures(db: Db, caseType: string | undefined): Promise<StoredProcedure[]> {
  let query = db.withTables<CasesTables>().selectFrom('procedures').selectAll().where('in_use', '=', true);
  if (caseType) query = query.where('case_type', '=', caseType);
  return (await query.orderBy('id').execute()).map(asProcedure);
}

export async function procedureInUse(tx: Tx, id: string, type: NamedCaseType): Promise<StoredProcedure> {
  const row = await tx
    .withTables<CasesTables>()
    .selectFrom('procedures')
    .selectAll()
    .where('id', '=', id)
    .where('case_type', '=', type.name)
    .where('in_use', '=', true)
    .executeTakeFirst();
  if (!row)
    throw notFound({ vi: `quy trình “${id}” cho “${type.title.vi}”`, en: `procedure “${id}” for “${type.name}”` });
  return asProcedure(row);
}

/**
 * Saves an administrator's text as the next revision and puts it into use; cases at work keep the one they began
 * with. `expected` is what the editor had before them; refuses with 409 where it is no longer in use.
 */
export async function editProcedure(
  parts: Parts,
  principal: Principal,
  id: string,
  edit: Pick<Procedure, 'title' | 'source' | 'items'>,
  expected: { version: number; revision: number },
): Promise<StoredProcedure> {
  if (!scopeOf(principal, 'rule:manage')?.all) throw forbidden('rule:manage');
  return parts.db.transaction().execute(async (tx) => {
    const tables = tx.withTables<CasesTables>();
    const current = await tables
      .selectFrom('procedures')
      .selectAll()
      .where('id', '=', id)
      .where('in_use', '=', true)
      .forUpdate()
      .executeTakeFirst();
    if (!current) throw notFound({ vi: `quy trình “${id}”`, en: `procedure “${id}”` });
    if (current.version !== expected.version || current.revision !== expected.revision) {
      throw refuse(409, 'changed-meanwhile', {
        vi: `Quy trình này vừa được ${current.made_by} sửa (bản ${current.version}.${current.revision}). Hãy tải lại.`,
        en: `This procedure was just changed by ${current.made_by} (${current.version}.${current.revision}). Load it again.`,
      });
    }
    const procedure: Procedure = { id, caseType: current.case_type, version: current.version, ...edit };
    const wrong = wrongProcedure(procedure, parts.declared.types);
    if (wrong.length > 0) {
      throw refuse(
        422,
        'wrong-procedure',
        { vi: 'Quy trình chưa đúng; xem từng mục.', en: 'The procedure is not right; see each.' },
        wrong.map((text) => ({ at: '/items', reason: { vi: text, en: text } })),
      );
    }
    const revision = current.revision + 1;
    const row = await tables
      .insertInto('procedures')
      .values({ ...valuesOf(procedure, revision, principal.id, parts.now()), in_use: false })
      .returningAll()
      .executeTakeFirstOrThrow();
    await use(tx, id, current.version, revision);
    await parts.audit.record(tx, {
      principal,
      action: 'procedure.edit',
      subject: `procedure:${id}`,
      detail: { version: current.version, revision, items: edit.items.length },
    });
    return asProcedure(row);
  });
}
