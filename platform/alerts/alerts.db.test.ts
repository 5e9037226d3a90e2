import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Permission, type Principal, type Scope, visible } from '../rights/index.ts';
import { type Alerts, createAlerts, type NewAlert } from './index.ts';

const start = Date.UTC(2026, 10, 23, 1, 0);
const minute = (n: number): Date => new Date(start + n * 60_000);

const person = (id: string, name: string, scope: Scope, permissions: Permission[]): Principal => ({
  kind: 'user',
  id,
  name,
  organisationId: null,
  grants: permissions.map((permission) => ({ permission, scope })),
});
const everywhere: Scope = { all: true };
const commune = (code: string): Scope => ({ all: false, organisations: [`ubnd-${code}`], areas: [code] });
const lan = person('u-lan', 'Trần Thị Lan', everywhere, ['alert:read', 'alert:act']);
const minh = person('u-minh', 'Phạm Văn Minh', everywhere, ['alert:read', 'alert:act']);
const leader = person('u-hoa', 'Lê Hòa', everywhere, ['alert:read']);
const here = person('u-tho', 'Vũ Thọ', commune('12433'), ['alert:read', 'alert:act']);
const neighbour = person('u-duc', 'Bùi Đức', commune('12436'), ['alert:read', 'alert:act']);

