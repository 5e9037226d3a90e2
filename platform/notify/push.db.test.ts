import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createGuard, type Guard } from '../ingest/index.ts';
import { createNotify, type Notify } from './index.ts';
import { readVapid, startPushService } from './push-testing.ts';

const message = { title: 'Phản ánh PA-2026-000001', body: 'đã có trả lời.', path: '/follow?report=PA-2026-000001' };
const MINUTE = 60_000;

describe('push messages', () => {
  let database: TestDatabase;
  let log: Log;
  let service: Awaited<ReturnType<typeof startPushService>>;
  let clock: number;
  const errors: string[] = [];
  const loopback = createGuard(['127.0.0.1']);

  const make = (guard: Guard = loopback): Notify =>
    createNotify({
      db: database.db,
      log,
      now: () => new Date(clock),
      recipients: async () => [],
      from: 'Đô thị thông minh <dttm@thaibinh.example>',
      guard,
      onError: (error) => errors.push(String(error)),
    });
  const tell = (notify: Notify, ...abouts: string[]) =>
    database.db.transaction().execute((tx) => notify.push.tell(tx, abouts, message));
  const messages = async () =>
    (
      await database.pool.query<{ state: string; attempts: number; reason: string | null }>(
        'select state, attempts, reason from messages order by created_at, id',
      )
    ).rows;
  const subscribed = async () =>
    (await database.pool.query('select about, endpoint from push_subscriptions order by about, endpoint')).rows;

  beforeEach(async () => {
    database = await testDatabase();
    // The signature's end is told by the machine's own clock.
    clock = Date.now();
    errors.length = 0;
    log = createLog({ db: database.db, pool: database.pool, now: () => new Date(clock), onError: () => undefined });
    service = await startPushService();
  });
  afterEach(async () => {
    await log.stop();
    await service.close();
    await database.close();
  });

  it('reach the browser encrypted for it alone, signed with the one key of this server', async () => {
    const notify = make();
    await notify.push.subscribe('follower:1', service.subscription());
    await tell(notify, 'follower:1');
    expect(await notify.sendDue()).toBe(1);
    const [got] = service.received;
    expect(JSON.parse(got?.text ?? '')).toEqual({ title: message.title, body: message.body, url: message.path });
    expect(got?.raw.includes('PA-2026')).toBe(false);
    expect(got?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '259200', urgency: 'normal' });
    const { key, claims } = readVapid(got?.headers.authorization ?? '');
    expect(claims).toMatchObject({ aud: service.origin, sub: 'mailto:dttm@thaibinh.example' });
    // Another process of the same platform has the same key.
    expect([key, key]).toEqual([await notify.push.publicKey(), await make().push.publicKey()]);
    // Nothing is kept of whom it went to, and what.
    const { rows } = await database.pool.query('select address, body from messages');
    expect(rows).toEqual([{ address: '', body: '' }]);
  });

  it('are one for a browser, however many of its subscriptions they concern, and none for others', async () => {
    const notify = make();
    await notify.push.subscribe('follower:1', service.subscription());
    await notify.push.subscribe('citizen:7', service.subscription());
    await notify.push.subscribe('citizen:8', service.subscription('/send/other'));
    await tell(notify, 'follower:1', 'citizen:7');
    await notify.sendDue();
    expect(service.received.map((one) => one.path)).toEqual(['/send/1']);
  });

  it.each([404, 410])('end a subscription that its service answers with %i', async (status) => {
    const notify = make();
    await notify.push.subscribe('follower:1', service.subscription());
    await notify.push.subscribe('follower:2', service.subscription());
    await notify.push.subscribe('follower:2', service.subscription('/send/stays'));
    service.answers((path) => (path === '/send/1' ? status : 201));
    await tell(notify, 'follower:1');
    expect(await notify.sendDue()).toBe(0);
    expect(await messages()).toEqual([{ state: 'dead', attempts: 1, reason: String(status) }]);
    expect(await subscribed()).toEqual([{ about: 'follower:2', endpoint: `${service.origin}/send/stays` }]);
  });

  it('are tried again when the service fails, and one service that fails holds up no other', async () => {
    const notify = make();
    await notify.push.subscribe('follower:1', service.subscription('/send/broken'));
    await notify.push.subscribe('follower:2', service.subscription('/send/well'));
    service.answers((path) => (path === '/send/broken' ? 503 : 201));
    await tell(notify, 'follower:1');
    clock += 1;
    await tell(notify, 'follower:2');
    expect(await notify.sendDue()).toBe(1);
    expect((await messages()).map((one) => one.state)).toEqual(['waiting', 'sent']);
    service.answers(() => 201);
    clock += MINUTE;
    expect(await notify.sendDue()).toBe(1);
    expect(service.received.map((one) => one.path).sort()).toEqual(['/send/broken', '/send/broken', '/send/well']);
    expect(await subscribed()).toHaveLength(2);
  });

  it('go to no address of this machine or a private network, and to no key that is none', async () => {
    const notify = make(createGuard([]));
    // A name may come to mean another machine later: what counts is what it means when it is asked.
    await notify.push.subscribe('follower:1', service.subscription());
    await tell(notify, 'follower:1');
    expect(await notify.sendDue()).toBe(0);
    expect(service.received).toEqual([]);
    expect(await messages()).toMatchObject([{ state: 'dead', reason: expect.stringContaining('address-not-allowed') }]);
    const { endpoint, keys } = service.subscription();
    const offCurve = { ...keys, p256dh: Buffer.alloc(65, 4).toString('base64url') };
    await expect(notify.push.subscribe('x', { endpoint, keys: offCurve })).rejects.toMatchObject({ code: 'push-keys' });
    await expect(notify.push.subscribe('x', { endpoint: 'ftp://a.example/1', keys })).rejects.toMatchObject({
      code: 'url-form',
    });
  });

  it('never tell the address or the key in what is logged', async () => {
    const notify = make();
    service.answers(() => 500);
    await notify.push.subscribe('follower:1', service.subscription('/send/secret-of-the-browser'));
    await tell(notify, 'follower:1');
    await notify.sendDue();
    const { rows } = await database.pool.query<{ private_key: string }>('select private_key from push_keys');
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toContain('secret-of-the-browser');
    expect(errors.join()).not.toContain(rows[0]?.private_key);
  });

  it('end when the browser says so, and keep ten browsers for one thing', async () => {
    const notify = make();
    for (let n = 0; n < 12; n++) {
      clock += 1;
      await notify.push.subscribe('follower:1', service.subscription(`/send/${n}`));
    }
    expect(await subscribed()).toHaveLength(10);
    const newest = `${service.origin}/send/11`;
    expect(await notify.push.isOn('follower:1', newest)).toBe(true);
    await notify.push.unsubscribe('follower:1', newest);
    expect(await notify.push.isOn('follower:1', newest)).toBe(false);
  });
});
