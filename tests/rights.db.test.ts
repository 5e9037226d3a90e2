/**
 * Rights on every route that exists, whatever it is called and whoever adds it: two platforms with the same people,
 * one in which commune A has nothing and one in which it has everything, must be the same to a stranger and to
 * commune B, in every answer and every count; and walking all routes must change nothing of A's.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsFor, type Planned } from './every-route.ts';
import { fillCommuneA, makeWorld, type Own, secrets, type World } from './two-communes.ts';
import { textsOfZip } from './unzip.ts';

type Answer = { call: Planned; status: number; text: string };
type Person = { name: string; loginName: string | null };

const stranger: Person = { name: 'a stranger', loginName: null };
const officer: Person = { name: 'an officer of commune B', loginName: 'canbo-b' };
/** every permission there is, but for commune B only: gets past the coarse check of each route */
const chief: Person = { name: 'an administrator of commune B', loginName: 'quantri-b' };
const province: Person = { name: 'the administrator of the province', loginName: 'tinh' };

let full: World;
let empty: World;
let own: Own;
let photo: Buffer;
let calls: Planned[];

beforeAll(async () => {
  photo = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer();
  full = await makeWorld();
  empty = await makeWorld();
  own = await fillCommuneA(full);
  calls = callsFor(full, own);
});

afterAll(async () => {
  await full?.close();
  await empty?.close();
});

/** Reads an answer; of a stream, what comes until it is quiet. */
async function read(answer: Response): Promise<string> {
  const type = answer.headers.get('content-type') ?? '';
  if (type.includes('openxmlformats')) {
    const texts = textsOfZip(Buffer.from(await answer.arrayBuffer()));
    // Who made the document and when is not what it says.
    return [...texts].flatMap(([name, text]) => (name.startsWith('docProps/') ? [] : [name, text])).join('\n');
  }
  if (!type.startsWith('text/event-stream')) return answer.text();
  const reader = answer.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const quiet = new Promise<null>((resolve) => setTimeout(() => resolve(null), 500));
    const next = await Promise.race([reader.read(), quiet]);
    if (!next?.value) break;
    text += decoder.decode(next.value);
  }
  await reader.cancel();
  return text;
}

