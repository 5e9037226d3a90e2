import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Age,
  type Column,
  DataTable,
  Page as KitPage,
  Link,
  ProvenanceMark,
  Row,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import {
  type EntityRow,
  headlineOf,
  platformClient,
  ROWS_A_PAGE,
  StateReading,
  servedColumn,
  useEntityList,
} from '../../../web/kit/province.ts';
import { adminWords } from './admin-words.ts';
import { ChangeMany, ImportEntities } from './entity-exchange.tsx';

const provenances = ['measured', 'simulated', 'replayed'] as const;

/** The words of a filter's chips as the server names them. */
const codesOf = <K extends string>(key: K, words: readonly string[] = [], codes: ReadonlyMap<string, string>) => {
  const named = words.flatMap((word) => codes.get(word) ?? []);
  return (named.length > 0 ? { [key]: named.join(',') } : {}) as { [N in K]?: string };
};

/** Every entity of every system, as the declarations describe them: the generic list. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const view = viewFromSearch(search);
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const titles = new Map((types.data?.items ?? []).map((one) => [say(one.title), one.name]));
  const origins = new Map(provenances.map((one) => [t(one), one]));
  const narrow = {
    ...codesOf('type', view.filters?.type, titles),
    ...codesOf('provenance', view.filters?.origin, origins),
    ...(view.filters?.area?.length ? { areaCode: view.filters.area.join(',') } : {}),
  };
  const { rows, served, narrowing, total, more, error, refetch } = useEntityList({ view, narrow });
  const typeOf = new Map((types.data?.items ?? []).map((type) => [type.name, type]));
  const head = (row: EntityRow) => {
    const type = typeOf.get(row.type);
    return type ? { type, ...headlineOf(type, row) } : null;
  };
  const mayWrite = (rows ?? []).some((row) => row.may.includes('edit'));
  const counts = useQuery({ ...platformClient.ask('GET /api/places/counts'), refetchInterval: 60_000 });
  const all = (counts.data?.items ?? []).reduce((sum, one) => sum + one.n, 0);
  const offered = {
    type: [...titles].filter(([, name]) => counts.data?.items.some((one) => one.type === name)).map(([title]) => title),
    origin: [...origins.keys()],
    area: [...new Set((rows ?? []).flatMap((row) => row.areaCode ?? []))],
  };
  const columns: Column<EntityRow>[] = [
    { id: 'name', title: t('entityName'), value: (row) => row.name },
    {
      id: 'type',
      title: t('type'),
      filter: true,
      value: (row) => say(typeOf.get(row.type)?.title ?? { vi: row.type, en: row.type }),
    },
    {
      id: 'value',
      title: t('now'),
      kind: 'number',
      value: (row) => head(row)?.value ?? null,
      cell: (row) => {
        const one = head(row);
        if (!one) return null;
        return <StateReading type={one.type} entity={row} age={false} provenance={false} />;
      },
    },
    {
      id: 'updated',
      title: t('updated'),
      kind: 'instant',
      value: (row) => head(row)?.at ?? null,
      cell: (row) => <Age at={head(row)?.at} />,
    },
    { id: 'area', title: t('area'), filter: true, value: (row) => row.areaCode ?? '' },
    {
      id: 'origin',
      title: t('origin'),
      filter: true,
      value: (row) => t(row.provenance),
      cell: (row) => (row.provenance === 'measured' ? t('measured') : <ProvenanceMark provenance={row.provenance} />),
    },
    { id: 'id', title: 'ID', value: (row) => row.id, hidden: true },
  ];
  return (
    <KitPage
      title={t('catalogue')}
      acts={
        <Row gap={3}>
          <Link download href={platformClient.address('GET /api/entities/export.csv', { query: narrowing })}>
            CSV
          </Link>
          <Link download href={platformClient.address('GET /api/entities/export.geojson', { query: narrowing })}>
            GeoJSON
          </Link>
          {mayWrite ? <ImportEntities onDone={refetch} /> : null}
        </Row>
      }
      lead={counts.data ? t('catalogueLead', { n: formats.number(all, 0) }) : null}
    >
      <DataTable
        label={t('catalogue')}
        columns={served ? columns.map((one) => servedColumn(one, 'name', offered)) : columns}
        rows={rows}
        {...(total === undefined ? {} : { total, more: more ?? false, pageSize: ROWS_A_PAGE })}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/entities/${encodeURIComponent(row.id)}`}
        view={view}
        onView={(next) => navigate(`/console/entities?${new URLSearchParams(viewToSearch(next))}`)}
        error={error}
        onRetry={refetch}
        fileName="doi-tuong"
        {...(served
          ? { exportHref: platformClient.address('GET /api/entities/export.csv', { query: narrowing }) }
          : {})}
        {...(mayWrite
          ? {
              bulk: (chosen: EntityRow[], clear: () => void) => (
                <ChangeMany
                  rows={chosen}
                  type={
                    new Set(chosen.map((one) => one.type)).size === 1 ? typeOf.get(chosen[0]?.type ?? '') : undefined
                  }
                  onDone={() => {
                    clear();
                    refetch();
                  }}
                />
              ),
            }
          : {})}
      />
    </KitPage>
  );
}
