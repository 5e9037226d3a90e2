import { sql } from 'kysely';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { CalendarTables } from './tables.ts';
import type { CalendarData, HolidayRule, Hours, SetDay } from './types.ts';

const hoursRow = (one: Hours) => ({
  id: one.id,
  valid_from: one.validFrom,
  valid_to: one.validTo,
  weekdays: [...one.weekdays],
  spans: JSON.stringify(one.spans),
  source: one.source,
  confirmed_by: one.confirmedBy,
});
const ruleRow = (one: HolidayRule) => ({
  code: one.code,
  title_vi: one.title.vi,
  title_en: one.title.en,
  reckoning: one.reckoning,
  month: one.month,
  day: one.day,
  counts: one.counts,
  days: one.days,
  valid_from: one.validFrom,
  valid_to: one.validTo,
  source: one.source,
  confirmed_by: one.confirmedBy,
});
const dayRow = (one: SetDay, by: string, at: Date) => ({
  day: one.day,
  kind: one.kind,
  reason: one.reason,
  title_vi: one.title.vi,
  title_en: one.title.en,
  source: one.source,
  confirmed_by: one.confirmedBy,
  entered_by: by,
  entered_at: at,
});

/** Puts in what the database does not hold yet; what stands there, edited or not, stays. Answers whether it wrote. */
export async function seedCalendar(db: Db, first: CalendarData, version: number, at: Date): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const tables = tx.withTables<CalendarTables>();
    const state = await tables.selectFrom('calendar_state').selectAll().forUpdate().executeTakeFirstOrThrow();
    if (state.data_version >= version) return false;
    const insert = [
      tables
        .insertInto('calendar_hours')
        .values(first.hours.map(hoursRow))
        .onConflict((one) => one.doNothing()),
      tables
        .insertInto('calendar_rules')
        .values(first.rules.map(ruleRow))
        .onConflict((one) => one.doNothing()),
      tables
        .insertInto('calendar_days')
        .values(first.days.map((one) => dayRow(one, 'system:calendar', at)))
        .onConflict((one) => one.doNothing()),
    ];
    for (const query of insert) await query.execute();
    await tables.updateTable('calendar_state').set({ data_version: version, revision: sql`revision + 1` }).execute();
    return true;
  });
}

export async function revisionOf(db: Db): Promise<number> {
  const row = await db
    .withTables<CalendarTables>()
    .selectFrom('calendar_state')
    .select('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}

export async function loadCalendar(db: Db): Promise<{ revision: number; data: CalendarData }> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const tables = tx.withTables<CalendarTables>();
      const revision = await revisionOf(tx);
      const hours = await tables.selectFrom('calendar_hours').selectAll().orderBy('valid_from').execute();
      const rules = await tables.selectFrom('calendar_rules').selectAll().orderBy('month').orderBy('day').execute();
      const days = await tables.selectFrom('calendar_days').selectAll().orderBy('day').execute();
      return {
        revision,
        data: {
          hours: hours.map((row) => ({
            id: row.id,
            validFrom: row.valid_from,
            validTo: row.valid_to,
            weekdays: row.weekdays,
            spans: row.spans,
            source: row.source,
            confirmedBy: row.confirmed_by,
          })),
          rules: rules.map((row) => ({
            code: row.code,
            title: { vi: row.title_vi, en: row.title_en },
            reckoning: row.reckoning,
            month: row.month,
            day: row.day,
            counts: row.counts,
            days: row.days,
            validFrom: row.valid_from,
            validTo: row.valid_to,
            source: row.source,
            confirmedBy: row.confirmed_by,
          })),
          days: days.map((row) => ({
            day: row.day,
            kind: row.kind,
            reason: row.reason,
            title: { vi: row.title_vi, en: row.title_en },
            source: row.source,
            confirmedBy: row.confirmed_by,
          })),
        },
      };
    });
}

export async function putDays(tx: Tx, days: readonly SetDay[], by: string, at: Date): Promise<void> {
  const tables = tx.withTables<CalendarTables>();
  for (const one of days) {
    const { day, ...values } = dayRow(one, by, at);
    await tables
      .insertInto('calendar_days')
      .values({ day, ...values })
      .onConflict((conflict) => conflict.column('day').doUpdateSet(values))
      .execute();
  }
  await bump(tx);
}

export async function removeDay(tx: Tx, day: string): Promise<boolean> {
  const gone = await tx
    .withTables<CalendarTables>()
    .deleteFrom('calendar_days')
    .where('day', '=', day)
    .executeTakeFirst();
  await bump(tx);
  return gone.numDeletedRows > 0n;
}

export async function putRule(tx: Tx, rule: HolidayRule): Promise<void> {
  const { code, ...values } = ruleRow(rule);
  await tx
    .withTables<CalendarTables>()
    .insertInto('calendar_rules')
    .values({ code, ...values })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(values))
    .execute();
  await bump(tx);
}

export async function putHours(tx: Tx, hours: Hours): Promise<void> {
  const { id, ...values } = hoursRow(hours);
  await tx
    .withTables<CalendarTables>()
    .insertInto('calendar_hours')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
  await bump(tx);
}

async function bump(tx: Tx): Promise<void> {
  await tx.withTables<CalendarTables>().updateTable('calendar_state').set({ revision: sql`revision + 1` }).execute();
}
