import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import {
  type SeverityStep,
  type TickerItem,
  useLive,
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
import { entityLayers, useEntities, useProvinceBase } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { useTrends } from './trends.ts';
import { operationsWords } from './words.ts';

const TURN_SECONDS = 30;

/** The wall: the province in the middle, what is wrong left, whether it gets better right. It turns between layers. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const now = useNow(30);
  const { types, entities } = useEntities();
  const base = useProvinceBase();
  const alerts = useQuery({
    ...client.ask('GET /api/alerts', { query: { state: 'active', sort: 'urgent', limit: 50 } }),
    refetchInterval: 30_000,
  });
  const latest = useQuery({
    ...client.ask('GET /api/alerts', { query: { sort: 'newest', limit: 6 } }),
    refetchInterval: 30_000,
  });
  const shift = useQuery({
    ...client.ask('GET /api/operations/shift', { query: { limit: 1 } }),
    refetchInterval: 60_000,
  });
  const trends: WallTrend[] = useTrends();
  const state = useLiveState();
  const kinds = useMemo(
    () => (types.data?.items ?? []).filter((type) => entities.data?.items.some((one) => one.type === type.name)),
    [types.data, entities.data],
  );
  const { index, turn, jump } = useTurn(Math.max(1, kinds.length), TURN_SECONDS);
  const shown = kinds[index];

  useLive(['alerts', 'shift', 'cases'], () => {
    void alerts.refetch();
    void latest.refetch();
    void shift.refetch();
  });
  // A new extreme alert takes the screen: the wall jumps to the layer of its entity.
  const seen = useRef<string | null>(null);
  useEffect(() => {
    const extreme = alerts.data?.items.find((alert) => alert.severity === 5 && alert.state === 'open');
    if (!extreme || extreme.id === seen.current) return;
    seen.current = extreme.id;
    const type = entities.data?.items.find((one) => one.id === extreme.entityId)?.type;
    const place = kinds.findIndex((kind) => kind.name === type);
    if (place >= 0) jump(place);
  }, [alerts.data, entities.data, kinds, jump]);

  const ticker: TickerItem[] = (latest.data?.items ?? []).map((alert) => ({
    id: alert.id,
    at: alert.lastAt,
    text: `${say(alert.title)} – ${alert.entityName}`,
  }));
  const simulated = entities.data?.items.some((one) => one.provenance !== 'measured') ?? false;

  return (
    <WallLayout
      title={t('wallTitle')}
      {...(simulated ? { provenance: 'simulated' as const } : {})}
      {...(shift.data?.onDuty ? { shift: `${t('shift')}: ${shift.data.onDuty.userName}` } : {})}
      health={alerts.error || state === 'waiting' ? t('lost') : null}
      ticker={ticker}
      turn={{ turn, seconds: TURN_SECONDS }}
      left={
        <WallWrongList
          title={t('wrongNow')}
          calm={t('calm')}
          most={5}
          items={(alerts.data?.items ?? []).map((alert) => ({
            id: alert.id,
            severity: alert.severity as SeverityStep,
            title: say(alert.title),
            where: alert.entityName,
            at: alert.happenedAt,
            who: alert.acknowledged?.name ?? null,
          }))}
        />
      }
      centre={
        base && types.data && entities.data ? (
          <MapView
            label={shown ? say(shown.title) : t('map')}
            bare
            base={base}
            layers={entityLayers(shown ? [shown] : types.data.items, entities.data.items, say, now)}
          />
        ) : null
      }
      right={<WallTrends title={t('better')} trends={trends} />}
    />
  );
}
