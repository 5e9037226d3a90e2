import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import { demand, type Principal, visible } from '../rights/index.ts';
import { plain, refuse } from '../words/index.ts';
import { insertClocks, newClock } from './clocks.ts';
import { demandForm } from './declared.ts';
import { localYear } from './local-time.ts';
import { type Parts, typeOf } from './parts.ts';
import { procedureInUse } from './procedures.ts';
import { type CaseRow, takeNumber, tell } from './record.ts';
import { claim } from './requests.ts';
import type { CasesTables } from './tables.ts';
import type { Case, ClockKind, NamedCaseType, Place, Step } from './types.ts';

export type NewCase = {
  type: string;
  title: string;
  /** 1 information … 5 extreme */
  severity: number;
  entityId?: string;
  /** absent: that of the entity */
  areaCode?: string;
  /** whose case it is; absent: the organisation of the one who opens it */
  organisationId?: string;
  /** absent: that of the entity */
  location?: Place;
  alertIds?: readonly string[];
  form?: Record<string, unknown>;
  procedureId?: string;
  /** a case on a simulated or replayed entity is marked so whatever is said here */
  provenance?: Case['provenance'];
  /** the clock of this very case, where its type leaves that to what the case is about */
  clock?: { budget: string; kind: ClockKind };
};

/** A case that was checked and has its number, but is not in the database yet. */
export type PreparedCase = {
  input: NewCase;
  type: NamedCaseType;
  number: string;
  title: string;
  areaCode: string | null;
  organisationId: string | null;
  location: Place | null;
  form: Record<string, unknown>;
  provenance: Case['provenance'];
  alertIds: string[];
  entityId: string | null;
};

/** Checks a new case and takes its number: what needs no transaction, and must not hold one up. */
export async function prepareCase(parts: Parts, principal: Principal, input: NewCase): Promise<PreparedCase> {
  const type = typeOf(parts, input.type);
  const entity =
    input.entityId === undefined ? null : await parts.context.get(visible(principal, 'entity:read'), input.entityId);
  const areaCode = input.areaCode ?? entity?.areaCode ?? null;
  const organisationId = input.organisationId ?? principal.organisationId;
  demand(principal, startOf(type).may, { areaCode, organisationId });
  if (organisationId !== null && !(await parts.identity.exists(organisationId))) throw noOrganisation();
  const form = input.form ?? {};
  demandForm(parts.declared, type, form);
  const alertIds = [...new Set(input.alertIds ?? [])];
  await demandAlerts(parts, principal, alertIds);
  return {
    input,
    type,
    number: await takeNumber(parts.db, type.prefix, localYear(parts.now())),
    title: input.title.normalize('NFC').trim(),
    areaCode,
    organisationId,
    location: input.location ?? entity?.location ?? null,
    form,
    provenance: entity && entity.provenance !== 'measured' ? entity.provenance : (input.provenance ?? 'measured'),
    alertIds,
    entityId: entity?.id ?? null,
  };
}

function startOf(type: NamedCaseType): Step {
  const start = type.steps[type.start];
  if (!start) throw new Error(`case type ${type.name} has no step ${type.start}`);
  return start;
}

/**
 * Opens a case: its number, its checklist (a copy of the procedure in use), its clocks, its alerts and the first
 * line of its timeline, all or nothing. The same `requestId` again answers with the case made first.
 * @returns the case's id
 */
export async function openCase(
  parts: Parts,
  principal: Principal,
  input: NewCase,
  requestId: string | undefined,
): Promise<string> {
  const prepared = await prepareCase(parts, principal, input);
  return parts.db.transaction().execute(async (tx) => {
    const id = randomUUID();
    const work = { what: 'case.open', subject: id, content: input };
    const earlier = await claim(tx, principal, requestId, work, parts.now());
    return earlier ?? (await insertCase(tx, parts, principal, prepared, id)).row.id;
  });
}

/**
 * Writes a prepared case with all that belongs to it, in the caller's transaction, in as few statements as it can: at
 * fifty reports a second the way to the database and back is what they cost.
 * @returns the row, and the deadline of the case's own clock
 */
