import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  Age,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  ProvenanceMark,
  StateBadge,
  SwitchRow,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type MapLayer, MapView, mapTones } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import { models } from '../models.ts';
import { gradeOfSensor, gradeWords } from '../quality-words.ts';
import { client, type DeskSensor } from './client.ts';
import { SensorSheet } from './sensor-sheet.tsx';
import { words } from './words.ts';

const PATH = '/console/citizen-sensors';
const tones = { good: 'done', fair: 'waiting', poor: 'late', unknown: 'neutral' } as const;
const colors = { good: mapTones.quiet, unknown: mapTones.quiet, fair: mapTones.open, poor: mapTones.alarm };

/** Citizens' sensors in the officer's reach, the worst first; one of them beside its station's curve. */
export function Page() {
  const t = useTexts(words);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const shown = search.as === 'map' ? 'map' : 'list';
  const view = viewFromSearch(search);
  const desk = useQuery({ ...client.ask('GET /api/citizen-sensors/desk'), refetchInterval: 60_000 });
  const base = useProvinceBase();
  const open = desk.data?.items.find((one) => one.id === search.sensor);
  const go = (more: Record<string, string>) =>
    navigate(`${PATH}?${new URLSearchParams({ as: shown, ...viewToSearch(view), ...more })}`);

  const columns: Column<DeskSensor>[] = [
    { id: 'code', title: t('code'), value: (row) => row.id.toUpperCase() },
    {
      id: 'quality',
      title: t('quality'),
      filter: true,
      value: (row) => say(gradeWords[gradeOfSensor(row.judgement)]),
      cell: (row) => {
        const grade = gradeOfSensor(row.judgement);
        return <StateBadge word={say(gradeWords[grade])} tone={tones[grade]} />;
      },
    },
    { id: 'kind', title: t('kind'), filter: true, value: (row) => t(row.kind) },
    { id: 'area', title: t('area'), value: (row) => row.areaName ?? row.areaCode },
    {
      id: 'value',
      title: t('value'),
      kind: 'number',
      decimals: 1,
      value: (row) => row.values[0]?.value ?? null,
    },
    {
      id: 'age',
      title: t('age'),
      kind: 'instant',
      value: (row) => row.observedAt,
      cell: (row) => <Age at={row.observedAt} />,
    },
    { id: 'bias', title: t('bias'), kind: 'number', decimals: 1, value: (row) => row.judgement?.fit?.bias ?? null },
    { id: 'rmse', title: t('rmse'), kind: 'number', decimals: 1, value: (row) => row.judgement?.fit?.rmse ?? null },
    { id: 'r2', title: t('r2'), kind: 'number', decimals: 2, value: (row) => row.judgement?.fit?.r2 ?? null },
    { id: 'shared', title: t('shared'), kind: 'number', decimals: 0, value: (row) => row.judgement?.shared ?? null },
    { id: 'station', title: t('station'), value: (row) => row.judgement?.station?.name ?? '' },
    { id: 'model', title: t('model'), hidden: true, value: (row) => say(models[row.model].title) },
    { id: 'standing', title: t('standing'), filter: true, value: (row) => t(row.excluded ? 'excluded' : 'shown') },
    {
      id: 'source',
      title: t('source'),
      value: (row) => t(row.provenance === 'simulated' ? 'simulated' : 'measured'),
      cell: (row) => (row.provenance === 'simulated' ? <ProvenanceMark provenance="simulated" /> : t('measured')),
    },
  ];
  const layers = useMemo((): MapLayer[] => {
    const grades = ['good', 'unknown', 'fair', 'poor'] as const;
    return [
      {
        id: 'citizen-sensors',
        title: t('layer'),
        shape: 'triangle',
        states: grades.map((id) => ({ id, name: say(gradeWords[id]), color: colors[id] })),
        points: {
          type: 'FeatureCollection',
          features: (desk.data?.items ?? []).map((one) => ({
            type: 'Feature',
            geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
            properties: {
              id: one.id,
              name: one.id.toUpperCase(),
              state: gradeOfSensor(one.judgement),
              ...(one.excluded ? { opacity: 0.35 } : {}),
            },
          })),
        },
      },
    ];
  }, [desk.data, say, t]);

  return (
    <KitPage
      title={t('title')}
      lead={t('lead')}
      fill={shown === 'map'}
      acts={
        <SwitchRow
          label={t('title')}
          value={shown}
          onChange={(as) => go({ as })}
          choices={[
            { value: 'list', title: t('list') },
            { value: 'map', title: t('map') },
          ]}
        />
      }
    >
      {shown === 'map' && base ? (
        <MapView label={t('mapLabel')} base={base} layers={layers} onSelect={(sensor) => go({ sensor })} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={desk.data?.items}
          rowKey={(row) => row.id}
          rowName={(row) => row.id.toUpperCase()}
          onOpen={(row) => go({ sensor: row.id })}
          openKey={open?.id ?? null}
          view={view}
          onView={(next) => navigate(`${PATH}?${new URLSearchParams({ as: shown, ...viewToSearch(next) })}`)}
          error={desk.error}
          onRetry={() => void desk.refetch()}
          empty={<EmptyState>{t('none')}</EmptyState>}
          fileName="cam-bien-cua-nguoi-dan"
        />
      )}
      {open ? <SensorSheet sensor={open} onClose={() => go({})} onChanged={() => desk.refetch()} /> : null}
    </KitPage>
  );
}
