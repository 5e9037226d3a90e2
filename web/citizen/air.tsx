import { IconCurrentLocation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { airAdvice } from '../../systems/environment/advice.ts';
import { ExplainDerived } from '../kit/generic/explain-derived.tsx';
import {
  Answer,
  aqiLevels,
  Button,
  ChoiceField,
  EmptyState,
  Heading,
  isStale,
  LevelBadge,
  Link,
  Page,
  type Provenance,
  Reading,
  Row,
  recall,
  remember,
  SparkLine,
  Stack,
  Text,
  useFormats,
  useNow,
  useSay,
  useTexts,
} from '../kit/index.ts';
import { client } from './client.ts';
import { citizenWords } from './words.ts';

const KEY = 'dttm.station';
const citizenSensors = { vi: 'Cảm biến của người dân (tham khảo)', en: 'Citizens’ sensors (for reference)' };

type Station = { id: string; location: { lon: number; lat: number } | null };

/** Nearest by straight distance; a degree of longitude is shorter than one of latitude here. */
function nearest<S extends Station>(stations: readonly S[], lon: number, lat: number): S | undefined {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const distance = (one: S): number =>
    one.location ? Math.hypot((one.location.lon - lon) * shrink, one.location.lat - lat) : Number.POSITIVE_INFINITY;
  return [...stations].sort((a, b) => distance(a) - distance(b))[0];
}

/** The air now at one station, what to do, and all stations below. No account, one hand, one screen. */
export function AirPage() {
  const t = useTexts(citizenWords);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const air = useQuery({ ...client.ask('GET /api/environment/public/air'), refetchInterval: 60_000 });
  const [chosen, setChosen] = useState<string | null>(() => recall(KEY));
  const [finding, setFinding] = useState<'no' | 'yes' | 'failed'>('no');

  return (
    <Page title={t('airNow')}>
      <Answer of={air} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
        {(data) => {
          const station =
            data.items.find((one) => one.id === chosen) ?? data.items.find((one) => one.aqi !== null) ?? data.items[0];
          if (!station) return null;
          const level = station.level === null ? null : (aqiLevels[station.level] ?? null);
          const advice = station.level === null ? null : airAdvice[station.level];
          const choose = (id: string | undefined) => {
            if (!id) return;
            remember(KEY, id);
            setChosen(id);
          };
          const find = () => {
            setFinding('yes');
            navigator.geolocation.getCurrentPosition(
              ({ coords }) => {
                setFinding('no');
                choose(
                  nearest(
                    data.items.filter((one) => one.provenance !== 'replayed'),
                    coords.longitude,
                    coords.latitude,
                  )?.id,
                );
              },
              () => setFinding('failed'),
              { timeout: 10_000, maximumAge: 600_000 },
            );
          };
          return (
            <Stack gap={5}>
              <Stack gap={2}>
                <ChoiceField
                  label={t('chooseStation')}
                  required
                  value={station.id}
                  onChange={choose}
                  choices={data.items.map((one) => ({ value: one.id, title: one.name }))}
                />
                <Button icon={IconCurrentLocation} onClick={find} busy={finding === 'yes'}>
                  {t('nearMe')}
                </Button>
                {finding === 'failed' ? <Text alarm>{t('noLocation')}</Text> : null}
              </Stack>
              <Stack gap={2}>
                <Reading
                  at={station.hourAt}
                  staleAfterSeconds={station.staleAfterSeconds}
                  provenance={station.provenance as Provenance}
                >
                  <LevelBadge level={level} value={formats.number(station.aqi, 0)} large />
                </Reading>
                <Row gap={3}>
                  {station.hourAt ? (
                    <Text soft>{t('hour', { hour: formats.instant(station.hourAt) })}</Text>
                  ) : (
                    <Text soft>{t('none')}</Text>
                  )}
                  {station.hourAt ? (
                    <ExplainDerived
                      property="vn_aqi_hourly"
                      entity={station.id}
                      at={station.hourAt}
                      title={`${station.name}, VN_AQI`}
                    />
                  ) : null}
                </Row>
                {isStale(station.hourAt, station.staleAfterSeconds, now) ? <Text alarm>{t('late')}</Text> : null}
              </Stack>
              {advice && !isStale(station.hourAt, station.staleAfterSeconds, now) ? (
                <Stack gap={3}>
                  <Heading level={2}>{t('advice')}</Heading>
                  <Text prose>
                    <strong>{t('everyone')}:</strong> {say(advice.everyone)}
                  </Text>
                  <Text prose>
                    <strong>{t('sensitive')}:</strong> {say(advice.sensitive)}
                  </Text>
                </Stack>
              ) : null}
              <Stack gap={2}>
                <Heading level={2}>{t('last24')}</Heading>
                <SparkLine
                  values={station.last24}
                  limit={150}
                  height={72}
                  label={`${t('last24')}: ${station.last24.map((value) => formats.number(value, 0)).join(', ')}`}
                />
              </Stack>
              <Stack gap={2}>
                <Heading level={2}>{t('allStations')}</Heading>
                {data.items.map((one) => (
                  <Row key={one.id} spread gap={3}>
                    <Button kind="quiet" onClick={() => choose(one.id)}>
                      {one.name}
                    </Button>
                    <Reading
                      at={one.hourAt}
                      staleAfterSeconds={one.staleAfterSeconds}
                      provenance={one.provenance as Provenance}
                    >
                      <LevelBadge
                        level={one.level === null ? null : (aqiLevels[one.level] ?? null)}
                        value={formats.number(one.aqi, 0)}
                      />
                    </Reading>
                  </Row>
                ))}
                <Text small>
                  <Link href="/about">{t('scale')}</Link> · <Link href="/sensors">{say(citizenSensors)}</Link>
                </Text>
              </Stack>
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}
