import { useQueries, useQuery } from '@tanstack/react-query';
import { useLive, useNow, useSay, type WallTrend } from '../../../web/kit/index.ts';
import { platformClient, staleSeconds } from '../../../web/kit/province.ts';
import { client } from './client.ts';

const HOUR = 3_600_000;
/** Curves asked for at once: enough for a province's stations, bounded for a country's. */
const MOST = 40;

/**
 * Six figures with their targets: the worst and the middle air of the last 24 hours, the share of stations that send,
 * and the month's figures of the centre. Replayed stations tell of another place and do not enter.
 */
export function useTrends(): WallTrend[] {
  const say = useSay();
  const now = useNow(60);
  const air = useQuery({
    ...platformClient.ask('GET /api/entities', {
      query: { type: 'AirQualityStation', provenance: 'measured,simulated', limit: 500 },
    }),
    refetchInterval: 60_000,
  });
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const counts = useQuery({ ...platformClient.ask('GET /api/places/counts'), refetchInterval: 60_000 });
  const month = useQuery({ ...client.ask('GET /api/indicators'), refetchInterval: 300_000 });
  useLive(['alerts', 'cases'], () => void month.refetch());
  const stations = air.data?.items ?? [];
  const to = Math.floor(now.getTime() / HOUR) * HOUR;
  const curves = useQueries({
    queries: stations.slice(0, MOST).map((station) =>
      platformClient.ask('GET /api/history/:entity/:property', {
        params: { entity: station.id, property: 'vn_aqi_hourly' },
        query: { from: new Date(to - 24 * HOUR).toISOString(), to: new Date(to).toISOString(), step: 'hour' },
      }),
    ),
  });
  /** Each hour of the last 24 over the stations that had an index. */
  const hours = Array.from({ length: 24 }, (_, index) => {
    const at = to - (24 - index) * HOUR;
    return curves.flatMap((curve) => curve.data?.points.find((point) => point.at === at)?.value ?? []);
  });
  const worstTrend = hours.map((values) => (values.length > 0 ? Math.max(...values) : null));
  const middleTrend = hours.map((values) =>
    values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null,
  );
  const airType = types.data?.items.find((one) => one.name === 'AirQualityStation');
  const staleAfterSeconds =
    airType && stations[0] ? staleSeconds(airType, stations[0], 'vn_aqi_hourly') : Number.POSITIVE_INFINITY;
  const indexed = stations.flatMap((one) => {
    const state = one.state.vn_aqi_hourly;
    return state && state.quality === 0 ? [{ ...state, at: Date.parse(state.observedAt) }] : [];
  });
  const fresh = indexed.filter((one) => now.getTime() - one.at <= staleAfterSeconds * 1000);
  // Where no station is fresh the last that was known stays on the screen, greyed by its age.
  const newest = indexed.reduce((latest, one) => Math.max(latest, one.at), 0);
  const used = fresh.length > 0 ? fresh : indexed.filter((one) => one.at === newest);
  const last = used.map((one) => one.value);
  const age = {
    ...(used.length > 0 ? { at: new Date(newest), staleAfterSeconds } : {}),
    ...(stations.some((one) => one.provenance !== 'measured') ? { provenance: 'simulated' as const } : {}),
  };
  const sum = (of: 'expected' | 'sending') => (counts.data?.items ?? []).reduce((all, one) => all + one[of], 0);
  const expected = sum('expected');
  const figure = (code: string): WallTrend[] => {
    const one = month.data?.items.find((each) => each.code === code);
    if (!one || one.target === null) return [];
    return [
      {
        id: code,
        title: say(one.title),
        value: one.value,
        unit: one.unit,
        decimals: 0,
        trend: [one.previous, one.value],
        target: one.target,
        better: one.better === 'higher' ? 'more' : 'less',
      },
    ];
  };
  const worst = last.length > 0 ? Math.max(...last) : null;
  const middle = last.length > 0 ? last.reduce((sum, value) => sum + value, 0) / last.length : null;
  return [
    {
      id: 'worst',
      title: say({ vi: 'VN_AQI cao nhất hiện nay', en: 'Highest VN_AQI now' }),
      value: worst,
      decimals: 0,
      ...age,
      trend: worstTrend,
      target: 100,
      better: 'less',
    },
    {
      id: 'middle',
      title: say({ vi: 'VN_AQI trung bình các trạm', en: 'Mean VN_AQI of the stations' }),
      value: middle,
      decimals: 0,
      ...age,
      trend: middleTrend,
      target: 100,
      better: 'less',
    },
    {
      id: 'sending',
      title: say({ vi: 'Trạm đang gửi số liệu', en: 'Stations that send' }),
      value: expected > 0 ? (100 * sum('sending')) / expected : null,
      unit: '%',
      decimals: 0,
      trend: [],
      target: 95,
      better: 'more',
    },
    ...figure('environment.air-good-hours'),
    ...figure('operations.alerts-in-time'),
    ...figure('operations.incidents-in-time'),
  ];
}
