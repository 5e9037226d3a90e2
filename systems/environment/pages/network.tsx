import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  Age,
  Answer,
  type Column,
  DataTable,
  Page as KitPage,
  ProvenanceMark,
  StateBadge,
  SwitchRow,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { MapView } from '../../../web/kit/map.ts';
import {
  type EntityRow,
  entityIsLate,
  headlineOf,
  placeLayers,
  ROWS_A_PAGE,
  StateReading,
  servedColumn,
  type TypeRow,
  useEntityList,
  usePlaces,
  useProvinceBase,
} from '../../../web/kit/province.ts';
import { environmentWords } from './words.ts';

const kinds = ['AirQualityStation', 'SurfaceWaterStation', 'WastewaterStation', 'NoiseStation'];
export const stationHref = (id: string): string => `/console/environment/stations/${encodeURIComponent(id)}`;

type Row = {
  entity: EntityRow;
  type: TypeRow;
  value: number | null;
  at: string | null;
  late: boolean;
};

/** All stations with their level now: as a map coloured by level, or as a list, late ones marked. */
export function Page() {
  const t = useTexts(environmentWords);
  const say = useSay();
  const now = useNow();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const shown = search.as === 'list' ? 'list' : 'map';
  const view = viewFromSearch(search);
  const places = usePlaces({ only: kinds });
  const list = useEntityList({ types: kinds, view });
  const { types } = list;
  const base = useProvinceBase();

  const rows = useMemo((): Row[] | undefined => {
    if (!types.data || !list.rows) return undefined;
    const byName = new Map(types.data.items.map((type) => [type.name, type]));
    return list.rows.flatMap((entity) => {
      const type = byName.get(entity.type);
      if (!type) return [];
      const { value, at } = headlineOf(type, entity);
      return [{ entity, type, value, at, late: entityIsLate(type, entity, now) }];
    });
  }, [types.data, list.rows, now]);

  const counted = (places.counts.data?.items ?? []).filter((one) => kinds.includes(one.type));
  const sum = (of: 'n' | 'expected' | 'sending') => counted.reduce((all, one) => all + one[of], 0);

  const columns: Column<Row>[] = [
    { id: 'station', title: t('station'), value: (row) => row.entity.name },
    { id: 'kind', title: t('kind'), value: (row) => say(row.type.title), filter: true },
    {
      id: 'value',
      title: t('value'),
      kind: 'number',
      value: (row) => row.value,
      cell: (row) => <StateReading type={row.type} entity={row.entity} age={false} provenance={false} />,
    },
    { id: 'age', title: t('age'), kind: 'instant', value: (row) => row.at, cell: (row) => <Age at={row.at} /> },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => (row.late ? t('late') : t('live')),
      cell: (row) => <StateBadge word={row.late ? t('late') : t('live')} tone={row.late ? 'late' : 'done'} />,
    },
    {
      id: 'source',
      title: t('source'),
      filter: true,
      value: (row) => t(row.entity.provenance),
      cell: (row) =>
        row.entity.provenance === 'measured' ? t('measured') : <ProvenanceMark provenance={row.entity.provenance} />,
    },
  ];

  return (
    <KitPage
      title={t('network')}
      fill={shown === 'map'}
      lead={counted.length > 0 ? t('networkLead', { n: sum('n'), late: sum('expected') - sum('sending') }) : null}
      acts={
        <SwitchRow
          label={t('network')}
          value={shown}
          onChange={(as) => navigate(`/console/environment?as=${as}`)}
          choices={[
            { value: 'map', title: t('map') },
            { value: 'list', title: t('list') },
          ]}
        />
      }
    >
      {shown === 'map' ? (
        <Answer of={places.counts}>
          {({ items }) =>
            base && types.data ? (
              <MapView
                label={t('network')}
                base={base}
                onView={places.onView}
                layers={placeLayers(
                  types.data.items.filter((type) => kinds.includes(type.name)),
                  items,
                  places.places.data,
                  say,
                  now,
                )}
                onSelect={(id) => navigate(stationHref(id))}
              />
            ) : null
          }
        </Answer>
      ) : (
        <DataTable
          label={t('network')}
          columns={list.served ? columns.map((one) => servedColumn(one, 'station')) : columns}
          rows={rows}
          {...(list.total === undefined ? {} : { total: list.total, more: list.more ?? false, pageSize: ROWS_A_PAGE })}
          rowKey={(row) => row.entity.id}
          rowName={(row) => row.entity.name}
          rowHref={(row) => stationHref(row.entity.id)}
          view={view}
          onView={(view) =>
            navigate(`/console/environment?${new URLSearchParams({ as: 'list', ...viewToSearch(view) })}`)
          }
          error={list.error}
          onRetry={list.refetch}
          fileName="mang-quan-trac"
        />
      )}
    </KitPage>
  );
}
