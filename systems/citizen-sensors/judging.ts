import { sql } from 'kysely';
import type { Entity } from '../../platform/context/index.ts';
import { type BucketRow, HOUR_MS } from '../../platform/history/index.ts';
import { visible } from '../../platform/rights/index.ts';
import { entityIdOf } from './entities.ts';
import { official } from './models.ts';
import { metresBetween } from './place.ts';
import { type Hour, type Judgement, judge, LEAST_IN_HOUR, WINDOW_HOURS } from './quality.ts';
import { keeper, type Parts } from './sensors.ts';
import { type SensorRow, sensorTables } from './tables.ts';

const AT_ONCE = 200;

/** Compares anew what was not compared within the hour; the clock calls it every five minutes. */
export async function judgeDue(parts: Parts): Promise<number> {
  const now = parts.now();
  const rows = await sensorTables(parts.db)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where('retired_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('judged_at', 'is', null),
        eb('judged_at', '<', new Date(now.getTime() - HOUR_MS)),
        // Who has just begun sees it soon.
        eb.and([
          eb('judged_at', '<', new Date(now.getTime() - HOUR_MS / 15)),
          sql<boolean>`judgement ->> 'grade' = 'unknown'`,
        ]),
      ]),
    )
    .orderBy(sql`judged_at nulls first`)
    .limit(AT_ONCE)
    .execute();
  for (const row of rows) {
    const judgement = await judgeOne(parts, row);
    await sensorTables(parts.db)
      .updateTable('citizen_sensors')
      .set({ judgement: JSON.stringify(judgement), judged_at: now })
      .where('id', '=', row.id)
      .execute();
  }
  return rows.length;
}

/** The full hours of the window that ends now. */
export function windowOf(now: Date): { from: number; to: number } {
  const to = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  return { from: to - WINDOW_HOURS * HOUR_MS, to };
}

async function judgeOne(parts: Parts, row: SensorRow): Promise<Judgement> {
  const { from, to } = windowOf(parts.now());
  const { properties } = official[row.kind];
  const entityId = entityIdOf(row.kind, row.id);
  const station = await stationNear(parts, row);
  const wanted = [...properties, 'humidity'];
  const rights = visible(keeper, 'entity:read');
  const ids = station ? [entityId, station.entity.id] : [entityId];
  const buckets = await parts.history.buckets(rights, ids, wanted, 'hour', new Date(from), new Date(to));
  const hoursOf = (id: string, property: string, counts: (one: BucketRow) => boolean): Hour[] => {
    const hours: Hour[] = new Array(WINDOW_HOURS).fill(null);
    for (const one of buckets) {
      if (one.entityId !== id || one.property !== property || !counts(one)) continue;
      const { mean, min, max } = one;
      if (mean !== null && min !== null && max !== null) hours[(one.at - from) / HOUR_MS] = { mean, min, max };
    }
    return hours;
  };
  const sent = (one: BucketRow): boolean => one.n >= LEAST_IN_HOUR;
  // What it measures is what is compared: PM2.5 where it sends that, else the next.
  const property =
    properties.find((name) => hoursOf(entityId, name, sent).some((hour) => hour !== null)) ?? properties[0];
  const humidities = [entityId, ...(station ? [station.entity.id] : [])].map((id) =>
    hoursOf(id, 'humidity', () => true),
  );
  return judge({
    property,
    sensor: hoursOf(entityId, property, sent),
    station: station && {
      id: station.entity.id,
      name: station.entity.name,
      metres: station.metres,
      hours: hoursOf(station.entity.id, property, (one) => one.valid),
    },
    humidity: Array.from({ length: WINDOW_HOURS }, (_unused, index) =>
      // The station's own is the better one.
      humidities.reduce<number | null>((found, hours) => hours[index]?.mean ?? found, null),
    ),
  });
}

/**
 * The nearest official station within the distance of the kind. Only like with like: what was measured is not held
 * against a simulation, and nothing against a replay of another day.
 */
async function stationNear(parts: Parts, row: SensorRow): Promise<{ entity: Entity; metres: number } | null> {
  const { type, metres } = official[row.kind];
  const found = await parts.context.find(visible(keeper, 'entity:read'), {
    type,
    provenances: [row.provenance],
    near: { lon: row.lon, lat: row.lat, metres },
    limit: 1,
  });
  const entity = found.items[0];
  return entity?.location ? { entity, metres: Math.round(metresBetween(row, entity.location)) } : null;
}
