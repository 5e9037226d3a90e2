import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Stage, stage } from '../../tests/reports-stage.ts';
import { seedCategories } from './catalogue.ts';

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

type Stored = { code: string; parent: string | null; version: number; deadlines: { normal: object } };
const pothole = async () => {
  const all = await on.ask<{ items: Stored[] }>('GET', '/api/reports/manage/categories', undefined, { as: 'tinh' });
  return editOf(all.body.items.find((one) => one.code === 'roads.pothole') as Stored);
};
/** What of a category is sent back when it is edited. */
const editOf = (stored: Stored): Omit<Stored, 'code' | 'parent'> => {
  const { code: _code, parent: _parent, ...rest } = stored;
  const counted = new Set(['active', 'unitName', 'open', 'openPublic', 'received']);
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !counted.has(name))) as typeof rest;
};
const put = (body: object, as: 'tinh' | 'chutich-a' = 'tinh') =>
  on.ask('PUT', '/api/reports/manage/categories/roads.pothole', body, { as });

it('an edited category holds at once, is kept by version, and is never overwritten by the program', async () => {
  const edit = await pothole();
  const quicker = { ...edit, deadlines: { ...edit.deadlines, normal: { budget: 'P1D', kind: 'working' } } };
  expect((await put(quicker, 'chutich-a')).status).toBe(403);
  expect((await put({ ...quicker, unit: { to: 'organisation', id: 'khong-co' } })).status).toBe(422);
  expect((await put(quicker)).body).toMatchObject({ version: 1 });
  const stale = await put(quicker);
  expect([stale.status, stale.body.code]).toEqual([409, 'changed-meanwhile']);
  // One working day from Monday 23/11 08:00 ends on Tuesday at 08:00.
  expect((await on.send()).body.dueAt).toBe('2026-11-24T01:00:00.000Z');
  await seedCategories(on.db, on.clock.now);
  expect(await pothole()).toMatchObject({ version: 1, deadlines: { normal: { budget: 'P1D' } } });
  const kept = await database.pool.query('select version from report_category_versions where code = $1', [
    'roads.pothole',
  ]);
  expect(kept.rows).toEqual([{ version: 0 }]);
});

it('a rule of routing goes before the category, in its area only, until it is switched off', async () => {
  const rule = {
    n: 1,
    category: 'roads',
    areaCode: '13192',
    organisationId: 'so-xd',
    reason: 'Tuyến tỉnh lộ qua xã',
    active: true,
  };
  const added = await on.ask<{ items: { id: string; version: number }[] }>('POST', '/api/reports/manage/routes', rule, {
    as: 'tinh',
  });
  const [one] = added.body.items;
  expect((await on.send()).body.organisationName).toMatchObject({ vi: 'Sở Xây dựng' });
  expect((await on.send({ category: 'environment.litter' })).body.organisationName).toMatchObject({
    vi: 'UBND xã Vũ Thư',
  });
  const off = { ...rule, active: false, version: one?.version };
  expect((await on.ask('PUT', `/api/reports/manage/routes/${one?.id}`, off, { as: 'tinh' })).status).toBe(200);
  expect((await on.send()).body.organisationName).toMatchObject({ vi: 'UBND xã Vũ Thư' });
  expect((await on.ask('POST', '/api/reports/manage/routes', rule, { as: 'canbo-a' })).status).toBe(403);
});

type Listed = Stored & { active: boolean; open: number; openPublic: number; received: number };
const listed = async (code: string): Promise<Listed> => {
  const all = await on.ask<{ items: Listed[] }>('GET', '/api/reports/manage/categories', undefined, { as: 'tinh' });
  return all.body.items.find((one) => one.code === code) as Listed;
};
const edit = (code: string, change: object) =>
  listed(code).then((stored) =>
    on.ask<Listed>('PUT', `/api/reports/manage/categories/${code}`, { ...editOf(stored), ...change }, { as: 'tinh' }),
  );
