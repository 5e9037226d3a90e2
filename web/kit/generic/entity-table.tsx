import { useSearch } from '@tanstack/react-router';
import { useNavigateTo } from '../base/provider.tsx';
import { Age, Reading } from '../figures/figure.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { Page } from '../shells/page.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { viewFromSearch, viewToSearch } from '../table/view.ts';
import { kitWords } from '../words/kit-words.ts';
import { useSay } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import { type EntityRow, ROWS_A_PAGE, servedColumn, staleSeconds, useEntityList } from './entities.ts';
import { platformClient } from './platform-client.ts';
import { StateReading } from './state-reading.tsx';

type EntityTablePageProps = {
  /** the entity type of the rows */
  type: string;
  /** the page's address; its filters and order stand behind it, so that a view can be sent to a colleague */
  path: string;
  /** what the system says of a row beside what it declared; after the name */
  more?: readonly Column<EntityRow>[];
};

/** A page with all entities of one type: name, own columns, the declared columns, age; kept fresh by the live stream. */
export function EntityTablePage({ type: name, path, more = [] }: EntityTablePageProps) {
  const t = useTexts(kitWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const view = viewFromSearch(search);
  const {
    types,
    rows,
    served,
    total,
    more: beyond,
    narrowing,
    error,
    refetch,
  } = useEntityList({ types: [name], view });
  const type = types.data?.items.find((one) => one.name === name);
  const { properties: fields } = (type?.schema ?? {}) as {
    properties?: Record<string, { 'x-text'?: { vi: string; en: string } }>;
  };
  const headline = type?.headline?.property ?? '';

  // What a system says of a row it says from the row's state: that is as old as its headline.
  const asOldAs = (row: EntityRow, column: Column<EntityRow>) => (
    <Reading
      at={row.state[headline]?.observedAt}
      staleAfterSeconds={type && staleSeconds(type, row, headline)}
      age={false}
    >
      {column.cell?.(row) ?? column.text?.(row) ?? String(column.value(row) ?? '')}
    </Reading>
  );
  const declared = (type?.columns ?? []).map((property): Column<EntityRow> => {
    const observed = type?.observes[property];
    if (observed) {
      const { unit, decimals } = observed;
      return {
        id: property,
        title: say(observed.title),
        kind: 'number',
        value: (row) => row.state[property]?.value ?? null,
        text: (row) => formats.quantity(row.state[property]?.value ?? null, unit, decimals),
        cell: (row) => <StateReading type={type} entity={row} property={property} age={false} provenance={false} />,
      };
    }
    const field = fields?.[property]?.['x-text'];
    return {
      id: property,
      title: field ? say(field) : property,
      value: (row) => String(row.properties[property] ?? ''),
    };
  });
  const columns: Column<EntityRow>[] = [
    { id: 'name', title: type ? say(type.title) : '', value: (row) => row.name },
    ...more.map((column) => ({ ...column, cell: (row: EntityRow) => asOldAs(row, column) })),
    ...declared,
    {
      id: 'age',
      title: t('updated'),
      kind: 'instant',
      value: (row) => row.state[headline]?.observedAt ?? null,
      cell: (row) => <Age at={row.state[headline]?.observedAt ?? null} />,
    },
    {
      id: 'origin',
      title: t('origin'),
      filter: true,
      value: (row) => t(row.provenance),
    },
  ];
  const title = type ? say(type.title) : '';
  return (
    <Page title={title}>
      <DataTable
        label={title}
        columns={served ? columns.map((one) => servedColumn(one, 'name')) : columns}
        rows={type && rows}
        {...(total === undefined
          ? {}
          : {
              total,
              more: beyond ?? false,
              pageSize: ROWS_A_PAGE,
              exportHref: platformClient.address('GET /api/entities/export.csv', { query: narrowing }),
            })}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        view={view}
        onView={(view) => navigate(`${path}?${new URLSearchParams(viewToSearch(view))}`)}
        error={error ?? types.error}
        onRetry={refetch}
        fileName={name}
      />
    </Page>
  );
}
