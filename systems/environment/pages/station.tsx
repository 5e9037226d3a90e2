import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import {
  Answer,
  Facts,
  Figure,
  FigureRow,
  Page as KitPage,
  Link,
  Panel,
  ProvenanceMark,
  Row,
  Severity,
  type SeverityStep,
  Split,
  Stack,
  Text,
  useFormats,
  useLive,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import {
  EntityCurve,
  ExplainDerived,
  headlineOf,
  levelsOf,
  platformClient,
  StateReading,
  staleSeconds,
  useEntity,
} from '../../../web/kit/province.ts';
import { environmentClient } from './client.ts';
import { environmentWords } from './words.ts';

/** One station: what it says now, its curves with limits and levels, completeness, open alerts. */
export function Page() {
  const t = useTexts(environmentWords);
  const say = useSay();
  const formats = useFormats();
  const { id = '' } = useParams({ strict: false });
  const entity = useEntity(id);
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const limits = useQuery(environmentClient.ask('GET /api/environment/limits', { query: { entity: id } }));
  const alerts = useQuery(platformClient.ask('GET /api/alerts', { query: { entity: id, limit: 20 } }));
  useLive(['alerts'], () => void alerts.refetch());

  return (
    <Answer of={entity}>
      {(station) => {
        const type = types.data?.items.find((one) => one.name === station.type);
        if (!type) return null;
        const head = headlineOf(type, station);
        const properties = Object.entries(type.observes);
        return (
          <KitPage
            title={station.name}
            crumbs={[{ title: t('network'), href: '/console/environment' }, { title: station.name }]}
            lead={
              <Row gap={3}>
                <span>{say(type.title)}</span>
                {levelsOf(type).length > 0 ? <StateReading type={type} entity={station} /> : null}
                {head.at && type.observes[head.property]?.derived ? (
                  <ExplainDerived
                    entity={station.id}
                    property={head.property}
                    at={head.at}
                    title={say(type.observes[head.property]?.title ?? type.title)}
                  />
                ) : null}
                {levelsOf(type).length > 0 ? null : <ProvenanceMark provenance={station.provenance} />}
              </Row>
            }
          >
            <Stack gap={5}>
              <FigureRow label={t('now')}>
                {properties.map(([name, observed]) => {
                  const state = station.state[name];
                  return (
                    <Figure
                      key={name}
                      title={say(observed.title)}
                      value={state && state.quality === 0 ? state.value : null}
                      unit={observed.unit}
                      decimals={observed.decimals ?? 1}
                      at={state?.observedAt ?? null}
                      staleAfterSeconds={staleSeconds(type, station, name)}
                      provenance={station.provenance}
                      href={`/console/environment/stations/${encodeURIComponent(station.id)}#curve`}
                    />
                  );
                })}
              </FigureRow>
              <Split
                main={
                  <Panel title={t('curve')}>
                    <div id="curve">
                      <EntityCurve
                        type={type}
                        entity={station}
                        limitsOf={(property, step) =>
                          step === 'raw'
                            ? []
                            : (limits.data?.items ?? [])
                                .filter((limit) => limit.property === property && limit.averaging === '1h')
                                .flatMap((limit) => [limit.low, limit.high])
                                .filter((value): value is number => value !== null)
                                .map((value) => ({ value, name: t('limit1h') }))
                        }
                      />
                    </div>
                  </Panel>
                }
                side={
                  <>
                    <Panel title={t('alerts')}>
                      <Answer
                        of={alerts}
                        isEmpty={(data) => data.items.length === 0}
                        empty={<Text soft>{t('noAlerts')}</Text>}
                      >
                        {(data) => (
                          <Stack gap={2}>
                            {data.items.map((alert) => (
                              <Row key={alert.id} gap={2}>
                                <Severity step={alert.severity as SeverityStep} />
                                <Link href={`/console/alerts/${alert.id}`}>{say(alert.title)}</Link>
                              </Row>
                            ))}
                          </Stack>
                        )}
                      </Answer>
                    </Panel>
                    <Panel title={t('facts')}>
                      <Facts
                        facts={[
                          { term: t('code'), value: station.id },
                          { term: t('source'), value: t(station.provenance) },
                          { term: t('area'), value: station.areaCode },
                          station.location && {
                            term: t('place'),
                            value: `${formats.number(station.location.lat, 4)}; ${formats.number(station.location.lon, 4)}`,
                          },
                          {
                            term: t('interval'),
                            value: formats.duration(
                              Number(station.properties.everySeconds ?? properties[0]?.[1].everySeconds),
                            ),
                          },
                        ]}
                      />
                    </Panel>
                  </>
                }
              />
            </Stack>
          </KitPage>
        );
      }}
    </Answer>
  );
}
