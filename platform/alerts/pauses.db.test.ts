import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import type { Entity } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Permission, type Principal, type Scope, visible } from '../rights/index.ts';
import { type Alerts, createAlerts, type NewAlert, type NewPause } from './index.ts';

/** 08:00 on Monday 23/11/2026 in the province. */
const start = Date.UTC(2026, 10, 23, 1, 0);
const minute = (n: number): Date => new Date(start + n * 60_000);
const person = (id: string, scope: Scope): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: null,
  grants: (['alert:read', 'alert:act', 'entity:read'] as Permission[]).map((permission) => ({ permission, scope })),
});
const lan = person('u-lan', { all: true });
const tho = person('u-tho', { all: false, organisations: [], areas: ['12433'] });
const duc = person('u-duc', { all: false, organisations: [], areas: ['12436'] });
const all = visible(lan, 'alert:read');

describe('a pause of alerts', () => {
  let database: TestDatabase;
  let log: Log;
  let clock: Date;
  let alerts: Alerts;

  const entity = (id: string, dependsOn?: string): Entity =>
    ({
      id,
      type: 'Station',
      name: `Trạm ${id}`,
      areaCode: '12433',
      organisationId: 'so-nnmt',
      properties: dependsOn ? { dependsOn } : {},
    }) as never;
  const entities = new Map([entity('s1'), entity('s2', 'tba-5'), entity('tba-5')].map((one) => [one.id, one]));
  const make = (): Alerts =>
    createAlerts({
      db: database.db,
      log,
      now: () => clock,
      context: {
        type: () => undefined,
        read: async (_db, ids) =>
          new Map(ids.flatMap((id) => (entities.has(id) ? [[id, entities.get(id) as Entity]] : []))),
      },
      audit: createAudit({ db: database.db, now: () => clock }),
    });
  beforeEach(async () => {
    database = await testDatabase();
    clock = minute(0);
    log = createLog({ db: database.db, pool: database.pool, now: () => clock, onError: () => undefined });
    alerts = make();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const seen = (entityId: string, at: number, given: Partial<NewAlert> = {}): NewAlert => ({
    key: `rule:dust:${entityId}`,
    source: 'rule:dust',
    entityId,
    title: { vi: 'Bụi cao', en: 'High dust' },
    text: { vi: '', en: '' },
    severity: 3,
    happenedAt: minute(at),
    areaCode: '12433',
    organisationId: 'so-nnmt',
    provenance: 'measured',
    ...given,
  });
  const raise = (given: NewAlert) => database.db.transaction().execute((tx) => alerts.change(tx, [{ raise: given }]));
  const clear = (entityId: string, at: number) =>
    database.db.transaction().execute((tx) => alerts.clear(tx, `rule:dust:${entityId}`, minute(at)));
  const pause = (given: Partial<NewPause>, by = lan) =>
    alerts.pause(by, { scope: { entity: 's1' }, from: minute(0), until: minute(60), reason: 'bảo trì', ...given });
  const total = async () => (await alerts.find(all, {})).total;

  it('holds back what would alert, counts it, and opens at its end what still holds, once, though two processes look', async () => {
    const made = await pause({});
    await raise(seen('s1', 1));
    await raise(seen('s1', 2));
    await raise(seen('s2', 2));
    // What is about another entity is not held.
    expect((await alerts.find(all, {})).items.map((one) => one.entityId)).toEqual(['s2']);
    expect(await alerts.pauses(all, { state: 'now' })).toMatchObject([
      { id: made.id, state: 'on', held: 1, waiting: 1, words: { vi: 'đối tượng Trạm s1' }, made: { name: 'u-lan' } },
    ]);
    expect(await alerts.heldBack(all, { entity: 's1' })).toMatchObject([{ times: 2, since: minute(1), overAt: null }]);
    expect(await alerts.release()).toBe(0);
    clock = minute(60);
    const released = await Promise.all([alerts.release(), make().release()]);
    expect(released.reduce((a, b) => a + b)).toBe(1);
    expect(await alerts.release()).toBe(0);
    const found = (await alerts.find(all, { entity: 's1' })).items;
    expect(found).toMatchObject([{ state: 'open', happenedAt: minute(1), knownAt: minute(60) }]);
    expect(await alerts.pauses(all, {})).toMatchObject([{ state: 'over', held: 1, waiting: 0 }]);
  });

  it('opens nothing at its end for what was over before, and shows that it was held', async () => {
    await pause({});
    await raise(seen('s1', 1));
    await clear('s1', 5);
    await raise(seen('s1', 10));
    await clear('s1', 15);
    clock = minute(61);
    expect(await alerts.release()).toBe(0);
    expect(await total()).toBe(0);
    expect(await alerts.heldBack(all, { entity: 's1' })).toMatchObject([{ overAt: minute(15) }, { overAt: minute(5) }]);
  });

  it('leaves alone what was open before it', async () => {
    await raise(seen('s1', 0));
    await pause({});
    await raise(seen('s1', 1));
    expect((await alerts.find(all, {})).items).toMatchObject([{ state: 'open', count: 2 }]);
  });

  it('is of a site with all that depends on it, a rule, a type, an area or a unit; all that is given must fit', async () => {
    const holds = async (scope: NewPause['scope'], entityId: string): Promise<boolean> => {
      const made = await pause({ scope });
      await raise(seen(entityId, 1, { key: `k:${made.id}` }));
      await alerts.endPause(lan, made.id);
      return (await alerts.heldBack(all, { pause: made.id })).length === 1;
    };
    expect(await holds({ site: 'tba-5' }, 's2')).toBe(true);
    expect(await holds({ site: 'tba-5' }, 's1')).toBe(false);
    expect(await holds({ source: 'rule:dust' }, 's1')).toBe(true);
    expect(await holds({ source: 'silence' }, 's1')).toBe(false);
    expect(await holds({ type: 'Station', area: '12433' }, 's1')).toBe(true);
    expect(await holds({ type: 'Station', area: '12436' }, 's1')).toBe(false);
    expect(await holds({ organisation: 'so-nnmt' }, 's1')).toBe(true);
  });

  it('is on only at its hours of the week, and what holds outside of them opens', async () => {
    // Monday 08:00; each Monday 08:00 to 08:30.
    await pause({ until: minute(7 * 1440), weekly: [{ from: '08:00', to: '08:30', days: [1] }] });
    await raise(seen('s1', 1));
    expect(await total()).toBe(0);
    clock = minute(31);
    expect(await alerts.pauses(all, {})).toMatchObject([{ state: 'between', waiting: 1 }]);
    expect(await alerts.release()).toBe(1);
    expect(await total()).toBe(1);
  });

  it('is ended before its time by name, and what still holds opens', async () => {
    const made = await pause({});
    await raise(seen('s1', 1));
    await alerts.endPause(lan, made.id);
    expect(await alerts.release()).toBe(1);
    await expect(alerts.endPause(lan, made.id)).rejects.toMatchObject({ code: 'pause-over' });
    const audited = await database.pool.query(
      "select action from audit_entries where action like 'alert-pause.%' order by id",
    );
    expect(audited.rows.map((row) => row.action)).toEqual(['alert-pause.make', 'alert-pause.end']);
  });

  it('is refused of everything, without a reason, over before it began, and beyond the rights of who asks', async () => {
    await expect(pause({ scope: {} })).rejects.toMatchObject({ code: 'pause-of-everything' });
    await expect(pause({ reason: ' ' })).rejects.toMatchObject({ code: 'reason-needed' });
    await expect(pause({ until: minute(0) })).rejects.toMatchObject({ code: 'pause-time' });
    await expect(pause({ scope: { source: 'rule:dust' } }, tho)).rejects.toMatchObject({ status: 403 });
    await expect(pause({}, duc)).rejects.toMatchObject({ status: 404 });
    const own = await pause({ scope: { source: 'rule:dust', area: '12433' } }, tho);
    expect(await alerts.pauses(visible(duc, 'alert:read'), {})).toEqual([]);
    await expect(alerts.endPause(duc, own.id)).rejects.toMatchObject({ status: 404 });
  });
});
