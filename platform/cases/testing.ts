/** For tests only: the room on a real database with its real neighbours, and the people of the story. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import Type from 'typebox';
import { type Alert, createAlerts } from '../alerts/index.ts';
import { createAudit } from '../audit/index.ts';
import { createCalendar } from '../calendar/index.ts';
import { createContext } from '../context/index.ts';
import type { TestDatabase } from '../database/testing.ts';
import { createLog } from '../events/index.ts';
import { createFiles } from '../files/index.ts';
import { createIdentity } from '../identity/index.ts';
import {
  allPermissions,
  type Permission,
  type Principal,
  type Scope,
  systemPrincipal,
  visible,
} from '../rights/index.ts';
import { type CaseSystem, type CaseType, createCases, type Procedure } from './index.ts';

const person = (
  id: string,
  name: string,
  organisationId: string,
  scope: Scope,
  permissions: readonly Permission[],
): Principal => ({
  kind: 'user',
  id,
  name,
  organisationId,
  grants: permissions.map((permission) => ({ permission, scope })),
});

const seeing = ['entity:read', 'alert:read', 'case:read'] as const;
const ofUnit = (organisation: string, ...areas: string[]): Scope => ({
  all: false,
  organisations: [organisation],
  areas,
});

/** The people of the story. Vũ Thư is area 12433, Kiến Xương area 12436; both lie in the province 33. */
export const people = {
  lan: person('u-lan', 'Trần Thị Lan', 'ttdh', { all: true }, [...seeing, 'alert:act', 'case:act', 'task:act']),
  minh: person('u-minh', 'Phạm Văn Minh', 'ttdh', { all: true }, [...seeing, 'case:act']),
  admin: person('u-qt', 'Quản trị', 'ttdh', { all: true }, allPermissions),
  /** may act for the commune, but not look into cases */
  tho: person('u-tho', 'Vũ Thọ', 'ubnd-12433', ofUnit('ubnd-12433'), ['task:act']),
  duc: person('u-duc', 'Bùi Đức', 'ubnd-12436', ofUnit('ubnd-12436', '12436'), [...seeing, 'case:act', 'task:act']),
  /** another unit in the same area: a right over the place, not over the commune's tasks */
  police: person('u-ca', 'Đỗ Công', 'ca-12433', ofUnit('ca-12433', '12433'), ['task:act']),
};

export const incident: CaseType = {
  title: { vi: 'Sự cố', en: 'Incident' },
  prefix: 'SC',
  form: Type.Object({ cause: Type.Optional(Type.String({ maxLength: 100 })) }, { additionalProperties: false }),
  start: 'new',
  clock: { budget: 'PT4H', kind: 'calendar' },
  steps: {
    new: { title: { vi: 'Mới mở', en: 'New' }, to: ['working', 'closed'], may: 'case:act', within: 'PT30M' },
    working: { title: { vi: 'Đang xử lý', en: 'Being handled' }, to: ['closed'], may: 'case:act' },
    closed: { title: { vi: 'Đã đóng', en: 'Closed' }, to: ['working'], may: 'case:act', closed: true },
  },
  refuse: (_from, to, form) =>
    to === 'closed' && (form as { cause?: string }).cause === 'unknown'
      ? { vi: 'Chưa rõ nguyên nhân thì chưa đóng được.', en: 'It cannot be closed while the cause is unknown.' }
      : null,
};

/** The same in working time. */
export const dossier: CaseType = {
  title: { vi: 'Hồ sơ', en: 'Dossier' },
  prefix: 'HS',
  form: Type.Object({}),
  start: 'open',
  clock: { budget: 'PT4H', kind: 'working' },
  steps: {
    open: { title: { vi: 'Đang mở', en: 'Open' }, to: ['closed'], may: 'case:act' },
    closed: { title: { vi: 'Đã đóng', en: 'Closed' }, to: [], may: 'case:act', closed: true },
  },
};

export const airProcedure: Procedure = {
  id: 'air-exceedance',
  caseType: 'incident',
  version: 1,
  title: { vi: 'Xử lý không khí xấu', en: 'Handling bad air' },
  items: [
    { id: 'verify', text: { vi: 'Xác minh số liệu trạm', en: 'Verify the data of the station' }, required: true },
    {
      id: 'inspect',
      text: { vi: 'Kiểm tra hiện trường', en: 'Inspect the place' },
      required: true,
      task: {
        title: { vi: 'Kiểm tra nguồn khói quanh trạm', en: 'Look for smoke around the station' },
        to: 'commune-of-entity',
        within: 'PT2H',
      },
    },
    { id: 'tell', text: { vi: 'Thông báo cho dân', en: 'Tell the people' }, required: false },
  ],
};

