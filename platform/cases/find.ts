import { type Selectable, sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import { plain } from '../words/index.ts';
import type { CasesTables } from './tables.ts';
import type { Case } from './types.ts';

export type CaseQuery = {
  type?: string;
  step?: string;
  open?: boolean;
  /** at least this severe */
  severity?: number;
  areaCode?: string;
  organisationId?: string;
  entityId?: string;
  alertId?: string;
  /** words of title or number, with or without diacritics */
  q?: string;
  /** `due`: the nearest deadline first; `newest` (default): the last opened first */
  sort?: 'due' | 'newest';
  limit?: number;
  offset?: number;
};

export const asCase = (row: Selectable<CasesTables['cases']>): Case => ({
  id: row.id,
  number: row.number,
  type: row.type,
  title: row.title,
  severity: row.severity,
  step: row.step,
  entityId: row.entity_id,
  areaCode: row.area_code,
  organisationId: row.organisation_id,
  location: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
  form: row.form,
  procedure:
    row.procedure_id === null || row.procedure_version === null || row.procedure_revision === null
      ? null
      : { id: row.procedure_id, version: row.procedure_version, revision: row.procedure_revision },
  provenance: row.provenance,
  openedAt: row.opened_at,
  openedBy: row.opened_by,
  closedAt: row.closed_at,
  closeReason: row.close_reason,
  dueAt: row.due_at,
  version: row.version,
  updatedAt: row.updated_at,
});

/** Lists and counts the cases that may be seen. */
export async function findCases(db: Db, rights: Visible, query: CaseQuery): Promise<{ items: Case[]; total: number }> {
  let base = db
    .withTables<CasesTables>()
    .selectFrom('cases')
    .where(rights.where({ area: 'area_code', organisation: 'organisation_id' }));
  if (query.type) base = base.where('type', '=', query.type);
  if (query.step) base = base.where('step', '=', query.step);
  if (query.open !== undefined) base = base.where('closed_at', query.open ? 'is' : 'is not', null);
  if (query.severity) base = base.where('severity', '>=', query.severity);
  if (query.areaCode) base = base.where('area_code', '=', query.areaCode);
  if (query.organisationId) base = base.where('organisation_id', '=', query.organisationId);
  if (query.entityId) base = base.where('entity_id', '=', query.entityId);
  if (query.q) base = base.where('search_plain', 'like', `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%`);
  const { alertId } = query;
  if (alertId) {
    base = base.where((eb) =>
      eb.exists(
        eb
          .selectFrom('case_alerts')
          .select('case_alerts.alert_id')
          .whereRef('case_alerts.case_id', '=', 'cases.id')
          .where('case_alerts.alert_id', '=', alertId),
      ),
    );
  }
  const ordered = query.sort === 'due' ? base.orderBy(sql`due_at asc nulls last`) : base;
  const [items, count] = await Promise.all([
    ordered
      .selectAll()
      .orderBy('opened_at', 'desc')
      .orderBy('id')
      .limit(query.limit ?? 50)
      .offset(query.offset ?? 0)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: items.map(asCase), total: count.n };
}

export type CaseCounts = {
  open: number;
  /** open cases with a running clock whose budget is used up */
  late: number;
  bySeverity: Record<string, number>;
  bySteps: { type: string; step: string; n: number }[];
};

/** How many open cases may be seen, by severity and step. */
export async function countCases(db: Db, rights: Visible, at: Date): Promise<CaseCounts> {
  const seen = rights.where({ area: 'area_code', organisation: 'organisation_id' });
  const rows = await sql<{ type: string; step: string; severity: number; n: number; late: number }>`
    select type, step, severity, count(*) as n, count(*) filter (where due_at <= ${at}) as late
    from cases where closed_at is null and ${seen} group by type, step, severity order by type, step`.execute(db);
  const counts: CaseCounts = { open: 0, late: 0, bySeverity: {}, bySteps: [] };
  for (const row of rows.rows) {
    counts.open += row.n;
    counts.late += row.late;
    counts.bySeverity[row.severity] = (counts.bySeverity[row.severity] ?? 0) + row.n;
    const same = counts.bySteps.find((one) => one.type === row.type && one.step === row.step);
    if (same) same.n += row.n;
    else counts.bySteps.push({ type: row.type, step: row.step, n: row.n });
  }
  return counts;
}
