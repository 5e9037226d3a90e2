import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Permission, type Principal, type Scope, visible } from '../rights/index.ts';
import { type Alerts, createAlerts } from './index.ts';

const start = Date.UTC(2026, 10, 23, 1, 0);
const minute = (n: number): Date => new Date(start + n * 60_000);
const person = (scope: Scope): Principal => ({
  kind: 'user',
  id: 'u-lan',
  name: 'Lan',
  organisationId: null,
  grants: (['alert:read', 'alert:act'] as Permission[]).map((permission) => ({ permission, scope })),
});
const lan = person({ all: true });

let database: TestDatabase;
let log: Log;
let clock: Date;
let alerts: Alerts;
beforeEach(async () => {
  database = await testDatabase();
  clock = minute(0);
  log = createLog({ db: database.db, pool: database.pool, now: () => clock, onError: () => undefined });
  alerts = createAlerts({
    db: database.db,
    log,
    now: () => clock,
    context: { read: async () => new Map(), type: () => undefined },
    audit: createAudit({ db: database.db, now: () => clock }),
  });
});
afterEach(async () => {
  await log.stop();
  await database.close();
});

it('counts the alerts of each rule, how soon they are taken, how many nobody had to act on, and only what may be seen', async () => {
  const raise = (source: string, n: number) =>
    database.db.transaction().execute((tx) =>
      alerts.raise(tx, {
        key: `${source}:${n}`,
        source,
        entityId: `e${n}`,
        title: { vi: 'x', en: 'x' },
        text: { vi: '', en: '' },
        severity: 2,
        happenedAt: clock,
        areaCode: n === 0 ? '12433' : '12436',
        organisationId: null,
        provenance: 'measured',
      }),
    );
  const [a, b, c, d] = [
    await raise('rule:a', 0),
    await raise('rule:a', 1),
    await raise('rule:a', 2),
    await raise('rule:a', 3),
  ];
  await raise('rule:b', 4);
  // Taken after 10, 20 and 60 minutes while they held; the fourth is over after 5 and seen after 100.
  await database.db.transaction().execute((tx) => alerts.clear(tx, 'rule:a:3', minute(5)));
  for (const [at, one] of [
    [10, a],
    [20, b],
    [60, c],
    [100, d],
  ] as const) {
    clock = minute(at);
    await alerts.acknowledge(lan, one.id);
  }
  await alerts.close(lan, a.id, 'đã xử lý');
  const of = (scope: Scope) =>
    alerts.statistics(visible(person(scope), 'alert:read'), { from: minute(0), to: minute(1), by: 'source' });
  // By hand: 10, 20, 60, 100: median 40; the ninth tenth lies at 0.9 * 3 = 2.7: 60 + 0.7 * 40 = 88.
  expect(await of({ all: true })).toEqual([
    {
      of: 'rule:a',
      count: 4,
      open: 0,
      acknowledged: { count: 4, median: 40, p90: 88 },
      closed: 2,
      withoutAction: 1,
      flapping: 0,
      reopened: 0,
      entities: 4,
    },
    {
      of: 'rule:b',
      count: 1,
      open: 1,
      acknowledged: { count: 0, median: null, p90: null },
      closed: 0,
      withoutAction: 0,
      flapping: 0,
      reopened: 0,
      entities: 1,
    },
  ]);
  expect(await of({ all: false, organisations: [], areas: ['12433'] })).toMatchObject([{ of: 'rule:a', count: 1 }]);
});