export const environment: CaseSystem = {
  name: 'environment',
  cases: { incident, dossier },
  procedures: [airProcedure],
};

/** A photo as a phone sends it. */
export const photo = async (name = 'khoi.jpg'): Promise<{ bytes: Buffer; name: string }> => {
  const grey = { width: 40, height: 30, channels: 3, background: '#8a8f94' } as const;
  return { bytes: await sharp({ create: grey }).jpeg().toBuffer(), name };
};

/** Everything at 08:00 on Monday 23/11/2026 (local time) unless told otherwise. */
export async function stage(database: TestDatabase, systems: readonly CaseSystem[] = [environment]) {
  const { db, pool } = database;
  const clock = { now: new Date('2026-11-23T01:00:00Z') };
  const now = (): Date => clock.now;
  const errors: unknown[] = [];
  const log = createLog({ db, pool, now, onError: (_follower, error) => errors.push(error) });
  const audit = createAudit({ db, now });
  const station = { title: { vi: 'Trạm', en: 'Station' }, schema: Type.Object({}), observes: {}, columns: [] };
  const context = createContext({
    db,
    log,
    audit,
    now,
    systems: [{ name: 'environment', entities: { Station: { ...station, visible: 'public', marker: 'circle' } } }],
    areaOf: () => '12433',
  });
  const alerts = createAlerts({ db, log, audit, context, now });
  const calendar = createCalendar({ db, audit, append: log.append, now });
  await calendar.seed();
  const identity = createIdentity({ db, now, audit, announce: log.append, areaClosure: (code) => [code] });
  const named = (vi: string) => ({ vi, en: vi });
  await identity.seed({
    organisations: [
      { id: 'ttdh', name: named('Trung tâm điều hành'), kind: 'centre' },
      { id: 'so-nnmt', name: named('Sở Nông nghiệp và Môi trường'), kind: 'department' },
      { id: 'ubnd-12433', name: named('UBND xã Vũ Thư'), kind: 'commune', areaCode: '12433' },
      { id: 'ubnd-12436', name: named('UBND xã Kiến Xương'), kind: 'commune', areaCode: '12436' },
      { id: 'ca-12433', name: named('Công an xã Vũ Thư'), kind: 'other', areaCode: '12433' },
    ],
  });
  const directory = await mkdtemp(join(tmpdir(), 'cases-'));
  const files = createFiles({ db, audit, now, directory });
  const make = (own = createFiles({ db, audit, now, directory })) =>
    createCases({
      db,
      log,
      audit,
      now,
      context,
      alerts,
      calendar,
      files: own,
      identity,
      systems,
    });
  const cases = make(files);
  await cases.seed();
  const writer = systemPrincipal('test', allPermissions);
  const saveStation = (id: string, provenance: 'measured' | 'simulated') =>
    db.transaction().execute((tx) =>
      context.save(tx, writer, {
        id,
        type: 'Station',
        name: 'Trạm Vũ Thư',
        organisationId: 'so-nnmt',
        location: { lon: 106.3, lat: 20.43 },
        provenance,
      }),
    );
  await saveStation('tram-1', 'measured');
  const raise = (key = 'aqi:tram-1'): Promise<Alert> =>
    db.transaction().execute((tx) =>
      alerts.raise(tx, {
        key,
        source: 'rule:aqi',
        entityId: 'tram-1',
        title: { vi: 'Không khí xấu ở Vũ Thư', en: 'Bad air in Vũ Thư' },
        text: { vi: 'VN_AQI 163', en: 'VN_AQI 163' },
        severity: 4,
        happenedAt: new Date('2026-11-23T00:00:00Z'),
        areaCode: '12433',
        organisationId: 'so-nnmt',
        provenance: 'measured',
      }),
    );
  const openIncident = (more: Partial<Parameters<typeof cases.open>[1]> = {}, requestId?: string) =>
    cases.open(
      people.lan,
      {
        type: 'incident',
        title: 'Khói dày quanh trạm Vũ Thư',
        severity: 4,
        entityId: 'tram-1',
        organisationId: 'ttdh',
        procedureId: 'air-exceedance',
        ...more,
      },
      requestId,
    );
  const audited = async (): Promise<string[]> => {
    const found = await audit.find(visible(people.admin, 'audit:read'), { limit: 200, offset: 0 });
    return found.items.toReversed().map((entry) => `${entry.actor.id} ${entry.action}`);
  };
  return {
    db,
    log,
    audit,
    /** Stops the log and takes the files away. */
    async end() {
      await log.stop();
      await rm(directory, { recursive: true, force: true });
    },
    alerts,
    calendar,
    cases,
    make,
    clock,
    errors,
    files,
    raise,
    openIncident,
    saveStation,
    audited,
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;
