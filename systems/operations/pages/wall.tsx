import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import {
  type SeverityStep,
  type TickerItem,
  useFormats,
  useLiveState,
  useNow,
  useSay,
  useTexts,
  useTurn,
  WallLayout,
  type WallTrend,
  WallTrends,
  WallWrongList,
} from '../../../web/kit/index.ts';
import { MapView } from '../../../web/kit/map.ts';
import { placeLayers, useEntitiesById, usePlaces, useProvinceBase } from '../../../web/kit/province.ts';
import { useAreasOf, useLiveSoon, useQueue, useSeveritiesOf } from './alert-queue.tsx';
import { client } from './client.ts';
import { queueWords } from './queue-words.ts';
import { useTrends } from './trends.ts';
import { operationsWords } from './words.ts';

const TURN_SECONDS = 30;

/** The wall: the province in the middle, what is wrong left, whether it gets better right. It turns between layers. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const now = useNow(30);
  const { types, counts, places, onView } = usePlaces();
  const base = useProvinceBase();
  const q = useTexts(queueWords);
  const formats = useFormats();
  const severitiesOf = useSeveritiesOf();
  const areasOf = useAreasOf();
  const queue = useQueue();
  const shift = useQuery({
    ...client.ask('GET /api/operations/shift', { query: { limit: 1 } }),
    refetchInterval: 60_000,
  });
  const trends: WallTrend[] = useTrends();
  const state = useLiveState();
  const kinds = useMemo(
    () => (types.data?.items ?? []).filter((type) => counts.data?.items.some((one) => one.type === type.name)),
    [types.data, counts.data],
  );
  const { index, turn, jump } = useTurn(Math.max(1, kinds.length), TURN_SECONDS);
  const shown = kinds[index];

  useLiveSoon(['shift'], () => {
    void shift.refetch();
  });
  // A new extreme alert takes the screen: the wall jumps to the layer of its entity.
  const seen = useRef<string | null>(null);
  const extreme = queue.data?.lines
    .flatMap((line) => ('alert' in line ? [line.alert] : []))
    .find((alert) => alert.severity === 5 && alert.state === 'open');
  const type = useEntitiesById(extreme ? [extreme.entityId] : []).get(extreme?.entityId ?? '')?.type;
  useEffect(() => {
    if (!extreme || !type || extreme.id === seen.current) return;
    seen.current = extreme.id;
    const place = kinds.findIndex((kind) => kind.name === type);
    if (place >= 0) jump(place);
  }, [extreme, type, kinds, jump]);

  const ticker: TickerItem[] = (queue.data?.lines ?? [])
    .map((line) =>
      'alert' in line
        ? { id: line.alert.id, at: line.alert.lastAt, text: `${say(line.alert.title)} – ${line.alert.entityName}` }
        : {
            id: line.group.id,
            at: line.group.lastAt ?? line.group.openedAt,
            text: `${q('stormOf', { n: line.group.count })}: ${say(line.group.title)}`,
          },
    )
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, 6);
  const simulated = counts.data?.items.some((one) => one.simulated > 0) ?? false;

  return (
    <WallLayout
      title={t('wallTitle')}
      {...(simulated ? { provenance: 'simulated' as const } : {})}
      {...(shift.data?.onDuty ? { shift: `${t('shift')}: ${shift.data.onDuty.userName}` } : {})}
      health={queue.error || state === 'waiting' ? t('lost') : null}
      ticker={ticker}
      turn={{ turn, seconds: TURN_SECONDS }}
      left={
        <WallWrongList
          title={t('wrongNow')}
          calm={t('calm')}
          most={5}
          total={queue.data?.total ?? 0}
          items={(queue.data?.lines ?? []).map((line) => {
            if ('alert' in line) {
              const { alert } = line;
              return {
                id: alert.id,
                severity: alert.severity as SeverityStep,
                title: say(alert.title),
                where: alert.entityName,
                at: alert.happenedAt,
                who: alert.acknowledged?.name ?? null,
                putOff: alert.snoozed
                  ? q('putOff', { at: formats.time(alert.snoozed.until), who: alert.snoozed.name })
                  : null,
              };
            }
            const { group } = line;
            return {
              id: group.id,
              severity: group.severity as SeverityStep,
              title: `${q('stormOf', { n: group.count })}: ${say(group.title)}`,
              where: areasOf(group),
              detail: severitiesOf(group),
              at: group.happenedAt ?? group.openedAt,
              who:
                group.open > 0 && group.holders.length === 0
                  ? null
                  : [
                      group.open > 0 ? q('openN', { n: group.open }) : '',
                      ...group.holders.map((one) => `${one.name} ${formats.number(one.count, 0)}`),
                    ]
                      .filter(Boolean)
                      .join(' · '),
              putOff: group.snoozed === group.count ? q('putOffN', { n: group.count }) : null,
            };
          })}
        />
      }
      centre={
        base && types.data && counts.data ? (
          <MapView
            label={shown ? say(shown.title) : t('map')}
            bare
            base={base}
            onView={onView}
            layers={placeLayers(shown ? [shown] : types.data.items, counts.data.items, places.data, say, now)}
          />
        ) : null
      }
      right={<WallTrends title={t('better')} trends={trends} />}
    />
  );
}
