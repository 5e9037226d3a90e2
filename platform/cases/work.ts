import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import { demand, type Principal } from '../rights/index.ts';
import { refuse, type Text } from '../words/index.ts';
import { factsOf, holdClocks, rebudgetClock, rungOf } from './clocks.ts';
import { asCase } from './find.ts';
import { type MoveOptions, moveIn } from './move.ts';
import { insertCase, noOrganisation, type PreparedCase } from './open.ts';
import { actOf, organisationName, type Parts, typeOf } from './parts.ts';
import { type CaseRow, demandVersion, lockCase, placeOfCase, record } from './record.ts';
import { claim } from './requests.ts';
import type { CasesTables } from './tables.ts';
import type { Case, ClockKind } from './types.ts';

/**
 * A case after a change, with the deadline of its own clock (null while that stands) and how much of its time is used:
 * the last of 0, 50, 80 and 100 %.
 */
export type Worked = { case: Case; dueAt: Date | null; rung: number };

export type Transfer = { organisationId: string; areaCode: string | null; reason: string };

/**
 * Work on cases inside the caller's transaction, for the system that declared their type and keeps rows of its own
 * beside them: either all of it is done or nothing. Rights and versions are asked as at the general routes.
 */
export type CaseWork = {
  /** Null: new, and open now. Otherwise the id of the case that the first request with this key opened. */
  open(principal: Principal, prepared: PreparedCase, request?: { key: string; content: unknown }): Promise<Opening>;
  /** Locks a case that may be seen, at the version that the worker had before them. */
  lock(principal: Principal, id: string, expectedVersion?: number): Promise<Case>;
  move(principal: Principal, id: string, to: string, options: MoveOptions): Promise<Worked>;
  /** Lets its clocks stand for the reason. */
  suspend(principal: Principal, id: string, reason: Text): Promise<Worked>;
  resume(principal: Principal, id: string): Promise<Worked>;
  rebudget(principal: Principal, id: string, clock: { budget: string; kind: ClockKind }): Promise<Worked>;
  /** Hands the case to another organisation (and area of rights); its clocks run on. */
  transfer(principal: Principal, id: string, to: Transfer): Promise<Worked>;
  /** Writes a line into the timeline. */
  tell(principal: Principal, id: string, line: { what: string; text: Text; title?: string }): Promise<void>;
};

export type Opening = { isNew: true; id: string; worked: Worked } | { isNew: false; id: string };

export function workOn(tx: Tx, parts: Parts): CaseWork {
  const worked = async (row: CaseRow): Promise<Worked> => {
    const own = await tx
      .withTables<CasesTables>()
      .selectFrom('case_clocks')
      .selectAll()
      .where('case_id', '=', row.id)
      .where('name', '=', 'case')
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    const rung = own ? rungOf(parts.calendar, factsOf(own), parts.now()) : 0;
    return { case: asCase(row), dueAt: own?.due_at ?? null, rung };
  };
  const acting = async (principal: Principal, id: string): Promise<CaseRow> => {
    const row = await lockCase(tx, principal, id);
    demand(principal, actOf(parts, row.type), placeOfCase(row));
    return row;
  };
  return {
    async open(principal, prepared, request) {
      const id = randomUUID();
      if (request) {
        const work = { what: 'case.open', subject: id, content: request.content };
        const earlier = await claim(tx, principal, request.key, work, parts.now());
        if (earlier) return { isNew: false, id: earlier };
      }
      const { row, dueAt } = await insertCase(tx, parts, principal, prepared, id);
      return { isNew: true, id, worked: { case: asCase(row), dueAt, rung: 0 } };
    },
    async lock(principal, id, expectedVersion) {
      const row = await lockCase(tx, principal, id);
      if (expectedVersion !== undefined) await demandVersion(tx, row, expectedVersion);
      return asCase(row);
    },
    async move(principal, id, to, options) {
      return worked(await moveIn(tx, parts, principal, id, to, options));
    },
    async suspend(principal, id, reason) {
      const row = await acting(principal, id);
      await holdClocks(tx, parts.calendar, id, reason, parts.now());
      const text = { vi: `Tạm dừng tính thời hạn: ${reason.vi}`, en: `The clock stands: ${reason.en}` };
      return worked(await record(tx, parts, principal, row, { what: 'suspended', text }));
    },
    async resume(principal, id) {
      const row = await acting(principal, id);
      await holdClocks(tx, parts.calendar, id, null, parts.now());
      const text = { vi: 'Tiếp tục tính thời hạn', en: 'The clock runs on' };
      return worked(await record(tx, parts, principal, row, { what: 'resumed', text }));
    },
    async rebudget(principal, id, clock) {
      const row = await acting(principal, id);
      await rebudgetClock(tx, parts.calendar, id, clock);
      const text = { vi: `Đổi thời hạn thành ${clock.budget}`, en: `The time allowed is now ${clock.budget}` };
      return worked(await record(tx, parts, principal, row, { what: 'rebudgeted', text, detail: { ...clock } }));
    },
    async transfer(principal, id, to) {
      const row = await acting(principal, id);
      if (!(await parts.identity.exists(to.organisationId))) throw noOrganisation();
      if (to.organisationId === row.organisation_id) throw hasItAlready();
      const [from, name] = await Promise.all([
        row.organisation_id === null ? null : organisationName(parts, row.organisation_id),
        organisationName(parts, to.organisationId),
      ]);
      const changed = await record(tx, parts, principal, row, {
        what: 'transferred',
        text: {
          vi: `Chuyển từ ${from?.vi ?? '–'} sang ${name.vi}: ${to.reason}`,
          en: `Transferred from ${from?.en ?? '–'} to ${name.en}: ${to.reason}`,
        },
        set: { organisation_id: to.organisationId, area_code: to.areaCode },
        detail: { from: row.organisation_id, to: to.organisationId, reason: to.reason },
      });
      return worked(changed);
    },
    async tell(principal, id, line) {
      const row = await acting(principal, id);
      const set = line.title === undefined ? {} : { set: { title: line.title } };
      await record(tx, parts, principal, row, { what: line.what, text: line.text, ...set });
    },
  };
}

function hasItAlready() {
  return refuse(409, 'has-it-already', {
    vi: 'Hồ sơ đang ở chính đơn vị này.',
    en: 'This organisation has the case already.',
  });
}

/** Refuses at the general routes what only the type's own system may do. */
export function demandGeneral(parts: Parts, type: string): void {
  const declared = typeOf(parts, type);
  if (!declared.own) return;
  throw refuse(409, 'own-door', {
    vi: `“${declared.title.vi}” được tiếp nhận và chuyển bước ở trang riêng của nó, không ở đây.`,
    en: `“${declared.title.en}” is opened and moved on its own page, not here.`,
  });
}
