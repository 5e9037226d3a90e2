import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { gradeOfSensor, gradeWords } from '../../../systems/citizen-sensors/quality-words.ts';
import { LoadingState, useFormats, useSay, useTexts } from '../../kit/index.ts';
import { type MapLayer, MapView, mapTones } from '../../kit/map.ts';
import { useProvinceBase } from '../../kit/province.ts';
import { client } from '../client.ts';
import type { PublicSensor } from './one-sensor.tsx';
import { sensorWords } from './words.ts';

const tones = { good: mapTones.quiet, unknown: mapTones.quiet, fair: mapTones.open, poor: mapTones.alarm };

/** Citizens' sensors as triangles, official stations as circles: never one symbol for both. */
export function SensorsMap({ sensors }: { sensors: readonly PublicSensor[] }) {
  const t = useTexts(sensorWords);
  const say = useSay();
  const formats = useFormats();
  const base = useProvinceBase();
  const air = useQuery(client.ask('GET /api/environment/public/air'));
  const layers = useMemo((): MapLayer[] => {
    const grades = ['good', 'unknown', 'fair', 'poor'] as const;
    const officials = (air.data?.items ?? []).filter((one) => one.location && one.provenance !== 'replayed');
    return [
      {
        id: 'official',
        title: t('officialLayer'),
        shape: 'circle',
        states: [{ id: 'official', name: t('officialState'), color: '#0b6e6e' }],
        cluster: false,
        points: {
          type: 'FeatureCollection',
          features: officials.flatMap((one) =>
            one.location
              ? [
                  {
                    type: 'Feature' as const,
                    geometry: { type: 'Point' as const, coordinates: [one.location.lon, one.location.lat] },
                    properties: { id: one.id, name: one.name, state: 'official' },
                  },
                ]
              : [],
          ),
        },
      },
      {
        id: 'citizen-sensors',
        title: t('layer'),
        shape: 'triangle',
        states: grades.map((id) => ({ id, name: say(gradeWords[id]), color: tones[id] })),
        cluster: false,
        points: {
          type: 'FeatureCollection',
          features: sensors.map((one) => ({
            type: 'Feature' as const,
            geometry: { type: 'Point' as const, coordinates: [one.lon, one.lat] },
            properties: {
              id: one.id,
              name: `${t('layer')} ${one.id.toUpperCase()}`,
              state: gradeOfSensor(one.judgement),
              ...(one.values[0] ? { label: formats.number(one.values[0].value, 0) } : {}),
            },
          })),
        },
      },
    ];
  }, [sensors, air.data, t, say, formats]);
  if (!base) return <LoadingState height={420} />;
  return (
    <MapView
      height={420}
      label={t('mapLabel')}
      base={base}
      layers={layers}
      // The list below holds the same: a touch leads to its entry.
      onSelect={(id) => document.getElementById(id)?.scrollIntoView({ block: 'center' })}
    />
  );
}
