import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LoadingState, Stack, Text, useNavigateTo, useRested, useTexts } from '../../kit/index.ts';
import { type MapLayer, MapView, type MapWindow, mapTones } from '../../kit/map.ts';
import { useProvinceBase } from '../../kit/province.ts';
import { client } from '../client.ts';
import { type PublicItem, stateOf } from './state-of.ts';
import { openWords } from './words.ts';

const MOST = 300;
type Box = { west: number; south: number; east: number; north: number };

/** The published reports of the part that is looked at; a touch opens one. */
export function NearMap({ around, family }: { around: Box | null; family: string | undefined }) {
  const t = useTexts(openWords);
  const navigate = useNavigateTo();
  const base = useProvinceBase();
  const [view, setView] = useState<MapWindow | null>(null);
  const box = useRested(view?.box ?? null, 400);
  const found = useQuery({
    ...client.ask('GET /api/reports/public', {
      query: {
        ...(box ? { west: box[0], south: box[1], east: box[2], north: box[3] } : {}),
        ...(family ? { category: family } : {}),
        limit: MOST,
      },
    }),
    enabled: box !== null,
    placeholderData: keepPreviousData,
  });
  const layers = useMemo(() => [layerOf(found.data?.items ?? [], t)], [found.data, t]);
  if (!base) return <LoadingState height={420} />;
  return (
    <Stack gap={2}>
      <MapView
        height={420}
        label={t('mapLabel')}
        base={base}
        layers={layers}
        onView={setView}
        onSelect={(number) => navigate(`/reports/${number}`)}
        {...(around ? { bounds: [around.west, around.south, around.east, around.north] as const } : {})}
      />
      {found.data?.next ? (
        <Text small soft>
          {t('tooMany', { n: MOST })}
        </Text>
      ) : null}
    </Stack>
  );
}

function layerOf(items: readonly PublicItem[], t: (key: 'layer' | 'answered' | 'refused' | 'open' | 'late') => string) {
  const states = (['answered', 'refused', 'open', 'late'] as const).map((id) => ({
    id,
    name: t(id),
    color: mapTones[id === 'late' ? 'alarm' : id === 'open' ? 'open' : 'quiet'],
  }));
  return {
    id: 'reports',
    title: t('layer'),
    shape: 'circle',
    states,
    points: {
      type: 'FeatureCollection',
      features: items.map((one) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
        properties: { id: one.number, name: one.text.slice(0, 60), state: stateOf(one) },
      })),
    },
  } satisfies MapLayer;
}
