import { useTexts } from '../../../web/kit/index.ts';
import { MapView } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import { words } from './words.ts';

const AROUND = 0.02;

/** Where one report is. */
export function PlaceMap({ lon, lat, name }: { lon: number; lat: number; name: string }) {
  const t = useTexts(words);
  const base = useProvinceBase();
  if (!base) return null;
  return (
    <MapView
      label={`${t('map')}: ${name}`}
      base={base}
      height={260}
      bounds={[lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND]}
      layers={[
        {
          id: 'report',
          title: name,
          shape: 'circle',
          states: [{ id: 'here', name, color: '#0b6e6e' }],
          points: {
            type: 'FeatureCollection',
            features: [
              {
                type: 'Feature',
                geometry: { type: 'Point', coordinates: [lon, lat] },
                properties: { id: name, name, state: 'here' },
              },
            ],
          },
        },
      ]}
    />
  );
}
