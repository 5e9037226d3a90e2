import { useQuery } from '@tanstack/react-query';
import { Answer, EmptyState, Stack, Text, useNavigateTo, useSay, useTexts } from '../../../web/kit/index.ts';
import { type MapLayer, MapView } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import type { DeskFilter } from './inbox.tsx';
import { words } from './words.ts';

const colors = { closed: '#94a3b8', calm: '#64748b', half: '#2563eb', near: '#d97706', late: '#c2410c' } as const;

/** The same reports where they are; the colour says how much of the time is used. */
export function InboxMap({ filter }: { filter: DeskFilter }) {
  const t = useTexts(words);
  const say = useSay();
  const navigate = useNavigateTo();
  const base = useProvinceBase();
  const points = useQuery(client.ask('GET /api/reports/desk/map', { query: filter }));
  const stateOf = (one: { open: boolean; rung: number }) =>
    !one.open ? 'closed' : one.rung >= 100 ? 'late' : one.rung >= 80 ? 'near' : one.rung >= 50 ? 'half' : 'calm';
  return (
    <Answer of={points} isEmpty={(data) => data.total === 0} empty={<EmptyState title={t('none')} />}>
      {(data) => {
        const layer: MapLayer = {
          id: 'reports',
          title: t('reports'),
          shape: 'circle',
          total: data.total,
          states: (['closed', 'calm', 'half', 'near', 'late'] as const).map((id) => ({
            id,
            name: t(id),
            color: colors[id],
          })),
          points: {
            type: 'FeatureCollection',
            features: data.items.map((one) => ({
              type: 'Feature',
              geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
              properties: { id: one.id, name: `${one.number} – ${say(one.title)}`, state: stateOf(one) },
            })),
          },
        };
        return (
          <Stack gap={2}>
            <Text soft small numbers>
              {data.items.length < data.total
                ? t('onMapOf', { n: data.items.length, total: data.total })
                : t('onMap', { n: data.total })}
            </Text>
            {base ? (
              <MapView
                label={t('reports')}
                base={base}
                height={600}
                layers={[layer]}
                onSelect={(id) => navigate(`/console/reports/${id}`)}
              />
            ) : null}
          </Stack>
        );
      }}
    </Answer>
  );
}
