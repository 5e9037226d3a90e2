import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { textsOfZip } from '../../tests/unzip.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});
/** Monday 23/11/2026, 08:00 in Vietnam. */
const MONDAY = '2026-11-23T01:00:00Z';
const at = (text: string): void => {
  on.clock.now = new Date(text);
};
beforeEach(() => at(MONDAY));

type Item = { id: string; number: string; rung: number; updatedAt: string; areaName: string; dueAt: string | null };
type List = { items: Item[]; total: number; more?: boolean };
const list = async (query: string, as: Person = 'canbo-a') =>
  (await on.ask<List>('GET', `/api/reports/desk?${query}`, undefined, { as })).body;
const idOf = async (number: unknown): Promise<string> =>
  (await database.pool.query('select case_id from reports where number = $1', [number])).rows[0].case_id;
const versionOf = async (id: string): Promise<number> =>
  (await database.pool.query('select version from cases where id = $1', [id])).rows[0].version;
const act = async (id: string, as: Person, what: string, body: object = {}) =>
  on.ask<Record<string, unknown>>(
    'POST',
    `/api/reports/desk/${id}/${what}`,
    { version: await versionOf(id), ...body },
    { as },
  );
/** Rings the clocks as the server does every few seconds, and lets the followers read of it. */
async function ring(when: string): Promise<void> {
  at(when);
  await on.cases.ring(on.clock.now);
  on.log.start();
  await on.log.settled();
}

