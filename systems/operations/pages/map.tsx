import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Age,
  Answer,
  Button,
  EmptyState,
  Facts,
  Figure,
  Heading,
  Link,
  ProvenanceMark,
  Row,
  SeverityMark,
  type SeverityStep,
  SideSheet,
  Stack,
  severitySteps,
  severityWords,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { type MapLayer, MapView } from '../../../web/kit/map.ts';
import {
  type EntityRow,
  placeLayers,
  staleSeconds,
  type TypeRow,
  useEntitiesById,
  useEntity,
  usePlaces,
  useProvinceBase,
} from '../../../web/kit/province.ts';
import { type AlertRow, AlertSeverity, AlertState, acknowledge } from './alert-bits.tsx';
import { GroupState, useAreasOf, useLiveSoon, useQueue } from './alert-queue.tsx';
import { client } from './client.ts';
import { queueWords } from './queue-words.ts';
import { operationsWords } from './words.ts';

const severityColors: Record<number, string> = { 1: '#64748b', 2: '#2563eb', 3: '#d97706', 4: '#c2410c', 5: '#a21caf' };

/** Open alerts as a layer of their own, over everything, worst drawn last. */
function alertLayer(
  alerts: readonly AlertRow[],
  entities: ReadonlyMap<string, EntityRow>,
  title: string,
  say: (text: { vi: string; en: string }) => string,
): MapLayer {
  return {
    id: 'alerts',
    title,
    shape: 'star',
    cluster: false,
    states: severitySteps.map((step) => ({
      id: String(step),
      name: say(severityWords[step]),
      color: severityColors[step] ?? '#64748b',
    })),
    points: {
      type: 'FeatureCollection',
      features: alerts.flatMap((alert) => {
        const place = entities.get(alert.entityId)?.location;
        if (!place) return [];
        return [
          {
            type: 'Feature' as const,
            geometry: { type: 'Point' as const, coordinates: [place.lon + 0.012, place.lat + 0.009] },
            properties: { id: alert.id, name: say(alert.title), state: String(alert.severity) },
          },
        ];
      }),
    },
  };
}

