import { type Insertable, sql } from 'kysely';
import { type Context, type Entity, intervalOf, type NamedType } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import { type BucketRow, DAY_MS, type History, HOUR_MS } from '../history/index.ts';
import type { Ingest } from '../ingest/index.ts';
import { systemPrincipal, visible } from '../rights/index.ts';
import { promisedMs, silentAfterMs } from '../rules/index.ts';
import { plain } from '../words/index.ts';
import { fileRows } from './files.ts';
import {
  type Counts,
  differenceTo,
  driftOf,
  type Finding,
  type Hour,
  isDrift,
  isStuck,
  longestStill,
  scoresOf,
  VERSION,
} from './scores.ts';
import type { SourceDayRow, SourcesTables } from './tables.ts';

export type ComputeOptions = { db: Db; context: Context; history: History; ingest: Ingest; now: () => Date };

type Row = Insertable<SourceDayRow>;

/** What only sources of files have. */
const NO_FILES = { lines: null, waiting: null, last_file: null };
const AT_ONCE = 500;
/** Neighbours of the same type within this distance measure the same air or water. */
const NEAR_KM = 15;
/** Of larger types (lamps) no figure is compared with its neighbours': they measure themselves. */
const MOST_COMPARED = 5_000;
const DAYS_BEFORE = 28;

const principal = systemPrincipal('sources', ['entity:read', 'device:manage']);

/** Computes how every source stood on a local day (`yyyy-mm-dd`) and writes it over what was known. @returns how many */
export async function computeDay(options: ComputeOptions, day: string): Promise<number> {
  const { db, context, history, ingest, now } = options;
  const from = Date.parse(`${day}T00:00:00+07:00`);
  const to = Math.min(from + DAY_MS, now().getTime());
  const span = { from: new Date(from), to: new Date(to) };
  const refusals = await ingest.refusals(span.from, span.to);
  const correctedOf = new Map<string, number>();
  for (const { entityId, property, n } of await history.corrected(span.from, span.to)) {
    correctedOf.set(`${entityId} ${property}`, n);
  }
  const devices = await ingest.devices.list(visible(principal, 'device:manage'));
  const refusedOf = new Map<string, number>();
  const count = (entityId: string, n: number) => refusedOf.set(entityId, (refusedOf.get(entityId) ?? 0) + n);
  for (const { entityId, refused } of refusals) if (entityId !== null) count(entityId, refused);
  const byDevice = Map.groupBy(refusals, (one) => one.deviceId);
  const ofDevice = (id: string): number => (byDevice.get(id) ?? []).reduce((sum, one) => sum + one.refused, 0);
  // What a device that writes for one entity only sent wrong is that entity's.
  for (const { id, entityIds } of devices) {
    if (entityIds.length === 1 && entityIds[0] !== undefined) count(entityIds[0], ofDevice(id));
  }

  const rows = new Map<string, Row>();
  for (const type of context.types()) {
    const properties = measured(type);
    if (properties.length === 0) continue;
    const entities = (await context.ofType(db, type.name)).filter((one) => one.properties.expectsData !== false);
    const hours = new Map<string, Map<string, BucketRow[]>>();
    for (let begin = 0; begin < entities.length; begin += AT_ONCE) {
      const ids = entities.slice(begin, begin + AT_ONCE).map((one) => one.id);
      const found = await history.buckets(
        visible(principal, 'entity:read'),
        ids,
        properties,
        'hour',
        span.from,
        span.to,
      );
      for (const row of found) {
        const own = hours.get(row.entityId) ?? new Map<string, BucketRow[]>();
        own.set(row.property, [...(own.get(row.property) ?? []), row]);
        hours.set(row.entityId, own);
      }
    }
    const before = await differencesBefore(db, type.name, day);
    const near = entities.length > MOST_COMPARED ? null : nearby(entities);
    for (const entity of entities) {
      const own = hours.get(entity.id) ?? new Map<string, BucketRow[]>();
      if (own.size === 0 && entity.createdAt.getTime() > to) continue;
      const { findings, judged, differences } = judge(type, entity, own, hours, near?.get(entity.id) ?? [], before);
      const counts: Counts = {
        ...received(type, entity, own, from, to),
        refused: refusedOf.get(entity.id) ?? 0,
        corrected: properties.reduce((sum, property) => sum + (correctedOf.get(`${entity.id} ${property}`) ?? 0), 0),
      };
      rows.set(entity.id, {
        ...counts,
        ...scoresOf(counts, judged, findings.length),
        kind: 'entity',
        source_id: entity.id,
        day,
        type: type.name,
        name: entity.name,
        name_plain: plain(entity.name),
        organisation_id: entity.organisationId,
        area_code: entity.areaCode,
        provenance: entity.provenance,
        judged,
        findings: JSON.stringify(findings),
        differences: JSON.stringify(differences),
        late: false,
        last_at: null,
        promised_seconds: (promisedMs(type, entity) ?? 0) / 1000 || null,
        ...NO_FILES,
        version: VERSION,
        computed_at: now(),
      });
    }
  }
  await sayLast(options, rows, to);
  const all = [
    ...rows.values(),
    ...devices.flatMap((one) => deviceRow(one, day, rows, ofDevice(one.id), now())),
    ...(await fileRows(options, day, from, to)),
  ];
  for (let begin = 0; begin < all.length; begin += AT_ONCE) await write(db, all.slice(begin, begin + AT_ONCE));
  return all.length;
}

