/** For tests only: a citizen whose phone was confirmed by the code sent to it. */
import type { TestDatabase } from '../platform/database/testing.ts';
import type { Stage } from './reports-stage.ts';

let phones = 0;

/** @returns the cookie of a new person's session; they live where is said */
export async function newCitizen(on: Stage, database: TestDatabase, residence: string): Promise<string> {
  const contact = `0912${String(++phones).padStart(6, '0')}`;
  await on.citizens.sendCode(contact, `203.0.113.${phones % 200}`);
  const { rows } = await database.pool.query<{ body: string }>(
    `select body from messages where body like 'Mã xác nhận%' order by created_at desc, id limit 1`,
  );
  const code = /\d{6}/.exec(rows[0]?.body ?? '')?.[0] ?? '';
  const done = await on.ask('POST', '/api/citizens/session', { contact, code });
  if (done.status !== 200) throw new Error(`not signed in: ${JSON.stringify(done.body)}`);
  await database.pool.query(`delete from messages where body like 'Mã xác nhận%'`);
  const cookie = String(done.headers['set-cookie']).split(';')[0] ?? '';
  await on.ask('PUT', '/api/citizens/me/residence', { unitCode: residence }, { headers: { cookie } });
  return cookie;
}