describe('alerts', () => {
  let database: TestDatabase;
  let log: Log;
  let clock: Date;

  const make = (): Alerts =>
    createAlerts({
      db: database.db,
      log,
      now: () => clock,
      context: { read: async () => new Map(), type: () => undefined },
      audit: createAudit({ db: database.db, now: () => clock }),
    });
  let alerts: Alerts;

  beforeEach(async () => {
    database = await testDatabase();
    clock = minute(1);
    log = createLog({ db: database.db, pool: database.pool, now: () => clock, onError: () => undefined });
    alerts = make();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const seen = (key: string, given: Partial<NewAlert> = {}): NewAlert => ({
    key,
    source: 'rule:aqi',
    entityId: 'tram-1',
    title: { vi: 'Không khí xấu ở Vũ Thư', en: 'Bad air in Vũ Thư' },
    text: { vi: 'VN_AQI 160', en: 'VN_AQI 160' },
    severity: 3,
    value: 160,
    happenedAt: minute(0),
    areaCode: '12433',
    organisationId: 'so-nnmt',
    provenance: 'measured',
    ...given,
  });
  const raise = (given: NewAlert, by = alerts) => database.db.transaction().execute((tx) => by.raise(tx, given));
  const clear = (key: string, at: Date) => database.db.transaction().execute((tx) => alerts.clear(tx, key, at));
  const events = async (): Promise<string[]> =>
    (await database.pool.query<{ kind: string }>('select kind from events order by id')).rows.map((row) => row.kind);
  const audited = async () => {
    const audit = createAudit({ db: database.db, now: () => clock });
    const auditor = person('u-kt', 'Kiểm toán', everywhere, ['audit:read']);
    const { items } = await audit.find(visible(auditor, 'audit:read'), { limit: 100, offset: 0 });
    return items.toReversed().map((entry) => ({ action: entry.action, actor: entry.actor.id }));
  };
  const all = visible(lan, 'alert:read');

  it('opens one alert though two processes raise it at once twenty times', async () => {
    const other = make();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => raise(seen('k', { value: 160 + i }), i % 2 ? other : alerts)),
    );
    const found = await alerts.find(all, {});
    expect(found.total).toBe(1);
    expect(found.items[0]).toMatchObject({ count: 20, peak: 179, state: 'open' });
    expect((await events()).filter((kind) => kind === 'alert.opened')).toHaveLength(1);
  });

  it('never blocks two processes that raise the same storm in opposite order', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `k${i}`);
    const storm = (order: string[], by: Alerts) =>
      database.db.transaction().execute((tx) =>
        by.change(
          tx,
          order.map((key) => ({ raise: seen(key) })),
        ),
      );
    await Promise.all([storm(keys, alerts), storm([...keys].reverse(), make())]);
    const found = await alerts.find(all, { limit: 1 });
    expect(found.total).toBe(300);
    expect(found.items[0]?.count).toBe(2);
  });

  it('takes a sequence of raising and ending in one transaction in its order', async () => {
    await database.db
      .transaction()
      .execute((tx) =>
        alerts.change(tx, [
          { raise: seen('k') },
          { clear: 'k', at: minute(5) },
          { raise: seen('k', { happenedAt: minute(20), lastAt: minute(20) }) },
          { clear: 'never-raised', at: minute(21) },
        ]),
      );
    const found = await alerts.find(all, {});
    expect(found.items).toMatchObject([{ key: 'k', state: 'open', condition: 'on', count: 2 }]);
    const id = found.items[0]?.id ?? '';
    expect((await alerts.timeline(all, id)).map((step) => step.kind)).toEqual(['opened', 'cleared', 'returned']);
  });

  it('opens a new alert, and leaves the closed one as it was, when the condition returns much later', async () => {
    const first = await raise(seen('k'));
    await alerts.acknowledge(lan, first.id);
    await clear('k', minute(5));
    const second = await raise(seen('k', { happenedAt: minute(90) }));
    expect(second.id).not.toBe(first.id);
    expect((await alerts.find(all, { sort: 'oldest' })).items.map((one) => one.state)).toEqual(['closed', 'open']);
    const third = await raise(seen('k', { happenedAt: minute(91) }));
    expect(third.id).toBe(second.id);
  });

  it('leaves nothing behind when the transaction that raised it fails', async () => {
    const failing = database.db.transaction().execute(async (tx) => {
      await alerts.raise(tx, seen('k'));
      throw new Error('the process died here');
    });
    await expect(failing).rejects.toThrow('died');
    expect((await alerts.find(all, {})).total).toBe(0);
    expect(await events()).toEqual([]);
    expect((await raise(seen('k'))).count).toBe(1);
  });

  it('gives an alert to one of two who acknowledge at once, and tells the other who has it', async () => {
    const { id } = await raise(seen('k'));
    const answers = await Promise.allSettled([alerts.acknowledge(lan, id), alerts.acknowledge(minh, id)]);
    const refused = answers.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(1);
    const winner = (await alerts.get(all, id)).acknowledged?.name;
    expect(refused[0]?.reason).toMatchObject({ status: 409, code: 'already-acknowledged' });
    expect(refused[0]?.reason.text.vi).toContain(winner);
    expect((await events()).filter((kind) => kind === 'alert.acknowledged')).toHaveLength(1);
    expect((await audited()).filter((one) => one.action === 'alert.acknowledge')).toHaveLength(1);
  });

  it('writes each move into the timeline, the log and the audit, with who made it', async () => {
    const { id } = await raise(seen('k'));
    clock = minute(3);
    await alerts.acknowledge(lan, id, 'đang kiểm tra');
    await database.db.transaction().execute((tx) => alerts.link(tx, id, 'case-1'));
    await clear('k', minute(4));
    expect((await alerts.timeline(all, id)).map((step) => [step.kind, step.by.name, step.note])).toEqual([
      ['opened', 'Hệ thống', null],
      ['acknowledged', 'Trần Thị Lan', 'đang kiểm tra'],
      ['linked', 'Hệ thống', 'case-1'],
      ['cleared', 'Hệ thống', null],
      ['closed', 'Hệ thống', 'Hết điều kiện và đã tiếp nhận'],
    ]);
    expect(await events()).toEqual([
      'alert.opened',
      'alert.acknowledged',
      'alert.updated',
      'alert.cleared',
      'alert.closed',
    ]);
    expect(await audited()).toEqual([
      { action: 'alert.open', actor: 'system:alerts' },
      { action: 'alert.acknowledge', actor: 'u-lan' },
      { action: 'alert.link', actor: 'system:alerts' },
      { action: 'alert.clear', actor: 'system:alerts' },
      { action: 'alert.close', actor: 'system:alerts' },
    ]);
  });

  it('tells its place and permission with every event, so that streams can be filtered', async () => {
    const { id } = await raise(seen('k'));
    const rows = await database.pool.query(
      'select subject, permission, area_code, organisation_id, is_public from events',
    );
    expect(rows.rows).toEqual([
      { subject: id, permission: 'alert:read', area_code: '12433', organisation_id: 'so-nnmt', is_public: false },
    ]);
  });

  it('shows an officer of another commune nothing, counts included, and lets them change nothing', async () => {
    const { id } = await raise(seen('k'));
    const theirs = visible(neighbour, 'alert:read');
    expect(await alerts.find(theirs, {})).toEqual({ items: [], total: 0 });
    expect(await alerts.counts(theirs)).toMatchObject({ open: 0, unseenOver: 0, acknowledged: 0 });
    expect((await alerts.counts(theirs)).bySeverity.every((one) => one.count === 0)).toBe(true);
    await expect(alerts.get(theirs, id)).rejects.toMatchObject({ status: 404 });
    await expect(alerts.explain(theirs, id)).rejects.toMatchObject({ status: 404 });
    expect(await alerts.timeline(theirs, id)).toEqual([]);
    await expect(alerts.acknowledge(neighbour, id)).rejects.toMatchObject({ status: 404 });
    await expect(alerts.close(neighbour, id, 'báo giả')).rejects.toMatchObject({ status: 404 });
    expect((await alerts.find(visible(here, 'alert:read'), {})).total).toBe(1);
    expect((await alerts.acknowledge(here, id)).state).toBe('acknowledged');
  });

  it('refuses a reader who may see but not act', async () => {
    const { id } = await raise(seen('k'));
    await expect(alerts.acknowledge(leader, id)).rejects.toMatchObject({ status: 403 });
    expect((await alerts.get(all, id)).state).toBe('open');
  });

  it('answers 404, not a fault, for an id that is none', async () => {
    await expect(alerts.get(all, "x' or true --")).rejects.toMatchObject({ status: 404 });
  });

  it('finds by state, gravity, area, entity, source, time and words without diacritics', async () => {
    await raise(seen('a', { severity: 5 }));
    await raise(
      seen('b', { severity: 2, areaCode: '12436', entityId: 'tram-2', source: 'silence', happenedAt: minute(9) }),
    );
    const keys = async (query: Parameters<Alerts['find']>[1]) =>
      (await alerts.find(all, query)).items.map((one) => one.key);
    expect(await keys({ severity: 3 })).toEqual(['a']);
    expect(await keys({ area: '12436' })).toEqual(['b']);
    expect(await keys({ entity: 'tram-1' })).toEqual(['a']);
    expect(await keys({ source: 'rule:' })).toEqual(['a']);
    expect(await keys({ source: 'silence' })).toEqual(['b']);
    expect(await keys({ from: minute(5), to: minute(10) })).toEqual(['b']);
    expect(await keys({ q: 'vu thu' })).toHaveLength(2);
    expect(await keys({ q: '100%' })).toEqual([]);
    expect(await keys({ state: 'closed' })).toEqual([]);
    expect(await keys({ state: 'active', limit: 1, offset: 1 })).toEqual(['b']);
  });

  it('puts first what nobody has seen, still holds and is graver', async () => {
    await raise(seen('over', { severity: 5 }));
    await clear('over', minute(2));
    await raise(seen('minor', { severity: 2 }));
    await raise(seen('grave', { severity: 4 }));
    const { id } = await raise(seen('taken', { severity: 5 }));
    await alerts.acknowledge(lan, id);
    expect((await alerts.find(all, {})).items.map((one) => one.key)).toEqual(['grave', 'minor', 'over', 'taken']);
    expect(await alerts.counts(all)).toMatchObject({ open: 3, unseenOver: 1, acknowledged: 1 });
  });

  it('is explained by the producer of its source', async () => {
    const { id } = await raise(seen('k'));
    expect(await alerts.explain(all, id)).toBeNull();
    alerts.explainWith('rule', async (alert) => ({
      words: { vi: `luật của ${alert.entityId}`, en: `the rule of ${alert.entityId}` },
      rule: null,
      formula: null,
      rows: [],
      cut: false,
    }));
    expect((await alerts.explain(all, id))?.words.vi).toBe('luật của tram-1');
  });

  it('belongs to one case at a time', async () => {
    const { id } = await raise(seen('k'));
    const link = (caseId: string | null) => database.db.transaction().execute((tx) => alerts.link(tx, id, caseId));
    await link('case-1');
    await expect(link('case-2')).rejects.toMatchObject({ status: 409, code: 'already-linked' });
    await link(null);
    expect((await link('case-2')).caseId).toBe('case-2');
  });

  it('reminds of what nobody has once, though two processes look at the same time', async () => {
    await raise(seen('rule:aqi:a', { severity: 5 }));
    await raise(seen('rule:aqi:b', { severity: 5 }));
    const taken = await raise(seen('rule:aqi:c', { severity: 5 }));
    await alerts.acknowledge(lan, taken.id);
    clock = minute(5);
    expect(await alerts.remind()).toBe(0);
    clock = minute(6);
    const other = make();
    const told = await Promise.all([alerts.remind(), other.remind(), alerts.remind()]);
    expect(told.reduce((a, b) => a + b)).toBe(2);
    expect((await events()).filter((kind) => kind === 'alert.reminded')).toHaveLength(2);
    // The next is due ten minutes later, not before.
    clock = minute(15);
    expect(await alerts.remind()).toBe(0);
    clock = minute(16);
    expect(await alerts.remind()).toBe(2);
  });

  it('puts an alert off by name and reason, leaves it behind in the queue, and brings it back at its time', async () => {
    const grave = await raise(seen('rule:aqi:a', { severity: 5 }));
    const lesser = await raise(seen('rule:aqi:b', { severity: 3 }));
    const queue = async () =>
      (await alerts.find(visible(lan, 'alert:read'), { state: 'active', sort: 'urgent' })).items.map((one) => one.id);
    expect(await queue()).toEqual([grave.id, lesser.id]);
    await expect(alerts.snooze(leader, grave.id, minute(31), 'chờ thợ đến')).rejects.toMatchObject({ status: 403 });
    await expect(alerts.snooze(neighbour, grave.id, minute(31), 'chờ thợ đến')).rejects.toMatchObject({ status: 404 });
    await expect(alerts.snooze(lan, grave.id, minute(31), ' ')).rejects.toMatchObject({ code: 'reason-needed' });
    await alerts.snooze(lan, grave.id, minute(31), 'chờ thợ đến');
    expect(await queue()).toEqual([lesser.id, grave.id]);
    expect(await alerts.counts(visible(lan, 'alert:read'))).toMatchObject({ open: 1, snoozed: 1 });
    clock = minute(30);
    expect(await alerts.remind()).toBe(0);
    clock = minute(31);
    expect(await alerts.remind()).toBe(1);
    expect(await queue()).toEqual([grave.id, lesser.id]);
    const steps = await alerts.timeline(visible(lan, 'alert:read'), grave.id);
    expect(steps.map((step) => [step.kind, step.by.name, step.note])).toEqual([
      ['opened', 'Hệ thống', null],
      ['snoozed', lan.name, 'chờ thợ đến'],
      ['woken', 'Hệ thống', null],
    ]);
    expect((await audited()).map((one) => one.action)).toEqual(expect.arrayContaining(['alert.snooze', 'alert.wake']));
  });

  it('begins to remind of what was open before there were reminders', async () => {
    await raise(seen('rule:aqi:a', { severity: 5 }));
    await raise(seen('rule:aqi:b', { severity: 2 }));
    const taken = await raise(seen('rule:aqi:c', { severity: 5 }));
    await alerts.acknowledge(lan, taken.id);
    await database.pool.query('update alerts set remind_at = null');
    const file = join(import.meta.dirname, 'migrations', '0003-reminders-of-what-is-open.sql');
    await database.pool.query(await readFile(file, 'utf8'));
    const due = await database.pool.query(
      'select key, round(extract(epoch from remind_at - now()) / 60)::int as minutes from alerts where remind_at is not null',
    );
    expect(due.rows).toEqual([{ key: 'rule:aqi:a', minutes: 5 }]);
  });
});
