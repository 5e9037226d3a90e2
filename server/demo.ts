/**
 * The demo province: organisations of the former Thái Bình, accounts for the roles of the story, stations of the
 * simulation with their devices. Nothing of this exists in a clean start.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewEntity } from '../platform/context/index.ts';
import { inTransaction } from '../platform/database/index.ts';
import { systemPrincipal } from '../platform/rights/index.ts';
import type { Episode } from '../simulation/province.ts';
import { stations } from '../simulation/stations.ts';
import type { Composed } from './compose.ts';
import { seedKnowledge } from './demo-knowledge.ts';

export const replayStation = 'urn:ngsi-ld:AirQualityStation:phat-lai';

export type DemoAccount = { loginName: string; name: string; who: string; password: string };

/** One password for all demo accounts: it opens a simulated province on loopback only. */
const PASSWORD = 'DoThi@2520';
export const SIMULATOR = 'mo-phong';
const PROVINCE = '33';

type Person = {
  loginName: string;
  name: string;
  who: string;
  organisationId: string;
  roleCode: string;
  reach: 'all' | 'organisation' | { area: string };
};

const people: readonly Person[] = [
  {
    loginName: 'quantri',
    name: 'Nguyễn Văn Quản',
    who: 'Quản trị hệ thống',
    organisationId: 'ioc',
    roleCode: 'administrator',
    reach: 'all',
  },
  {
    loginName: 'trucban',
    name: 'Trần Thị Trực',
    who: 'Trực ban Trung tâm điều hành',
    organisationId: 'ioc',
    roleCode: 'operator',
    reach: 'all',
  },
  {
    loginName: 'moitruong',
    name: 'Phạm Minh Môi',
    who: 'Chuyên viên Sở Nông nghiệp và Môi trường',
    organisationId: 'so-nnmt',
    roleCode: 'officer',
    reach: 'organisation',
  },
  {
    loginName: 'xavuthu',
    name: 'Lê Thị Thư',
    who: 'Cán bộ UBND xã Vũ Thư',
    organisationId: 'ubnd-13192',
    roleCode: 'commune-officer',
    reach: { area: '13192' },
  },
  {
    loginName: 'chutichvuthu',
    name: 'Hoàng Văn Chủ',
    who: 'Chủ tịch UBND xã Vũ Thư',
    organisationId: 'ubnd-13192',
    roleCode: 'unit-head',
    reach: { area: '13192' },
  },
  {
    loginName: 'xakienxuong',
    name: 'Đỗ Văn Kiến',
    who: 'Cán bộ UBND xã Kiến Xương',
    organisationId: 'ubnd-13075',
    roleCode: 'commune-officer',
    reach: { area: '13075' },
  },
  {
    loginName: 'soxaydung',
    name: 'Ngô Đình Xây',
    who: 'Lãnh đạo Sở Xây dựng',
    organisationId: 'so-xd',
    roleCode: 'unit-head',
    reach: 'organisation',
  },
  {
    loginName: 'tongdai',
    name: 'Mai Thị Nghe',
    who: 'Điện thoại viên Tổng đài 1022',
    organisationId: 'ioc',
    roleCode: 'hotline-operator',
    reach: 'all',
  },
  {
    loginName: 'lanhdao',
    name: 'Vũ Thị Lãnh',
    who: 'Lãnh đạo UBND tỉnh',
    organisationId: 'ubnd-tinh',
    roleCode: 'leader',
    reach: 'all',
  },
  {
    loginName: 'kiemtoan',
    name: 'Bùi Văn Toán',
    who: 'Kiểm toán viên',
    organisationId: 'ubnd-tinh',
    roleCode: 'auditor',
    reach: 'all',
  },
];

export const demoAccounts: readonly DemoAccount[] = people.map(({ loginName, name, who }) => ({
  loginName,
  name,
  who,
  password: PASSWORD,
}));

const seeder = systemPrincipal('demo', ['entity:write', 'device:manage']);

