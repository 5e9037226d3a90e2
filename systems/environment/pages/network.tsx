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
  entityLayers,
  headlineOf,
  StateReading,
  type TypeRow,
  useEntities,
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
  const { types, entities } = useEntities();
  const base = useProvinceBase();

  const rows = useMemo((): Row[] | undefined => {
    if (!types.data || !entities.data) return undefined;
    const byName = new Map(types.data.items.map((type) => [type.name, type]));
    return entities.data.items.flatMap((entity) => {
      const type = byName.get(entity.type);
      if (!type || !kinds.includes(entity.type)) return [];
      const { value, at } = headlineOf(type, entity);
      return [{ entity, type, value, at, late: entityIsLate(type, entity, now) }];
    });
  }, [types.data, entities.data, now]);

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
      lead={rows ? t('networkLead', { n: rows.length, late: rows.filter((row) => row.late).length }) : null}
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
        <Answer of={entities}>
          {(data) =>
            base && types.data ? (
              <MapView
                label={t('network')}
                base={base}
                layers={entityLayers(
                  types.data.items.filter((type) => kinds.includes(type.name)),
                  data.items,
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
          columns={columns}
          rows={rows}
          rowKey={(row) => row.entity.id}
          rowName={(row) => row.entity.name}
          rowHref={(row) => stationHref(row.entity.id)}
          view={viewFromSearch(search)}
          onView={(view) =>
            navigate(`/console/environment?${new URLSearchParams({ as: 'list', ...viewToSearch(view) })}`)
          }
          error={entities.error}
          onRetry={() => void entities.refetch()}
          fileName="mang-quan-trac"
        />
      )}
    </KitPage>
  );
}