/** What a type's sources send themselves, more often than once a day. */
const measured = (type: NamedType): string[] =>
  Object.entries(type.observes).flatMap(([name, one]) => (one.derived || one.everySeconds >= 86_400 ? [] : [name]));

/** What was promised and came, from the hour on in which the entity was made known, or its data of that day begin. */
function received(
  type: NamedType,
  entity: Entity,
  own: ReadonlyMap<string, readonly BucketRow[]>,
  from: number,
  to: number,
): Omit<Counts, 'refused' | 'corrected'> {
  const made = Math.ceil(entity.createdAt.getTime() / HOUR_MS) * HOUR_MS;
  const first = [...own.values()].flat().reduce((least, row) => Math.min(least, row.at), Infinity);
  const since = Math.max(from, Math.min(made, first));
  let expected = 0;
  let came = 0;
  for (const property of measured(type)) {
    const observed = type.observes[property];
    if (!observed) continue;
    const promised = Math.max(0, Math.floor((to - since) / (intervalOf(entity, observed) * 1000)));
    const got = (own.get(property) ?? [])
      .filter((row) => row.at >= since)
      .reduce((sum, row) => sum + Math.min(row.nAll, row.expected), 0);
    expected += promised;
    came += Math.min(promised, got);
  }
  const stepMs = Math.max(HOUR_MS, promisedMs(type, entity) ?? 0);
  const stretches = Math.max(0, Math.floor((to - since) / stepMs));
  const heard = new Set<number>();
  for (const rows of own.values()) {
    for (const row of rows) if (row.nAll > 0 && row.at >= since) heard.add(Math.floor((row.at - since) / stepMs));
  }
  return { expected, received: came, stretches, heard: [...heard].filter((one) => one < stretches).length };
}

type Compared = ReadonlyMap<string, readonly number[]>;

function judge(
  type: NamedType,
  entity: Entity,
  own: ReadonlyMap<string, readonly BucketRow[]>,
  all: ReadonlyMap<string, ReadonlyMap<string, readonly BucketRow[]>>,
  neighbours: readonly string[],
  before: Compared,
): { findings: Finding[]; judged: number; differences: Record<string, number> } {
  const findings: Finding[] = [];
  const differences: Record<string, number> = {};
  let judged = 0;
  for (const property of measured(type)) {
    const observed = type.observes[property];
    if (observed?.rollUp !== 'mean') continue;
    const hours: readonly Hour[] = own.get(property) ?? [];
    const still = longestStill(hours, observed.range);
    if (still !== null) {
      judged += 1;
      if (isStuck(still)) findings.push({ check: 'stuck', property, value: still });
    }
    const today = differenceTo(
      means(hours),
      neighbours.flatMap((id) => means(all.get(id)?.get(property) ?? [])),
    );
    if (!today) continue;
    differences[property] = today.difference;
    const deviation = driftOf(today, before.get(`${entity.id} ${property}`) ?? []);
    if (deviation === null) continue;
    judged += 1;
    if (isDrift(deviation)) findings.push({ check: 'drift', property, value: deviation });
  }
  return { findings, judged, differences };
}

const means = (hours: readonly Hour[]): Map<number, number> =>
  new Map(hours.flatMap(({ at, mean }) => (mean === null ? [] : [[at, mean]])));

