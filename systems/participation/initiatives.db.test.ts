import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { newCitizen } from '../../tests/citizen-session.ts';
import { areaA, areaB, type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { REPORTS_THAT_HIDE } from './initiative-types.ts';

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
const requestId = (): string => `yeu-cau-thu-${String(++asked).padStart(8, '0')}`;
const citizen = (residence = areaA) => newCitizen(on, database, residence);
type Initiative = {
  id: string;
  state: string;
  title: string;
  body: string;
  supporters: number;
  supported: boolean | null;
  dueAt: string | null;
  answer: string | null;
  inTime: boolean | null;
  consultationId: string | null;
  version: number;
  own: boolean;
  reason: string | null;
  hasOriginal?: boolean;
};
type Comment = { id: string; author: string; role: string; text: string | null; state: string; reason: string | null };
const as = (cookie: string) => ({ headers: { cookie } });
const proposal = (more: object = {}) => ({
  requestId: requestId(),
  title: 'Làm đường dạo bộ ven sông Kiến Giang',
  body: 'Bờ sông đoạn qua xã đang bỏ trống, làm đường dạo bộ thì người già và trẻ em có chỗ đi.',
  category: 'do-thi',
  areaCode: areaA,
  ...more,
});
const propose = async (cookie: string, more: object = {}) =>
  on.ask<Initiative>('POST', '/api/participation/initiatives', proposal(more), as(cookie));
const desk = async (id: string, who: Person = 'truc') =>
  on.ask<Initiative>('GET', `/api/participation/desk/initiatives/${id}`, undefined, { as: who });
const read = async (id: string, cookie = '') =>
  on.ask<Initiative>('GET', `/api/participation/initiatives/${id}`, undefined, cookie ? as(cookie) : {});
/** Published, with so many supporters needed. */
async function published(author: string, needed = 2, more: object = {}): Promise<string> {
  await on.ask(
    'PUT',
    `/api/participation/terms/${areaA}`,
    { supportNeeded: needed, collectDays: 30, answerDays: 5 },
    { as: 'tinh' },
  );
  const { body } = await propose(author, more);
  const done = await on.ask<Initiative>(
    'POST',
    `/api/participation/initiatives/${body.id}/publish`,
    {
      title: body.title,
      body: body.body,
      organisationId: `ubnd-${areaA}`,
      expectedVersion: 1,
    },
    { as: 'truc' },
  );
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  return body.id;
}
const support = async (id: string, cookie: string) =>
  on.ask<Initiative>('POST', `/api/participation/initiatives/${id}/support`, {}, as(cookie));

describe('an initiative', () => {
  it('is proposed by who lives there, masked, let through by a person, supported, and answered by a clock', async () => {
    on.clock.now = new Date('2026-11-23T01:00:00Z');
    const author = await citizen();
    const given = proposal({
      body: 'Gọi ông Nguyễn Văn Tư 0912345678 để khảo sát, bờ sông đoạn qua xã đang bỏ trống.',
    });
    const sent = await on.ask<Initiative>('POST', '/api/participation/initiatives', given, as(author));
    expect(sent.body).toMatchObject({ state: 'waiting', own: true });
    expect(sent.body.body).toBe('Gọi ông ••• ••• để khảo sát, bờ sông đoạn qua xã đang bỏ trống.');
    const { id } = sent.body;
    // A double tap is one initiative.
    expect((await on.ask<Initiative>('POST', '/api/participation/initiatives', given, as(author))).body.id).toBe(id);

    // Before a person let it through nobody else reads it, and the unit that it is about does not moderate it.
    expect((await read(id)).status).toBe(404);
    expect((await read(id, await citizen())).status).toBe(404);
    expect((await desk(id, 'canbo-b')).status).toBe(404);
    const refused = await on.ask(
      'POST',
      `/api/participation/initiatives/${id}/refuse`,
      { reason: 'không thích', expectedVersion: 1 },
      { as: 'canbo-a' },
    );
    expect(refused.status).toBe(403);
    const whole = await on.ask<Initiative>(
      'POST',
      `/api/participation/initiatives/${id}/written`,
      { purpose: 'xem có cần giữ lại không' },
      { as: 'truc' },
    );
    expect(whole.body.body).toContain('0912345678');

    await on.ask(
      'PUT',
      `/api/participation/terms/${areaA}`,
      { supportNeeded: 2, collectDays: 30, answerDays: 5 },
      { as: 'tinh' },
    );
    const words = { title: given.title, body: 'Bờ sông đoạn qua xã đang bỏ trống, đề nghị làm đường dạo bộ.' };
    const publish = (expectedVersion: number) =>
      on.ask<Initiative>(
        'POST',
        `/api/participation/initiatives/${id}/publish`,
        { ...words, organisationId: `ubnd-${areaA}`, expectedVersion },
        { as: 'truc' },
      );
    expect((await publish(7)).body.code).toBe('changed-meanwhile');
    expect((await publish(1)).body).toMatchObject({ state: 'open', body: words.body });
    expect((await read(id)).body).toMatchObject({ state: 'open', supporters: 0, own: false });

    // Found without diacritics.
    const found = await on.ask<{ total: number }>('GET', '/api/participation/initiatives?q=duong%20dao%20bo');
    expect(found.body.total).toBe(1);

    const [first, second] = [await citizen(), await citizen()];
    expect((await support(id, first)).body).toMatchObject({ supporters: 1, supported: true, state: 'open' });
    expect((await support(id, first)).body.supporters).toBe(1);
    expect((await support(id, await citizen(areaB))).body.code).toBe('not-resident');
    expect((await on.ask('POST', `/api/participation/initiatives/${id}/support`)).status).toBe(401);
    // The second one reaches it: from Monday 8:00, five working days of 8 hours end on the next Monday at 8:00.
    expect((await support(id, second)).body).toMatchObject({
      supporters: 2,
      state: 'due',
      dueAt: '2026-11-30T01:00:00.000Z',
    });
    const { rows } = await database.pool.query(
      "select type, step, organisation_id, due_at from cases where type = 'initiative'",
    );
    expect(rows).toEqual([
      { type: 'initiative', step: 'due', organisation_id: `ubnd-${areaA}`, due_at: new Date('2026-11-30T01:00:00Z') },
    ]);

    on.clock.now = new Date('2026-11-27T03:00:00Z');
    const answer = (who: Person, expectedVersion: number) =>
      on.ask<Initiative>(
        'POST',
        `/api/participation/initiatives/${id}/answer`,
        { text: 'UBND xã đưa đoạn 300 m ven sông vào kế hoạch năm 2027.', expectedVersion },
        { as: who },
      );
    expect((await answer('canbo-b', 3)).status).toBe(403);
    expect((await answer('canbo-a', 3)).body).toMatchObject({ state: 'answered', inTime: true });
    expect((await read(id)).body.answer).toContain('300 m');
    const after = await database.pool.query(
      `select c.step, c.closed_at is not null as closed, i.support_key from cases c join initiatives i on i.case_id = c.id`,
    );
    // Nobody can tell any more who supported it.
    expect(after.rows).toEqual([{ step: 'done', closed: true, support_key: null }]);
    const trail = await database.pool.query('select action from audit_entries where subject = $1 order by id', [
      `initiative:${id}`,
    ]);
    expect(trail.rows.map((row) => row.action)).toEqual([
      'initiative.propose',
      'initiative.publish',
      'initiative.raise',
      'initiative.answer',
    ]);
  });

  it('counts a person once: two tabs at once, and one account that signed in in two ways', async () => {
    const id = await published(await citizen(), 50);
    const cookie = await citizen();
    await Promise.all([support(id, cookie), support(id, cookie)]);
    expect((await read(id)).body.supporters).toBe(1);
    // The same account by the national identity now: another subject, the same account.
    await database.pool.query(
      `update citizen_sessions set assurance = 'national-id' where citizen_id =
        (select citizen_id from citizen_sessions order by created_at desc, token_hash limit 1)`,
    );
    expect((await support(id, cookie)).body.supporters).toBe(1);
    const back = await on.ask<Initiative>('POST', `/api/participation/initiatives/${id}/withdraw`, {}, as(cookie));
    expect(back.body).toMatchObject({ supporters: 0, supported: false });
  });

  it('becomes a consultation, and is answered by it only when that is published', async () => {
    on.clock.now = new Date('2026-11-23T01:00:00Z');
    const id = await published(await citizen(), 1);
    await support(id, await citizen());
    const drafted = await on.ask<{ id: string }>(
      'POST',
      `/api/participation/initiatives/${id}/consultation`,
      {},
      { as: 'tinh' },
    );
    expect(drafted.status).toBe(200);
    expect((await read(id)).body).toMatchObject({ state: 'due', consultationId: null });
    const twice = await on.ask('POST', `/api/participation/initiatives/${id}/consultation`, {}, { as: 'tinh' });
    expect(twice.body.code).toBe('consulted-already');
    await on.ask(
      'POST',
      `/api/participation/consultations/${drafted.body.id}/publish`,
      { expectedVersion: 1 },
      { as: 'tinh' },
    );
    expect((await read(id)).body).toMatchObject({ state: 'consulted', consultationId: drafted.body.id, inTime: true });
  });

  it('ends when its time is over without enough support; what reached it while the server was down is raised', async () => {
    on.clock.now = new Date('2026-11-23T01:00:00Z');
    const { workInitiatives } = await import('./initiative-answers.ts');
    const [few, enough] = [await published(await citizen(), 5), await published(await citizen(), 5)];
    await database.pool.query('update initiatives set supporters = 5 where id = $1', [enough]);
    on.clock.now = new Date('2026-12-24T01:00:00Z');
    await workInitiatives(on.platform);
    expect([(await read(few)).body.state, (await read(enough)).body.state]).toEqual(['lapsed', 'due']);
    expect((await support(few, await citizen())).body.code).toBe('wrong-state');
  });

  it('that is taken off leaves the reason, and is no more than three a day of one account', async () => {
    const author = await citizen();
    const id = await published(author);
    const gone = (who: Person) =>
      on.ask('POST', `/api/participation/initiatives/${id}/remove`, { reason: 'Quảng cáo bán đất nền' }, { as: who });
    expect((await gone('canbo-a')).status).toBe(403);
    expect((await gone('truc')).status).toBe(200);
    expect((await read(id)).body).toMatchObject({
      state: 'removed',
      title: '',
      body: '',
      reason: 'Quảng cáo bán đất nền',
    });
    await propose(author);
    await propose(author);
    expect((await propose(author)).status).toBe(429);
  });
});

describe('a discussion', () => {
  const say = (id: string, cookie: string, text: string, parent: string | null = null) =>
    on.ask<Comment>(
      'POST',
      `/api/participation/discussions/initiative/${id}`,
      { requestId: requestId(), text, parent },
      as(cookie),
    );
  const heard = async (id: string, cookie = '') =>
    (
      await on.ask<{ items: Comment[] }>(
        'GET',
        `/api/participation/discussions/initiative/${id}`,
        undefined,
        cookie ? as(cookie) : {},
      )
    ).body.items;

  it('has one level of replies, a name for each person in it alone, and the agency marked', async () => {
    const author = await citizen();
    const id = await published(author);
    const neighbour = await citizen();
    const first = await say(id, neighbour, 'Nên làm thêm ghế đá cho người già.');
    expect(first.body).toMatchObject({ state: 'shown', role: 'citizen' });
    const reply = await say(id, author, 'Tôi đồng ý, có thể xã hội hóa ghế đá.', first.body.id);
    expect(reply.body).toMatchObject({ role: 'proposer' });
    expect((await say(id, neighbour, 'Trả lời của trả lời', reply.body.id)).body.code).toBe('one-level');
    const own = await on.ask<Comment>(
      'POST',
      `/api/participation/discussions/initiative/${id}/agency`,
      { requestId: requestId(), text: 'UBND xã đang khảo sát.', parent: first.body.id },
      { as: 'canbo-a' },
    );
    expect(own.body).toMatchObject({ role: 'agency', author: 'UBND xã Vũ Thư' });
    const outside = await on.ask(
      'POST',
      `/api/participation/discussions/initiative/${id}/agency`,
      { requestId: requestId(), text: 'Xã khác nói thay.' },
      { as: 'canbo-b' },
    );
    expect(outside.status).toBe(403);
    expect(await heard(id)).toHaveLength(3);
    // The same person in another discussion has another name.
    const other = await published(await citizen());
    const there = await say(other, neighbour, 'Tôi cũng góp ý ở đây.');
    expect(there.body.author).not.toBe(first.body.author);
    expect(
      (
        await on.ask('POST', `/api/participation/discussions/initiative/${id}`, {
          requestId: requestId(),
          text: 'ai đó',
        })
      ).status,
    ).toBe(401);
  });

  it('lets a person look first at insults, personal data and links; refused ones nobody but their writer sees', async () => {
    const id = await published(await citizen());
    const writer = await citizen();
    const bad = await say(id, writer, 'Gọi ông Trần Văn Bình 0987654321 mà hỏi, http://abc.xyz');
    expect(bad.body).toMatchObject({ state: 'waiting' });
    expect(bad.body.text).not.toContain('0987654321');
    expect(await heard(id)).toHaveLength(0);
    expect(await heard(id, writer)).toHaveLength(1);
    const queue = async (who: Person) =>
      (
        await on.ask<{ items: (Comment & { signs: string[] })[] }>(
          'GET',
          '/api/participation/desk/comments',
          undefined,
          { as: who },
        )
      ).body.items;
    const waiting = (await queue('truc')).find((one) => one.id === bad.body.id);
    expect(waiting?.signs).toEqual(['name', 'phone', 'links']);
    await on.ask(
      'POST',
      `/api/participation/comments/${bad.body.id}/remove`,
      { reason: 'Nêu tên, số điện thoại người khác' },
      { as: 'truc' },
    );
    expect(await heard(id)).toHaveLength(0);
    expect((await heard(id, writer))[0]).toMatchObject({
      state: 'refused',
      reason: 'Nêu tên, số điện thoại người khác',
    });
  });

  it('hides what many report until a person has looked; what is taken off leaves its place and the reason', async () => {
    const id = await published(await citizen());
    const one = await say(id, await citizen(), 'Nội dung lạc đề, bán hàng ở chợ.');
    const people: string[] = [];
    while (people.length < REPORTS_THAT_HIDE) people.push(await citizen());
    const report = (cookie: string) =>
      on.ask('POST', `/api/participation/comments/${one.body.id}/report`, { reason: 'quảng cáo' }, as(cookie));
    // One person's reports count once.
    await report(people[0] ?? '');
    await report(people[0] ?? '');
    expect(await heard(id)).toHaveLength(1);
    for (const cookie of people.slice(1)) await report(cookie);
    expect(await heard(id)).toHaveLength(0);
    await on.ask('POST', `/api/participation/comments/${one.body.id}/show`, {}, { as: 'truc' });
    expect(await heard(id)).toHaveLength(1);
    await on.ask('POST', `/api/participation/comments/${one.body.id}/remove`, { reason: 'Quảng cáo' }, { as: 'truc' });
    expect((await heard(id))[0]).toMatchObject({ state: 'removed', text: null, reason: 'Quảng cáo' });
  });

  it('is under consultations too, and nobody floods it', async () => {
    const drafted = await on.ask<{ id: string }>(
      'POST',
      '/api/participation/consultations',
      {
        title: 'Chọn công trình làm trước',
        body: 'Xã có kinh phí làm trước một công trình trong năm 2027.',
        organisationId: `ubnd-${areaA}`,
        areaCode: areaA,
        question: {
          kind: 'choice',
          options: [
            { id: 'a', title: 'Cầu' },
            { id: 'b', title: 'Đèn' },
          ],
        },
        binding: false,
        quorum: 0,
        opensAt: new Date(on.clock.now.getTime() + 3_600_000).toISOString(),
        closesAt: new Date(on.clock.now.getTime() + 7_200_000).toISOString(),
      },
      { as: 'tinh' },
    );
    const path = `/api/participation/discussions/consultation/${drafted.body.id}`;
    const writer = await citizen();
    const write = () => on.ask('POST', path, { requestId: requestId(), text: 'Nên làm đèn trước.' }, as(writer));
    // A draft is not discussed.
    expect((await write()).status).toBe(404);
    await on.ask(
      'POST',
      `/api/participation/consultations/${drafted.body.id}/publish`,
      { expectedVersion: 1 },
      { as: 'tinh' },
    );
    for (let n = 0; n < 10; n++) expect((await write()).status).toBe(200);
    expect((await write()).status).toBe(429);
  });
});

it('who is on the block list by contact or by account neither proposes nor comments, and may again when the block is lifted', async () => {
  const subject = await published(await citizen());
  const talk = (cookie: string, text: string) =>
    on.ask<Comment>(
      'POST',
      `/api/participation/discussions/initiative/${subject}`,
      { requestId: requestId(), text },
      as(cookie),
    );
  const block = async (body: object) => {
    const made = await on.ask(
      'POST',
      '/api/reports/blocks',
      { reason: 'Xúc phạm người khác', days: 30, ...body },
      { as: 'truc' },
    );
    expect([made.status, made.body]).toEqual([200, { made: 1 }]);
  };
  const [byContact, byAccount, other] = [await citizen(), await citizen(), await citizen()];
  const me = await on.ask<{ citizen: { contacts: { shown: string }[] } }>(
    'GET',
    '/api/citizens/me',
    undefined,
    as(byContact),
  );
  // Tests give their phones in order: the shown end tells which one it is.
  const contact = `0912000${me.body.citizen.contacts[0]?.shown.slice(-3)}`;
  await block({ contact });
  const report = await on.send({ text: 'Bài đăng bôi nhọ người khác nhiều lần' }, as(byAccount));
  await block({ number: report.body.number, kinds: ['account'] });
  for (const cookie of [byContact, byAccount]) {
    expect(await propose(cookie)).toMatchObject({ status: 403, body: { code: 'sender-blocked' } });
    expect(await talk(cookie, 'Tôi đồng ý')).toMatchObject({ status: 403, body: { code: 'sender-blocked' } });
    expect(await on.send({ text: 'Ổ gà lớn trước cổng trường làng' }, as(cookie))).toMatchObject({ status: 403 });
  }
  expect((await propose(other)).status).toBe(200);
  expect((await talk(other, 'Tôi đồng ý')).status).toBe(200);
  const listed = await on.ask<{ items: { id: string }[] }>('GET', '/api/reports/blocks', undefined, { as: 'truc' });
  for (const { id } of listed.body.items)
    await on.ask('POST', `/api/reports/blocks/${id}/lift`, { why: 'Đã xin lỗi' }, { as: 'truc' });
  expect((await talk(byContact, 'Xin lỗi mọi người')).status).toBe(200);
  expect((await propose(byAccount)).status).toBe(200);
});