const caseOf = async (number: string): Promise<string> => {
  const found = await database.pool.query<{ case_id: string }>('select case_id from reports where number = $1', [
    number,
  ]);
  return found.rows[0]?.case_id ?? '';
};
const act = async (id: string, as: 'truc' | 'canbo-a', what: string, body: object) => {
  const now = await on.ask<{ version: number }>('GET', `/api/reports/desk/${id}`, undefined, { as });
  const sent = { version: now.body.version, ...body };
  return on.ask<{ step: string }>('POST', `/api/reports/desk/${id}/${what}`, sent, { as });
};

it('a category is closed with a date: its open report goes on to the answer, a new one is refused', async () => {
  const before = await listed('environment.trees');
  const sent = await on.send({ category: 'environment.trees' });
  expect(await listed('environment.trees')).toMatchObject({ open: before.open + 1, received: before.received + 1 });
  // It is Monday 23/11: the day itself is still taken, the day before is over.
  expect((await edit('environment.trees', { activeUntil: '2026-11-23' })).body).toMatchObject({ active: true });
  expect((await edit('environment.trees', { activeUntil: '2026-11-22' })).body).toMatchObject({ active: false });
  expect((await on.send({ category: 'environment.trees' })).body.code).toBe('no-such-category');
  const id = await caseOf(sent.body.number);
  const published = await act(id, 'truc', 'moderate', { decision: 'publish', text: 'Cây đổ ngang đường', photos: [] });
  expect(published.status).toBe(200);
  expect(await listed('environment.trees')).toMatchObject({ openPublic: 1 });
  const wrong = await edit('environment.trees', { activeFrom: '2026-12-01', activeUntil: '2026-11-30' });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'ends-before-it-begins']);
});

it('closing a family closes its leaves; one that begins later is not offered before its day', async () => {
  const open = async (): Promise<string[]> => {
    const all = await on.ask<{ items: { code: string }[] }>('GET', '/api/reports/categories');
    return all.body.items.map((one) => one.code);
  };
  await edit('telecom', { activeUntil: '2026-11-01' });
  expect((await edit('health.epidemic', { activeFrom: '2026-12-01' })).status).toBe(200);
  expect((await open()).filter((code) => /^(telecom|health)/.test(code))).toEqual(['health', 'health.service']);
});

it('an answer goes out at once where its category needs no approval, and says so', async () => {
  await edit('environment.litter', { needsApproval: false });
  const { number } = (await on.send({ category: 'environment.litter' })).body;
  const id = await caseOf(number);
  expect((await act(id, 'canbo-a', 'propose', { text: 'Đã thu gom rác sáng nay.', uploads: [] })).body.step).toBe(
    'published',
  );
  const { rows } = await database.pool.query(
    'select state, proposed_by_name, decided_by_name from report_answers where case_id = $1',
    [id],
  );
  expect(rows).toEqual([
    { state: 'approved', proposed_by_name: 'Người canbo-a', decided_by_name: 'Lĩnh vực không cần duyệt' },
  ]);
  const conduct = await edit('administration.conduct', { needsApproval: false });
  expect([conduct.status, conduct.body.code]).toEqual([422, 'approval-needed']);
});

it('a category of one’s own is added to a family with fields that are demanded of who reports', async () => {
  const stored = await listed('roads.pothole');
  const { version: _version, ...like } = editOf(stored);
  const form = {
    type: 'object',
    additionalProperties: false,
    required: ['side'],
    properties: {
      side: {
        type: 'string',
        'x-text': { vi: 'Bên đường', en: 'Side of the road' },
        enum: ['left', 'right'],
        'x-choices': { left: { vi: 'Trái', en: 'Left' }, right: { vi: 'Phải', en: 'Right' } },
      },
    },
  };
  const given = { ...like, parent: 'roads', title: { vi: 'Hàng rào đường', en: 'Road fences' }, form };
  const add = (code: string, more: object = {}) =>
    on.ask('POST', '/api/reports/manage/categories', { ...given, code, ...more }, { as: 'tinh' });
  expect((await add('roads.fence')).status).toBe(200);
  expect((await add('roads.fence')).body.code).toBe('code-taken');
  expect((await add('water.fence')).body.code).toBe('code-outside-family');
  expect((await add('roads.x', { form: { ...form, required: ['other'] } })).body.code).toBe('wrong-form');
  expect((await add('roads.y', { form: { ...form, properties: { a: { type: 'object' } } } })).status).toBe(400);
  expect((await on.send({ category: 'roads.fence' })).body.code).toBe('report-fields');
  expect((await on.send({ category: 'roads.fence', fields: { side: 'left' } })).status).toBe(200);
  await seedCategories(on.db, on.clock.now);
  expect((await listed('roads.fence')).version).toBe(1);
});

