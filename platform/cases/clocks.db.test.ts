import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { people, type Stage, stage } from './testing.ts';

const { lan, tho, admin } = people;
const at = (text: string, day = 23): Date => new Date(`2026-11-${day}T${text}:00+07:00`);

describe('the clocks of cases and tasks', () => {
  let database: TestDatabase;
  let on: Stage;
  beforeEach(async () => {
    database = await testDatabase();
    on = await stage(database);
  });
  afterEach(async () => {
    await on.end();
    await database.close();
  });

  const rungsOf = async (name: string) =>
    (
      await database.pool.query<{ rung: number; due: string; permission: string; organisation_id: string }>(
        `select (payload->>'rung')::int as rung, permission, organisation_id from events
         where kind = 'clock.rung' and payload->>'clock' = $1 order by id`,
        [name],
      )
    ).rows;

  // Four hours from 8:00 without a limit for the step: 50 % at 10:00, 80 % at 11:12, 100 % at 12:00.
  it('tell of 50, 80 and 100 % of the budget once each, though two processes ring', async () => {
    const opened = await on.openIncident();
    await on.cases.move(lan, opened.id, 'working', undefined, 1);
    const other = on.make();
    const ringBoth = async (time: Date) => {
      on.clock.now = time;
      const told = await Promise.all([on.cases.ring(time), other.ring(time)]);
      return told.reduce((a, b) => a + b, 0);
    };
    expect(await ringBoth(at('09:59'))).toBe(0);
    expect(await ringBoth(at('10:00'))).toBe(1);
    expect(await ringBoth(at('11:11'))).toBe(0);
    expect(await ringBoth(at('11:12'))).toBe(1);
    expect(await ringBoth(at('12:00'))).toBe(1);
    expect(await ringBoth(at('18:00'))).toBe(0);
    expect((await rungsOf('case')).map((one) => one.rung)).toEqual([50, 80, 100]);
  });

  it('tell what was missed while the server stood still, at the time when it happened', async () => {
    const opened = await on.openIncident();
    await on.cases.move(lan, opened.id, 'working', undefined, 1);
    on.clock.now = at('13:00');
    expect(await on.cases.ring(on.clock.now)).toBe(3);
    const view = await on.cases.get(lan, opened.id);
    const told = view.timeline.filter((entry) => entry.what === 'rung');
    expect(told.map((entry) => [entry.happenedAt, entry.knownAt])).toEqual([
      [at('10:00'), at('13:00')],
      [at('11:12'), at('13:00')],
      [at('12:00'), at('13:00')],
    ]);
    expect(told.at(-1)?.text.vi).toBe('Quá hạn: hồ sơ');
  });

  it('of a step stops when the case moves on', async () => {
    const opened = await on.openIncident();
    on.clock.now = at('08:20');
    await on.cases.move(lan, opened.id, 'working', undefined, 1);
    on.clock.now = at('08:40');
    expect(await on.cases.ring(on.clock.now)).toBe(0);
    expect((await on.cases.get(lan, opened.id)).dueAt).toEqual(at('12:00'));
  });

  it('of a task rings for the organisation that has it', async () => {
    const opened = await on.openIncident();
    await on.cases.assign(lan, opened.id, { checklistItemId: 'inspect' });
    // half of two hours
    on.clock.now = at('09:00');
    await on.cases.ring(on.clock.now);
    expect(await rungsOf('task')).toEqual([{ rung: 50, permission: 'task:act', organisation_id: 'ubnd-12433' }]);
  });

  it('of a task stands while the answer waits for approval, and runs on when it is returned', async () => {
    const opened = await on.openIncident();
    const task = await on.cases.assign(lan, opened.id, { checklistItemId: 'inspect' });
    expect(task.dueAt).toEqual(at('10:00'));
    on.clock.now = at('09:30');
    await on.cases.answer(tho, task.id, { text: 'Không thấy khói.', photoFileIds: [] });
    on.clock.now = at('11:00');
    expect(await on.cases.ring(on.clock.now)).toBe(4); // the step's three rungs and half of the case's time
    // 30 minutes were left when it was answered
    const returned = await on.cases.returnTask(lan, task.id, 'Cần ảnh phía đông trạm.');
    expect(returned).toMatchObject({ state: 'returned', verdict: 'Cần ảnh phía đông trạm.', dueAt: at('11:30') });
    const view = await on.cases.get(lan, opened.id);
    expect(view.clocks.find((clock) => clock.taskId === task.id)?.suspensions).toEqual([
      {
        from: at('09:30').toISOString(),
        to: at('11:00').toISOString(),
        reason: { vi: 'chờ duyệt trả lời', en: 'waiting for approval of the answer' },
      },
    ]);
    const again = await on.cases.answer(tho, task.id, { text: 'Đã chụp.', photoFileIds: [] });
    expect(again.answers.map((one) => one.text)).toEqual(['Không thấy khói.', 'Đã chụp.']);
  });

  it('of a case stands while it is closed, and runs on when it is reopened', async () => {
    const opened = await on.openIncident({ procedureId: undefined });
    on.clock.now = at('09:00');
    await on.cases.move(lan, opened.id, 'closed', undefined, 1);
    on.clock.now = at('15:00');
    expect(await on.cases.ring(on.clock.now)).toBe(0);
    const reopened = await on.cases.move(lan, opened.id, 'working', 'khói trở lại', 2);
    // one of four hours was used
    expect(reopened).toMatchObject({ closedAt: null, dueAt: at('18:00') });
  });

  // Friday 20/11/2026 16:30; four working hours: one until 17:30, three from Monday 7:30 to 10:30.
  it('in working time pass over the weekend, and move with a reason when the calendar is edited', async () => {
    on.log.start();
    on.clock.now = at('16:30', 20);
    const opened = await on.openIncident({ type: 'dossier', procedureId: undefined });
    expect(opened.dueAt).toEqual(at('10:30', 23));
    await on.calendar.setDays(
      admin,
      [
        {
          day: '2026-11-23',
          kind: 'off',
          reason: 'other',
          title: { vi: 'Nghỉ do bão', en: 'Closed for the storm' },
          source: 'Công điện của UBND tỉnh',
          confirmedBy: null,
        },
      ],
      'Nghỉ do bão số 15',
    );
    await on.log.settled();
    expect(on.errors).toEqual([]);
    const moved = await on.cases.get(lan, opened.id);
    expect(moved.dueAt).toEqual(at('10:30', 24));
    expect(moved.timeline.at(-1)?.text.vi).toBe(
      'Thời hạn đổi từ 23/11/2026 10:30 sang 24/11/2026 10:30: lịch làm việc được sửa (Nghỉ do bão số 15)',
    );
  });
});
