import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { closeAnswered, usedPhotos } from './closing.ts';
import { partsOf } from './make-parts.ts';

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
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  expect((await on.ask('POST', path, { version: rows[0].version, ...body }, { as })).status).toBe(200);
}
const at = (text: string): void => {
  on.clock.now = new Date(text);
};
const stepOf = async (code: unknown) =>
  (await on.ask<{ step: string; may: string[] }>('POST', '/api/reports/follow', { code })).body;

it('an answered report ends by itself when it can be reopened no more, and can still be rated', async () => {
  const parts = partsOf(on.platform);
  at('2026-11-23T01:00:00Z');
  const { number, code } = (await on.send()).body;
  await act(number, 'canbo-a', 'propose', { text: 'Đã vá đường.', uploads: [] });
  await act(number, 'chutich-a', 'approve');
  // Seven days later to the second; the millisecond before it is not over.
  at('2026-11-30T00:59:59.999Z');
  expect(await closeAnswered(parts)).toBe(0);
  expect(await stepOf(code)).toMatchObject({ step: 'published', may: ['rate', 'reopen'] });
  at('2026-11-30T01:00:00Z');
  expect(await closeAnswered(parts)).toBe(1);
  expect(await closeAnswered(parts)).toBe(0);
  expect(await stepOf(code)).toMatchObject({ step: 'closed', may: ['rate'] });

  // Reopened on the third day, answered again: seven days from the second answer.
  at('2026-12-01T01:00:00Z');
  const again = (await on.send({ text: 'Đèn đường trước chợ không sáng' })).body;
  await act(again.number, 'canbo-a', 'propose', { text: 'Đã thay.', uploads: [] });
  await act(again.number, 'chutich-a', 'approve');
  at('2026-12-03T01:00:00Z');
  await on.ask('POST', '/api/reports/follow/reopen', { code: again.code, why: 'Vẫn chưa sáng' });
  await act(again.number, 'canbo-a', 'propose', { text: 'Đã thay cả dây.', uploads: [] });
  await act(again.number, 'chutich-a', 'approve');
  at('2026-12-10T00:59:00Z');
  expect(await closeAnswered(parts)).toBe(0);
  at('2026-12-10T01:00:00Z');
  expect(await closeAnswered(parts)).toBe(1);
});

it('photos that were uploaded and never sent with a report are gone a week later, those of reports stay', async () => {
  at('2026-11-23T01:00:00Z');
  const upload = async (colour: string) => {
    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: colour } })
      .jpeg()
      .toBuffer();
    const begun = await on.ask<{ id: string }>('POST', '/api/reports/uploads', {
      name: 'a.jpg',
      bytes: photo.byteLength,
    });
    await on.ask('PATCH', `/api/reports/uploads/${begun.body.id}`, photo, {
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
    });
    return begun.body.id;
  };
  const [sent, abandoned] = [await upload('#123'), await upload('#456')];
  await on.send({ text: 'Rác trước cổng làng chưa dọn', uploads: [sent] });
  const parts = partsOf(on.platform);
  const sweep = () =>
    on.files.uploads.sweepUnused(new Date(on.clock.now.getTime() - 7 * 86_400_000), (ids) => usedPhotos(parts, ids));
  expect(await sweep()).toBe(0);
  at('2026-11-30T02:00:00Z');
  expect(await sweep()).toBe(1);
  expect((await on.ask('GET', `/api/reports/uploads/${abandoned}`)).status).toBe(404);
  expect((await on.ask('GET', `/api/reports/uploads/${sent}`)).status).toBe(200);
  const left = await database.pool.query('select count(*)::int as n from files');
  expect(left.rows).toEqual([{ n: 1 }]);
});
