import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { areaA, type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { placeOfQuestion } from './questions.ts';

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

let asked = 0;
type Answered = { number: string; question: string; answer: string; organisationName: { vi: string } };
const ask = (text: string, publish: boolean, more: object = {}) =>
  on.ask<{ number: string; code: string; organisationName: { vi: string } }>('POST', '/api/reports/questions', {
    requestId: `cau-hoi-thu-${String(++asked).padStart(8, '0')}`,
    field: 'question.papers',
    areaCode: areaA,
    text,
    publish,
    ...more,
  });
const find = async (query: string) =>
  (await on.ask<{ items: Answered[]; total: number }>('GET', `/api/reports/questions${query}`)).body;
const alike = async (text: string) =>
  (await on.ask<{ items: Answered[] }>('POST', '/api/reports/questions/similar', { text })).body.items;
async function act(number: string, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  return on.ask('POST', `/api/reports/desk/${rows[0].id}/${what}`, { version: rows[0].version, ...body }, { as });
}
async function answer(number: string, text: string): Promise<void> {
  expect((await act(number, 'canbo-a', 'begin')).status).toBe(200);
  expect((await act(number, 'canbo-a', 'propose', { text })).status).toBe(200);
  expect((await act(number, 'chutich-a', 'approve')).status).toBe(200);
}

it('a question is asked without an account, answered with approval, and published where its asker agreed', async () => {
  const sent = await ask('Làm giấy khai sinh cho con cần giấy tờ gì? Gọi tôi 0912345678.', true);
  expect(sent.body).toMatchObject({ organisationName: { vi: 'UBND xã Vũ Thư' } });
  const { number } = sent.body;
  // Neither a question nor its answer is public before somebody has let it through.
  expect((await find('')).total).toBe(0);
  const text = 'Làm giấy khai sinh cho con cần giấy tờ gì?';
  expect((await act(number, 'truc', 'moderate', { decision: 'publish', text, photos: [] })).status).toBe(200);
  expect((await find('')).total).toBe(0);
  await answer(number, 'Cần giấy chứng sinh và căn cước của cha, mẹ. Nộp tại bộ phận một cửa.');

  expect((await find('')).items).toMatchObject([
    { number, question: text, answer: 'Cần giấy chứng sinh và căn cước của cha, mẹ. Nộp tại bộ phận một cửa.' },
  ]);
  // With and without diacritics; by field.
  expect((await find('?q=giay%20khai%20sinh')).total).toBe(1);
  expect((await find(`?q=${encodeURIComponent('giấy khai sinh')}`)).total).toBe(1);
  expect((await find('?q=sổ đỏ')).total).toBe(0);
  expect((await find('?field=question.land')).total).toBe(0);
  // Shown to who is about to ask the same, and not to who asks something else.
  expect((await alike('lam giay khai sinh can nhung giay to gi')).map((one) => one.number)).toEqual([number]);
  expect(await alike('Khi nào sửa cầu qua sông?')).toEqual([]);
  // The asker follows it by the code as any report.
  const followed = await on.ask<{ step: string }>('POST', '/api/reports/follow', { code: sent.body.code });
  expect(followed.body.step).toBe('published');
});

it('is not published where its asker did not agree, and is answered all the same', async () => {
  const { number, code } = (await ask('Tôi ly hôn thì hộ khẩu của con tính thế nào?', false)).body;
  const text = 'Tôi ly hôn thì hộ khẩu của con tính thế nào?';
  const refused = await act(number, 'truc', 'moderate', { decision: 'publish', text, photos: [] });
  expect(refused.body.code).toBe('asker-did-not-agree');
  expect((await act(number, 'truc', 'moderate', { decision: 'keep', reason: 'người hỏi không muốn' })).status).toBe(
    200,
  );
  await answer(number, 'Con ở với ai thì đăng ký thường trú theo người đó.');
  expect((await find('')).items.map((one) => one.number)).not.toContain(number);
  expect((await alike(text)).map((one) => one.number)).not.toContain(number);
  expect((await on.ask<{ step: string }>('POST', '/api/reports/follow', { code })).body.step).toBe('published');
});

it('stands in no list or map of reports, nor among the kinds of reports', async () => {
  const listed = await on.ask<{ items: { category: string }[] }>('GET', '/api/reports/public');
  expect(listed.body.items).toEqual([]);
  const kinds = await on.ask<{ items: { code: string }[] }>('GET', '/api/reports/categories');
  expect(kinds.body.items.filter((one) => one.code.startsWith('question'))).toEqual([]);
  const fields = await on.ask<{ items: { code: string }[] }>('GET', '/api/reports/questions/fields');
  expect(fields.body.items.length).toBeGreaterThan(5);
  // Another door than a report's: no pothole comes through it, and no place that is none.
  expect((await ask('Ổ gà trước cửa chợ rất sâu', true, { field: 'roads.pothole' })).status).toBe(422);
  expect((await ask('Hỏi về thủ tục làm căn cước', true, { areaCode: '99999' })).body.code).toBe('no-such-unit');
});

it('stands in the commune that its asker named, for every commune of the province', () => {
  const communes = on.territory.units({ level: 'commune' }).filter((one) => one.inFormerThaiBinh);
  expect(communes.length).toBeGreaterThan(50);
  const elsewhere = communes.filter((one) => {
    const { lon, lat } = placeOfQuestion(
      { territory: on.territory } as Parameters<typeof placeOfQuestion>[0],
      one.code,
    );
    return on.territory.pointToUnit(lon, lat, on.clock.now)?.code !== one.code;
  });
  expect(elsewhere.map((one) => one.name)).toEqual([]);
});