describe('the desk', () => {
  it('sorts by what of the time is used: 50, 80 and 100 %, and follows the clock of the case', async () => {
    // A day is 07:30-11:30 and 13:30-17:30. Five days are 40 h: 7.5 on Monday, 8 on Tuesday, so that 20 h are over on
    // Wednesday after 4.5 h, at 14:00.
    const slow = (await on.send()).body;
    // Two days are 16 h: 8 h are over on Tuesday at 08:00, all on Wednesday at 08:00.
    const quick = (await on.send({ category: 'environment.litter', text: 'Bãi rác tự phát ở đầu làng bốc mùi' })).body;
    expect((await list('open=true')).items.map((one) => [one.number, one.rung])).toEqual([
      [quick.number, 0],
      [slow.number, 0],
    ]);
    await ring('2026-11-24T01:00:00Z');
    expect((await list('open=true&rung=50')).items.map((one) => [one.number, one.rung])).toEqual([[quick.number, 50]]);
    await ring('2026-11-25T07:00:00Z');
    expect((await list('open=true')).items.map((one) => [one.number, one.rung])).toEqual([
      [quick.number, 100],
      [slow.number, 50],
    ]);
    const counts = await on.ask('GET', '/api/reports/desk/counts', undefined, { as: 'canbo-a' });
    expect(counts.body).toEqual({ open: 2, late: 1, near: 0, half: 1, unmoderated: 2, proposed: 0, asked: 0 });
    // Another commune's officer sees nothing of it, in no view.
    for (const path of ['desk?open=true', 'desk/map', 'field']) {
      const answer = await on.ask<List>('GET', `/api/reports/${path}`, undefined, { as: 'canbo-b' });
      expect([answer.status, answer.body.items]).toEqual([200, []]);
    }
    // Urgent gives less time: its two days were over on Wednesday at 08:00.
    const id = await idOf(slow.number);
    await act(id, 'canbo-a', 'category', { category: 'roads.pothole', urgency: 'urgent' });
    expect((await list('rung=100')).items.map((one) => one.number).sort()).toEqual([slow.number, quick.number].sort());
  });

  it('warns the unit from half of the time on, and the organisation above when it is over', async () => {
    const { number } = (await on.send({ text: 'Rác thải đổ trộm ven đê cả tuần nay', category: 'environment.litter' }))
      .body;
    const id = await idOf(number);
    const told = async (): Promise<string[]> => {
      const { rows } = await database.pool.query(
        `select users.login_name, n.title->>'vi' as title from notifications n join users on users.id::text = n.user_id::text
         where n.subject_kind = 'report' and n.subject_id = $1 order by n.created_at, 1`,
        [id],
      );
      return rows.map((row) => `${row.login_name}: ${String(row.title).split(': ').slice(1).join(': ')}`);
    };
    // Two days of eight hours from Monday 08:00: half on Tuesday 08:00; it begins with the officer and the head.
    await ring('2026-11-24T01:00:00Z');
    expect((await told()).filter((line) => line.includes('hồ sơ'))).toEqual([
      'canbo-a: Đã dùng 50 % thời hạn của hồ sơ',
      'chutich-a: Đã dùng 50 % thời hạn của hồ sơ',
    ]);
    // What nobody has moderated within four hours is told to those who moderate.
    expect(await told()).toContain('truc: Quá hạn: bước “Đã tiếp nhận”');
    await ring('2026-11-25T01:00:00Z');
    const over = (await told()).filter((line) => line.endsWith('Quá hạn: hồ sơ'));
    // The province's own people, no other commune's.
    expect(over).toEqual(['canbo-a', 'chutich-a', 'tinh'].map((name) => `${name}: Quá hạn: hồ sơ`));
  });

  it('moves the deadline of a report with an edited calendar', async () => {
    const { number, dueAt } = (await on.send()).body;
    expect(dueAt).toBe('2026-11-30T01:00:00.000Z');
    const off = {
      day: '2026-11-24',
      kind: 'off',
      reason: 'other',
      title: { vi: 'Nghỉ bù', en: 'Day in lieu' },
      source: 'Quyết định thử nghiệm',
      confirmedBy: null,
    };
    const set = await on.ask(
      'POST',
      '/api/calendar/days',
      { days: [off], why: 'Quyết định thử nghiệm' },
      { as: 'tinh' },
    );
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    on.log.start();
    // The case's clock follows the calendar, and the report follows the case's clock.
    await on.log.settled();
    await on.log.settled();
    const [item] = (await list(`q=${number}`)).items;
    // One working day later, with the weekend behind it already: Tuesday 1/12 at 08:00.
    expect(item?.dueAt).toBe('2026-12-01T01:00:00.000Z');
    const why = encodeURIComponent('thử xong');
    await on.ask('DELETE', `/api/calendar/days/2026-11-24?why=${why}`, undefined, { as: 'tinh' });
  });

  it('finds the same thing nearby, and closes one as the same as the other, whose citizens then count there', async () => {
    const first = (
      await on.send({ text: 'Cống trước cổng trường bị tắc, nước tràn ra đường', category: 'water.flooding' })
    ).body;
    const second = (
      await on.send({ text: 'Tắc cống trước trường học, ngập cả đoạn đường', category: 'water.flooding' })
    ).body;
    const [goes, ends] = [await idOf(first.number), await idOf(second.number)];
    const near = await on.ask<List>('GET', `/api/reports/desk/${ends}/near`, undefined, { as: 'canbo-a' });
    expect(near.body.items).toMatchObject([{ number: first.number, metres: 0 }]);
    expect((await act(ends, 'canbo-a', 'duplicate', { number: first.number })).status).toBe(403);
    const closed = await act(ends, 'chutich-a', 'duplicate', { number: first.number });
    expect(closed.body).toMatchObject({ step: 'refused', refusal: expect.stringContaining(String(first.number)) });
    const other = await on.ask('GET', `/api/reports/desk/${goes}`, undefined, { as: 'canbo-a' });
    expect(other.body).toMatchObject({ meToo: 1 });
    const back = await act(goes, 'chutich-a', 'duplicate', { number: second.number });
    expect([back.status, back.body.code]).toEqual([409, 'same-closed']);
  });

  it('acts on many, each by itself: what one refuses does not stop the others, and says why in words', async () => {
    const numbers = [];
    for (const text of ['Ổ gà thứ nhất ở ngã ba chợ', 'Ổ gà thứ hai ở ngã ba chợ', 'Ổ gà thứ ba ở ngã ba chợ']) {
      numbers.push((await on.send({ text })).body.number);
    }
    const seen = async () =>
      (await list('q=o ga thu&sort=newest')).items.map(({ id, updatedAt }) => ({ id, seenAt: updatedAt }));
    const items = await seen();
    expect(items).toHaveLength(3);
    // One of them is changed by somebody else after the list was opened.
    at('2026-11-23T01:05:00Z');
    await act(String(items[1]?.id), 'chutich-a', 'begin');
    type Results = { items: { done: boolean; reason: { vi: string } | null }[] };
    const bulk = (what: object, of: object[], as: Person) =>
      on.ask<Results>('POST', '/api/reports/desk/bulk', { items: of, act: what }, { as });
    const moved = await bulk(
      { kind: 'transfer', organisationId: 'so-xd', reason: 'Đường tỉnh quản lý' },
      items,
      'canbo-a',
    );
    expect(moved.body.items.map((one) => one.done)).toEqual([true, false, true]);
    expect(moved.body.items[1]?.reason?.vi).toContain('vừa được thay đổi');
    const rest = await seen();
    expect(rest).toHaveLength(1);
    // A stranger's commune may not even see which they are.
    const strange = await bulk({ kind: 'begin' }, rest, 'canbo-b');
    expect(strange.body.items).toMatchObject([{ done: false, number: null }]);
    const published = await bulk({ kind: 'publish' }, rest, 'truc');
    expect(published.body.items).toMatchObject([{ done: true, number: expect.stringMatching(/^PA-2026-/) }]);
  });

  it('takes what was found at the place once, with both times, and one answer however often a phone sends it', async () => {
    const { number } = (await on.send({ text: 'Nắp cống trước số nhà 12 bị vỡ', category: 'water.manhole' })).body;
    const id = await idOf(number);
    await act(id, 'canbo-a', 'begin');
    const [kept] = (await on.ask<List>('GET', '/api/reports/field', undefined, { as: 'canbo-a' })).body.items.filter(
      (one) => one.id === id,
    );
    at('2026-11-23T04:00:00Z');
    const found = { text: 'Nắp vỡ một nửa, đã rào tạm', at: '2026-11-23T02:30:00Z', lon: 106.2677, lat: 20.4447 };
    const inspection = { ...found, requestId: 'kiem-tra-0000000001' };
    for (const _twice of [1, 2]) {
      expect((await on.ask('POST', `/api/reports/desk/${id}/inspect`, inspection, { as: 'canbo-a' })).status).toBe(200);
    }
    const future = { ...inspection, at: '2026-11-23T05:00:00Z', requestId: 'kiem-tra-0000000002' };
    expect((await on.ask('POST', `/api/reports/desk/${id}/inspect`, future, { as: 'canbo-a' })).body.code).toBe(
      'not-yet',
    );
    const answer = {
      seenAt: kept?.updatedAt,
      text: 'Đã thay nắp mới.',
      uploads: [],
      requestId: 'tra-loi-000000000001',
    };
    const send = () => on.ask('POST', `/api/reports/field/${id}/answer`, answer, { as: 'canbo-a' });
    expect((await send()).body).toMatchObject({ step: 'proposed' });
    expect((await send()).body).toMatchObject({
      step: 'proposed',
      answers: [{ text: 'Đã thay nắp mới.' }],
      inspections: [{ text: found.text, at: '2026-11-23T02:30:00.000Z', byName: 'Người canbo-a' }],
    });
    // Another phone that saw it before this answer is told so.
    const other = { ...answer, requestId: 'tra-loi-000000000002' };
    const late = await on.ask('POST', `/api/reports/field/${id}/answer`, other, { as: 'chutich-a' });
    expect([late.status, late.body.code]).toEqual([409, 'changed-meanwhile']);
  });

  it('offers ready texts by kind and category, the closest fit first, and keeps an edit by its version', async () => {
    const add = (body: object, as: Person = 'tinh') =>
      on.ask<{ items: { id: string; title: string; version: number }[] }>(
        'POST',
        '/api/reports/manage/templates',
        body,
        { as },
      );
    const text = { kind: 'answer', text: 'Đơn vị đã xử lý xong.', active: true };
    expect((await add({ ...text, category: null, title: 'Chung' }, 'chutich-a')).status).toBe(403);
    await add({ ...text, category: null, title: 'Chung' });
    await add({ ...text, category: 'roads', title: 'Giao thông' });
    await add({ ...text, category: 'roads.pothole', title: 'Ổ gà' });
    await add({ ...text, category: 'water', title: 'Nước' });
    await add({ ...text, kind: 'refusal', category: null, title: 'Ngoài thẩm quyền' });
    const fits = await on.ask<{ items: { id: string; title: string; version: number }[] }>(
      'GET',
      '/api/reports/templates?kind=answer&category=roads.pothole',
      undefined,
      { as: 'canbo-a' },
    );
    expect(fits.body.items.map((one) => one.title)).toEqual(['Ổ gà', 'Giao thông', 'Chung']);
    const { id, version } = fits.body.items[0] ?? {};
    const edit = { ...text, category: 'roads.pothole', title: 'Ổ gà', version };
    const put = () => on.ask('PUT', `/api/reports/manage/templates/${id}`, edit, { as: 'tinh' });
    expect((await put()).status).toBe(200);
    expect((await put()).body.code).toBe('changed-meanwhile');
  });
});

