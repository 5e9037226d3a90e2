import { IconCurrentLocation, IconList, IconMap2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  Answer,
  BigDoor,
  Button,
  ChoiceField,
  EmptyState,
  LoadingState,
  Page,
  Row,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { useCategories } from '../report/use-stored.ts';
import { stateOf } from './state-of.ts';
import { openWords } from './words.ts';

const NearMap = lazy(async () => ({ default: (await import('./near-map.tsx')).NearMap }));

const METRES_A_DEGREE = 111_320;
const AROUND_METRES = 3_000;
type Here = { lon: number; lat: number };

const shrink = (lat: number): number => Math.cos((lat * Math.PI) / 180);
const metresTo = (here: Here, one: Here): number =>
  METRES_A_DEGREE * Math.hypot(one.lat - here.lat, (one.lon - here.lon) * shrink(here.lat));
const boxAround = ({ lon, lat }: Here) => {
  const tall = AROUND_METRES / METRES_A_DEGREE;
  const wide = tall / shrink(lat);
  return { west: lon - wide, south: lat - tall, east: lon + wide, north: lat + tall };
};

/** What others have reported, around the reader or anywhere: a list first, the map for who wants it. */
export function NearPage() {
  const t = useTexts(openWords);
  const say = useSay();
  const [here, setHere] = useState<Here | null>(null);
  const [finding, setFinding] = useState<'no' | 'yes' | 'failed'>('no');
  const [family, setFamily] = useState<string | undefined>();
  const [asMap, setAsMap] = useState(false);
  const categories = useCategories();
  const locate = () => {
    setFinding('yes');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setFinding('no');
        setHere({ lon: coords.longitude, lat: coords.latitude });
      },
      () => setFinding('failed'),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  };
  return (
    <Page title={t('near')} lead={t('nearLead')}>
      <Stack gap={4}>
        <Row gap={2}>
          <Button icon={IconCurrentLocation} busy={finding === 'yes'} onClick={locate}>
            {t('nearMe')}
          </Button>
          <Button icon={asMap ? IconList : IconMap2} onClick={() => setAsMap(!asMap)}>
            {t(asMap ? 'asList' : 'asMap')}
          </Button>
        </Row>
        {finding === 'failed' ? <Text alarm>{t('noLocation')}</Text> : null}
        <ChoiceField
          label={t('family')}
          value={family}
          onChange={setFamily}
          choices={(categories.data?.items ?? [])
            .filter((one) => one.parent === null)
            .map((one) => ({ value: one.code, title: say(one.title) }))}
        />
        {asMap ? (
          <Suspense fallback={<LoadingState height={420} />}>
            <NearMap
              key={here ? `${here.lon} ${here.lat}` : 'all'}
              around={here ? boxAround(here) : null}
              family={family}
            />
          </Suspense>
        ) : (
          <PublicList here={here} family={family} />
        )}
      </Stack>
    </Page>
  );
}

function PublicList({ here, family }: { here: Here | null; family: string | undefined }) {
  const t = useTexts(openWords);
  const say = useSay();
  const formats = useFormats();
  const query = { ...(here ? boxAround(here) : {}), ...(family ? { category: family } : {}), limit: here ? 100 : 30 };
  const found = useInfiniteQuery({
    queryKey: ['public', query],
    queryFn: ({ pageParam }) =>
      client.call('GET /api/reports/public', { query: { ...query, ...(pageParam ? { after: pageParam } : {}) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const far = (metres: number): string =>
    metres < 1000 ? t('metres', { n: Math.round(metres / 10) * 10 }) : t('km', { n: formats.number(metres / 1000, 1) });
  return (
    <Answer
      of={found}
      isEmpty={(data) => data.pages.every((page) => page.items.length === 0)}
      empty={<EmptyState>{t('none')}</EmptyState>}
    >
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        const sorted = here ? items.toSorted((a, b) => metresTo(here, a) - metresTo(here, b)) : items;
        return (
          <Stack gap={3}>
            <Text small soft>
              {t(here ? 'around' : 'newest')}
            </Text>
            {sorted.map((one) => (
              <BigDoor
                key={one.number}
                href={`/reports/${one.number}`}
                title={one.text.length > 90 ? `${one.text.slice(0, 90).trimEnd()}…` : one.text}
                text={[
                  t(stateOf(one)),
                  say(one.categoryTitle),
                  here ? far(metresTo(here, one)) : formats.instant(one.publishedAt),
                  ...(one.meToo > 0 ? [t('meToo', { n: one.meToo })] : []),
                ].join(' · ')}
              />
            ))}
            {found.hasNextPage ? (
              <Button wide busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t('more')}
              </Button>
            ) : null}
          </Stack>
        );
      }}
    </Answer>
  );
}