async function differencesBefore(db: Db, type: string, day: string): Promise<Compared> {
  const rows = await sql<{ id: string; differences: Record<string, number> }>`
    select source_id as id, differences from source_days
    where kind = 'entity' and type = ${type} and day < ${day}::date and day >= ${day}::date - ${DAYS_BEFORE}::int
      and differences <> '{}'`.execute(db);
  const found = new Map<string, number[]>();
  for (const { id, differences } of rows.rows) {
    for (const [property, value] of Object.entries(differences)) {
      const key = `${id} ${property}`;
      found.set(key, [...(found.get(key) ?? []), value]);
    }
  }
  return found;
}

/** Entities of one type within 15 km of each other, by a plane through the province (20.4° N): off by less than 1 %. */
function nearby(entities: readonly Entity[]): Map<string, string[]> {
  const KM_PER_DEGREE = 111.2;
  const placed = entities.flatMap(({ id, location }) =>
    location
      ? [{ id, x: location.lon * KM_PER_DEGREE * Math.cos((20.4 * Math.PI) / 180), y: location.lat * KM_PER_DEGREE }]
      : [],
  );
  return new Map(
    placed.map((one) => [
      one.id,
      placed.flatMap((other) =>
        other.id !== one.id && Math.hypot(other.x - one.x, other.y - one.y) <= NEAR_KM ? [other.id] : [],
      ),
    ]),
  );
}

/** When each was last heard, and whether that is longer ago than its promise allows. */
async function sayLast({ db, context }: ComputeOptions, rows: Map<string, Row>, to: number): Promise<void> {
  const ids = [...rows.keys()];
  for (let begin = 0; begin < ids.length; begin += AT_ONCE) {
    const states = await context.latest(db, ids.slice(begin, begin + AT_ONCE));
    for (const id of ids.slice(begin, begin + AT_ONCE)) {
      const row = rows.get(id);
      const type = row?.type ? context.type(row.type) : undefined;
      if (!row || !type) continue;
      const times = measured(type).flatMap((property) => states.get(id)?.[property]?.observedAt.getTime() ?? []);
      const last = times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b));
      row.last_at = last === null ? null : new Date(last);
      row.late = last === null || to - last > silentAfterMs(Number(row.promised_seconds ?? 0) * 1000);
    }
  }
}

type Device = Awaited<ReturnType<Ingest['devices']['list']>>[number];

/** A device stands for the entities that it writes for; what it sent wrong is its own. */
function deviceRow(device: Device, day: string, rows: ReadonlyMap<string, Row>, refused: number, now: Date): Row[] {
  const mine = device.entityIds.flatMap((id) => rows.get(id) ?? []);
  if (!device.active || mine.length === 0) return [];
  const sum = (of: (row: Row) => number): number => mine.reduce((total, row) => total + of(row), 0);
  const counts: Counts = {
    expected: sum((row) => row.expected),
    received: sum((row) => row.received),
    refused,
    corrected: sum((row) => row.corrected),
    stretches: sum((row) => row.stretches),
    heard: sum((row) => row.heard),
  };
  const promised = mine.flatMap((row) => row.promised_seconds ?? []).reduce((a, b) => Math.min(a, b), Infinity);
  const last = device.lastSeenAt;
  return [
    {
      ...counts,
      ...scoresOf(counts, 0, 0),
      kind: 'device',
      source_id: device.id,
      day,
      type: null,
      name: device.name,
      name_plain: plain(device.name),
      organisation_id: device.organisationId,
      area_code: device.areaCode,
      provenance: mine.every((row) => row.provenance === mine[0]?.provenance)
        ? (mine[0]?.provenance ?? 'measured')
        : 'measured',
      judged: 0,
      findings: '[]',
      differences: '{}',
      late: last === null || now.getTime() - last.getTime() > silentAfterMs(promised * 1000),
      last_at: last,
      promised_seconds: promised,
      ...NO_FILES,
      version: VERSION,
      computed_at: now,
    },
  ];
}

async function write(db: Db, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .withTables<SourcesTables>()
    .insertInto('source_days')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['kind', 'source_id', 'day']).doUpdateSet((eb) => {
        const { kind: _kind, source_id: _id, day: _day, ...rest } = rows[0] as Row;
        return Object.fromEntries(Object.keys(rest).map((column) => [column, eb.ref(`excluded.${column}` as never)]));
      }),
    )
    .execute();
}
