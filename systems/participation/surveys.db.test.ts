import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { areaA, type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import type { QuestionResult } from './survey-results.ts';

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

type Survey = { id: string; open: boolean; invited: number; answered: number; results: QuestionResult[] };
const path = '/api/participation/surveys';
const newSurvey = (more: object = {}) => ({
  title: 'Hài lòng về bộ phận một cửa',
  intro: '',
  service: 'Đăng ký khai sinh',
  organisationId: `ubnd-${areaA}`,
  closesAt: new Date(on.clock.now.getTime() + 30 * 86_400_000).toISOString(),
  questions: [
    { id: 'chung', title: 'Bạn có hài lòng không?', kind: 'scale' },
    { id: 'tien-bo', title: 'Xã nhà có tiến bộ không?', kind: 'scale', measures: 'progress' },
    { id: 'kenh', title: 'Bạn nộp ở đâu?', kind: 'choice', options: ['Trực tiếp', 'Trực tuyến'] },
    { id: 'y-kien', title: 'Ý kiến khác', kind: 'text' },
  ],
  ...more,
});
const open = async (as: Person = 'tinh', more: object = {}) => on.ask<Survey>('POST', path, newSurvey(more), { as });
const see = async (id: string, as: Person = 'tinh') => on.ask<Survey>('GET', `${path}/${id}`, undefined, { as });
const invite = async (id: string, count: number) =>
  (await on.ask<{ tokens: string[] }>('POST', `${path}/${id}/invitations`, { count }, { as: 'tinh' })).body.tokens;
const answers = (stars: number, more: object = {}) => ({
  chung: stars,
  'tien-bo': stars,
  kenh: 'Trực tuyến',
  ...more,
});
const answer = (token: string | undefined, given: object) =>
  on.ask('POST', '/api/participation/survey/answer', { token, answers: given });

it('a survey is answered once for each invitation, also by two at the same moment, and nothing ties the two', async () => {
  const { id } = (await open()).body;
  const [token] = await invite(id, 2);
  const asked = await on.ask<{ service: string }>('POST', '/api/participation/survey/read', { token });
  expect(asked.body.service).toBe('Đăng ký khai sinh');
  const both = await Promise.all([answer(token, answers(5)), answer(token, answers(1))]);
  expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
  expect((await answer(token, answers(4))).body.code).toBe('answered-already');
  expect((await see(id)).body).toMatchObject({ invited: 2, answered: 1 });
  const { rows } = await database.pool.query(
    `select a.survey_id, encode(i.token_hash, 'hex') as hash, a::text as answer from survey_answers a, survey_invitations i
     where i.used and a.survey_id = i.survey_id`,
  );
  expect(rows[0].answer).not.toContain(rows[0].hash);
  expect(JSON.stringify(rows)).not.toContain(token);
});

it('refuses wrong, missing and unknown answers, and invitations that are none', async () => {
  const { id } = (await open()).body;
  const [token] = await invite(id, 1);
  expect((await answer(token, answers(6))).body.code).toBe('wrong-answers');
  expect((await answer(token, { chung: 5 })).body.code).toBe('wrong-answers');
  expect((await answer(token, answers(5, { kenh: 'Bưu điện' }))).body.code).toBe('wrong-answers');
  expect((await answer(token, answers(5, { la: 'x' }))).body.code).toBe('wrong-answers');
  expect((await answer('A'.repeat(24), answers(5))).status).toBe(404);
  // A wrong answer has not used the invitation up.
  expect((await answer(token, answers(5))).status).toBe(200);
});

it('shows no result of fewer than five answers, then counts with the number beside; texts are masked; CSV is safe', async () => {
  const { id } = (await open()).body;
  const tokens = await invite(id, 6);
  for (const [n, token] of tokens.slice(0, 4).entries()) {
    await answer(token, answers(n + 2, { 'y-kien': `=1+1 gọi tôi 0912345678 (${n})` }));
  }
  const few = (await see(id)).body.results;
  expect(few.map(({ n, counts, mean, texts }) => ({ n, counts, mean, texts }))).toEqual(
    Array.from({ length: 4 }, () => ({ n: 4, counts: null, mean: null, texts: null })),
  );
  const csv = async () => String((await on.ask('GET', `${path}/${id}/results.csv`, undefined, { as: 'tinh' })).body);
  expect(await csv()).not.toContain('gọi tôi');
  await answer(tokens[4], answers(5));
  const [whole, , channel, words] = (await see(id)).body.results;
  // 2, 3, 4, 5 and 5: mean 3.8; three of five gave 4 or 5.
  expect(whole).toMatchObject({ n: 5, mean: 3.8, good: 60 });
  expect(whole?.counts?.map((one) => one.n)).toEqual([0, 1, 1, 1, 2]);
  expect(channel?.counts).toEqual([
    { value: 'Trực tiếp', n: 0 },
    { value: 'Trực tuyến', n: 5 },
  ]);
  // Four wrote something: too few to be read.
  expect(words).toMatchObject({ n: 4, texts: null });
  await answer(tokens[5], answers(5, { 'y-kien': '=HYPERLINK("x")' }));
  expect(await csv()).toContain(`"'=HYPERLINK(""x"")"`);
  expect(await csv()).not.toContain('0912345678');
});

it('is opened, read and closed by its own unit alone; closed, it takes no answer', async () => {
  expect((await open('canbo-a')).status).toBe(403);
  const { id } = (await open()).body;
  const [token] = await invite(id, 1);
  expect((await see(id, 'canbo-b')).status).toBe(403);
  expect((await on.ask('POST', `${path}/${id}/close`, {}, { as: 'tinh' })).status).toBe(200);
  expect((await answer(token, answers(5))).body.code).toBe('survey-closed');
  expect((await open('tinh', { closesAt: new Date(on.clock.now.getTime() - 1).toISOString() })).status).toBe(422);
});

it('feeds the indicators L1.N1.PN3.01 and L1.N3.PN1.01 by formula, down to the rows', async () => {
  on.clock.now = new Date('2027-01-12T01:00:00Z');
  const { id } = (await open()).body;
  const tokens = await invite(id, 10);
  // Five of ten invitations answered; 1, 2, 4, 4 and 5 for the city's progress: three of five are good.
  for (const [n, stars] of [1, 2, 4, 4, 5].entries()) await answer(tokens[n], answers(stars));
  type Figure = { code: string; value: number | null; inputs: { name: string; value: number }[] };
  const figures = (
    await on.ask<{ items: Figure[] }>('GET', '/api/indicators?period=2027-01', undefined, { as: 'tinh' })
  ).body.items;
  const of = (code: string) => figures.find((one) => one.code === code);
  // No report was answered in this month: 5 of 10 is all that was asked.
  expect(of('participation.l1-n1-pn3-01')?.value).toBe(50);
  expect(of('participation.l1-n3-pn1-01')?.value).toBe(60);
  const rows = await on.ask<{ items: Record<string, unknown>[]; total: number }>(
    'GET',
    '/api/indicators/participation.l1-n3-pn1-01/rows?source=surveys.progress_answers&period=2027-01',
    undefined,
    { as: 'tinh' },
  );
  expect(rows.body.items).toMatchObject([{ title: 'Hài lòng về bộ phận một cửa', n: 5 }]);
});
