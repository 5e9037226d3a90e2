import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log, type LogEvent, type NewEvent } from '../events/index.ts';
import { createHttp } from '../http/index.ts';
import { createGuard } from '../ingest/index.ts';
import type { Permission, Principal } from '../rights/index.ts';
import { createNotify, type Notify, type NotifyOptions, serveNotify } from './index.ts';
import { type MailServer, startMailServer } from './testing.ts';

const person = (id: string, ...permissions: Permission[]): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: null,
  grants: permissions.map((permission) => ({ permission, scope: { all: true } })),
});
const tho = person('u-tho');
const lan = person('u-lan');
const duc = person('u-duc', 'service:read');

const MINUTE = 60_000;

describe('notifications and their e-mails', () => {
  let database: TestDatabase;
  let log: Log;
  let mail: MailServer;
  let clock: number;
  const errors: unknown[] = [];
  const notifies: Notify[] = [];
  let recipients: NotifyOptions['recipients'];

  const makeLog = (): Log =>
    createLog({
      db: database.db,
      pool: database.pool,
      now: () => new Date(clock),
      onError: (_follower, error) => errors.push(error),
    });
  const make = (given: Partial<NotifyOptions> = {}): Notify => {
    const notify = createNotify({
      db: database.db,
      log,
      now: () => new Date(clock),
      recipients: (event) => recipients(event),
      smtpUrl: mail.url,
      from: 'Đô thị thông minh <dttm@thaibinh.example>',
      guard: createGuard([]),
      publicUrl: 'https://dttm.example',
      onError: (error) => errors.push(error),
      ...given,
    });
    notifies.push(notify);
    return notify;
  };

  beforeEach(async () => {
    database = await testDatabase();
    clock = Date.UTC(2026, 10, 23, 1, 0);
    errors.length = 0;
    log = makeLog();
    mail = await startMailServer();
    recipients = async (event: LogEvent) =>
      event.kind.startsWith('task.')
        ? [
            { userId: 'u-tho', email: 'tho@vuthu.example' },
            { userId: 'u-lan', email: null },
          ]
        : [{ userId: 'u-lan', email: 'lan@ttdh.example' }];
  });
  afterEach(async () => {
    for (const notify of notifies.splice(0)) await notify.stop();
    await log.stop();
    await mail.close();
    await database.close();
  });

  const assigned = (number = 1): NewEvent => ({
    kind: 'task.assigned',
    subject: `task-${number}`,
    permission: 'task:act',
    organisationId: 'ubnd-12433',
    payload: {
      number: `SC-2026-00000${number}`,
      caseTitle: 'Khói dày quanh trạm',
      title: 'Kiểm tra nguồn khói',
      by: 'u-minh',
    },
  });
  const happened = async (...events: NewEvent[]) => {
    await database.db.transaction().execute((tx) => log.append(tx, events));
    await log.settled();
  };
  /** The follower begins at the head of the log; the first event must come after it has found it. */
  const begin = async (): Promise<void> => {
    log.start();
    await expect
      .poll(async () => (await database.pool.query("select 1 from cursors where follower = 'notify'")).rowCount)
      .toBe(1);
  };
  const messages = async () =>
    (
      await database.pool.query<{ state: string; attempts: number; reason: string | null; next_at: Date }>(
        'select state, attempts, reason, next_at from messages order by created_at, address',
      )
    ).rows;

  it('tell the officer of a task in the inbox and by e-mail, and leave out the one who did it', async () => {
    recipients = async () => [
      { userId: 'u-tho', email: 'tho@vuthu.example' },
      { userId: 'u-minh', email: 'minh@ttdh.example' },
    ];
    const notify = make();
    await begin();
    await happened(assigned());
    const own = await notify.own(tho);
    expect(own).toMatchObject({
      total: 1,
      unread: 1,
      items: [
        {
          title: { vi: 'Nhiệm vụ mới: Kiểm tra nguồn khói' },
          subject: { kind: 'task', id: 'task-1' },
          readAt: null,
        },
      ],
    });
    expect((await notify.own(person('u-minh'))).total).toBe(0);
    expect(await notify.sendDue()).toBe(1);
    expect(mail.received).toHaveLength(1);
    const [letter] = mail.received;
    expect([letter?.from, letter?.to]).toEqual(['dttm@thaibinh.example', ['tho@vuthu.example']]);
    expect(letter?.data).toMatch(/^Message-ID: <[0-9a-f-]{36}@thaibinh\.example>/im);
    const body = letter?.data.split('\r\n\r\n').slice(1).join('\r\n\r\n') ?? '';
    const isBase64 = /content-transfer-encoding: base64/i.test(letter?.data ?? '');
    const read = isBase64
      ? Buffer.from(body, 'base64').toString()
      : Buffer.from(
          body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number(`0x${hex}`))),
          'latin1',
        ).toString();
    expect(read).toContain('Nhiệm vụ mới: Kiểm tra nguồn khói');
    expect(read).toContain('https://dttm.example/tasks/task-1');
    expect(await messages()).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(errors).toEqual([]);
  });

  it('are written once for an event and a person, though two processes follow', async () => {
    make();
    const other = makeLog();
    make({ log: other });
    await begin();
    other.start();
    await happened(assigned(1), assigned(2), assigned(3));
    await other.settled();
    await other.stop();
    const rows = await database.pool.query(
      'select user_id, count(*)::int as n from notifications group by 1 order by 1',
    );
    expect(rows.rows).toEqual([
      { user_id: 'u-lan', n: 3 },
      { user_id: 'u-tho', n: 3 },
    ]);
    const events = await database.pool.query(
      "select payload->>'userId' as id, permission from events where kind = 'notification.created'",
    );
    expect(events.rowCount).toBe(6);
    expect(events.rows.every((row) => row.permission === null && typeof row.id === 'string')).toBe(true);
  });

  it('are read and counted by their owner only', async () => {
    const notify = make();
    await begin();
    await happened(assigned(1), assigned(2));
    const [first] = (await notify.own(tho)).items;
    if (!first) throw new Error('no notification');
    expect(await notify.read(duc, [first.id])).toBe(0);
    expect(await notify.unread(tho)).toBe(2);
    expect(await notify.read(tho, [first.id])).toBe(1);
    expect((await notify.own(tho, { unread: true })).items.map((one) => one.id)).not.toContain(first.id);
    expect(await notify.read(tho)).toBe(0);
    expect(await notify.unread(lan)).toBe(2);
    expect((await notify.own(duc)).total).toBe(0);
  });

  it('wait where no mail server is named, and the service page says so', async () => {
    const notify = createNotify({
      db: database.db,
      log,
      now: () => new Date(clock),
      recipients: (event) => recipients(event),
      from: 'dttm@thaibinh.example',
      guard: createGuard([]),
      onError: (error) => errors.push(error),
    });
    await begin();
    await happened(assigned());
    expect(await notify.sendDue()).toBe(0);
    expect(await notify.health()).toMatchObject({ server: 'not-configured', waiting: 1 });
    expect((await notify.own(tho)).total).toBe(1);
    // The day a server is named, what waited goes out.
    expect(await make().sendDue()).toBe(1);
  });

  it('cost a message no attempt while the mail server is down, and go out when it is back', async () => {
    const notify = make();
    await begin();
    await happened(assigned());
    const port = Number(new URL(mail.url).port);
    await mail.close();
    for (let n = 0; n < 12; n++) {
      expect(await notify.sendDue()).toBe(0);
      clock += 61 * MINUTE;
    }
    expect(await notify.health()).toMatchObject({ server: 'unreachable', waiting: 1, dead: 0 });
    expect(await messages()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    mail = await startMailServer(port);
    expect(await notify.sendDue()).toBe(1);
    expect(await notify.health()).toMatchObject({ server: 'reachable', sent: 1, lastError: null });
  });

  it('are tried again with growing waits after a passing refusal, and end dead with the reason', async () => {
    const notify = make();
    await begin();
    await happened(assigned());
    mail.answers.RCPT = () => '451 mailbox busy';
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      await notify.sendDue();
      const [message] = await messages();
      if (message?.state !== 'waiting') break;
      waits.push((message.next_at.getTime() - clock) / MINUTE);
      // a moment before it is due nothing is tried
      clock = message.next_at.getTime() - 1;
      await notify.sendDue();
      expect((await messages())[0]?.attempts).toBe(message.attempts);
      clock += 1;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(await messages()).toMatchObject([
      { state: 'dead', attempts: 8, reason: expect.stringContaining('451 mailbox busy') },
    ]);
  });

  it('do not try again an address that the server knows not, and send the others', async () => {
    recipients = async () => [
      { userId: 'u-tho', email: 'tho@vuthu.example' },
      { userId: 'u-lan', email: 'gone@ttdh.example' },
    ];
    const notify = make();
    await begin();
    await happened(assigned());
    mail.answers.RCPT = (line) => (line.includes('gone@') ? '550 no such mailbox' : undefined);
    expect(await notify.sendDue()).toBe(1);
    expect(await messages()).toMatchObject([
      { state: 'dead', attempts: 1, reason: expect.stringContaining('550 no such mailbox') },
      { state: 'sent' },
    ]);
  });

  it('come with the same Message-ID when the server took one and its yes was lost', async () => {
    const notify = make();
    await begin();
    await happened(assigned());
    mail.answers.BODY = () => null;
    await notify.sendDue();
    delete mail.answers.BODY;
    clock += MINUTE;
    expect(await notify.sendDue()).toBe(1);
    const ids = mail.received.map((one) => /^Message-ID: (.+)$/im.exec(one.data)?.[1]);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('are sent by another process when the one that had them died', async () => {
    const notify = make();
    await begin();
    await happened(assigned());
    // as a process leaves it that died while sending
    await database.pool.query('update messages set attempts = 1, leased_until = $1', [new Date(clock + 5 * MINUTE)]);
    expect(await notify.sendDue()).toBe(0);
    clock += 5 * MINUTE;
    expect(await make().sendDue()).toBe(1);
  });

  it('are each sent by one of two processes that send at the same time', async () => {
    const one = make();
    const two = make({ log: makeLog() });
    await begin();
    await happened(...Array.from({ length: 9 }, (_, n) => assigned(n + 1)));
    const [a, b] = await Promise.all([one.sendDue(), two.sendDue()]);
    expect(a + b).toBe(9);
    const ids = mail.received.map((letter) => /^Message-ID: (.+)$/im.exec(letter.data)?.[1]);
    expect([ids.length, new Set(ids).size]).toEqual([9, 9]);
  });

  it('are dropped with a reason when they waited three days', async () => {
    const notify = make();
    await begin();
    await happened(assigned());
    clock += 73 * 60 * MINUTE;
    expect(await notify.sendDue()).toBe(0);
    expect(await messages()).toMatchObject([{ state: 'dead', reason: expect.stringContaining('waited too long') }]);
    expect(mail.received).toEqual([]);
  });

  it('tell a citizen once, the last state, when nothing could be sent for four days; a code is not sent late', async () => {
    const notify = make();
    const post = (more: { body: string; about?: string; lastsMs?: number; address?: string }) =>
      database.db
        .transaction()
        .execute((tx) => notify.post(tx, { channel: 'email', address: 'hoa@dan.example', subject: 'PA', ...more }));
    await post({ body: 'da tiep nhan', about: 'report:1' });
    await post({ body: 'ma xac nhan', lastsMs: 10 * MINUTE });
    clock += MINUTE;
    await post({ body: 'dang xu ly', about: 'report:1' });
    await post({ body: 'viec khac', about: 'report:2' });
    await post({ body: 'cua nguoi khac', about: 'report:1', address: 'lan@dan.example' });
    clock += MINUTE;
    await post({ body: 'da co tra loi', about: 'report:1' });
    clock += 4 * 24 * 60 * MINUTE;
    // Three people's matters, each once: 'da tiep nhan' and 'dang xu ly' gave way to the answer.
    expect(await notify.sendDue()).toBe(3);
    const said = mail.received.map((letter) => /^(da|dang|viec|cua|ma) .*$/m.exec(letter.data)?.[0].trim());
    expect(said.sort()).toEqual(['cua nguoi khac', 'da co tra loi', 'viec khac']);
    const { rows } = await database.pool.query<{ reason: string; address: string }>(
      `select reason, address from messages where state = 'dead' order by reason`,
    );
    expect(rows).toEqual([
      { reason: 'a newer message about the same took its place', address: '' },
      { reason: 'a newer message about the same took its place', address: '' },
      { reason: 'waited too long: no server took it', address: '' },
    ]);
  });

  it('tell each step where nothing stands in the way, and end what waited a month', async () => {
    const notify = make();
    const post = (body: string) =>
      database.db
        .transaction()
        .execute((tx) =>
          notify.post(tx, { channel: 'email', address: 'hoa@dan.example', subject: 'PA', body, about: 'report:1' }),
        );
    await post('da tiep nhan');
    clock += 30 * MINUTE;
    await post('dang xu ly');
    expect(await notify.sendDue()).toBe(2);
    await post('da co tra loi');
    clock += 31 * 24 * 60 * MINUTE;
    expect(await notify.sendDue()).toBe(0);
  });

  it('tell of a case that was opened four days before anybody was there to tell', async () => {
    make();
    await begin();
    await log.stop();
    const opened: NewEvent = {
      kind: 'case.opened',
      subject: 'case-1',
      permission: 'case:read',
      payload: { type: 'initiative', number: 'SK-2026-000001', title: 'Lắp đèn trước cổng trường', by: 'system:x' },
    };
    await database.db.transaction().execute((tx) => log.append(tx, [opened]));
    clock += 4 * 24 * 60 * MINUTE;
    log = makeLog();
    const notify = make();
    log.start();
    await log.settled();
    expect((await notify.own(lan)).items.map((one) => one.title.vi)).toEqual([
      'SK-2026-000001 – Lắp đèn trước cổng trường',
    ]);
  });

  it('have addresses that a stranger does not enter and that show only one’s own', async () => {
    const notify = make();
    const people: Record<string, Principal> = { tho, duc };
    const http = await createHttp({
      logger: false,
      version: 'test',
      authenticators: [async (request) => people[String(request.headers['x-test-user'])] ?? null],
    });
    serveNotify(http, notify);
    await begin();
    await happened(assigned());
    const get = (url: string, who?: string) => http.app.inject({ url, headers: who ? { 'x-test-user': who } : {} });
    for (const { url } of http.served().filter((one) => one.method === 'GET' && one.access !== 'public')) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 401]);
    }
    expect((await get('/api/notifications', 'duc')).json()).toEqual({ items: [], total: 0, unread: 0 });
    expect((await get('/api/notifications', 'tho')).json()).toMatchObject({ total: 1, items: [{ may: ['read'] }] });
    expect((await get('/api/notifications/health', 'tho')).statusCode).toBe(403);
    expect((await get('/api/notifications/health', 'duc')).json()).toMatchObject({ server: 'not-tried', waiting: 1 });
    const read = await http.app.inject({
      method: 'POST',
      url: '/api/notifications/read',
      headers: { 'x-test-user': 'tho', 'x-requested-with': 'dttm' },
      payload: {},
    });
    expect(read.json()).toEqual({ unread: 0 });
    await http.app.close();
  });
});
