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
  const {
    code: _code,
    parent: _parent,
    ...edit
  } = all.body.items.find((one) => one.code === 'roads.pothole') as Stored;
  return edit;
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
