import { useSearch } from '@tanstack/react-router';
import {
  Age,
  type Column,
  DataTable,
  Page as KitPage,
  ProvenanceMark,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type EntityRow, headlineOf, StateReading, useEntities } from '../../../web/kit/province.ts';
import { adminWords } from './admin-words.ts';

/** Every entity of every system, as the declarations describe them: the generic list. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const { types, entities } = useEntities();
  const typeOf = new Map((types.data?.items ?? []).map((type) => [type.name, type]));
  const head = (row: EntityRow) => {
    const type = typeOf.get(row.type);
    return type ? { type, ...headlineOf(type, row) } : null;
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
    <KitPage title={t('catalogue')} lead={entities.data ? t('catalogueLead', { n: entities.data.total }) : null}>
      <DataTable
        label={t('catalogue')}
        columns={columns}
        rows={entities.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/entities/${encodeURIComponent(row.id)}`}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/entities?${new URLSearchParams(viewToSearch(view))}`)}
        error={entities.error}
        onRetry={() => void entities.refetch()}
        fileName="doi-tuong"
      />
    </KitPage>
  );
}
