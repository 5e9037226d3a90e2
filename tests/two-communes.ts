/** For the test of rights: the whole platform on a database of its own, and what commune A keeps to itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import sharp from 'sharp';
import { inTransaction } from '../platform/database/index.ts';
import { testDatabase } from '../platform/database/testing.ts';
import { allPermissions, systemPrincipal } from '../platform/rights/index.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { serveHealth } from '../server/health.ts';

/** 08:00 on Monday 23/11/2026 in Vietnam. */
const NOW = new Date('2026-11-23T01:00:00Z');
const MINUTE = 60_000;
const PASSWORD = 'Lúa-chín-vàng-2520';

/** Vũ Thư is commune A, Kiến Xương commune B. */
export const areaA = '13192';
const areaB = '13075';
export const organisationA = `ubnd-${areaA}`;

/** Each of these words stands in one kind of A's things, and nowhere else. */
export const secrets = {
  station: 'BÍ-MẬT-TRẠM',
  device: 'BÍ-MẬT-THIẾT-BỊ',
  connector: 'BÍ-MẬT-CẦU-NỐI',
  alert: 'BÍ-MẬT-CẢNH-BÁO',
  alertReason: 'BÍ-MẬT-TIẾP-NHẬN',
  case: 'BÍ-MẬT-SỰ-CỐ',
  caseNote: 'BÍ-MẬT-GHI-CHÚ',
  task: 'BÍ-MẬT-NHIỆM-VỤ',
  answer: 'BÍ-MẬT-TRẢ-LỜI',
  person: 'BÍ-MẬT-NGƯỜI',
  shift: 'BÍ-MẬT-SỔ-TRỰC',
  report: 'BÍ-MẬT-PHẢN-ÁNH',
  quarantine: 'BÍ-MẬT-CÁCH-LY',
  initiative: 'BÍ-MẬT-SÁNG-KIẾN',
  comment: 'BÍ-MẬT-BÌNH-LUẬN',
} as const;

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** The platform with its organisations, areas and people, listening on loopback; commune A has nothing yet. */
export async function makeWorld() {
  const database = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'dttm-rights-'));
  const composed = await compose({
    config: { ...readConfig({}, 'clean'), dataDirectory: directory },
    database,
    databaseUrl: database.url,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }, pino.destination(2)),
    now: () => NOW,
  });
  const { http, log, identity, jobs, live, audit } = composed;
  await composed.prepare();
  await serveHealth(composed, null, '/');
  const vi = (name: string) => ({ vi: name, en: name });
  const person = (loginName: string, organisationId: string) => ({
    loginName,
    name: `Người ${loginName}`,
    organisationId,
    password: PASSWORD,
    mustChangePassword: false,
  });
  await identity.seed({
    organisations: [
      { id: 'ubnd-tinh', kind: 'province', name: vi('UBND tỉnh'), areaCode: '33' },
      { id: `ubnd-${areaA}`, kind: 'commune', parentId: 'ubnd-tinh', areaCode: areaA, name: vi('UBND xã Vũ Thư') },
      { id: `ubnd-${areaB}`, kind: 'commune', parentId: 'ubnd-tinh', areaCode: areaB, name: vi('UBND xã Kiến Xương') },
    ],
    users: [person('tinh', 'ubnd-tinh'), person('canbo-b', `ubnd-${areaB}`), person('quantri-b', `ubnd-${areaB}`)],
    assignments: [
      { loginName: 'tinh', roleCode: 'administrator', reach: { scope: 'all' } },
      { loginName: 'canbo-b', roleCode: 'commune-officer', reach: { scope: 'area', areaCode: areaB } },
      { loginName: 'quantri-b', roleCode: 'administrator', reach: { scope: 'area', areaCode: areaB } },
    ],
  });
  await jobs.start();
  log.start();
  audit.start();
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  const address = http.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the platform does not listen');
  const url = `http://127.0.0.1:${address.port}`;

  /** A new session; @returns the cookie */
  const signIn = async (loginName: string): Promise<string> => {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'dttm' },
      body: JSON.stringify({ loginName, password: PASSWORD }),
    });
    if (answer.status !== 200) throw new Error(`${loginName} cannot sign in: ${await answer.text()}`);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };

  return {
    ...composed,
    url,
    signIn,
    person,
    async close() {
      live.stop();
      await http.app.close();
      await jobs.stop();
      await log.stop();
      await audit.stop();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type Own = Awaited<ReturnType<typeof fillCommuneA>>;

/** What commune A has: station, device, data, alert, case, task with photo and answer, people, quarantine. */
export async function fillCommuneA(world: World) {
  const { db, context, ingest, connectors, alerts, cases, identity, log, url } = world;
  const root = systemPrincipal('test', allPermissions);
  await identity.seed({
    users: [{ ...world.person('canbo-a', organisationA), name: `${secrets.person} Vũ Thư` }],
    assignments: [{ loginName: 'canbo-a', roleCode: 'commune-officer', reach: { scope: 'area', areaCode: areaA } }],
  });
  const found = await db
    .withTables<{ users: { id: string; login_name: string }; assignments: { id: string; user_id: string } }>()
    .selectFrom('users')
    .innerJoin('assignments', 'assignments.user_id', 'users.id')
    .select(['users.id as user', 'assignments.id as assignment'])
    .where('login_name', '=', 'canbo-a')
    .executeTakeFirstOrThrow();
  const officer = await identity.principalOf(found.user);
  if (!officer) throw new Error('the officer of A has no account');

  const station = 'urn:ngsi-ld:WastewaterStation:xa-a';
  await inTransaction(db, (tx) =>
    context.save(tx, root, {
      id: station,
      type: 'WastewaterStation',
      name: `${secrets.station} xã A`,
      organisationId: organisationA,
      areaCode: areaA,
      location: { lon: 106.2701, lat: 20.4462 },
      provenance: 'measured',
      properties: { everySeconds: 300 },
    }),
  );
  const device = 'thiet-bi-a';
  const connector = 'cau-noi-a';
  await connectors.create(root, connector, {
    name: `${secrets.connector} xã A`,
    entityIds: [station],
    url: 'https://example.org/',
    headers: {},
    key: null,
    reading: { form: 'json', rows: '', source: '', time: '', timeForm: 'iso', delimiter: ',', decimal: '.' },
    mapping: { properties: { cod: { property: 'cod' } } },
    everyMinutes: 60,
    offsetMinutes: 0,
    promisedMinutes: 60,
    timeoutSeconds: 5,
    maxBytes: 100_000,
  });
  const { key } = await ingest.registerDevice(root, device, `${secrets.device} xã A`, [station]);

  const send = async (observations: object[]): Promise<void> => {
    const answer = await fetch(`${url}/api/ingest/observations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ observations }),
    });
    if (answer.status !== 200) throw new Error(`the door refused A's data: ${await answer.text()}`);
    await log.settled();
  };
  const at = (minutesAgo: number): string => new Date(NOW.getTime() - minutesAgo * MINUTE).toISOString();
  // An hour of 180 mg/l raises the rule's own alert too; one value comes late, one cannot be read.
  const values = Array.from({ length: 12 }, (_, index) => ({
    entity: station,
    property: 'cod',
    observedAt: at(60 - index * 5),
    value: 180,
  }));
  await send(values.filter((_, index) => index !== 4));
  await send(values.slice(4, 5));
  await send([{ entity: `${station}:${secrets.quarantine}`, property: 'cod', observedAt: at(3), value: 1 }]);

  const alert = await inTransaction(db, (tx) =>
    alerts.raise(tx, {
      key: `thu:${station}`,
      source: 'silence',
      entityId: station,
      title: { vi: `${secrets.alert} tiêu đề`, en: `${secrets.alert} title` },
      text: { vi: `${secrets.alert} nội dung`, en: `${secrets.alert} text` },
      severity: 4,
      happenedAt: NOW,
      areaCode: areaA,
      organisationId: organisationA,
      provenance: 'measured',
    }),
  );
  await alerts.acknowledge(root, alert.id, `${secrets.alertReason}: đã gọi`);
  const file = await cases.open(root, {
    type: 'incident',
    title: `${secrets.case} nước thải`,
    severity: 4,
    entityId: station,
    areaCode: areaA,
    organisationId: organisationA,
    alertIds: [alert.id],
    procedureId: 'operations.water',
  });
  await cases.note(root, file.id, `${secrets.caseNote}: đợi mẫu`);
  const task = await cases.assign(root, file.id, {
    title: `${secrets.task} lấy mẫu`,
    organisationId: organisationA,
    dueWithin: 'PT2H',
  });
  await cases.accept(officer, task.id);
  const grey = { width: 40, height: 30, channels: 3, background: '#8a8f94' } as const;
  const bytes = await sharp({ create: grey }).jpeg().toBuffer();
  const { fileId } = await cases.photo(officer, task.id, { bytes, name: 'anh.jpg' });
  const said = await fetch(`${url}/api/operations/shift`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-requested-with': 'dttm',
      cookie: await world.signIn('tinh'),
    },
    body: JSON.stringify({ kind: 'note', text: `${secrets.shift}: xã A gọi hai lần` }),
  });
  if (said.status !== 200) throw new Error(`the shift log refused a note: ${await said.text()}`);
  const sent = await fetch(`${url}/api/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      requestId: 'phan-anh-cua-xa-a-0001',
      text: `${secrets.report}: nước thải chảy ra ruộng`,
      category: 'environment.litter',
      location: { lon: 106.2677, lat: 20.4447 },
      urgency: 'normal',
    }),
  });
  if (sent.status !== 200) throw new Error(`the report was refused: ${await sent.text()}`);
  const voice = await fillVoices(world);
  await cases.answer(officer, task.id, { text: `${secrets.answer}: nước đục`, photoFileIds: [fileId] });
  await log.settled();
  await world.sources.compute('2026-11-23');

  return {
    key,
    /** everything of A that an address could name, by kind */
    ids: {
      station,
      device,
      connector,
      alert: alert.id,
      case: file.id,
      task: task.id,
      photo: fileId,
      user: found.user,
      assignment: found.assignment,
      quarantine: '1',
      ...voice,
    },
  };
}

/** An initiative and a comment of A's people that nobody has let through yet. */
async function fillVoices({ db }: World): Promise<{ initiative: string; comment: string }> {
  const initiative = '0d3f4f0e-6a61-4c0e-9d0a-0c6f1f0a0001';
  const comment = '0d3f4f0e-6a61-4c0e-9d0a-0c6f1f0a0002';
  await sql`insert into initiatives (id, request_hash, citizen_id, category, area_code, organisation_id, title, body,
      search_plain, state, support_needed, answer_days, provenance, created_at)
    values (${initiative}, 'a', ${initiative}, 'khac', ${areaA}, ${organisationA}, ${secrets.initiative},
      ${secrets.initiative}, '', 'waiting', 50, 15, 'measured', ${NOW})`.execute(db);
  await sql`insert into discussions (on_kind, on_id, key) values ('initiative', ${initiative}, ${Buffer.alloc(32)})`.execute(
    db,
  );
  await sql`insert into comments (id, request_hash, on_kind, on_id, citizen_id, by_id, author, role, text, state, signs,
      area_code, organisation_id, provenance, created_at)
    values (${comment}, 'b', 'initiative', ${initiative}, ${initiative}, 'citizen', 'Người dân', 'citizen',
      ${secrets.comment}, 'waiting', '{links}', ${areaA}, ${organisationA}, 'measured', ${NOW})`.execute(db);
  return { initiative, comment };
}

export { NOW };
