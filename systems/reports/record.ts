import type { Updateable } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { type Parts, type ReportRow, tablesOf } from './parts.ts';
import type { ReportsTables } from './tables.ts';
import { type StepName, stepNames } from './types.ts';

export type ReportChange = {
  /** the step of its case after the change */
  step: string;
  set?: Updateable<ReportsTables['reports']>;
  what: string;
  detail?: Record<string, unknown>;
};

export function asStep(name: string): StepName {
  const step = stepNames.find((one) => one === name);
  if (!step) throw new Error(`${name} is no step of a report`);
  return step;
}

/** Writes a change of a locked report: the row, its step where it is another, the audit row and the event. */
export async function changed(
  tx: Tx,
  parts: Parts,
  report: ReportRow,
  principal: Principal,
  { step, set, what, detail }: ReportChange,
): Promise<ReportRow> {
  const at = parts.now();
  const name = asStep(step);
  const row = await tablesOf(tx)
    .updateTable('reports')
    .set({ ...set, step: name, updated_at: at })
    .where('case_id', '=', report.case_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (row.step !== report.step || row.organisation_id !== report.organisation_id) {
    await tablesOf(tx)
      .insertInto('report_steps')
      .values({ case_id: row.case_id, at, step: name, organisation_id: row.organisation_id })
      .execute();
  }
  await parts.audit.record(tx, {
    principal,
    action: `report.${what}`,
    subject: `case:${row.case_id}`,
    areaCode: row.rights_area,
    organisationId: row.organisation_id,
    detail: { number: row.number, step: name, ...detail },
  });
  await parts.log.append(tx, [
    {
      kind: `report.${what}`,
      subject: row.case_id,
      areaCode: row.rights_area,
      organisationId: row.organisation_id,
      permission: 'report:act',
      payload: {
        caseId: row.case_id,
        number: row.number,
        category: row.category,
        step: name,
        provenance: row.provenance,
        by: principal.id,
        byName: principal.name,
      },
    },
  ]);
  return row;
}
