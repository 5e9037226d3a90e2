import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';

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

type View = {
  id: string;
  version: number;
  step: string;
  may: string[];
  found: { kind: string }[];
  photos: { fileId: string }[];
  transfers: number;
  text: string;
  publicText: string | null;
  dueAt: string | null;
};
type Followed = {
  step: string;
  clock: string;
  dueAt: string | null;
  may: string[];
  messages: { kind: string; text: string }[];
  photos: { url: string; part: string }[];
};

const at = (text: string): void => {
  on.clock.now = new Date(text);
};
const photo = async (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#8a8f94' } })
    .jpeg()
    .toBuffer();
const piece = (offset: number) => ({
  headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
});
/** Sends a content in pieces of the given size; @returns the upload's id and how the last piece was answered */
async function upload(content: Buffer, size = content.byteLength) {
  const begun = await on.ask<{ id: string }>('POST', '/api/reports/uploads', {
    name: 'anh.jpg',
    bytes: content.byteLength,
  });
  let last = null;
  for (let offset = 0; offset < content.byteLength; offset += size) {
    last = await on.ask<{ offset: number; done: boolean }>(
      'PATCH',
      `/api/reports/uploads/${begun.body.id}`,
      content.subarray(offset, offset + size),
      piece(offset),
    );
  }
  return { id: begun.body.id, last };
}
const idOf = async (number: unknown): Promise<string> =>
  (await database.pool.query('select case_id from reports where number = $1', [number])).rows[0].case_id;
const view = async (id: string, as: Person) =>
  (await on.ask<View>('GET', `/api/reports/desk/${id}`, undefined, { as })).body;
/** Acts on a report at the version that stands now. */
async function act(id: string, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query('select version from cases where id = $1', [id]);
  return on.ask<View>('POST', `/api/reports/desk/${id}/${what}`, { version: rows[0].version, ...body }, { as });
}
const followed = async (code: unknown) => (await on.ask<Followed>('POST', '/api/reports/follow', { code })).body;

it('a report goes from the citizen through moderation, commune and head to the answer, the rating and one reopening', async () => {
  // Monday 08:00: two working days of 8 hours end on Wednesday 25/11 at 08:00, which is 01:00 UTC.
  at('2026-11-23T01:00:00Z');
  const before = await upload(await photo(), 200);
  expect(before.last?.body).toMatchObject({ done: true });
  const sent = await on.send({
    text: 'Bãi rác tự phát cạnh nhà ông Nguyễn Văn Tư, gọi 0912345678',
    category: 'environment.litter',
    uploads: [before.id],
  });
  expect(sent.body).toMatchObject({ dueAt: '2026-11-25T01:00:00.000Z', organisationName: { vi: 'UBND xã Vũ Thư' } });
  const { code } = sent.body;
  const id = await idOf(sent.body.number);

  // Only those whose unit or area it is see it; the public does not yet.
  expect((await on.ask('GET', `/api/reports/desk/${id}`, undefined, { as: 'canbo-b' })).status).toBe(404);
  expect((await act(id, 'canbo-b', 'begin')).status).toBe(404);
  const [own] = (await followed(code)).photos;
  expect((await on.ask('GET', `${own?.url}&size=thumbnail`)).status).toBe(200);
  const bare = String(own?.url).split('?')[0];
  expect((await on.ask('GET', `${bare}`)).status).toBe(404);
  expect((await on.ask('GET', `${String(own?.url).slice(0, -2)}xx`)).status).toBe(404);

  // A person decides what the public reads.
  const waiting = await view(id, 'truc');
  expect(waiting.text).toBe('Bãi rác tự phát cạnh nhà ông •••, gọi •••');
  expect((await act(id, 'canbo-a', 'moderate', { decision: 'publish', text: 'x', photos: [] })).status).toBe(403);
  const published = await act(id, 'truc', 'moderate', {
    decision: 'publish',
    text: 'Bãi rác tự phát cạnh khu dân cư',
    photos: waiting.photos.map((one) => one.fileId),
  });
  expect(published.body).toMatchObject({ step: 'assigned', publicText: 'Bãi rác tự phát cạnh khu dân cư' });
  expect((await on.ask('GET', `${bare}?size=thumbnail`)).status).toBe(200);

  // Reading the whole needs a purpose, and is audited.
  expect(
    (await on.ask('POST', `/api/reports/desk/${id}/personal`, { purpose: '   ....' }, { as: 'canbo-a' })).status,
  ).toBe(422);
  const whole = await on.ask<{ text: string }>(
    'POST',
    `/api/reports/desk/${id}/personal`,
    { purpose: 'Gọi hỏi vị trí bãi rác' },
    { as: 'canbo-a' },
  );
  expect(whole.body.text).toBe('Bãi rác tự phát cạnh nhà ông Nguyễn Văn Tư, gọi 0912345678');
  const audited = await database.pool.query(
    `select detail->>'purpose' as purpose from audit_entries where action = 'personal.read'`,
  );
  expect(audited.rows).toEqual([{ purpose: `${sent.body.number}: Gọi hỏi vị trí bãi rác` }]);

  // The commune takes it, asks at 10:00 on Monday; the citizen answers at 10:00 on Tuesday: one working day stands.
  expect((await act(id, 'canbo-a', 'begin')).body.step).toBe('in-progress');
  at('2026-11-23T03:00:00Z');
  expect((await act(id, 'canbo-a', 'ask', { text: 'Bãi rác ở phía nào của chợ?' })).body).toMatchObject({
    step: 'asked',
    dueAt: null,
  });
  expect(await followed(code)).toMatchObject({ step: 'asked', clock: 'stands', may: ['reply'] });
  at('2026-11-24T03:00:00Z');
  const replied = await on.ask<Followed>('POST', '/api/reports/follow/reply', { code, text: 'Phía sau, sát mương' });
  expect(replied.body).toMatchObject({ step: 'in-progress', clock: 'running', dueAt: '2026-11-26T01:00:00.000Z' });
  const twice = await on.ask('POST', '/api/reports/follow/reply', { code, text: 'Phía sau, sát mương' });
  expect([twice.status, twice.body.code]).toEqual([409, 'not-asked']);

  // The answer with a photo of after waits for the head of the unit; the officer cannot approve it.
  const after = await upload(await photo());
  const proposed = await act(id, 'canbo-a', 'propose', {
    text: 'Đã dọn sạch, cắm biển cấm đổ rác.',
    uploads: [after.id],
  });
  expect(proposed.body).toMatchObject({ step: 'proposed' });
  expect((await act(id, 'canbo-a', 'approve')).status).toBe(403);
  expect((await followed(code)).messages.map((one) => one.kind)).toEqual(['question', 'reply']);
  expect((await followed(code)).photos.map((one) => one.part)).toEqual(['before']);
  at('2026-11-24T08:00:00Z');
  expect((await act(id, 'chutich-a', 'approve')).body.step).toBe('published');
  const answered = await followed(code);
  expect(answered).toMatchObject({ step: 'published', clock: 'stopped', may: ['rate', 'reopen'] });
  expect(answered.messages.at(-1)).toMatchObject({ kind: 'answer', text: 'Đã dọn sạch, cắm biển cấm đổ rác.' });
  expect(answered.photos.map((one) => one.part)).toEqual(['before', 'after']);
  const row = await database.pool.query('select in_time from reports where case_id = $1', [id]);
  expect(row.rows).toEqual([{ in_time: true }]);

  const rated = await on.ask<Followed>('POST', '/api/reports/follow/rate', { code, stars: 2, why: 'Còn mùi' });
  expect(rated.body).toMatchObject({ rating: 2, may: ['reopen'] });

  // Reopened on Wednesday 08:00: three working days end on Monday 30/11 at 08:00.
  at('2026-11-25T01:00:00Z');
  const reopened = await on.ask<Followed>('POST', '/api/reports/follow/reopen', { code, why: 'Rác lại đổ ra' });
  expect(reopened.body).toMatchObject({ step: 'reopened', dueAt: '2026-11-30T01:00:00.000Z', may: [] });
  await act(id, 'canbo-a', 'propose', { text: 'Đã xử phạt và dọn lại.', uploads: [] });
  await act(id, 'chutich-a', 'approve');
  const again = await on.ask('POST', '/api/reports/follow/reopen', { code, why: 'Lần nữa thì sao' });
  expect([again.status, again.body.code]).toEqual([409, 'not-reopenable']);
  expect(again.body.detail).toContain('đã được mở lại một lần');
}, 120_000);

describe('a report', () => {
  it('is not reopened after the days allowed, and says so in words', async () => {
    at('2026-11-23T01:00:00Z');
    const { number, code } = (await on.send()).body;
    const id = await idOf(number);
    await act(id, 'canbo-a', 'propose', { text: 'Đã vá đường.', uploads: [] });
    await act(id, 'chutich-a', 'approve');
    // Seven days later to the second it is over.
    at('2026-11-30T01:00:00Z');
    const late = await on.ask('POST', '/api/reports/follow/reopen', { code, why: 'Ổ gà vẫn còn' });
    expect([late.status, late.body.code]).toEqual([409, 'not-reopenable']);
    expect(late.body.detail).toContain('trong 7 ngày');
  });

  it('is handed on with a reason, counted, and leaves the sight of who had it; never to the unit that it is about', async () => {
    at('2026-11-23T01:00:00Z');
    const id = await idOf((await on.send()).body.number);
    const moved = await act(id, 'canbo-a', 'transfer', { organisationId: 'so-xd', reason: 'Đường tỉnh quản lý' });
    expect(moved.body).toEqual({ organisationName: { vi: 'Sở Xây dựng', en: 'Sở Xây dựng' }, transfers: 1 });
    expect((await on.ask('GET', `/api/reports/desk/${id}`, undefined, { as: 'canbo-a' })).status).toBe(404);
    expect(await view(id, 'so-xd')).toMatchObject({ transfers: 1, step: 'assigned' });

    const about = { category: 'administration.conduct', text: 'Cán bộ xã quát mắng người dân đến làm thủ tục' };
    const conduct = await idOf((await on.send(about)).body.number);
    const back = await act(conduct, 'tinh', 'transfer', { organisationId: 'ubnd-13192', reason: 'Chuyển về xã' });
    expect([back.status, back.body.code]).toEqual([409, 'about-that-unit']);
    const task = { title: 'Giải trình', organisationId: 'ubnd-13192', dueWithin: 'P1D' };
    const given = await on.ask('POST', `/api/reports/desk/${conduct}/tasks`, task, { as: 'tinh' });
    expect([given.status, given.body.code]).toEqual([409, 'about-that-unit']);
  });

  it('tells the second of two officers who did what', async () => {
    const id = await idOf((await on.send()).body.number);
    const { version } = await view(id, 'canbo-a');
    await act(id, 'canbo-a', 'begin');
    const second = await on.ask(
      'POST',
      `/api/reports/desk/${id}/ask`,
      { version, text: 'Ở đâu?' },
      { as: 'chutich-a' },
    );
    expect([second.status, second.body.code]).toEqual([409, 'changed-meanwhile']);
  });

  // Tết 2026 was off from Monday 16/2 to Friday 20/2 by decision. Sent on Friday 13/2 at 08:00: 7.5 h that day, 8 h each
  // from Monday 23/2 to Thursday 26/2, half an hour on Friday 27/2: 08:00, which is 01:00 UTC.
  it('sent before Tết gets a deadline after it', async () => {
    at('2026-02-13T01:00:00Z');
    expect((await on.send()).body.dueAt).toBe('2026-02-27T01:00:00.000Z');
    at('2026-11-23T01:00:00Z');
  });
});

describe('an upload', () => {
  it('goes on at the offset that is there, and refuses another', async () => {
    const content = await photo();
    const begun = await on.ask<{ id: string }>('POST', '/api/reports/uploads', {
      name: 'a.jpg',
      bytes: content.byteLength,
    });
    const url = `/api/reports/uploads/${begun.body.id}`;
    expect((await on.ask('PATCH', url, content.subarray(0, 100), piece(0))).body).toMatchObject({
      offset: 100,
      done: false,
    });
    const wrong = await on.ask('PATCH', url, content.subarray(50), piece(50));
    expect([wrong.status, wrong.body.code]).toEqual([409, 'wrong-offset']);
    const asked = await on.ask('GET', url);
    expect([asked.headers['upload-offset'], asked.body]).toMatchObject(['100', { offset: 100 }]);
    const early = await on.send({ uploads: [begun.body.id] });
    expect([early.status, early.body.code]).toEqual([409, 'upload-unfinished']);
    expect((await on.ask('PATCH', url, content.subarray(100), piece(100))).body).toMatchObject({ done: true });
    expect((await on.send({ uploads: [begun.body.id] })).status).toBe(200);
    const stolen = await on.send({ uploads: [begun.body.id] });
    expect([stolen.status, stolen.body.code]).toEqual([409, 'upload-taken']);
  });

  it('of 50 MB is refused before a byte is sent, and one that is no photo when it is whole', async () => {
    const large = await on.ask('POST', '/api/reports/uploads', { name: 'a.jpg', bytes: 50 * 1024 * 1024 });
    expect([large.status, large.body.code]).toEqual([413, 'file-too-large']);
    expect(large.body.detail).toContain('Hãy thu nhỏ');
    const fake = await upload(Buffer.from('<script>alert(1)</script> not a photo at all'));
    expect([fake.last?.status, fake.last?.body.code]).toEqual([415, 'file-type-not-taken']);
    expect((await on.ask('GET', `/api/reports/uploads/${fake.id}`)).status).toBe(404);
    const content = await photo();
    const begun = await on.ask<{ id: string }>('POST', '/api/reports/uploads', { name: 'a.jpg', bytes: 10 });
    const more = await on.ask('PATCH', `/api/reports/uploads/${begun.body.id}`, content, piece(0));
    expect([more.status, more.body.code]).toEqual([413, 'more-than-promised']);
  });
});
