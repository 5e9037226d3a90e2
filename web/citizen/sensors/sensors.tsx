import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  Answer,
  BigDoor,
  Button,
  EmptyState,
  Heading,
  Link,
  LoadingState,
  Page,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  Tile,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { SensorFigures } from './one-sensor.tsx';
import { sensorWords } from './words.ts';

const SensorsMap = lazy(async () => ({ default: (await import('./sensors-map.tsx')).SensorsMap }));

/** All sensors of citizens, apart from the official stations: a map and a list, for reference only. */
export function SensorsPage() {
  const t = useTexts(sensorWords);
  const all = useQuery({ ...client.ask('GET /api/citizen-sensors'), refetchInterval: 60_000 });
  const [map, setMap] = useState(false);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Stack gap={5}>
        <BigDoor primary href="/sensors/mine" title={t('mine')} text={t('mineText')} />
        {map ? (
          <Suspense fallback={<LoadingState height={420} />}>
            <SensorsMap sensors={all.data?.items ?? []} />
          </Suspense>
        ) : (
          <Button wide onClick={() => setMap(true)}>
            {t('showMap')}
          </Button>
        )}
        <Text small soft>
          {t('place')}
        </Text>
        <Heading level={2}>{t('list')}</Heading>
        <Answer of={all} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
          {(data) => (
            <Stack gap={3}>
              {data.items.map((sensor) => (
                <Tile key={sensor.id}>
                  <Stack gap={2}>
                    <Row gap={3} spread>
                      <Heading level={3} id={sensor.id}>
                        {sensor.areaName ?? sensor.areaCode}
                      </Heading>
                      <Text small soft inline>
                        {t('code', { id: sensor.id.toUpperCase() })}
                      </Text>
                    </Row>
                    {sensor.provenance === 'simulated' ? <ProvenanceMark provenance="simulated" /> : null}
                    <SensorFigures sensor={sensor} curve={false} />
                  </Stack>
                </Tile>
              ))}
            </Stack>
          )}
        </Answer>
        <Text small>
          {t('openData')}: <Link href="/api/citizen-sensors/feed.geojson">GeoJSON</Link> ·{' '}
          <Link href="/api/citizen-sensors/feed.csv">CSV</Link>
        </Text>
      </Stack>
    </Page>
  );
}
