/** The bodies that load generators post. */
import { entityOf, PROPERTIES, SENSORS } from './platform.ts';

const MINUTE = 60_000;

type Row = { sensor: number; property: string; at: number; value: number };

const asJson = (rows: readonly Row[]): string =>
  `{"observations":[${rows
    .map(
      ({ sensor, property, at, value }) =>
        `{"entity":"${entityOf(sensor)}","property":"${property}","observedAt":"${new Date(at).toISOString()}","value":${value}}`,
    )
    .join(',')}]}`;

/** One-minute data of all sensors, oldest first, ending `offset` minutes ago; every series moves on in time. */
export function bodies(
  total: number,
  batch: number,
  offset: number,
  write: (rows: readonly Row[]) => string = asJson,
): () => { text: string; observations: number } | null {
  const perMinute = SENSORS * PROPERTIES.length;
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - (Math.ceil(total / perMinute) + offset + 1) * MINUTE;
  let next = 0;
  return () => {
    if (next >= total) return null;
    const rows: Row[] = [];
    for (; rows.length < batch && next < total; next++) {
      const place = next % perMinute;
      rows.push({
        sensor: Math.floor(place / PROPERTIES.length),
        property: PROPERTIES[place % PROPERTIES.length] ?? '',
        at: start + Math.floor(next / perMinute) * MINUTE,
        value: 20 + (next % 37),
      });
    }
    return { text: write(rows), observations: rows.length };
  };
}
