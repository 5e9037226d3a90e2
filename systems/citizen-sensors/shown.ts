import { sql } from 'kysely';
import type { Citizen } from '../../platform/citizens/index.ts';
import { HOUR_MS } from '../../platform/history/index.ts';
import { covers, type Principal, visible } from '../../platform/rights/index.ts';
import { CitizenAirSensor, CitizenNoiseSensor, entityIdOf } from './entities.ts';
import { windowOf } from './judging.ts';
import { type Kind, official } from './models.ts';
import { keeper, noSensor, type Parts, placed } from './sensors.ts';
import { type SensorRow, sensorTables } from './tables.ts';

const observed = { air: CitizenAirSensor.observes, noise: CitizenNoiseSensor.observes };
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export type Filter = { kind?: Kind; areaCode?: string };

/** What everybody may see, newest first. */
export function findPublic(parts: Parts, { kind, areaCode }: Filter): Promise<SensorRow[]> {
  let base = sensorTables(parts.db)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where('retired_at', 'is', null)
    .where('excluded_at', 'is', null);
  if (kind) base = base.where('kind', '=', kind);
  if (areaCode) base = base.where('area_code', 'in', [areaCode, ...parts.territory.areaClosure(areaCode)]);
  return base.orderBy('created_at', 'desc').orderBy('id').limit(2000).execute();
}

export const findOwn = (parts: Parts, citizen: Citizen): Promise<SensorRow[]> =>
  sensorTables(parts.db)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where('citizen_id', '=', citizen.id)
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute();

/** The desk's: in use, the worst first, those already excluded last. */
export const findForDesk = (parts: Parts, principal: Principal): Promise<SensorRow[]> =>
  sensorTables(parts.db)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where(visible(principal, 'entity:write').where({ area: 'area_code', organisation: 'organisation_id' }))
    .where('retired_at', 'is', null)
    .orderBy(sql`excluded_at is not null`)
    .orderBy(sql`case judgement ->> 'grade' when 'poor' then 0 when 'fair' then 1 when 'good' then 3 else 2 end`)
    .orderBy(sql`(judgement -> 'fit' ->> 'nrmse')::float8 desc nulls last`)
    .orderBy('id')
    .limit(2000)
    .execute();

/** Rows as everybody may see them: the owner's words and id are left behind here. */
export async function present(parts: Parts, rows: readonly SensorRow[]) {
  const states = await parts.context.latest(
    parts.db,
    rows.map((row) => entityIdOf(row.kind, row.id)),
  );
  const names = new Map(parts.territory.units({ level: 'commune' }).map((unit) => [unit.code, unit.name]));
  return rows.map((row) => {
    const entityId = entityIdOf(row.kind, row.id);
    const state = states.get(entityId) ?? {};
    const values = Object.entries(observed[row.kind]).flatMap(([property, { title, unit, decimals }]) => {
      const one = state[property];
      if (one?.quality !== 0) return [];
      return [{ property, title, unit, decimals, value: one.value, observedAt: one.observedAt.toISOString() }];
    });
    return {
      id: row.id,
      entityId,
      kind: row.kind,
      model: row.model,
      lon: row.lon,
      lat: row.lat,
      areaCode: row.area_code,
      areaName: names.get(row.area_code) ?? null,
      provenance: row.provenance,
      values,
      observedAt:
        values
          .map((one) => one.observedAt)
          .sort()
          .at(-1) ?? null,
      judgement: row.judgement,
      judgedAt: iso(row.judged_at),
    };
  });
}

export async function presentOwn(parts: Parts, rows: readonly SensorRow[]) {
  const [shown, seen] = await Promise.all([
    present(parts, rows),
    parts.ingest.devices.lastSeen(rows.map((row) => row.id)),
  ]);
  const since = new Date(parts.now().getTime() - 24 * HOUR_MS);
  return Promise.all(
    rows.map(async (row, index) => {
      const { refused, at, reasons } = await parts.ingest.refusedOf(row.id, since);
      return {
        ...(shown[index] as (typeof shown)[number]),
        label: row.label,
        createdAt: row.created_at.toISOString(),
        retiredAt: iso(row.retired_at),
        excluded: row.excluded_at && { at: row.excluded_at.toISOString(), reason: row.excluded_reason ?? '' },
        lastSeenAt: iso(seen.get(row.id) ?? null),
        refused: { n: refused, at: iso(at), reasons },
      };
    }),
  );
}

export async function presentForDesk(parts: Parts, rows: readonly SensorRow[]) {
  const shown = await present(parts, rows);
  return rows.map((row, index) => ({
    ...(shown[index] as (typeof shown)[number]),
    createdAt: row.created_at.toISOString(),
    excluded: row.excluded_at && {
      at: row.excluded_at.toISOString(),
      by: row.excluded_by ?? '',
      reason: row.excluded_reason ?? '',
    },
  }));
}

/** The curve beside the station's, for whoever may see the sensor: everybody, its owner, or who looks after it. */
export async function hoursOf(parts: Parts, principal: Principal, citizen: Citizen | null, id: string) {
  const row = await sensorTables(parts.db)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  const isPublic = row !== undefined && row.retired_at === null && row.excluded_at === null;
  const isOwn = citizen !== null && row?.citizen_id === citizen.id;
  if (!row || !(isPublic || isOwn || covers(principal, 'entity:write', placed(row)))) throw noSensor();
  const { from, to } = windowOf(parts.now());
  const property = row.judgement?.property ?? official[row.kind].properties[0];
  const entityId = entityIdOf(row.kind, row.id);
  const station = row.judgement?.station ?? null;
  const buckets = await parts.history.buckets(
    visible(keeper, 'entity:read'),
    station ? [entityId, station.id] : [entityId],
    [property],
    'hour',
    new Date(from),
    new Date(to),
  );
  const means = (of: string): (number | null)[] => {
    const hours: (number | null)[] = new Array((to - from) / HOUR_MS).fill(null);
    for (const one of buckets) if (one.entityId === of) hours[(one.at - from) / HOUR_MS] = one.mean;
    return hours;
  };
  return {
    property,
    unit: Object.entries(observed[row.kind]).find(([name]) => name === property)?.[1].unit ?? '',
    from: new Date(from).toISOString(),
    sensor: means(entityId),
    station: station && { id: station.id, name: station.name, hours: means(station.id) },
  };
}
