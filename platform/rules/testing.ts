/** For tests only: the rooms that rules stand on, real ones over a database of one's own, and a station to judge. */
import type { KyselyPlugin } from 'kysely';
import Type from 'typebox';
import { type Alert, type Alerts, createAlerts } from '../alerts/index.ts';
import { type Audit, createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log, type Quality } from '../events/index.ts';
import { allPermissions, type Principal, systemPrincipal, visible } from '../rights/index.ts';
import { createRules, type RuleDeclaration, type Rules } from './index.ts';

const title = (vi: string, en: string) => ({ vi, en });

/** One value a minute of dust and wind, one derived index an hour. */
const station: EntityType = {
  title: title('Trạm không khí', 'Air station'),
  schema: Type.Object({ expectsData: Type.Optional(Type.Boolean()) }),
  observes: {
    dust: { title: title('Bụi PM2.5', 'PM2.5'), unit: 'µg/m³', everySeconds: 60, range: [0, 1000], rollUp: 'mean' },
    wind: { title: title('Gió', 'Wind'), unit: 'm/s', everySeconds: 60, range: [0, 80], rollUp: 'mean' },
    aqi: {
      title: title('VN_AQI giờ', 'Hourly VN_AQI'),
      unit: '',
      everySeconds: 3600,
      range: [0, 500],
      rollUp: 'last',
      decimals: 0,
      derived: true,
    },
  },
  columns: ['aqi'],
  visible: 'unit',
  marker: 'circle',
};

export const dustRule: RuleDeclaration = {
  id: 'dust-high',
  on: 'Station.dust',
  when: 'dust > 150',
  clear: 'dust < 120',
  for: 'PT1H',
  severity: 3,
  title: title('Bụi cao tại {entity}', 'High dust at {entity}'),
  text: title(
    '{property} {value} {unit} trên {threshold} trong {for}',
    '{property} {value} {unit} above {threshold} for {for}',
  ),
  law: title('QCVN 05:2023/BTNMT', 'QCVN 05:2023/BTNMT'),
  opens: 'environment-incident',
};

export const aqiRule: RuleDeclaration = {
  id: 'aqi-bad',
  on: 'Station.aqi',
  when: 'aqi > 150',
  for: 'PT1H',
  severity: 4,
  title: title('Không khí xấu', 'Bad air'),
  text: title('VN_AQI {value}', 'VN_AQI {value}'),
};

/** 08:00 on 23/11/2026 in the province. */
export const start = Date.UTC(2026, 10, 23, 1, 0);
export const minute = (n: number): number => start + n * 60_000;
export const admin: Principal = {
  ...systemPrincipal('test', allPermissions),
  kind: 'user',
  id: 'u-an',
  name: 'Nguyễn An',
};

export type World = {
  database: TestDatabase;
  log: Log;
  context: Context;
  alerts: Alerts;
  audit: Audit;
  rules: Rules;
  errors: unknown[];
  /** sets the one clock of all rooms */
  setClock(ms: number): void;
  /** stores values of (station, property) at these minutes, received at the clock's time, and waits until judged */
  send(
    entityId: string,
    property: string,
    values: readonly [minute: number, value: number, quality?: Quality][],
  ): Promise<void>;
  station(id: string, given?: { expectsData?: boolean; areaCode?: string; dependsOn?: string }): Promise<void>;
  /** all alerts, oldest first */
  all(): Promise<Alert[]>;
  close(): Promise<void>;
};

/**
 * Makes the rooms and starts them. `beside` shares another world's database, as a second process would.
 */
export async function makeWorld(
  declared: readonly RuleDeclaration[],
  given: { beside?: World; alerts?: (real: Alerts) => Alerts; plugin?: KyselyPlugin } = {},
): Promise<World> {
  const database = given.beside?.database ?? (await testDatabase());
  const { pool } = database;
  const db = given.plugin ? database.db.withPlugin(given.plugin) : database.db;
  let clock = minute(0);
  const now = (): Date => new Date(clock);
  const errors: unknown[] = [];
  const log = createLog({ db, pool, now, onError: (_follower, error) => errors.push(error) });
  const audit = createAudit({ db, now });
  const context = createContext({
    db,
    log,
    audit,
    now,
    systems: [{ name: 'test', entities: { Station: station } }],
    areaOf: () => '12433',
  });
  const real = createAlerts({ db, log, audit, context, now });
  const alerts = given.alerts?.(real) ?? real;
  const rules = createRules({ db, log, context, alerts, audit, now, rules: declared });
  await rules.start();
  log.start();
  return {
    database,
    log,
    context,
    alerts: real,
    audit,
    rules,
    errors,
    setClock(ms) {
      clock = ms;
    },
    async send(entityId, property, values) {
      const [seriesId = 0] = await log.series.numbersOf([{ entityId, property }]);
      await log.offer(values.map(([at, value, quality = 0]) => ({ seriesId, at: minute(at), value, quality })));
      await log.settled();
    },
    async station(id, { areaCode = '12433', ...properties } = {}) {
      await db.transaction().execute((tx) =>
        context.save(tx, admin, {
          id,
          type: 'Station',
          name: `Trạm ${id}`,
          organisationId: 'so-nnmt',
          areaCode,
          location: null,
          properties,
          provenance: 'measured',
        }),
      );
    },
    all: async () => (await real.find(visible(admin, 'alert:read'), { sort: 'oldest', limit: 1000 })).items,
    async close() {
      await log.stop();
      if (!given.beside) await database.close();
    },
  };
}