export async function insertCase(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  prepared: PreparedCase,
  id: string,
): Promise<{ row: CaseRow; dueAt: Date | null }> {
  const at = parts.now();
  const { input, type, number, title, alertIds } = prepared;
  const start = startOf(type);
  const procedure = input.procedureId ? await procedureInUse(tx, input.procedureId, type) : null;
  const tables = tx.withTables<CasesTables>();
  const clock = input.clock ?? type.clock;
  const kind = type.clock?.kind ?? 'calendar';
  const own = clock ? newClock(parts.calendar, { caseId: id, name: 'case', ...clock }, at) : null;
  const step = start.within
    ? newClock(parts.calendar, { caseId: id, name: `step:${type.start}`, kind, budget: start.within }, at)
    : null;
  const clocks = [own, step].filter((one) => one !== null);
  const deadlines = clocks.flatMap((one) => one.due_at ?? []);
  const row = await tables
    .insertInto('cases')
    .values({
      id,
      number,
      type: type.name,
      title,
      search_plain: plain(`${number} ${title}`),
      severity: input.severity,
      step: type.start,
      entity_id: prepared.entityId,
      area_code: prepared.areaCode,
      organisation_id: prepared.organisationId,
      lon: prepared.location?.lon ?? null,
      lat: prepared.location?.lat ?? null,
      form: JSON.stringify(prepared.form),
      procedure_id: procedure?.id ?? null,
      procedure_version: procedure?.version ?? null,
      procedure_revision: procedure?.revision ?? null,
      provenance: prepared.provenance,
      opened_at: at,
      opened_by: principal.id,
      closed_at: null,
      close_reason: null,
      due_at: deadlines.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
      updated_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (procedure) {
    await tables
      .insertInto('case_checklist')
      .values(
        procedure.items.map((item, n) => ({
          case_id: id,
          item_id: item.id,
          n,
          text: JSON.stringify(item.text),
          required: item.required,
          proposal: item.task ? JSON.stringify(item.task) : null,
          note: null,
          done_at: null,
          done_by: null,
          done_by_name: null,
        })),
      )
      .execute();
  }
  if (alertIds.length > 0) await tie(parts, tx, principal, id, alertIds, at);
  await insertClocks(tx, clocks);
  await tell(tx, parts, principal, row, {
    what: 'opened',
    event: 'case.opened',
    text: {
      vi: `Mở ${type.title.vi.toLowerCase()} ${number}: ${title}`,
      en: `Opened ${type.title.en.toLowerCase()} ${number}: ${title}`,
    },
    detail: {
      ...(prepared.entityId ? { entityId: prepared.entityId } : {}),
      ...(alertIds.length > 0 ? { alertIds } : {}),
      ...(procedure ? { procedure: `${procedure.id} v${procedure.version}.${procedure.revision}` } : {}),
    },
  });
  return { row, dueAt: own?.due_at ?? null };
}

/** Refuses with 404 alerts that this principal may not see. Ask before the transaction. */
export async function demandAlerts(parts: Parts, principal: Principal, alertIds: readonly string[]): Promise<void> {
  const rights = visible(principal, 'alert:read');
  for (const alertId of alertIds) await parts.alerts.get(rights, alertId);
}

/** Ties alerts to a case on both sides: here, and in the room of the alerts. */
export async function tie(
  parts: Parts,
  tx: Tx,
  principal: Principal,
  caseId: string,
  alertIds: readonly string[],
  at: Date,
): Promise<void> {
  // In one order, so that two cases that want the same alerts do not wait for each other in a circle.
  for (const alertId of alertIds.toSorted()) await parts.alerts.link(tx, alertId, caseId);
  await tx
    .withTables<CasesTables>()
    .insertInto('case_alerts')
    .values(alertIds.map((alertId) => ({ case_id: caseId, alert_id: alertId, linked_at: at, linked_by: principal.id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export function noOrganisation() {
  return refuse(422, 'no-such-organisation', {
    vi: 'Đơn vị được chọn không có hoặc đã hết hiệu lực. Hãy chọn đơn vị khác.',
    en: 'The chosen organisation does not exist or is no longer valid. Choose another.',
  });
}
