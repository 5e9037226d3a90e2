/** Back-ups against a server that speaks S3, keys and all. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error it comes without types
import S3rver from '@20minutes/s3rver';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { giveAll, openToAll, startEmbedded } from '../platform/database/index.ts';
import {
  bringFromBucket,
  expireInBucket,
  listInBucket,
  openBucket,
  sendBase,
  sendFiles,
  sendWal,
} from './back-up-bucket.ts';
import { archiveFolder, restoreBackUp } from './back-ups.ts';
import { readConfig } from './config.ts';

// s3rver signs `/bucket` where clients ask for, and sign, `/bucket/`; its check is kept, with the slash.
const v4 = createRequire(import.meta.url)('@20minutes/s3rver/lib/signature/v4.js');
const signed = v4.getStringToSign;
v4.getStringToSign = (request: { uri: string }, signature: unknown) =>
  signed({ ...request, uri: request.uri.replace(/^\/[^/]+$/, '$&/') }, signature);

let top: string;
let store: { run(): Promise<unknown>; close(): Promise<void> };
let port: number;
const environment = (more: Record<string, string> = {}) => ({
  BACKUP_DIRECTORY: 's3://sao-luu/tinh',
  BACKUP_S3_ENDPOINT: `http://127.0.0.1:${port}`,
  BACKUP_S3_KEY: 'S3RVER',
  BACKUP_S3_SECRET: 'S3RVER',
  ...more,
});
const bucketOf = (more: Record<string, string> = {}) =>
  openBucket('s3://sao-luu/tinh', readConfig(environment(more), 'clean'));

const startStore = async (at: number): Promise<void> => {
  store = new S3rver({
    port: at,
    address: '127.0.0.1',
    silent: true,
    directory: join(top, 'store'),
    configureBuckets: [{ name: 'sao-luu', configs: [] }],
  });
  const address = (await store.run()) as { port: number };
  port = address.port;
};

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'dttm-bucket-'));
  await openToAll(top);
  await startStore(0);
});
afterEach(async () => {
  await store.close().catch(() => undefined);
  await rm(top, { recursive: true, force: true });
});

it('archives, makes a base, and restores to a moment; the store gone and back loses nothing', {
  timeout: 240_000,
}, async () => {
  const [data, there] = [join(top, 'data'), join(top, 'there')];
  const outbox = join(data, 'back-up-outbox');
  const bucket = await bucketOf();
  const archive = await archiveFolder(outbox, data);
  const embedded = await startEmbedded({ directory: join(data, 'postgres'), archive });
  const client = new pg.Client({ connectionString: embedded.url });
  await client.connect();
  await client.query('create table kept (n int)');
  await client.query('insert into kept values (1)');
  const made = await sendBase(bucket, { outbox, dataDirectory: data, url: embedded.url });
  expect((await listInBucket(bucket)).map((one) => one.name)).toEqual([made.name]);
  // Of what was sent only the manifest stays: the service page reads from it when the last back-up was made.
  expect(await readdir(join(outbox, 'lines', made.line, 'base', made.name))).toEqual(['manifest.json']);
  await client.query('insert into kept values (2)');
  const moment = (await client.query<{ at: Date }>('select clock_timestamp() as at')).rows[0]?.at ?? null;
  await new Promise((resolve) => setTimeout(resolve, 50));
  await client.query('insert into kept values (3)');
  const switched = async (): Promise<void> => {
    const wanted = (await client.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name')).rows[0];
    await expect
      .poll(async () => (await readdir(archive)).includes(`${wanted?.name}.gz`), { timeout: 60_000, interval: 200 })
      .toBe(true);
  };
  await switched();

  // The store is away: what waits stays in the outbox, and is told of in words.
  const at = port;
  await store.close();
  await expect(sendWal(bucket, outbox)).rejects.toMatchObject({ code: 'back-up-store' });
  await client.query('insert into kept values (4)');
  await switched();
  const waiting = (await readdir(archive)).filter((name) => name.endsWith('.gz')).length;
  expect(waiting).toBeGreaterThanOrEqual(2);
  await startStore(at);
  expect(await sendWal(bucket, outbox)).toBe(waiting);
  expect((await readdir(archive)).filter((name) => name.endsWith('.gz'))).toEqual([]);
  await client.end();
  await embedded.stop();

  // The whole machine is lost; only the store is left.
  await rm(data, { recursive: true });
  const restored = async (to: string, when: Date | null): Promise<number[]> => {
    const brought = join(top, 'brought');
    await rm(brought, { recursive: true, force: true });
    await bringFromBucket(bucket, when, brought);
    await giveAll(brought);
    await restoreBackUp({ root: brought, at: when, dataDirectory: to });
    const server = await startEmbedded({ directory: join(to, 'postgres') });
    const reader = new pg.Client({ connectionString: server.url });
    await reader.connect();
    const rows = await reader.query<{ n: number }>('select n from kept order by n');
    await reader.end();
    await server.stop();
    return rows.rows.map((row) => row.n);
  };
  expect(await restored(there, moment)).toEqual([1, 2]);
  expect(await restored(join(top, 'latest'), null)).toEqual([1, 2, 3, 4]);

  // What is needed for no moment goes: here the WAL from before the one base there is.
  const older = async (): Promise<number> =>
    (await bucket.list('lines/')).filter(
      ({ key }) => /\/wal\/[0-9A-F]{24}\.gz$/.test(key) && (key.split('/').at(-1) ?? '') < made.manifest.firstWal,
    ).length;
  const before = await older();
  expect(await expireInBucket(bucket, 1, new Date())).toEqual({ bases: 0, segments: before });
  expect(await older()).toBe(0);
  expect((await listInBucket(bucket)).map((one) => one.name)).toEqual([made.name]);
});

it('sends files once, again where they grew, and brings them back', async () => {
  const data = join(top, 'data');
  await mkdir(join(data, 'audit'), { recursive: true });
  await writeFile(join(data, 'audit', 'anchors'), 'one');
  const bucket = await bucketOf();
  expect(await sendFiles(bucket, data)).toBe(1);
  expect(await sendFiles(bucket, data)).toBe(0);
  await writeFile(join(data, 'audit', 'anchors'), 'one two');
  expect(await sendFiles(bucket, data)).toBe(1);
  expect(await bucket.read('audit/anchors')).toBe('one two');
});

it('says what is wrong with a key, a bucket or the configuration, and never repeats a secret', async () => {
  const wrong = await (await bucketOf({ BACKUP_S3_SECRET: 'mat-khau-sai-2520' }))
    .list('lines/')
    .catch((error: unknown) => error);
  expect(wrong).toMatchObject({ status: 502, code: 'back-up-store', text: { vi: expect.stringContaining('bí mật') } });
  expect(JSON.stringify(wrong) + String(wrong)).not.toContain('mat-khau-sai-2520');
  const nowhere = await openBucket('s3://khong-co/x', readConfig(environment(), 'clean'));
  await expect(nowhere.list('lines/')).rejects.toMatchObject({
    text: { vi: expect.stringContaining('không tồn tại') },
  });
  await expect(openBucket('s3://sao-luu/x', readConfig({}, 'clean'))).rejects.toMatchObject({
    code: 'back-up-store-keys',
  });
});
