/** File doors as sources: each station that sends files through a door, and each door as a whole. */
import { type Insertable, sql } from 'kysely';
import type { Entity } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import { HOUR_MS } from '../history/index.ts';
import type { FileTaken } from '../ingest/index.ts';
import { promisedMs, silentAfterMs } from '../rules/index.ts';
import { plain } from '../words/index.ts';
import type { ComputeOptions } from './compute.ts';
import { type Counts, scoresOf, VERSION } from './scores.ts';
import type { SourceDayRow, SourcesTables } from './tables.ts';

type Row = Insertable<SourceDayRow>;

/** Remembers a file that a door took; the same file again is the same file. */
export const rememberFiles =
  (db: Db) =>
  async ({ door, path, entityId, at, accepted, refused }: FileTaken): Promise<void> => {
    const told = { entity_id: entityId, taken_at: at, accepted, refused };
    await db
      .withTables<SourcesTables>()
      .insertInto('source_files')
      .values({ door, path, ...told })
      .onConflict((conflict) => conflict.columns(['door', 'path']).doUpdateSet(told))
      .execute();
  };

/** Of files older than `before` only the newest of each station is still of use: it says since when there are none. */
export async function forgetFiles(db: Db, before: Date): Promise<void> {
  await sql`delete from source_files f where taken_at < ${before} and exists (
    select from source_files n where n.door = f.door and n.entity_id is not distinct from f.entity_id
      and n.taken_at > f.taken_at)`.execute(db);
}

/** The files of one station (null: of nobody that is known) within a day, hour by hour. */
type Hour = { door: string; entityId: string | null; at: Date; files: number; lines: number; refused: number };
type Last = { door: string; entityId: string | null; at: Date; path: string };

/** How the files of each door and of each of its stations stood within [from, to). */
export async function fileRows(options: ComputeOptions, day: string, from: number, to: number): Promise<Row[]> {
  const { db, context, ingest, now } = options;
  const doors = await ingest.fileStations();
  if (doors.length === 0) return [];
  const [hours, lasts, waiting] = await Promise.all([
    sql<Hour>`select door, entity_id as "entityId", date_trunc('hour', taken_at) as at, count(*)::int as files,
        sum(accepted)::int as lines, sum(refused)::int as refused
      from source_files where taken_at >= ${new Date(from)} and taken_at < ${new Date(to)} group by 1, 2, 3`.execute(
      db,
    ),
    sql<Last>`select distinct on (door, entity_id) door, entity_id as "entityId", taken_at as at, path
      from source_files where taken_at < ${new Date(to)} order by door, entity_id, taken_at desc`.execute(db),
    ingest.waitingFiles(),
  ]);
  const entities = await context.read(
    db,
    doors.flatMap((door) => door.stations.map((one) => one.entityId)),
  );

  const rowOf = (given: {
    id: string;
    name: string;
    entity: Entity | null;
    everyMs: number | null;
    counts: Counts & { lines: number };
    waiting: number;
    last: Last | undefined;
  }): Row => {
    const { entity, counts, everyMs, last } = given;
    const { lines, ...kept } = counts;
    return {
      ...kept,
      ...scoresOf({ ...kept, taken: lines }, 0, 0),
      kind: 'file',
      source_id: given.id,
      day,
      type: null,
      name: given.name,
      name_plain: plain(given.name),
      organisation_id: entity?.organisationId ?? null,
      area_code: entity?.areaCode ?? null,
      provenance: entity?.provenance ?? 'measured',
      judged: 0,
      findings: '[]',
      differences: '{}',
      late: everyMs !== null && (!last || to - last.at.getTime() > silentAfterMs(everyMs)),
      last_at: last?.at ?? null,
      promised_seconds: everyMs === null ? null : everyMs / 1000,
      lines,
      waiting: given.waiting,
      last_file: last?.path ?? null,
      version: VERSION,
      computed_at: now(),
    };
  };

  return doors.flatMap(({ door, stations }): Row[] => {
    const rows: Row[] = [];
    const intervals: number[] = [];
    const all = { expected: 0, received: 0, stretches: 0, heard: 0 };
    for (const { alias, entityId } of stations) {
      const entity = entities.get(entityId);
      const type = entity && context.type(entity.type);
      if (!entity || !type || entity.properties.expectsData === false) continue;
      // A station writes a file at each of its intervals (Circular 10/2021/TT-BTNMT).
      const everyMs = promisedMs(type, entity);
      const mine = hours.rows.filter((one) => one.door === door && one.entityId === entityId);
      const counts = countsOf(entity, everyMs, mine, from, to);
      if (everyMs !== null) intervals.push(everyMs);
      all.expected += counts.expected;
      all.received += counts.received;
      all.stretches += counts.stretches;
      all.heard += counts.heard;
      rows.push(
        rowOf({
          id: `${door}:${alias}`,
          name: `${entity.name} (${alias})`,
          entity,
          everyMs,
          counts,
          waiting: waitingOf(waiting, door, entityId),
          last: lasts.rows.find((one) => one.door === door && one.entityId === entityId),
        }),
      );
    }
    // The door as a whole also shows what nobody's station sent.
    const own = hours.rows.filter((one) => one.door === door);
    const whole = {
      ...all,
      corrected: 0,
      lines: own.reduce((sum, one) => sum + one.lines, 0),
      refused: own.reduce((sum, one) => sum + one.refused, 0),
    };
    rows.push(
      rowOf({
        id: door,
        name: `inbox/${door}`,
        entity: null,
        everyMs: intervals.length === 0 ? null : Math.min(...intervals),
        counts: whole,
        waiting: waitingOf(waiting, door),
        last: lasts.rows
          .filter((one) => one.door === door)
          .reduce<Last | undefined>((newest, one) => (newest && newest.at >= one.at ? newest : one), undefined),
      }),
    );
    return rows;
  });
}

/** What was promised and came, from the hour on in which the station was made known, or its files of that day begin. */
function countsOf(
  entity: Entity,
  everyMs: number | null,
  hours: readonly Hour[],
  from: number,
  to: number,
): Counts & { lines: number } {
  const made = Math.ceil(entity.createdAt.getTime() / HOUR_MS) * HOUR_MS;
  const first = hours.reduce((least, one) => Math.min(least, one.at.getTime()), Number.POSITIVE_INFINITY);
  const since = Math.max(from, Math.min(made, first));
  const stepMs = Math.max(HOUR_MS, everyMs ?? 0);
  const stretches = Math.max(0, Math.floor((to - since) / stepMs));
  const heard = new Set(hours.map((one) => Math.floor((one.at.getTime() - since) / stepMs)));
  const expected = everyMs === null ? 0 : Math.max(0, Math.floor((to - since) / everyMs));
  return {
    expected,
    received: Math.min(
      expected,
      hours.reduce((sum, one) => sum + one.files, 0),
    ),
    refused: hours.reduce((sum, one) => sum + one.refused, 0),
    corrected: 0,
    stretches,
    heard: [...heard].filter((one) => one >= 0 && one < stretches).length,
    lines: hours.reduce((sum, one) => sum + one.lines, 0),
  };
}

const waitingOf = (
  waiting: readonly { door: string; entityId: string | null; n: number }[],
  door: string,
  entityId?: string,
): number =>
  waiting
    .filter((one) => one.door === door && (entityId === undefined || one.entityId === entityId))
    .reduce((sum, one) => sum + one.n, 0);
