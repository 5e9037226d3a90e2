/** A system is left out by taking its line from the list: the program starts, and what it left stays readable. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../platform/database/testing.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { systems } from '../server/systems.ts';
import { stage } from './reports-stage.ts';

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await testDatabase();
  directory = await mkdtemp(join(tmpdir(), 'dttm-without-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await database?.close();
});

it('program starts without reports', async () => {
  // It ran with them first, and somebody reported.
  const before = await stage(database);
  const { number } = (await before.send()).body;
  const { rows } = await database.pool.query<{ case_id: string }>('select case_id from reports');
  const id = rows[0]?.case_id ?? '';
  const cookie = await before.signIn('tinh');
  const now = before.clock.now;
  await before.end();

  const without = await compose({
    config: { ...readConfig({}, 'clean'), dataDirectory: directory },
    database,
    databaseUrl: database.url,
    logger: pino({ level: 'silent' }),
    now: () => now,
    systems: systems.filter((one) => one.name !== 'reports'),
  });
  await without.prepare();
  const get = async (url: string) => {
    const answer = await without.http.app.inject({ method: 'GET', url, headers: { cookie } });
    return { status: answer.statusCode, body: answer.body };
  };
  const declared = JSON.parse((await get('/api/systems')).body) as {
    systems: { name: string; pages: { path: string }[] }[];
  };
  expect(declared.systems.map((one) => one.name)).toEqual([
    'operations',
    'environment',
    'lighting',
    'participation',
    'citizen-sensors',
  ]);
  expect(declared.systems.flatMap((one) => one.pages).some((one) => one.path.startsWith('reports'))).toBe(false);
  // What its pages asked is not there, and the pages of others have what they ask.
  for (const url of ['/api/reports/categories', '/open311/v2/services.json', '/api/reports/desk'])
    expect((await get(url)).status, url).toBe(404);
  for (const url of [
    '/api/alerts',
    '/api/types',
    '/api/rules',
    '/api/entities?type=AirQualityStation',
    '/api/indicators',
    '/api/cases',
    '/api/audit',
    '/api/sources',
    '/api/participation/consultations',
    '/api/openapi.json',
  ])
    expect((await get(url)).status, url).toBe(200);
  // The case of a report that was there is still read by number and step.
  const kept = await get(`/api/cases/${id}`);
  expect([kept.status, kept.body.includes(number)]).toEqual([200, true]);
  await without.http.app.close();
  await without.log.stop();
}, 120_000);
