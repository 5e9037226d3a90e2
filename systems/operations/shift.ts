import type { Generated, Kysely, Selectable } from 'kysely';
import { inTransaction } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { covers, type Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { operationsApi } from './api.ts';

type Kind = 'note' | 'begin' | 'handover' | 'takeover';

type ShiftTables = {
  shift_entries: {
    id: Generated<number>;
    at: Date;
    user_id: string;
    user_name: string;
    organisation_id: string | null;
    kind: Kind;
    text: string;
    confirms: number | null;
  };
};

/** The centre's log belongs to the whole province: who sees a part of it only does not see the log. */
const whole = { areaCode: null, organisationId: null };

const asEntry = (row: Selectable<ShiftTables['shift_entries']>) => ({
  id: row.id,
  at: row.at.toISOString(),
  userId: row.user_id,
  userName: row.user_name,
  kind: row.kind,
  text: row.text,
  confirms: row.confirms,
});

export function serveShift(http: Http, platform: Platform): void {
  const { db, log, audit, now } = platform;
  const demandWhole = (principal: Principal, permission: 'wall:read' | 'shift:write'): void => {
    if (covers(principal, permission, whole)) return;
    throw refuse(403, 'forbidden', {
      vi: 'Sổ trực chỉ dành cho người có phạm vi toàn tỉnh.',
      en: 'The shift log is for those whose reach is the whole province.',
    });
  };

  http.serve('operations', operationsApi, {
    'GET /api/operations/shift': async ({ principal, query }) => {
      demandWhole(principal, 'wall:read');
      const entries = db.withTables<ShiftTables>().selectFrom('shift_entries');
      const [rows, count, duty, open] = await Promise.all([
        entries.selectAll().orderBy('id', 'desc').limit(query.limit).offset(query.offset).execute(),
        entries.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
        entries
          .selectAll()
          .where('kind', 'in', ['begin', 'takeover'])
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
        entries
          .selectAll()
          .where('kind', '=', 'handover')
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('shift_entries as later')
                  .select('later.id')
                  .whereRef('later.confirms', '=', 'shift_entries.id'),
              ),
            ),
          )
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      ]);
      return {
        items: rows.map(asEntry),
        total: count.n,
        onDuty: duty ? { userId: duty.user_id, userName: duty.user_name, since: duty.at.toISOString() } : null,
        waiting: open?.id ?? null,
        may: covers(principal, 'shift:write', whole) ? ['write'] : [],
      };
    },
    'POST /api/operations/shift': ({ principal, body }) => {
      demandWhole(principal, 'shift:write');
      return inTransaction(db, async (tx) => {
        const own = tx.withTables<ShiftTables>();
        if (body.kind === 'takeover') await demandWaiting(own, principal, body.confirms);
        const row = await own
          .insertInto('shift_entries')
          .values({
            at: now(),
            user_id: principal.id,
            user_name: principal.name,
            organisation_id: principal.organisationId,
            kind: body.kind,
            text: body.text,
            confirms: body.kind === 'takeover' ? (body.confirms ?? null) : null,
          })
          .onConflict((conflict) => conflict.column('confirms').where('confirms', 'is not', null).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (!row) throw takenAlready();
        await audit.record(tx, { principal, action: `shift.${body.kind}`, subject: `shift:${row.id}` });
        await log.append(tx, [
          {
            kind: `shift.${body.kind}`,
            subject: String(row.id),
            permission: 'wall:read',
            payload: { userName: principal.name },
          },
        ]);
        return asEntry(row);
      });
    },
  });
}

/** A hand-over is confirmed by somebody else than the one who hands over. */
async function demandWaiting(own: Kysely<ShiftTables>, principal: Principal, id: number | undefined): Promise<void> {
  const handover =
    id === undefined
      ? undefined
      : await own
          .selectFrom('shift_entries')
          .selectAll()
          .where('id', '=', id)
          .where('kind', '=', 'handover')
          .executeTakeFirst();
  if (!handover) {
    throw refuse(404, 'no-handover', { vi: 'Không có lần bàn giao này.', en: 'There is no such hand-over.' });
  }
  if (handover.user_id === principal.id) {
    throw refuse(409, 'own-handover', {
      vi: 'Người bàn giao không tự nhận ca của mình; người trực sau phải nhận.',
      en: 'The one who hands over does not take over; the next operator does.',
    });
  }
}

function takenAlready() {
  return refuse(409, 'taken-over', {
    vi: 'Ca này đã có người nhận trước. Hãy tải lại sổ trực.',
    en: 'This shift was taken over already. Load the log again.',
  });
}
