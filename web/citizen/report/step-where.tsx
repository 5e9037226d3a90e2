import { IconCurrentLocation, IconMap2, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import {
  Button,
  Heading,
  LoadingState,
  Stack,
  StepActs,
  Text,
  TextField,
  Tile,
  useOnline,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { PlaceSearch } from './place-search.tsx';
import type { StepProps } from './report.tsx';
import { reportWords } from './words.ts';

const PlaceMap = lazy(async () => ({ default: (await import('./place-map.tsx')).PlaceMap }));

/** Beyond this the commune may be another: the person is asked to look. */
const UNSURE_METRES = 150;
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** The place by the device, by a name, or by hand on the map; its commune is shown before it is taken. */
export function WhereStep({ draft, change, go }: StepProps) {
  const t = useTexts(reportWords);
  const online = useOnline();
  const { place, photoPlace } = draft;
  const [finding, setFinding] = useState<'no' | 'yes' | 'failed' | 'none'>('no');
  const [mapFrom, setMapFrom] = useState<{ lon: number; lat: number } | null | undefined>(undefined);
  const found = useQuery({
    ...client.ask('GET /api/reports/place', { query: { lon: place?.lon ?? 0, lat: place?.lat ?? 0 } }),
    enabled: place !== null && online,
    staleTime: 600_000,
  });
  const area = found.data?.areaName ?? null;
  const isOutside = found.data !== undefined && found.data.areaCode === null;

  const set = (lon: number, lat: number, metres: number | null) =>
    change({ place: { lon: rounded(lon), lat: rounded(lat), metres, areaName: null } });
  const locate = () => {
    if (!window.isSecureContext || !navigator.geolocation) return setFinding('none');
    setFinding('yes');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setFinding('no');
        setMapFrom(undefined);
        set(coords.longitude, coords.latitude, Math.round(coords.accuracy));
      },
      () => setFinding('failed'),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  };
  // Who allowed it before is not asked to touch once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step is entered without a place
  useEffect(() => {
    if (place !== null) return;
    void navigator.permissions
      ?.query({ name: 'geolocation' })
      .then((state) => (state.state === 'granted' ? locate() : undefined));
  }, []);

  return (
    <Stack gap={5}>
      <Button
        kind={place ? 'plain' : 'primary'}
        icon={IconCurrentLocation}
        wide
        busy={finding === 'yes'}
        onClick={locate}
      >
        {place ? t('gpsAgain') : t('gps')}
      </Button>
      {photoPlace && (place?.lon !== rounded(photoPlace.lon) || place.lat !== rounded(photoPlace.lat)) ? (
        <Button icon={IconPhoto} wide onClick={() => set(photoPlace.lon, photoPlace.lat, null)}>
          {t('photoPlace')}
        </Button>
      ) : null}
      {finding === 'failed' || finding === 'none' ? (
        <Text alarm>
          <span role="alert">{t(finding === 'failed' ? 'gpsFailed' : 'gpsNone')}</span>
        </Text>
      ) : null}
      {mapFrom === undefined ? null : (
        <Stack gap={2}>
          <Text>{t('mapLead')}</Text>
          <Suspense fallback={<LoadingState height={320} />}>
            <PlaceMap
              key={mapFrom ? `${mapFrom.lon} ${mapFrom.lat}` : 'province'}
              from={mapFrom}
              onPlace={(at) => set(at.lon, at.lat, null)}
            />
          </Suspense>
        </Stack>
      )}
      <div aria-live="polite">
        {place ? (
          <Tile tone={isOutside ? 'warn' : 'good'}>
            {isOutside ? (
              <Text alarm>{t('outside')}</Text>
            ) : (
              <Text strong>{area ? t('here', { area }) : found.isFetching ? t('hereLooking') : t('hereUnknown')}</Text>
            )}
            {place.metres !== null && !isOutside ? (
              <Text small alarm={place.metres > UNSURE_METRES}>
                {t(place.metres > UNSURE_METRES ? 'inaccurate' : 'accuracy', { n: place.metres })}
              </Text>
            ) : null}
            {found.data?.approximate && !isOutside ? (
              <Text small soft>
                {t('approximate')}
              </Text>
            ) : null}
          </Tile>
        ) : null}
      </div>
      {place && !isOutside ? (
        <TextField
          label={t('address')}
          hint={t('addressHint')}
          value={draft.address}
          maxLength={300}
          onChange={(address) => change({ address })}
        />
      ) : null}
      {place ? (
        <StepActs>
          <Button
            kind="primary"
            wide
            disabled={isOutside || found.isFetching}
            onClick={() => {
              change({ place: { ...place, areaName: area } });
              go('kind');
            }}
          >
            {t('rightPlace')}
          </Button>
        </StepActs>
      ) : null}
      {place ? <Heading level={2}>{t('notThere')}</Heading> : null}
      <PlaceSearch
        onFound={(at) => {
          set(at.lon, at.lat, null);
          // The middle of a commune is a beginning: the place itself is set on the map.
          setMapFrom(at);
        }}
      />
      {mapFrom === undefined ? (
        <Button icon={IconMap2} wide disabled={!online} onClick={() => setMapFrom(place)}>
          {online ? t('map') : t('mapOffline')}
        </Button>
      ) : null}
    </Stack>
  );
}
