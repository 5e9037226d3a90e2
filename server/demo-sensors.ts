/** The citizens' sensors of the demo: made as a registration makes them, without an account, and marked as simulated. */
import { inTransaction } from '../platform/database/index.ts';
import { citizenPlans, placeOf } from '../simulation/citizen-sensors.ts';
import { models } from '../systems/citizen-sensors/models.ts';
import { make, openDoor } from '../systems/citizen-sensors/sensors.ts';
import { sensorTables } from '../systems/citizen-sensors/tables.ts';
import type { Composed } from './compose.ts';

/** Puts in what is missing; safe at every start. @returns a fresh key for each that is in use */
export async function seedSensors(composed: Composed): Promise<{ id: string; key: string }[]> {
  const { db, platform, territory } = composed;
  const there = new Map(
    (await sensorTables(db).selectFrom('citizen_sensors').select(['id', 'retired_at']).execute()).map((row) => [
      row.id,
      row.retired_at,
    ]),
  );
  const keys: { id: string; key: string }[] = [];
  for (const one of citizenPlans) {
    const place = placeOf(one);
    const unit = place && territory.pointToUnit(place.lon, place.lat, platform.now());
    if (!place || !unit || there.get(one.id)) continue;
    const known = there.has(one.id);
    const { key } = await inTransaction(db, (tx) =>
      known
        ? openDoor(platform, tx, models[one.model].kind, one.id)
        : make(platform, tx, {
            id: one.id,
            citizenId: null,
            requestId: one.id,
            label: '',
            model: one.model,
            place,
            areaCode: unit.code,
            provenance: 'simulated',
          }),
    );
    keys.push({ id: one.id, key });
  }
  return keys;
}