// Decree 30/2020/NĐ-CP, Annex I: A4; margins 20-25 mm above and below, 30-35 left, 15-20 right (1 mm = 56.7 twips);
// Times New Roman; body 13-14 pt (26-28 half points).
describe('the letter of an answer', () => {
  it('has the layout that Decree 30/2020 prescribes, and can be edited', async () => {
    const { number } = (await on.send()).body;
    const id = await idOf(number);
    const early = await on.ask('GET', `/api/reports/desk/${id}/answer.docx`, undefined, { as: 'canbo-a' });
    expect([early.status, early.body.code]).toEqual([409, 'no-answer-yet']);
    await act(id, 'canbo-a', 'propose', { text: 'Đã vá mặt đường.\nĐã cắm biển.', uploads: [] });
    expect((await on.ask('GET', `/api/reports/desk/${id}/answer.docx`, undefined, { as: 'canbo-b' })).status).toBe(404);
    const answer = await on.ask<Buffer>('GET', `/api/reports/desk/${id}/answer.docx`, undefined, { as: 'canbo-a' });
    expect(answer.headers['content-disposition']).toContain(`tra-loi-${number}.docx`);
    const parts = textsOfZip(answer.body as unknown as Buffer);
    const document = parts.get('word/document.xml') ?? '';
    const words = document.replace(/<\/w:p>/g, '\n').replace(/<[^>]+>/g, '');
    for (const line of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'ỦY BAN NHÂN DÂN XÃ VŨ THƯ',
      'Số:        /UBND-…',
      `V/v trả lời phản ánh ${number}`,
      'Vũ Thư, ngày 23 tháng 11 năm 2026',
      `Kính gửi: Ông (Bà) gửi phản ánh số ${number}`,
      'Đã vá mặt đường.',
      'Đã cắm biển.',
      'Nơi nhận:',
      '- Lưu: VT.',
      'CHỦ TỊCH',
    ]) {
      expect(words.split('\n'), line).toContain(line);
    }
    const size = /<w:pgSz w:w="(\d+)" w:h="(\d+)"/.exec(document);
    expect([Number(size?.[1]), Number(size?.[2])]).toEqual([11906, 16838]);
    const margin = (side: string): number =>
      Number(new RegExp(`<w:pgMar[^>]*w:${side}="(\\d+)"`).exec(document)?.[1]) / 56.7;
    for (const [side, least, most] of [
      ['top', 20, 25],
      ['bottom', 20, 25],
      ['left', 30, 35],
      ['right', 15, 20],
    ] as const) {
      expect(margin(side), side).toBeGreaterThanOrEqual(least - 0.02);
      expect(margin(side), side).toBeLessThanOrEqual(most);
    }
    expect(parts.get('word/styles.xml')).toContain('Times New Roman');
    expect(document).toMatch(/<w:b\/>(?:(?!<\/w:r>).)*CỘNG HÒA/);
    expect(document).toMatch(/<w:i\/>(?:(?!<\/w:r>).)*ngày 23 tháng 11/);
    // The number of the page stands in the head from the second page on.
    expect(document).toContain('<w:titlePg/>');
    expect([...parts.keys()].filter((name) => name.startsWith('word/header')).length).toBe(2);
  });

  it('counts to ten thousand and says that there are more', async () => {
    const { number } = (await on.send()).body;
    const copy = (n: number) =>
      database.pool.query(
        `insert into reports select (jsonb_populate_record(r, jsonb_build_object('case_id', gen_random_uuid(),
           'number', 'PA-2025-' || lpad((random() * 1e9)::bigint::text || n, 14, '0')))).*
         from reports r, generate_series(1, $2::int) n where r.number = $1`,
        [number, n],
      );
    const { total, more } = await list('step=received');
    expect(more).toBe(false);
    await copy(10_000 - total);
    expect(await list('step=received&limit=1')).toMatchObject({ total: 10_000, more: false });
    await copy(1);
    expect(await list('step=received&limit=1')).toMatchObject({ total: 10_000, more: true });
  });
});
