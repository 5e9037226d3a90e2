/** Storms through the real rooms: 500 alerts in a minute, in one transaction, one by one, and by two processes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import type { Entity } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Permission, type Principal, type Scope, visible } from '../rights/index.ts';
import { type Alerts, createAlerts, type NewAlert } from './index.ts';

const start = Date.UTC(2026, 10, 23, 1, 0);
const second = (n: number): Date => new Date(start + n * 1000);
const person = (id: string, scope: Scope, permissions: Permission[]): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: null,
  grants: permissions.map((permission) => ({ permission, scope })),
});
const lan = person('u-lan', { all: true }, ['alert:read', 'alert:act']);
const tho = person('u-tho', { all: false, organisations: [], areas: ['12433'] }, ['alert:read', 'alert:act']);
const duc = person('u-duc', { all: false, organisations: [], areas: ['12999'] }, ['alert:read', 'alert:act']);

describe('a storm of alerts', () => {
  let database: TestDatabase;
  let log: Log;
  let clock: Date;
  const sites = new Map<string, string>();

  const make = (): Alerts =>
    createAlerts({
      db: database.db,
      log,
      now: () => clock,
      context: {
        type: () => undefined,
        read: async (_db, ids) =>
          new Map(
            ids.map((id) => [
              id,
              {
                id,
                name: `Đèn ${id}`,
                properties: { ...(sites.has(id) ? { dependsOn: sites.get(id) } : {}) },
              } as never as Entity,
            ]),
          ),
      },
      audit: createAudit({ db: database.db, now: () => clock }),
      holders: async (place) => (place.areaCode === '12433' ? [{ id: 'u-tho', name: 'Thọ' }] : []),
      areaName: (code) => `xã ${code}`,
    });
  let alerts: Alerts;

  beforeEach(async () => {
    sites.clear();
    database = await testDatabase();
    clock = second(0);
    log = createLog({ db: database.db, pool: database.pool, now: () => clock, onError: () => undefined });
    alerts = make();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const outage = (n: number, given: Partial<NewAlert> = {}): NewAlert => ({
    key: `rule:outage:den-${n}`,
    source: 'rule:outage',
    entityId: `den-${n}`,
    title: { vi: `Mất điện tại Đèn den-${n}`, en: `No power at Đèn den-${n}` },
    text: { vi: '', en: '' },
    severity: 3,
    happenedAt: clock,
    areaCode: '12433',
    organisationId: null,
    provenance: 'simulated',
    ...given,
  });
  const raise = (all: readonly NewAlert[], by = alerts) =>
    database.db.transaction().execute((tx) =>
      by.change(
        tx,
        all.map((one) => ({ raise: one })),
      ),
    );
  const many = (from: number, to: number, given: (n: number) => Partial<NewAlert> = () => ({})) =>
    Array.from({ length: to - from }, (_, i) => outage(from + i, given(from + i)));
  const queue = (who = lan) => alerts.queue(visible(who, 'alert:read'), 1000);
  const groupsOf = async (who = lan) =>
    (await queue(who)).lines.flatMap((line) => ('group' in line ? [line.group] : []));
  const events = async (kind: string) =>
    (
      await database.pool.query<{ payload: Record<string, unknown> }>('select payload from events where kind = $1', [
        kind,
      ])
    ).rows;

  it('is one line of 500 and one message, though two processes raise it at once, little by little', {
    timeout: 120_000,
  }, async () => {
    const other = make();
    const half = async (by: Alerts, first: number) => {
      for (let n = first; n < 500; n += 10) await raise(many(n, n + 5), by);
    };
    await Promise.all([half(alerts, 0), half(other, 5)]);
    const { lines, total } = await queue();
    expect(total).toBe(500);
    expect(lines).toHaveLength(1);
    const [group] = await groupsOf();
    expect(group).toMatchObject({
      kind: 'rule-area',
      title: { vi: 'Mất điện' },
      count: 500,
      total: 500,
      open: 500,
      severity: 3,
      areas: [{ code: '12433', name: 'xã 12433', count: 500 }],
      provenance: 'simulated',
    });
    expect(group?.why.vi).toContain('trong 5 phút có từ 10 cảnh báo trở lên cùng một luật, cùng ở xã 12433');
    expect(await events('alert.grouped')).toHaveLength(1);
    // The first five came before anybody could know of a storm; all after them are quiet.
    const opened = await events('alert.opened');
    expect(opened).toHaveLength(500);
    expect(opened.filter((one) => one.payload.quiet !== true)).toHaveLength(5);
  });

  it('is one message where it comes in one step, and nine alerts are no storm', async () => {
    await raise(many(0, 9));
    expect((await queue()).lines).toHaveLength(9);
    await raise(many(100, 600, () => ({ source: 'silence' })));
    expect((await queue()).lines).toHaveLength(10);
    const loud = (await events('alert.opened')).filter((one) => one.payload.quiet !== true);
    expect(loud.every((one) => one.payload.source === 'rule:outage')).toBe(true);
    expect(await events('alert.grouped')).toHaveLength(1);
  });

  it('is by the site that all depend on first, whatever their rules', async () => {
    for (let n = 0; n < 12; n++) sites.set(`den-${n}`, 'tba-5');
    await raise(many(0, 12, (n) => ({ source: n % 2 ? 'silence' : 'rule:outage' })));
    expect(await groupsOf()).toMatchObject([{ kind: 'site', title: { vi: 'Phụ thuộc vào Đèn tba-5' }, count: 12 }]);
  });

  it('spreads: the wide group takes those of one commune, and each person is told of it once for each', async () => {
    await raise(many(0, 10));
    const [narrow] = await groupsOf();
    clock = second(60);
    await raise(many(10, 25, (n) => ({ areaCode: n % 2 ? '12436' : '12437' })));
    const groups = await groupsOf();
    expect(groups).toMatchObject([{ kind: 'rule', count: 25, areas: [{ count: 10 }, { count: 8 }, { count: 7 }] }]);
    expect((await alerts.group(visible(lan, 'alert:read'), narrow?.id ?? '')).id).toBe(groups[0]?.id);
    // Whoever sees one commune sees its part, and a stranger to all sees nothing.
    expect(await groupsOf(tho)).toMatchObject([{ count: 10, total: 10 }]);
    expect(await groupsOf(duc)).toEqual([]);
    await expect(alerts.group(visible(duc, 'alert:read'), groups[0]?.id ?? '')).rejects.toMatchObject({ status: 404 });
    const [first, wide] = await events('alert.grouped');
    expect(first?.payload.places).toEqual([{ areaCode: '12433', organisationId: null }]);
    expect(wide?.payload.places).toHaveLength(2);
  });

  it('lets what is graver than most stand out, and tells of it by itself', async () => {
    await raise(many(0, 20));
    await raise([outage(20, { severity: 5 })]);
    const { lines, total } = await queue();
    expect(total).toBe(21);
    expect(lines).toMatchObject([
      { alert: { severity: 5, entityId: 'den-20' } },
      { group: { count: 21, severity: 5 } },
    ]);
    const loud = (await events('alert.opened')).filter((one) => one.payload.quiet !== true);
    expect(loud).toMatchObject([{ payload: { severity: 5 } }]);
  });

  it('takes new ones for a quarter of an hour after the last, and none when it is dealt with', async () => {
    await raise(many(0, 10));
    clock = second(14 * 60);
    await raise([outage(10)]);
    expect((await groupsOf())[0]?.count).toBe(11);
    clock = second(30 * 60);
    await raise([outage(11)]);
    expect((await queue()).lines).toHaveLength(2);
    const [group] = await groupsOf();
    await alerts.act(lan, { groups: [group?.id ?? ''] }, { act: 'close', reason: 'đã có điện' });
    await raise([outage(12)]);
    const { lines } = await queue();
    expect(lines.map((line) => ('alert' in line ? line.alert.entityId : 'group')).sort()).toEqual(['den-11', 'den-12']);
  });

  it('is taken, given, put off and closed with one act, each alert with its own result', async () => {
    await raise(many(0, 12, (n) => ({ areaCode: n < 10 ? '12433' : '12436' })));
    const [group] = await groupsOf();
    const id = group?.id ?? '';
    expect(await alerts.handlers(visible(lan, 'alert:act'), { groups: [id] })).toEqual([{ id: 'u-tho', name: 'Thọ' }]);
    const given = await alerts.act(lan, { groups: [id] }, { act: 'assign', to: 'u-tho' });
    expect(given.filter((one) => one.done)).toHaveLength(10);
    expect(given.find((one) => !one.done)?.reason?.vi).toContain('không có quyền xử lý cảnh báo này');
    expect((await groupsOf())[0]).toMatchObject({ open: 2, holders: [{ name: 'Thọ', count: 10 }] });
    const put = await alerts.act(lan, { groups: [id] }, { act: 'snooze', until: second(3600), reason: 'chờ điện lực' });
    expect(put.map((one) => one.done).filter(Boolean)).toHaveLength(2);
    expect((await groupsOf())[0]).toMatchObject({ open: 0, snoozed: 2 });
    // Who may act on one commune acts on its part only.
    const taken = await alerts.act(duc, { groups: [id] }, { act: 'acknowledge' });
    expect(taken).toEqual([]);
    const audited = await database.pool.query("select 1 from audit_entries where action = 'alert.assign'");
    expect(audited.rowCount).toBe(10);
  });

  it('is reminded of once, however many of its alerts nobody has', async () => {
    await raise(many(0, 450));
    clock = second(3601);
    expect(await alerts.remind()).toBe(450);
    const reminded = await events('alert.reminded');
    expect(reminded).toHaveLength(450);
    expect(reminded.filter((one) => one.payload.quiet !== true)).toHaveLength(1);
  });
});
