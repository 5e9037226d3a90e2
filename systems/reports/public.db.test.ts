import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Person, placeA, type Stage, stage } from '../../tests/reports-stage.ts';

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

async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  return on.ask('POST', `/api/reports/desk/${rows[0].id}/${what}`, { version: rows[0].version, ...body }, { as });
}
const publish = (number: unknown, text: string) =>
  act(number, 'truc', 'moderate', { decision: 'publish', text, photos: [] });
type Item = { number: string; text: string; lon: number; lat: number; blurred: boolean };
const listed = async (query = '') =>
  (await on.ask<{ items: Item[]; next: string | null }>('GET', `/api/reports/public?limit=2${query}`)).body;

describe('what the public reads', () => {
  it('is what was published, in the words decided, paged without a twin or a gap', async () => {
    expect((await listed()).items).toEqual([]);
    const numbers: unknown[] = [];
    for (const n of [1, 2, 3]) {
      const sent = await on.send({ text: `Ổ gà số ${n} trước nhà ông Lê Văn Ba` });
      numbers.push(sent.body.number);
      expect((await on.ask('GET', `/api/reports/public/${sent.body.number}`)).status).toBe(404);
    }
    for (const number of numbers) {
      on.clock.now = new Date(on.clock.now.getTime() + 60_000);
      expect((await publish(number, `Ổ gà ở đường liên xã`)).status).toBe(200);
    }
    const first = await listed();
    const second = await listed(`&after=${first.next}`);
    expect([...first.items, ...second.items].map((one) => one.number)).toEqual(numbers.toReversed());
    expect(second.next).toBeNull();
    expect(JSON.stringify([first, second])).not.toContain('Lê Văn Ba');
    expect((await listed('&after=khong-phai')).items).toBeUndefined();
  });

  it('is found with and without diacritics, by category, family, and the box of a map', async () => {
    const of = async (query: string) => (await listed(query)).items.length;
    expect(await of('&q=duong lien xa')).toBe(2);
    expect(await of(`&q=${encodeURIComponent('ĐƯỜNG LIÊN XÃ')}`)).toBe(2);
    expect(await of('&q=khong co gi nhu vay')).toBe(0);
    expect([await of('&category=roads'), await of('&category=roads.pothole'), await of('&category=water')]).toEqual([
      2, 2, 0,
    ]);
    const { lon, lat } = placeA;
    expect(await of(`&west=${lon - 0.01}&east=${lon + 0.01}&south=${lat - 0.01}&north=${lat + 0.01}`)).toBe(2);
    expect(await of(`&west=${lon + 0.01}&east=${lon + 0.02}&south=${lat - 0.01}&north=${lat + 0.01}`)).toBe(0);
  });

  it('shows a private home only roughly, and a category that is not public not at all', async () => {
    const noise = await on.send({ category: 'environment.noise', text: 'Hát karaoke quá nửa đêm ở nhà bên cạnh' });
    await publish(noise.body.number, 'Hát karaoke quá nửa đêm');
    const [one] = (await listed('&category=environment')).items;
    // Rounded to the nearest 0.005 degrees: 106.2677 -> 106.27, 20.4447 -> 20.445.
    expect(one).toMatchObject({ lon: 106.27, lat: 20.445, blurred: true });
    const order = await on.send({ category: 'order.security', text: 'Thanh niên tụ tập đánh nhau ban đêm' });
    const refused = await publish(order.body.number, 'Đánh nhau');
    expect([refused.status, refused.body.code]).toEqual([422, 'category-not-public']);
  });
});