it('who tries the rules is told the unit that a real report gets, and the rule that decided', async () => {
  type Tried = {
    organisationId: string | null;
    why: string;
    rule: { id: string } | null;
    solved: number | null;
    category: { code: string };
  };
  const attempt = (body: object) =>
    on.ask<Tried>('POST', '/api/reports/manage/routes/try', { areaCode: '13192', ...body }, { as: 'tinh' });
  const real = async (category: string) =>
    (
      await database.pool.query('select organisation_id, category from reports where number = $1', [
        (await on.send({ category })).body.number,
      ])
    ).rows[0].organisation_id;
  const stored = async () => (await database.pool.query('select count(*) as n from reports')).rows;

  // By its words: 'tắc cống' is flooding, which is the commune's.
  const before = await stored();
  expect((await attempt({ text: 'Tắc cống, nước ngập cả ngõ' })).body).toMatchObject({
    category: { code: 'water.flooding' },
    isSuggested: true,
    organisationId: 'ubnd-13192',
    why: 'commune',
    rule: null,
  });
  expect(await stored()).toEqual(before);
  expect((await attempt({ text: 'xyz' })).body.code).toBe('nothing-suggested');
  expect((await on.ask('POST', '/api/reports/manage/routes/try', { areaCode: '13192' }, { as: 'truc' })).status).toBe(
    403,
  );
  // About the commune itself: to the one above it.
  expect((await attempt({ category: 'administration.conduct' })).body).toMatchObject({
    organisationId: 'ubnd-tinh',
    why: 'above',
  });

  const rule = { category: 'water', areaCode: '13192', reason: 'Trạm bơm do sở quản lý', active: true };
  const add = async (more: object) => {
    const all = await on.ask<{ items: { id: string; n: number }[] }>(
      'POST',
      '/api/reports/manage/routes',
      { ...rule, ...more },
      { as: 'tinh' },
    );
    return all.body.items;
  };
  // A rule by history finds nothing yet, and the next one is tried.
  const history = (await add({ n: 10, organisationId: null })).find((one) => one.n === 10);
  const fixed = (await add({ n: 20, organisationId: 'so-xd' })).find((one) => one.n === 20);
  expect((await attempt({ category: 'water.flooding' })).body).toMatchObject({
    organisationId: 'so-xd',
    why: 'rule',
    rule: { id: fixed?.id },
  });
  expect(await real('water.flooding')).toBe('so-xd');
  // Three solved by another unit here, and it is theirs.
  for (let n = 0; n < 3; n++) {
    const { number } = (await on.send({ category: 'water.flooding' })).body;
    await database.pool.query(
      `update reports set organisation_id = 'pc-thaibinh', answered_at = received_at + interval '1 hour', in_time = true
       where number = $1`,
      [number],
    );
  }
  expect((await attempt({ category: 'water.flooding' })).body).toMatchObject({
    organisationId: 'pc-thaibinh',
    why: 'history',
    rule: { id: history?.id },
    solved: 3,
  });
  expect(await real('water.flooding')).toBe('pc-thaibinh');
  // Another category of the family has no history here.
  expect((await attempt({ category: 'water.manhole' })).body).toMatchObject({ organisationId: 'so-xd', why: 'rule' });
});