async function send(world: World, call: Planned, headers: Record<string, string>): Promise<Answer> {
  const form = new FormData();
  if (call.multipart) form.append('file', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'thu.jpg');
  const answer = await fetch(world.url + call.path, {
    method: call.method,
    headers: { ...headers, ...(call.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(call.multipart ? { body: form } : call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  return { call, status: answer.status, text: await read(answer) };
}

/** Makes all calls in one person's name; a session that the walk itself ended is opened anew. */
async function walk(world: World, person: Person, planned: readonly Planned[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  // Limits against guessing count by address: each walk begins with none used up, in both platforms.
  await sql`delete from citizen_attempts`.execute(world.db);
  let cookie = person.loginName ? await world.signIn(person.loginName) : '';
  for (const call of planned) {
    const headers = () => ({ 'x-requested-with': 'dttm', ...(cookie ? { cookie } : {}) });
    let answer = await send(world, call, headers());
    if (answer.status === 401 && person.loginName && call.route.access !== 'public') {
      cookie = await world.signIn(person.loginName);
      answer = await send(world, call, headers());
    }
    answers.push(answer);
  }
  return answers;
}

const nameOf = ({ call, status }: Answer): string => `${call.method} ${call.path} → ${status}`;
const leaks = (answers: readonly Answer[]): string[] =>
  answers.filter(({ text }) => text.includes('BÍ-MẬT')).map((one) => `${nameOf(one)} ${one.text.slice(0, 300)}`);
const routesOf = (answers: readonly Answer[]): Set<string> =>
  new Set(answers.map(({ call }) => `${call.route.method} ${call.route.url}`));

/**
 * What differs between two platforms by chance: ids made at random, and the running numbers of the one audit chain
 * (an entry's place in it is what proves that none was taken out, so a reader of his own entries sees it).
 */
function comparable({ status, text }: Answer): string {
  const plain = text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/"(instance|requestId)":"[^"]*"/g, '"$1":""')
    // Each platform names its own address.
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<site>')
    .replace(/"id":"\d+"(.{0,1200}?)"sequence":(\d+|null)/g, '"id":"<n>"$1"sequence":"<n>"')
    .replace(/id: \d+-\d+/g, 'id: <cursor>')
    // A heartbeat comes by the clock, not by what there is to tell.
    .replaceAll('id: <cursor>\ndata: {"topic":"","kind":"alive"}\n\n', '');
  return `${status} ${plain}`;
}

/** How many reports a unit received and answered is for everybody to read: those figures may and must differ. */
const isOfSomebody = ({ call }: Answer): boolean =>
  call.route.url !== '/api/reports/statistics' &&
  // Each platform makes its own key.
  call.route.url !== '/api/notifications/push-key' &&
  // Runs of each minute by the machine's own clock: one more may have ended in one platform than in the other.
  call.route.url !== '/api/jobs';

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** A checksum of each table's rows that name A or one of its things, and of what belongs to the whole province. */
async function checksums(world: World): Promise<Record<string, string>> {
  const marks = ['BÍ-MẬT', ...Object.values(own.ids).filter((id) => id.length > 5)];
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(world.db);
  const sums: Record<string, string> = {};
  for (const { name } of tables.rows) {
    // What everybody's doing is written into, and what an attempt to sign in as A's officer counts.
    if (/^(audit_|sessions|sign_in_attempts|events|cursors|platform_uptime)/.test(name)) continue;
    const shared = /^(roles|rules|rule_versions|procedures|calendar_|indicator_|territory_|organisations|shift_)/.test(
      name,
    );
    const rows = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t
      where ${shared} or exists (select from unnest(${marks}::text[]) mark where strpos(t::text, mark) > 0)
      order by 1`.execute(world.db);
    const digest = createHash('sha256').update(rows.rows.map((row) => row.line).join('\n'));
    if (rows.rows.length > 0) sums[name] = `${rows.rows.length} ${digest.digest('hex')}`;
  }
  return sums;
}

it('the walk goes to every route that is served, and the province itself does see all of A’s things', async () => {
  const answers = await walk(
    full,
    province,
    calls.filter((call) => call.method === 'GET'),
  );
  expect(calls.length).toBeGreaterThan(300);
  const routes = new Set(calls.map(({ route }) => `${route.method} ${route.url}`));
  expect(routes.size).toBe(full.http.served().length);
  expect(routes.size).toBeGreaterThan(60);
  // Without this the tests below could pass because nothing is ever answered.
  for (const secret of Object.values(secrets)) {
    expect(
      answers.some(({ text }) => text.includes(secret)),
      `nobody is ever shown ${secret}`,
    ).toBe(true);
  }
  expect(answers.filter(({ status }) => status >= 500).map(nameOf)).toEqual([]);
}, 120_000);

it('the API has no door beside those that name who may call them', () => {
  // Documents, pages and figures of the process: no route of a room is among them.
  const served = new Set(full.http.served().map(({ url }) => url));
  const paths = Object.keys((full.http.app.swagger() as { paths?: object }).paths ?? {});
  expect(paths.map((path) => path.replace(/\{(\w+)\}/g, ':$1')).filter((path) => !served.has(path))).toEqual([]);
});

it('a stranger is sent to sign in everywhere but on public routes, and sees and changes nothing of A’s', async () => {
  const before = await checksums(full);
  const answers = await walk(full, stranger, calls);
  expect(routesOf(answers).size).toBe(full.http.served().length);
  const closed = answers.filter(({ call }) => call.route.access !== 'public');
  expect(closed.filter(({ status }) => status !== 401).map(nameOf)).toEqual([]);
  expect(leaks(answers)).toEqual([]);
  expect(await checksums(full)).toEqual(before);
  const same = await walk(empty, stranger, calls);
  expect(answers.filter(isOfSomebody).map(comparable)).toEqual(same.filter(isOfSomebody).map(comparable));
}, 120_000);

it.each([officer, chief])(
  '$name sees, counts and changes nothing of A’s on any route',
  async (person) => {
    const before = await checksums(full);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'alerts',
        'cases',
        'tasks',
        'entities',
        'devices',
        'users',
        'task_photos',
        'quarantine',
        'source_days',
      ]),
    );
    // First all that reads, then all that writes, in both platforms alike.
    const planned = [...calls].sort((one, other) => Number(one.method !== 'GET') - Number(other.method !== 'GET'));
    const answers = await walk(full, person, planned);
    const unfilled = await walk(empty, person, planned);
    expect(routesOf(answers).size).toBe(full.http.served().length);
    expect(leaks(answers)).toEqual([]);
    // Lists, totals, counts, indicators, registers, streams, refusals: as if A had nothing.
    const different = answers.flatMap((one, index) => {
      const [here, there] = [comparable(one), unfilled[index] ? comparable(unfilled[index]) : ''];
      const from = Math.max(0, firstDifference(here, there) - 100);
      const cut = (text: string): string => text.slice(from, from + 400);
      return here === there || !isOfSomebody(one)
        ? []
        : [`${nameOf(one)}\n  with A's things: …${cut(here)}\n  without them:    …${cut(there)}`];
    });
    expect(different).toEqual([]);
    const guarded = answers.filter(({ call }) => call.route.access !== 'public');
    expect(guarded.filter(({ status }) => status === 401 || status >= 500).map(nameOf)).toEqual([]);
    expect(await checksums(full)).toEqual(before);
    if (person !== chief) return;
    // The attempts were real: each writing route was asked at least once in words that it understands.
    const written = answers.filter(({ call }) => call.method !== 'GET');
    const understood = routesOf(
      written.filter(({ status, text }) => status !== 400 || !text.includes('"invalid-input"')),
    );
    expect([...routesOf(written)].filter((route) => !understood.has(route))).toEqual([]);
  },
  240_000,
);

it('a device’s key opens its own door and no other, and no person goes through the device’s door', async () => {
  const before = await checksums(full);
  const bearer = { authorization: `Bearer ${own.key}`, 'x-requested-with': 'dttm' };
  const doors = calls.filter(({ route }) => route.access === 'device');
  const others = calls.filter(({ route }) => route.access !== 'device' && route.access !== 'public');
  expect(doors.length).toBeGreaterThan(0);
  for (const call of others) {
    const answer = await send(full, call, bearer);
    expect(`${nameOf(answer)}`).toBe(`${call.method} ${call.path} → 403`);
    expect(answer.text).not.toContain('BÍ-MẬT');
  }
  const cookie = await full.signIn('tinh');
  for (const call of doors) {
    const answer = await send(full, call, { cookie, 'x-requested-with': 'dttm' });
    expect(`${nameOf(answer)}`).toBe(`${call.method} ${call.path} → 403`);
  }
  expect(await checksums(full)).toEqual(before);
}, 120_000);

it('a write that does not come from a page of this system is refused, whoever is signed in', async () => {
  const before = await checksums(full);
  const cookie = await full.signIn('tinh');
  const writes = calls.filter(({ method, route }) => method !== 'GET' && !['public', 'device'].includes(route.access));
  expect(routesOf(writes.map((call) => ({ call, status: 0, text: '' }))).size).toBeGreaterThan(20);
  for (const call of writes) {
    const answer = await send(full, call, { cookie });
    expect(nameOf(answer)).toBe(`${call.method} ${call.path} → 403`);
    expect(answer.text).toContain('cross-site');
  }
  expect(await checksums(full)).toEqual(before);
}, 120_000);
