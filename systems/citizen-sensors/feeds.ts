/** Citizens' sensors for other programs: GeoJSON and CSV. Pure. */
import { csvCell } from '../../platform/words/index.ts';
import type { present } from './shown.ts';

type Sensor = Awaited<ReturnType<typeof present>>[number];

/** Goes with every row: a file travels without the page that explains it. */
const STANDING = 'Cảm biến của người dân – chỉ để tham khảo';

type Column = readonly [string, (one: Sensor) => string | number | null];

const columns: readonly Column[] = [
  ['id', (one) => one.entityId],
  ['standing', () => STANDING],
  ['kind', (one) => one.kind],
  ['model', (one) => one.model],
  ['area_code', (one) => one.areaCode],
  ['area_name', (one) => one.areaName],
  ['observed_at', (one) => one.observedAt],
  ...(['pm25', 'pm10', 'temperature', 'humidity', 'laeq'] as const).map(
    (property) =>
      [property, (one: Sensor) => one.values.find((value) => value.property === property)?.value ?? null] as const,
  ),
  ['quality', (one) => one.judgement?.grade ?? 'unknown'],
  ['quality_ground', (one) => one.judgement?.ground ?? null],
  ['quality_at', (one) => one.judgedAt],
  ['compared_with', (one) => one.judgement?.station?.id ?? null],
  ['compared_metres', (one) => one.judgement?.station?.metres ?? null],
  ['shared_hours', (one) => one.judgement?.shared ?? null],
  ['bias', (one) => one.judgement?.fit?.bias ?? null],
  ['rmse', (one) => one.judgement?.fit?.rmse ?? null],
  ['r2', (one) => one.judgement?.fit?.r2 ?? null],
  ['provenance', (one) => one.provenance],
];

export const geoJson = (items: readonly Sensor[]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: items.map((one) => ({
      type: 'Feature',
      id: one.entityId,
      geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
      properties: Object.fromEntries(columns.map(([name, of]) => [name, of(one)])),
    })),
  });

/** RFC 4180, with a mark of UTF-8 so that spreadsheets read Vietnamese; no cell is a formula. */
export function csv(items: readonly Sensor[]): string {
  const all: readonly Column[] = [...columns, ['lon', (one) => one.lon], ['lat', (one) => one.lat]];
  const rows = items.map((one) =>
    all
      .map(([, of]) => {
        const value = of(one);
        return value === null ? '' : typeof value === 'number' ? String(value) : csvCell(value);
      })
      .join(','),
  );
  return `\ufeff${[all.map(([name]) => name).join(','), ...rows].join('\r\n')}\r\n`;
}