/** Puts in what is missing; safe at every start. @returns a fresh key for the simulation's device */
export async function seedDemo(composed: Composed, options: { replay: boolean }): Promise<{ key: string }> {
  const { db, identity, context, ingest, territory } = composed;
  const communes = territory.units({ level: 'commune', parent: PROVINCE });
  await identity.seed({
    organisations: [
      {
        id: 'ubnd-tinh',
        kind: 'province',
        name: { vi: 'UBND tỉnh', en: 'Provincial People’s Committee' },
        areaCode: PROVINCE,
      },
      {
        id: 'ioc',
        kind: 'centre',
        parentId: 'ubnd-tinh',
        name: { vi: 'Trung tâm điều hành đô thị thông minh', en: 'Smart-city operations centre' },
      },
      {
        id: 'so-nnmt',
        kind: 'department',
        parentId: 'ubnd-tinh',
        name: { vi: 'Sở Nông nghiệp và Môi trường', en: 'Department of Agriculture and Environment' },
      },
      {
        id: 'so-xd',
        kind: 'department',
        parentId: 'ubnd-tinh',
        name: { vi: 'Sở Xây dựng', en: 'Department of Construction' },
      },
      ...communes.map((unit) => ({
        id: `ubnd-${unit.code}`,
        kind: 'commune' as const,
        parentId: 'ubnd-tinh',
        areaCode: unit.code,
        name: {
          vi: `UBND ${unit.name.charAt(0).toLowerCase()}${unit.name.slice(1)}`,
          en: `People’s Committee of ${unit.name.replace(/^(Xã|Phường|Thị trấn) /, '')}`,
        },
      })),
    ],
    users: people.map((person) => ({
      loginName: person.loginName,
      name: person.name,
      organisationId: person.organisationId,
      password: PASSWORD,
      mustChangePassword: false,
    })),
    assignments: people.map(({ loginName, roleCode, reach, organisationId }) => ({
      loginName,
      roleCode,
      reach:
        reach === 'all'
          ? { scope: 'all' as const }
          : reach === 'organisation'
            ? { scope: 'organisation' as const, organisationId }
            : { scope: 'area' as const, areaCode: reach.area },
    })),
  });

  await seedKnowledge(composed);

  const wanted: NewEntity[] = stations.map((station) => ({
    id: station.id,
    type: station.kind,
    name: station.name,
    organisationId: station.organisationId ?? 'so-nnmt',
    location: { lon: station.lon, lat: station.lat },
    provenance: 'simulated',
    properties: { ...station.properties, everySeconds: station.everySeconds },
  }));
  if (options.replay) {
    wanted.push({
      id: replayStation,
      type: 'AirQualityStation',
      name: 'Trạm phát lại (số liệu thật Bắc Kinh, dời thời gian)',
      organisationId: 'so-nnmt',
      location: { lon: 106.4374, lat: 20.3824 },
      provenance: 'replayed',
      properties: {
        everySeconds: 3600,
        note: 'UCI Beijing Multi-Site Air Quality, CC BY 4.0; giờ được dời nguyên ngày về hiện tại',
      },
    });
  }
  await inTransaction(db, async (tx) => {
    const present = await context.read(
      tx,
      wanted.map((one) => one.id),
    );
    for (const entity of wanted) if (!present.has(entity.id)) await context.save(tx, seeder, entity);
    for (const { id, file } of stations) {
      if (file) await ingest.alias(tx, 'station-files', `TB_${file.facility}_${file.station}`, id);
    }
  });
  return ingest.registerDevice(
    seeder,
    SIMULATOR,
    'Bộ mô phỏng',
    wanted.map((one) => one.id),
  );
}

const VU_THU = 'urn:ngsi-ld:AirQualityStation:vu-thu';
const HOUR = 3_600_000;

/**
 * Where the simulated past begins, and the episodes of smoke at Vũ Thư. Kept in a file, so that a second start goes on
 * with the same province: the first episode began hours before the first start (the story is on the screen when the
 * demo opens); a later start whose last episode is over begins a new one, which changes nothing of the past.
 */
export async function simulatedTime(
  directory: string,
  now: number,
  days: number,
): Promise<{ from: number; episodes: Episode[] }> {
  const file = join(directory, 'simulation.json');
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as { seenAt: number; episodes: Episode[] },
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
  const episodes = known?.episodes ?? [{ station: VU_THU, from: now - 5 * HOUR, to: now + 4 * HOUR, strength: 190 }];
  if (episodes.every((one) => one.to < now)) {
    episodes.push({ station: VU_THU, from: now, to: now + 8 * HOUR, strength: 190 });
  }
  await writeFile(file, JSON.stringify({ seenAt: now, episodes }));
  // What was sent before is sent again for the last day before the stop only: equal values change nothing.
  const from = known ? Math.max(known.seenAt - 24 * HOUR, now - days * 24 * HOUR) : now - days * 24 * HOUR;
  return { from, episodes };
}
