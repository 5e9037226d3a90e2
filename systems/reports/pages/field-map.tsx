import { LoadingState, useNavigateTo, useSay, useTexts } from '../../../web/kit/index.ts';
import { MapView } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import type { FieldItem } from './field-day.ts';
import { words } from './words.ts';

const colors = { calm: '#64748b', half: '#2563eb', near: '#d97706', late: '#c2410c' } as const;
const AROUND = 0.01;

/** The day's reports where they are; a touch opens one. */
export function FieldMap({ items, hrefOf }: { items: readonly FieldItem[]; hrefOf: (id: string) => string }) {
  const t = useTexts(words);
  const say = useSay();
  const navigate = useNavigateTo();
  const base = useProvinceBase();
  if (!base) return <LoadingState height={480} />;
  const lons = items.map((one) => one.lon);
  const lats = items.map((one) => one.lat);
  return (
    <MapView
      label={t('reports')}
      base={base}
      height={480}
      bounds={[
        Math.min(...lons) - AROUND,
        Math.min(...lats) - AROUND,
        Math.max(...lons) + AROUND,
        Math.max(...lats) + AROUND,
      ]}
      layers={[
        {
          id: 'field',
          title: t('reports'),
          shape: 'circle',
          total: items.length,
          states: (['calm', 'half', 'near', 'late'] as const).map((id) => ({ id, name: t(id), color: colors[id] })),
          points: {
            type: 'FeatureCollection',
            features: items.map((one) => ({
              type: 'Feature',
              geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
              properties: {
                id: one.id,
                name: `${one.number} – ${say(one.categoryTitle)}`,
                state: one.rung >= 100 ? 'late' : one.rung >= 80 ? 'near' : one.rung >= 50 ? 'half' : 'calm',
              },
            })),
          },
        },
      ]}
      onSelect={(id) => navigate(hrefOf(id))}
    />
  );
}
