import Type from 'typebox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHistory } from '../history/index.ts';
import { createIngest, type FileDoor, type Ingest } from '../ingest/index.ts';
import { type Principal, systemPrincipal } from '../rights/index.ts';
import { createSources, rememberFiles, type Sources } from './index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 00:00 of 23/11/2026 in the province. */
const MIDNIGHT = Date.parse('2026-11-23T00:00:00+07:00');
const root = systemPrincipal('test', ['entity:write', 'device:manage', 'alert:act', 'ingest:manage']);
const ofUnit = (organisationId: string): Principal => ({
  kind: 'user',
  id: `u-${organisationId}`,
  name: 'Nguyễn An',
  organisationId,
  grants: (['device:manage', 'alert:act'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [organisationId], areas: [] },
  })),
});

const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    dust: { title: { vi: 'Bụi', en: 'Dust' }, unit: 'µg/m³', everySeconds: 3600, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

/** Lines of one number each; the station is the path's first folder. */
const door: FileDoor = {
  id: 'lines',
  by: 'file',
  sample: { name: 'S1_0.txt', text: '1\n' },
  parse(bytes, name, now) {
    const station = name.split('_')[0] ?? '';
    const lines = Buffer.from(bytes).toString().trim().split('\n').map(Number);
    return {
      station,
      folder: station,
      good: lines.flatMap((value, line) =>
        Number.isNaN(value)
          ? []
          : [{ property: 'dust', at: new Date(now.getTime() - line * 60_000), value, quality: 0, line }],
      ),
      bad: lines.flatMap((value, at) =>
        Number.isNaN(value) ? [{ at, reason: { vi: 'không phải số', en: 'no' } }] : [],
      ),
      unfinished: false,
    };
  },
};

let database: TestDatabase;
let log: Log;
let context: Context;
let ingest: Ingest;
let sources: Sources;
let clock = MIDNIGHT;
const errors: unknown[] = [];

beforeEach(async () => {
  errors.length = 0;
  clock = MIDNIGHT - 10 * DAY;
  const now = () => new Date(clock);
  database = await testDatabase();
  const { db, pool } = database;
  const onError = (_what: string, error: unknown) => errors.push(error);
  log = createLog({ db, pool, now, onError });
  const audit = createAudit({ db, now });
  context = createContext({
    db,
    log,
    audit,
    now,
    systems: [{ name: 'test', entities: { Station } }],
    areaOf: () => null,
  });
  ingest = createIngest({ db, log, context, audit, now, doors: [door], onError, onFile: rememberFiles(db) });
  const history = createHistory({ db, log, context, now, derivations: [] });
  sources = createSources({ db, log, audit, context, history, ingest, now });
  log.start();
  await db.transaction().execute(async (tx) => {
    for (const [id, organisationId] of [
      ['s1', 'so-nnmt'],
      ['s2', 'so-gtvt'],
    ] as const) {
      await context.save(tx, root, {
        id,
        type: 'Station',
        name: `Trạm ${id}`,
        organisationId,
        location: null,
        provenance: 'measured',
      });
      await ingest.alias(tx, 'lines', id.toUpperCase(), id);
    }
  });
});
afterEach(async () => {
  await log.stop();
  await database.close();
  expect(errors).toEqual([]);
});

const take = (path: string, text: string) => ingest.files.take(door, path, Buffer.from(text));

it('says of each station’s files and of the door how they stand: how many came of how many, the last, refused, waiting', async () => {
  for (let hour = 0; hour < 6; hour += 1) {
    clock = MIDNIGHT + hour * HOUR + HOUR / 2;
    await take(`S1/S1_${hour}.txt`, hour === 5 ? '50\nxx\n' : '50\n51\n');
  }
  // The same file again is no further file.
  await take('S1/S1_5.txt', '50\nxx\n');
  clock = MIDNIGHT + 11 * HOUR + HOUR / 2;
  await take('S9/S9_11.txt', '50\n51\n');
  clock = MIDNIGHT + 12 * HOUR;
  await sources.compute('2026-11-23');
  const { items } = await sources.list(root, { kind: 'file', limit: 10, offset: 0 });
  expect(items.map((one) => [one.source_id, one.late])).toEqual([
    ['lines:S2', true],
    ['lines:S1', true],
    ['lines', false],
  ]);
  // Twelve hours, a file promised in each; six came, with eleven good lines and one bad.
  expect(items[1]).toMatchObject({
    name: 'Trạm s1 (S1)',
    organisation_id: 'so-nnmt',
    expected: 12,
    received: 6,
    lines: 11,
    refused: 1,
    waiting: 1,
    last_file: 'S1/S1_5.txt',
    complete: 0.5,
    live: 0.5,
    correct: null,
  });
  expect(items[1]?.last_at).toEqual(new Date(MIDNIGHT + 5.5 * HOUR));
  expect(items[1]?.clean).toBeCloseTo(1 - 1 / 12, 9);
  expect(items[0]).toMatchObject({ expected: 12, received: 0, complete: 0, live: 0, last_at: null, last_file: null });
  // The door: both stations' promises, and what nobody's station sent.
  expect(items[2]).toMatchObject({
    expected: 24,
    received: 6,
    lines: 11,
    refused: 2,
    waiting: 2,
    last_file: 'S9/S9_11.txt',
  });
}, 60_000);

it('shows a unit its own stations’ files and has it reminded of them, and never the door as a whole', async () => {
  clock = MIDNIGHT + 12 * HOUR;
  await sources.compute('2026-11-23');
  const own = ofUnit('so-nnmt');
  const { items } = await sources.list(own, { kind: 'file', limit: 10, offset: 0 });
  expect(items.map((one) => [one.source_id, one.may])).toEqual([['lines:S1', ['remind']]]);
  await sources.remind(own, 'file', 'lines:S1');
  const told = await database.pool.query("select subject, organisation_id from events where kind = 'source.reminded'");
  expect(told.rows).toEqual([{ subject: 'file/lines:S1', organisation_id: 'so-nnmt' }]);
  await expect(sources.get(own, 'file', 'lines:S2')).rejects.toMatchObject({ status: 404 });
  await expect(sources.get(own, 'file', 'lines')).rejects.toMatchObject({ status: 404 });
}, 60_000);

it('forgets files of days gone by, and never since when a station sends none', async () => {
  for (const [day, path] of [
    [-9, 'S1/S1_a.txt'],
    [-8, 'S1/S1_b.txt'],
    [-8, 'S9/S9_a.txt'],
  ] as const) {
    clock = MIDNIGHT + day * DAY;
    await take(path, '50\n');
  }
  clock = MIDNIGHT + 12 * HOUR;
  const jobs = sources.job();
  await jobs.run({ signal: new AbortController().signal } as Parameters<typeof jobs.run>[0]);
  const left = await database.pool.query('select path from source_files order by path');
  expect(left.rows.map((row) => row.path)).toEqual(['S1/S1_b.txt', 'S9/S9_a.txt']);
  const { source } = await sources.get(root, 'file', 'lines:S1');
  expect(source).toMatchObject({ late: true, last_file: 'S1/S1_b.txt', last_at: new Date(MIDNIGHT - 8 * DAY) });
}, 60_000);