describe('a possible duplicate', () => {
  const nearby = async (more: object = {}) =>
    (
      await on.ask<{ items: { number: string; metres: number; text: string }[] }>('POST', '/api/reports/nearby', {
        location: placeA,
        category: 'roads.pothole',
        text: 'o ga duong lien xa',
        ...more,
      })
    ).body.items;

  it('gives no way to feel for a home that is shown only roughly: it is found around its public place alone', async () => {
    // The noise report above: its home at placeA (106.2677, 20.4447), shown at 106.27, 20.445, some 240 m away.
    const noise = { category: 'environment.noise', text: 'hat karaoke' };
    expect(await nearby({ ...noise, location: placeA })).toEqual([]);
    expect(await nearby({ ...noise, location: { lon: 106.27, lat: 20.445 } })).toHaveLength(1);
  });

  it('is a published report of the family close by, and joining it counts once for a request', async () => {
    const found = await nearby();
    expect(found).toHaveLength(3);
    // 0.001 degrees of latitude are 111 m; 0.003 are 334 m, beyond the 150 m.
    expect((await nearby({ location: { lon: placeA.lon, lat: placeA.lat + 0.001 } }))[0]?.metres).toBe(111);
    expect(await nearby({ location: { lon: placeA.lon, lat: placeA.lat + 0.003 } })).toEqual([]);
    expect(await nearby({ category: 'water.supply' })).toEqual([]);
    const url = `/api/reports/by-number/${found[0]?.number}/join`;
    const tap = { requestId: 'toi-cung-gap-00000001' };
    const joins = [await on.ask('POST', url, tap), await on.ask('POST', url, tap)];
    expect(joins.map((one) => one.body)).toMatchObject([{ meToo: 1 }, { meToo: 1 }]);
    expect((await on.ask('POST', url, { requestId: 'toi-cung-gap-00000002' })).body).toMatchObject({ meToo: 2 });
    const code = joins[0]?.body.code;
    const followed = await on.ask('POST', '/api/reports/follow', { code });
    // Who joined reads what the public reads, and cannot speak for the sender.
    expect(followed.body).toMatchObject({ role: 'me-too', text: 'Ổ gà ở đường liên xã', may: [] });
    const hidden = await on.send();
    expect((await on.ask('POST', `/api/reports/by-number/${hidden.body.number}/join`, tap)).status).toBe(404);
  });
});

describe('the suggestion of a category', () => {
  const suggested = async (text: string, location?: object) =>
    (
      await on.ask<{ items: { code: string }[] }>('POST', '/api/reports/suggest', {
        text,
        ...(location && { location }),
      })
    ).body.items.map((one) => one.code);

  it('goes by the words, then by what others reported at the place', async () => {
    expect(await suggested('', placeA)).toEqual(['roads.pothole']);
    expect(await suggested('hát karaoke', placeA)).toEqual(['environment.noise', 'roads.pothole']);
    expect(await suggested('hát karaoke')).toEqual(['environment.noise']);
    // 0.003 degrees of latitude are 334 m, beyond the 150 m.
    expect(await suggested('', { lon: placeA.lon, lat: placeA.lat + 0.003 })).toEqual([]);
  });
});

describe('the figures', () => {
  it('count, give the median and the 90th percentile, and do not rank a few', async () => {
    // A range of its own: three reports, answered after 1, 2 and 10 hours.
    on.clock.now = new Date('2026-12-07T01:00:00Z');
    const numbers = [];
    for (let n = 0; n < 3; n++) numbers.push((await on.send()).body.number);
    for (const [n, hours] of [1, 2, 10].entries()) {
      on.clock.now = new Date(Date.parse('2026-12-07T01:00:00Z') + hours * 3600_000);
      await act(numbers[n], 'canbo-a', 'propose', { text: 'Đã vá đường', uploads: [] });
      await act(numbers[n], 'chutich-a', 'approve');
    }
    const { body } = await on.ask<{ items: object[] }>(
      'GET',
      '/api/reports/statistics?from=2026-12-07&to=2026-12-08&by=organisation',
    );
    // Median of 1, 2, 10 is 2; the 90th percentile lies 0.9 * 2 = 1.8 steps in: 2 + 0.8 * (10 - 2) = 8.4.
    expect(body.items).toEqual([
      {
        key: 'ubnd-13192',
        title: { vi: 'UBND xã Vũ Thư', en: 'UBND xã Vũ Thư' },
        received: 3,
        answered: 3,
        inTime: 3,
        firstAnswerHours: { median: 2, p90: 8.4 },
        solutionHours: { median: 2, p90: 8.4 },
        reopened: 0,
        rating: null,
        simulated: 0,
        ranked: false,
      },
    ]);
    const wrong = await on.ask('GET', '/api/reports/statistics?from=2026-12-07&to=2026-12-01');
    expect([wrong.status, wrong.body.code]).toEqual([400, 'bad-range']);
  });
});
