import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { visible } from '../rights/index.ts';
import { people, photo, type Stage, stage } from './testing.ts';

const { lan, minh, tho, duc, police } = people;
const at = (text: string): Date => new Date(`2026-11-23T${text}:00+07:00`);

describe('an incident, from the alert to the closed case', () => {
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

  const assigned = async () => {
    const opened = await on.openIncident();
    const task = await on.cases.assign(lan, opened.id, { checklistItemId: 'inspect' });
    return { opened, task };
  };

  it('runs as the story says: opened, given to Vũ Thư, answered with a photo, approved, closed', async () => {
    const alert = await on.raise();
    const opened = await on.openIncident({ alertIds: [alert.id] });
    expect(opened).toMatchObject({
      number: 'SC-2026-000001',
      step: 'new',
      areaCode: '12433',
      location: { lon: 106.3, lat: 20.43 },
      entityName: 'Trạm Vũ Thư',
      alertIds: [alert.id],
      // the step's half hour comes before the four hours of the case
      dueAt: at('08:30'),
    });
    expect(opened.checklist.map((item) => [item.id, item.done, item.task?.organisationId])).toEqual([
      ['verify', false, undefined],
      ['inspect', false, 'ubnd-12433'],
      ['tell', false, undefined],
    ]);
    expect((await on.alerts.get(visible(lan, 'alert:read'), alert.id)).caseId).toBe(opened.id);

    on.clock.now = at('08:05');
    const task = await on.cases.assign(lan, opened.id, { checklistItemId: 'inspect', text: 'Chụp ảnh nơi có khói.' });
    expect(task).toMatchObject({
      title: 'Kiểm tra nguồn khói quanh trạm',
      organisationId: 'ubnd-12433',
      organisationName: { vi: 'UBND xã Vũ Thư' },
      state: 'assigned',
      dueAt: at('10:05'),
    });
    await on.cases.move(lan, opened.id, 'working', undefined, 2);

    on.clock.now = at('08:20');
    const inbox = await on.cases.myTasks(tho, { state: 'open' });
    expect(inbox.total).toBe(1);
    expect(inbox.items[0]).toMatchObject({
      case: { number: 'SC-2026-000001', title: 'Khói dày quanh trạm Vũ Thư' },
      place: { areaCode: '12433', entityName: 'Trạm Vũ Thư', location: { lon: 106.3, lat: 20.43 } },
      may: ['accept', 'answer'],
    });
    await on.cases.accept(tho, task.id);
    const { fileId } = await on.cases.photo(tho, task.id, await photo());
    on.clock.now = at('08:50');
    const answer = { text: 'Dân đốt rơm, đã dập.', photoFileIds: [fileId], measuredAt: at('08:40') };
    const answered = await on.cases.answer(tho, task.id, answer, 'tap-00001');
    expect(answered).toMatchObject({ state: 'answered', may: [] });
    expect(answered.answers).toMatchObject([{ text: 'Dân đốt rơm, đã dập.', answeredByName: 'Vũ Thọ' }]);

    on.clock.now = at('09:00');
    await on.cases.approve(lan, task.id);
    const after = await on.cases.tick(lan, opened.id, 'verify', true);
    expect(after.checklist.map((item) => item.done)).toEqual([true, true, false]);
    const closed = await on.cases.move(lan, opened.id, 'closed', undefined, after.version);
    expect(closed).toMatchObject({ step: 'closed', closedAt: at('09:00'), closeReason: null, dueAt: null });
    expect(closed.may).toEqual(['note', 'move']);
    expect(closed.timeline[1]?.text.vi).toBe(
      'Giao nhiệm vụ “Kiểm tra nguồn khói quanh trạm” cho UBND xã Vũ Thư, hạn 23/11/2026 10:05',
    );
    expect(closed.timeline.map((entry) => [entry.whoName, entry.what])).toEqual([
      ['Trần Thị Lan', 'opened'],
      ['Trần Thị Lan', 'task-assigned'],
      ['Trần Thị Lan', 'moved'],
      ['Vũ Thọ', 'task-accepted'],
      ['Vũ Thọ', 'task-answered'],
      ['Trần Thị Lan', 'task-approved'],
      ['Trần Thị Lan', 'ticked'],
      ['Trần Thị Lan', 'ticked'],
      ['Trần Thị Lan', 'moved'],
    ]);
    // two times: seen on the spot at 8:40, known at 8:50
    expect(closed.timeline[4]).toMatchObject({ happenedAt: at('08:40'), knownAt: at('08:50'), fileIds: [fileId] });
    expect((await on.audited()).filter((line) => /case|task/.test(line))).toEqual([
      'u-lan case.opened',
      'u-lan task.assign',
      'u-lan case.moved',
      'u-tho task.accept',
      'u-tho task.photo',
      'u-tho task.answer',
      'u-lan task.approve',
      'u-lan case.ticked',
      'u-lan case.ticked',
      'u-lan case.moved',
    ]);
  });

  it('tells the commune of its task and the centre of the case, each by its own right', async () => {
    const { opened, task } = await assigned();
    const events = await database.pool.query(
      `select kind, subject, permission, area_code, organisation_id from events
       where kind like 'case.%' or kind like 'task.%' order by id`,
    );
    const ofCase = { subject: opened.id, permission: 'case:read', area_code: '12433', organisation_id: 'ttdh' };
    expect(events.rows).toEqual([
      { kind: 'case.opened', ...ofCase },
      { kind: 'case.changed', ...ofCase },
      {
        kind: 'task.assigned',
        subject: task.id,
        permission: 'task:act',
        area_code: null,
        organisation_id: 'ubnd-12433',
      },
    ]);
  });

  it('shows the neighbouring commune nothing, counts included', async () => {
    const { opened, task } = await assigned();
    const { fileId } = await on.cases.photo(tho, task.id, await photo());
    const rights = visible(duc, 'case:read');
    expect(await on.cases.find(rights, {})).toEqual({ items: [], total: 0 });
    expect(await on.cases.counts(rights)).toEqual({ open: 0, late: 0, bySeverity: {}, bySteps: [] });
    expect(await on.cases.myTasks(duc)).toEqual({ items: [], total: 0 });
    const hidden = { status: 404, code: 'not-found' };
    await expect(on.cases.get(duc, opened.id)).rejects.toMatchObject(hidden);
    await expect(on.cases.move(duc, opened.id, 'working', undefined, 2)).rejects.toMatchObject(hidden);
    await expect(on.cases.note(duc, opened.id, 'x')).rejects.toMatchObject(hidden);
    await expect(on.cases.tick(duc, opened.id, 'verify', true)).rejects.toMatchObject(hidden);
    await expect(on.cases.link(duc, opened.id, [])).rejects.toMatchObject(hidden);
    await expect(on.cases.assign(duc, opened.id, { title: 'x' })).rejects.toMatchObject(hidden);
    await expect(on.cases.timelineCsv(duc, opened.id, 'vi')).rejects.toMatchObject(hidden);
    await expect(on.cases.task(duc, task.id)).rejects.toMatchObject(hidden);
    await expect(on.cases.accept(duc, task.id)).rejects.toMatchObject(hidden);
    await expect(on.cases.answer(duc, task.id, { text: 'x', photoFileIds: [] })).rejects.toMatchObject(hidden);
    await expect(on.cases.approve(duc, task.id)).rejects.toMatchObject(hidden);
    await expect(on.cases.photo(duc, task.id, await photo())).rejects.toMatchObject(hidden);
    await expect(on.files.get(duc, fileId)).rejects.toMatchObject(hidden);
    expect((await on.files.get(tho, fileId)).isImage).toBe(true);
    expect((await on.files.get(lan, fileId)).subject).toBe(`task:${task.id}`);
  });

  it('gives a right over an area no part in the tasks of another unit there', async () => {
    const { task } = await assigned();
    expect((await on.cases.myTasks(police)).total).toBe(0);
    await expect(on.cases.task(police, task.id)).rejects.toMatchObject({ status: 404 });
  });

  it('lets the officer of a task see the task but not the case, and the operator not answer for them', async () => {
    const { opened, task } = await assigned();
    await expect(on.cases.get(tho, opened.id)).rejects.toMatchObject({ status: 404 });
    await expect(on.cases.approve(tho, task.id)).rejects.toMatchObject({ status: 403 });
    await expect(on.cases.answer(lan, task.id, { text: 'x', photoFileIds: [] })).rejects.toMatchObject({ status: 403 });
  });

  it('takes an answer once, however often the button is pressed', async () => {
    const { opened, task } = await assigned();
    const answer = { text: 'Đã kiểm tra.', photoFileIds: [] };
    const taps = await Promise.all([1, 2, 3].map(() => on.cases.answer(tho, task.id, answer, 'tap-00002')));
    expect(taps.map((one) => one.answers.length)).toEqual([1, 1, 1]);
    await expect(on.cases.answer(tho, task.id, { ...answer, text: 'Khác' }, 'tap-00002')).rejects.toMatchObject({
      code: 'request-id-reused',
    });
    await expect(on.cases.answer(tho, task.id, answer)).rejects.toMatchObject({ status: 409, code: 'task-state' });
    const view = await on.cases.get(lan, opened.id);
    expect(view.timeline.filter((entry) => entry.what === 'task-answered')).toHaveLength(1);
  });

  it('refuses in an answer a photo that is not of this task', async () => {
    const { opened, task } = await assigned();
    const other = await on.cases.assign(lan, opened.id, {
      title: 'Việc khác',
      organisationId: 'ubnd-12433',
      dueWithin: 'PT1H',
    });
    const { fileId } = await on.cases.photo(tho, other.id, await photo());
    await expect(on.cases.answer(tho, task.id, { text: 'x', photoFileIds: [fileId] })).rejects.toMatchObject({
      code: 'not-of-this-task',
    });
    expect((await on.cases.task(tho, task.id)).state).toBe('assigned');
  });

  it('takes as a photo nothing that is none, whatever its name', async () => {
    const { task } = await assigned();
    const documents = [Buffer.from('%PDF-1.7\n%âãÏÓ\n', 'latin1'), Buffer.from('không phải ảnh'), Buffer.alloc(0)];
    for (const bytes of documents) {
      await expect(on.cases.photo(tho, task.id, { bytes, name: 'anh.jpg' })).rejects.toMatchObject({
        code: 'not-a-photo',
      });
    }
    expect(await on.files.of(`task:${task.id}`)).toEqual([]);
  });

  it('does not close while something required is open, and says what', async () => {
    const { opened, task } = await assigned();
    const error = await on.cases.move(lan, opened.id, 'closed', '  ', 2).catch((caught) => caught);
    expect(error).toMatchObject({ status: 422, code: 'still-open' });
    expect(error.flaws.map((flaw: { at: string }) => flaw.at)).toEqual([
      '/checklist/verify',
      '/checklist/inspect',
      `/tasks/${task.id}`,
    ]);
  });

  it('closes nevertheless with a reason, which is kept, and takes the open tasks back', async () => {
    const { opened, task } = await assigned();
    const closed = await on.cases.move(lan, opened.id, 'closed', 'Báo nhầm: trạm đang hiệu chuẩn', 2);
    expect(closed.closeReason).toBe('Báo nhầm: trạm đang hiệu chuẩn');
    expect(closed.timeline.at(-1)?.text.vi).toBe(
      'Chuyển từ “Mới mở” sang “Đã đóng” (còn 2 bước bắt buộc, 1 nhiệm vụ chưa xong): Báo nhầm: trạm đang hiệu chuẩn',
    );
    expect(await on.cases.task(tho, task.id)).toMatchObject({ state: 'cancelled', may: [] });
    const told = await database.pool.query("select organisation_id from events where kind = 'task.cancelled'");
    expect(told.rows).toEqual([{ organisation_id: 'ubnd-12433' }]);
  });

  it('moves only as declared, and asks the declaration', async () => {
    const opened = await on.openIncident({ form: { cause: 'unknown' }, procedureId: undefined });
    await expect(on.cases.move(lan, opened.id, 'nowhere', undefined, 1)).rejects.toMatchObject({
      code: 'no-such-move',
      text: { vi: expect.stringContaining('Có thể chuyển sang: “Đang xử lý”, “Đã đóng”') },
    });
    await expect(on.cases.move(lan, opened.id, 'closed', undefined, 1)).rejects.toMatchObject({
      code: 'move-refused',
      text: { vi: 'Chưa rõ nguyên nhân thì chưa đóng được.' },
    });
    await expect(on.openIncident({ form: { colour: 'red' } })).rejects.toMatchObject({ code: 'case-form' });
  });

  it('tells the second of two operators who did what meanwhile', async () => {
    const opened = await on.openIncident();
    on.clock.now = at('08:07');
    await on.cases.move(minh, opened.id, 'working', 'đã gọi trạm', 1);
    await expect(on.cases.move(lan, opened.id, 'closed', undefined, 1)).rejects.toMatchObject({
      status: 409,
      code: 'changed-meanwhile',
      text: {
        vi: 'SC-2026-000001 vừa được thay đổi (Phạm Văn Minh, 23/11/2026 08:07: Chuyển từ “Mới mở” sang “Đang xử lý”: đã gọi trạm). Việc của bạn chưa được ghi; hãy xem lại rồi làm tiếp.',
      },
    });
  });

  it('lets one of two moves made at the same moment through', async () => {
    const opened = await on.openIncident();
    const moves = [lan, minh].map((who) => on.cases.move(who, opened.id, 'working', undefined, 1));
    const ends = (await Promise.allSettled(moves)).map((end) => end.status).sort();
    expect(ends).toEqual(['fulfilled', 'rejected']);
  });

  it('lets notes be written while another works the case', async () => {
    const opened = await on.openIncident();
    await on.cases.note(minh, opened.id, 'Trạm nói: máy chạy tốt.', at('07:55'));
    const moved = await on.cases.move(lan, opened.id, 'working', undefined, 1);
    expect(moved.timeline[0]).toMatchObject({ what: 'note', happenedAt: at('07:55'), knownAt: at('08:00') });
    await expect(on.cases.note(minh, opened.id, 'x', at('08:01'))).rejects.toMatchObject({ code: 'not-yet' });
  });

  it('opens one case for one request, however often it comes', async () => {
    const opened = await Promise.all([1, 2, 3].map(() => on.openIncident({}, 'open-00001')));
    expect(new Set(opened.map((one) => one.id)).size).toBe(1);
    expect((await on.cases.find(visible(lan, 'case:read'), {})).total).toBe(1);
    await expect(on.openIncident({ severity: 5 }, 'open-00001')).rejects.toMatchObject({ status: 409 });
  });

  it('gives each case its own number though many are opened at once, and begins anew with the local year', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => on.openIncident()));
    expect(new Set(opened.map((one) => one.number)).size).toBe(12);
    // 31/12/2026 17:30 UTC is half past midnight of the new year in Thái Bình
    on.clock.now = new Date('2026-12-31T17:30:00Z');
    expect((await on.openIncident()).number).toBe('SC-2027-000001');
  });

  it('refuses to tie an alert that belongs to another case, and opens nothing then', async () => {
    const alert = await on.raise();
    await on.openIncident({ alertIds: [alert.id] });
    await expect(on.openIncident({ alertIds: [alert.id] })).rejects.toMatchObject({ status: 409 });
    expect((await on.cases.find(visible(lan, 'case:read'), {})).total).toBe(1);
  });

  it('marks a case on a simulated station as simulated, whatever is said', async () => {
    await on.saveStation('tram-2', 'simulated');
    const opened = await on.openIncident({ entityId: 'tram-2', provenance: 'measured' });
    expect(opened.provenance).toBe('simulated');
    expect((await on.cases.timelineCsv(lan, opened.id, 'vi')).text).toContain(',DỮ LIỆU MÔ PHỎNG');
  });

  it('opens nothing where the right does not reach', async () => {
    await expect(
      on.cases.open(duc, { type: 'incident', title: 'x', severity: 1, areaCode: '12433', organisationId: 'ttdh' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('finds cases by words without diacritics, by state and by alert, the most urgent first', async () => {
    const alert = await on.raise();
    const first = await on.openIncident({ alertIds: [alert.id] });
    on.clock.now = at('08:10');
    const second = await on.openIncident({ title: 'Nước cống tràn', procedureId: undefined });
    const rights = visible(lan, 'case:read');
    const found = async (query: Parameters<typeof on.cases.find>[1]) =>
      (await on.cases.find(rights, query)).items.map((one) => one.id);
    expect(await found({ q: 'khoi day' })).toEqual([first.id]);
    expect(await found({ alertId: alert.id })).toEqual([first.id]);
    expect(await found({ sort: 'due' })).toEqual([first.id, second.id]);
    expect(await found({ sort: 'newest' })).toEqual([second.id, first.id]);
    await on.cases.move(lan, second.id, 'closed', undefined, 1);
    expect(await found({ open: true })).toEqual([first.id]);
    on.clock.now = at('08:30');
    expect(await on.cases.counts(rights)).toEqual({
      open: 1,
      late: 1,
      bySeverity: { 4: 1 },
      bySteps: [{ type: 'incident', step: 'new', n: 1 }],
    });
  });
});
