import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { areaA, areaB, type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { textsOfZip } from '../../tests/unzip.ts';

let database: TestDatabase;
let on: Stage;
/** Places inside the two communes of the stage. */
const places: Record<string, { lon: number; lat: number }> = {
  [areaA]: { lon: 106.2677, lat: 20.4447 },
  [areaB]: { lon: 106.4374, lat: 20.3824 },
};
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

type Row = {
  key: string;
  received: number;
  answered: number;
  inTime: number;
  inTimeShare: number | null;
  expectedShare: number | null;
  firstAnswerHours: { median: number; p90: number } | null;
  solutionHours: { median: number; p90: number } | null;
  reopened: number;
  perThousand: number | null;
  rank: number | null;
  trend: { from: string; received: number }[];
};
type View = { total: Row; items: Row[]; heat: { areaCode: string; family: string; n: number }[] };
const figures = async (query: string, as: Person = 'tinh') =>
  (await on.ask<View>('GET', `/api/reports/figures?${query}`, undefined, { as })).body;

/** One report put in as the past has it: answered so many hours after receipt, in time or not. */
let count = 0;
async function past(area: string, category: string, hours: number | null, inTime: boolean, more: object = {}) {
  const { number } = (
    await on.send(
      { text: `Phản ánh cũ số ${++count} ở địa bàn này`, category, location: places[area] },
      // Each from an address of its own: one address may not send so many.
      { ip: `203.0.113.${count}` },
    )
  ).body;
  const set = { received_at: '2026-11-02T01:00:00Z', ...more } as Record<string, unknown>;
  if (hours !== null) {
    const at = new Date(Date.parse('2026-11-02T01:00:00Z') + hours * 3_600_000);
    Object.assign(set, { answered_at: at, first_answer_at: at, closed_at: at, in_time: inTime });
  }
  const names = Object.keys(set);
  await database.pool.query(
    `update reports set ${names.map((name, n) => `${name} = $${n + 2}`).join(', ')} where number = $1`,
    [number, ...names.map((name) => set[name])],
  );
}

it('measures a unit by the same categories in the whole province, with the number of cases, and ranks no few cases', async () => {
  // Commune A has the hard category: 10 of 20 in time, and of the easy one none. Commune B has hard ones too, 2 of 10 in
  // time, and easy ones, 20 of 20. Hard in the province: 12 of 30 = 0.4; easy: 20 of 20 = 1.
  on.clock.now = new Date('2026-11-23T01:00:00Z');
  for (let n = 0; n < 20; n++) await past(areaA, 'roads.pothole', n + 1, n < 10);
  for (let n = 0; n < 10; n++) await past(areaB, 'roads.pothole', 10, n < 2);
  for (let n = 0; n < 20; n++) await past(areaB, 'environment.litter', 2, true);
  // Two more at commune A without an answer, one reopened among those answered.
  for (let n = 0; n < 2; n++) await past(areaA, 'water.manhole', null, false);
  await database.pool.query(
    `update reports set reopened_at = now() where case_id = (select case_id from reports where area_code = $1 and in_time limit 1)`,
    [areaA],
  );
  const view = await figures('from=2026-11-01&to=2026-11-30&by=organisation');
  const a = view.items.find((one) => one.key === `ubnd-${areaA}`);
  const b = view.items.find((one) => one.key === `ubnd-${areaB}`);
  // A: 10 of 20 against the 40 % that the province has there: 10 points better. B: 22 of 30 = 73.3 % against
  // (10 x 0.4 + 20 x 1) / 30 = 80 %: 6.7 points worse, although its share is the higher one.
  expect(a).toMatchObject({ received: 22, answered: 20, inTime: 10, inTimeShare: 0.5, reopened: 1, rank: 1 });
  expect(a?.expectedShare).toBeCloseTo(0.4, 10);
  expect(b).toMatchObject({ received: 30, answered: 30, inTime: 22, rank: 2 });
  expect(b?.expectedShare).toBeCloseTo(0.8, 10);
  // Hours 1 to 20: the median is 10.5; the 90th percentile lies at 0.9 x 19 = 17.1 steps above the first: 18.1.
  expect(a?.solutionHours?.median).toBeCloseTo(10.5, 6);
  expect(a?.solutionHours?.p90).toBeCloseTo(18.1, 6);
  expect(view.total).toMatchObject({ received: 52, answered: 50, inTime: 32 });
  expect(view.heat.find((one) => one.areaCode === areaA && one.family === 'roads')?.n).toBe(20);
  // The week of Monday 2/11.
  expect(a?.trend).toMatchObject([{ from: '2026-11-02', received: 22 }]);
  // Nineteen answered are too few for a place.
  await database.pool.query(
    `update reports set in_time = null, answered_at = null where case_id = (select case_id from reports where area_code = $1 and in_time = false limit 1)`,
    [areaA],
  );
  const fewer = await figures('from=2026-11-01&to=2026-11-30&by=area');
  expect(fewer.items.find((one) => one.key === areaA)).toMatchObject({ answered: 19, rank: null });
}, 180_000);

it('sets reports against inhabitants only where somebody entered them, with their source', async () => {
  const before = await figures('from=2026-11-01&to=2026-11-30&by=area');
  expect(before.items.map((one) => one.perThousand)).toEqual([null, null]);
  const body = { year: 2025, source: 'Niên giám thống kê', items: [{ areaCode: areaA, inhabitants: 11_000 }] };
  expect((await on.ask('PUT', '/api/reports/manage/inhabitants', body, { as: 'chutich-a' })).status).toBe(403);
  expect((await on.ask('PUT', '/api/reports/manage/inhabitants', body, { as: 'tinh' })).status).toBe(200);
  const none = { ...body, items: [{ areaCode: '99999', inhabitants: 1 }] };
  expect((await on.ask('PUT', '/api/reports/manage/inhabitants', none, { as: 'tinh' })).status).toBe(404);
  const after = await figures('from=2026-11-01&to=2026-11-30&by=area');
  // 22 reports of 11,000 people are 2 of a thousand.
  expect(after.items.find((one) => one.key === areaA)?.perThousand).toBeCloseTo(2, 10);
  expect(after.items.find((one) => one.key === areaB)?.perThousand).toBeNull();

  // A later year's number is for later figures: 2026 has its own, 2025 keeps what it had.
  const next = { ...body, year: 2026, items: [{ areaCode: areaA, inhabitants: 22_000 }] };
  expect((await on.ask('PUT', '/api/reports/manage/inhabitants', next, { as: 'tinh' })).status).toBe(200);
  const of2026 = await figures('from=2026-11-01&to=2026-11-30&by=area');
  expect(of2026.items.find((one) => one.key === areaA)?.perThousand).toBeCloseTo(1, 10);
  type Listed = { items: { areaCode: string; inhabitants: number | null; year: number | null }[] };
  const kept = await on.ask<Listed>('GET', '/api/reports/manage/inhabitants?year=2025', undefined, { as: 'tinh' });
  expect(kept.body.items.find((one) => one.areaCode === areaA)).toMatchObject({ inhabitants: 11_000, year: 2025 });
});

it('shows each what they may see: a head their own unit, another commune nothing of it', async () => {
  const own = await figures('from=2026-11-01&to=2026-11-30', 'chutich-a');
  expect(own.items.map((one) => one.key)).toEqual([`ubnd-${areaA}`]);
  const other = await figures('from=2026-11-01&to=2026-11-30', 'canbo-b');
  expect(other.items.map((one) => one.key)).toEqual([`ubnd-${areaB}`]);
  const list = await on.ask<{ total: number }>(
    'GET',
    '/api/reports/desk?from=2026-11-01&to=2026-11-30&outcome=reopened',
    undefined,
    { as: 'tinh' },
  );
  // What a figure opens to is what it counted.
  expect(list.body.total).toBe(1);
  expect(
    (await on.ask('GET', '/api/reports/figures?from=2020-01-01&to=2026-11-30', undefined, { as: 'tinh' })).status,
  ).toBe(400);
});

it('writes the month as a paper in the layout of Decree 30/2020 and as a table', async () => {
  const docx = await on.ask<Buffer>('GET', '/api/reports/figures/2026-11?as=docx', undefined, { as: 'tinh' });
  const document = textsOfZip(docx.body as unknown as Buffer).get('word/document.xml') ?? '';
  const words = document.replace(/<\/w:p>/g, '\n').replace(/<[^>]+>/g, '');
  for (const part of [
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
    'ỦY BAN NHÂN DÂN TỈNH',
    'BÁO CÁO',
    'Tình hình tiếp nhận, xử lý phản ánh hiện trường tháng 11 năm 2026',
    'tiếp nhận 52 phản ánh',
    '1. UBND xã Kiến Xương',
    'Nơi nhận:',
  ]) {
    expect(words, part).toContain(part);
  }
  const csv = await on.ask<Buffer>('GET', '/api/reports/figures/2026-11?as=csv', undefined, { as: 'tinh' });
  const lines = (csv.body as unknown as Buffer).toString('utf8').trim().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/^Toàn bộ,52,49,32,/);
});