/** The operator's map: every layer, the queue beside it, the thing in a sheet; the map stays. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const now = useNow();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const hidden = search.hidden ? search.hidden.split(',') : [];
  const { types, counts, places, onView } = usePlaces({ hidden });
  const entity = useEntity(search.entity ?? '');
  const base = useProvinceBase();
  const alerts = useQuery({
    ...client.ask('GET /api/alerts', { query: { state: 'active', sort: 'urgent', limit: 1000 } }),
    refetchInterval: 60_000,
  });
  const q = useTexts(queueWords);
  const areasOf = useAreasOf();
  const queue = useQueue(200);
  useLiveSoon(['alerts'], () => void alerts.refetch({ cancelRefetch: false }));

  const go = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(change)) {
      if (value === null || value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    navigate(text ? `/console/map?${text}` : '/console/map');
  };
  const selected = search.entity ? entity.data : undefined;
  const type = types.data?.items.find((one) => one.name === selected?.type);
  const rows = alerts.data?.items ?? [];
  const alerting = useEntitiesById(rows.map((alert) => alert.entityId));
  const layers =
    types.data && counts.data
      ? [
          ...placeLayers(types.data.items, counts.data.items, places.data, say, now, hidden),
          { ...alertLayer(rows, alerting, t('alerts'), say), hidden: hidden.includes('alerts') },
        ]
      : [];

  return (
    <div className="k-workmap">
      <aside className="k-workmap-rail" aria-label={t('queue')}>
        <Row spread>
          <Heading level={1}>{t('queue')}</Heading>
          <Text soft numbers inline>
            {queue.data?.total ?? ''}
          </Text>
        </Row>
        <Answer
          of={queue}
          isEmpty={(data) => data.lines.length === 0}
          empty={<EmptyState title={t('calm')}>{t('calmDo')}</EmptyState>}
        >
          {(data) => (
            <ul className="k-queue">
              {data.lines.map((line) =>
                'group' in line ? (
                  <li key={line.group.id} className={line.group.open > 0 ? 'k-queue-item k-queue-new' : 'k-queue-item'}>
                    <Row gap={2} align="start" wrap={false}>
                      <SeverityMark step={line.group.severity as SeverityStep} size={16} />
                      <div>
                        <Link href={`/console/alerts/groups/${line.group.id}`} quiet>
                          <strong>
                            {q('stormOf', { n: line.group.count })}: {say(line.group.title)}
                          </strong>
                        </Link>
                        <Text small soft>
                          {areasOf(line.group)} · <Age at={line.group.happenedAt ?? line.group.openedAt} />
                        </Text>
                      </div>
                    </Row>
                    <Row gap={2}>
                      <ProvenanceMark provenance={line.group.provenance} />
                      <GroupState group={line.group} />
                    </Row>
                  </li>
                ) : (
                  <QueueItem key={line.alert.id} alert={line.alert} onTaken={() => void queue.refetch()} />
                ),
              )}
            </ul>
          )}
        </Answer>
      </aside>
      <div className="k-workmap-map">
        {base ? (
          <MapView
            label={t('map')}
            base={base}
            layers={layers}
            onView={onView}
            message={places.error ? t('noPlaces') : null}
            selected={search.entity ?? null}
            onSelect={(id, layer) => (layer === 'alerts' ? navigate(`/console/alerts/${id}`) : go({ entity: id }))}
            onLayers={(shown) =>
              go({
                hidden: layers
                  .map((layer) => layer.id)
                  .filter((id) => !shown.includes(id))
                  .join(','),
              })
            }
          />
        ) : null}
      </div>
      <SideSheet opened={selected !== undefined} onClose={() => go({ entity: null })} title={selected?.name ?? ''}>
        {selected && type ? <EntitySheet entity={selected} type={type} alerts={rows} /> : null}
      </SideSheet>
    </div>
  );
}

function QueueItem({ alert, onTaken }: { alert: AlertRow; onTaken: () => void }) {
  const t = useTexts(operationsWords);
  const say = useSay();
  return (
    <li className={alert.state === 'open' ? 'k-queue-item k-queue-new' : 'k-queue-item'}>
      <Row gap={2} align="start" wrap={false}>
        <SeverityMark step={alert.severity as SeverityStep} size={16} />
        <div>
          <Link href={`/console/alerts/${alert.id}`} quiet>
            <strong>{say(alert.title)}</strong>
          </Link>
          <Text small soft>
            {alert.entityName} · <Age at={alert.happenedAt} />
            {alert.acknowledged ? ` · ${alert.acknowledged.name}` : ''}
          </Text>
        </div>
      </Row>
      <Row gap={2}>
        <ProvenanceMark provenance={alert.provenance} />
        {alert.may.includes('acknowledge') ? (
          <Button onClick={() => void acknowledge(alert.id, t('taken')).then(() => onTaken())}>{t('take')}</Button>
        ) : (
          <AlertState alert={alert} />
        )}
      </Row>
    </li>
  );
}

/** One thing of the map: what it says now and what is open at it. */
function EntitySheet({ entity, type, alerts }: { entity: EntityRow; type: TypeRow; alerts: readonly AlertRow[] }) {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const mine = alerts.filter((alert) => alert.entityId === entity.id);
  return (
    <Stack gap={4}>
      <Row gap={3}>
        <Text soft inline>
          {say(type.title)}
        </Text>
        <ProvenanceMark provenance={entity.provenance} />
      </Row>
      {mine.map((alert) => (
        <Row key={alert.id} gap={2}>
          <AlertSeverity severity={alert.severity} />
          <Link href={`/console/alerts/${alert.id}`}>{say(alert.title)}</Link>
        </Row>
      ))}
      <Stack gap={2}>
        {Object.entries(type.observes).map(([property, observed]) => (
          <Figure
            key={property}
            title={say(observed.title)}
            value={entity.state[property]?.quality === 0 ? entity.state[property]?.value : null}
            unit={observed.unit}
            decimals={observed.decimals ?? 1}
            at={entity.state[property]?.observedAt ?? null}
            staleAfterSeconds={staleSeconds(type, entity, property)}
            provenance={entity.provenance}
            href={`/console/entities/${encodeURIComponent(entity.id)}`}
          />
        ))}
      </Stack>
      <Facts
        facts={[
          {
            term: t('place'),
            value: entity.location
              ? `${formats.number(entity.location.lat, 4)}; ${formats.number(entity.location.lon, 4)}`
              : null,
          },
        ]}
      />
      <Link href={`/console/entities/${encodeURIComponent(entity.id)}`}>{t('station')}</Link>
    </Stack>
  );
}
