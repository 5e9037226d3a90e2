import Type from 'typebox';
import { expect, it } from 'vitest';
import { createAlerts } from '../alerts/index.ts';
import { createAudit } from '../audit/index.ts';
import { createContext, type EntityType } from '../context/index.ts';
import { testDatabase } from '../database/testing.ts';
import { createLog } from '../events/index.ts';
import type { Connectors } from '../ingest/index.ts';
import { systemPrincipal, visible } from '../rights/index.ts';
import { lookForSilentConnectors } from './connector-silence.ts';

const root = systemPrincipal('test', ['entity:write', 'alert:read']);
const MINUTE = 60_000;
const START = Date.parse('2026-11-23T08:00:00+07:00');
const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {},
  columns: [],
  visible: 'unit',
  marker: 'circle',
};
type Connector = Awaited<ReturnType<Connectors['list']>>[number];

it('a connector that was asked and brought nothing new for three promised intervals is one alert, over when it delivers', async () => {
  const database = await testDatabase();
  const { db, pool } = database;
  let clock = START;
  const now = () => new Date(clock);
  const log = createLog({ db, pool, now, onError: () => undefined });
  const audit = createAudit({ db, now });
  const context = createContext({
    db,
    log,
    audit,
    now,
    systems: [{ name: 'test', entities: { Station } }],
    areaOf: () => '13192',
  });
  const alerts = createAlerts({ db, log, audit, context, now });
  await db.transaction().execute((tx) =>
    context.save(tx, root, {
      id: 's1',
      type: 'Station',
      name: 'Trạm 1',
      organisationId: 'so-nnmt',
      provenance: 'measured',
      location: { lon: 106.3, lat: 20.4 },
    }),
  );
  let deliveredAt = START;
  let askedAt = START;
  let active = true;
  const connectors = {
    async list() {
      return [
        {
          id: 'kk',
          definition: { name: 'Sở', entityIds: ['s1'], promisedMinutes: 10 },
          active,
          organisationId: 'so-nnmt',
          areaCode: '13192',
          createdAt: new Date(START),
          deliveredAt: new Date(deliveredAt),
          lastRun: { endedAt: new Date(askedAt), problem: { vi: 'Mã 500.', en: 'It answered 500.' } },
        } as Connector,
      ];
    },
  };
  const look = async (minute: number): Promise<number> => {
    clock = START + minute * MINUTE;
    return lookForSilentConnectors({ db, connectors, alerts, context, now });
  };
  const all = async () => (await alerts.find(visible(root, 'alert:read'), { sort: 'oldest' })).items;

  // Three times ten minutes are a promise that may still be kept; and what was not asked is not silent.
  askedAt = START + 30 * MINUTE;
  expect(await look(30)).toBe(0);
  expect(await look(600)).toBe(0);
  askedAt = START + 601 * MINUTE;
  expect([await look(601), await look(602)]).toEqual([1, 1]);
  expect(await all()).toMatchObject([
    {
      key: 'connector:kk',
      count: 1,
      condition: 'on',
      happenedAt: new Date(START),
      entityName: 'Trạm 1',
      organisationId: 'so-nnmt',
      text: { en: 'Connector “Sở” promised new data every 10 minutes. It answered 500.' },
    },
  ]);
  deliveredAt = askedAt;
  expect(await look(603)).toBe(0);
  expect(await all()).toMatchObject([{ condition: 'over' }]);
  // One that is stopped promised nothing.
  active = false;
  askedAt = START + 2000 * MINUTE;
  expect(await look(2000)).toBe(0);
  await database.close();
});
