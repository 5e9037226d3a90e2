import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  ChoiceField,
  type Column,
  DataTable,
  DateField,
  Page as KitPage,
  Link,
  ProvenanceMark,
  Row,
  Stack,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { platformClient } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { gapWords } from './gap-words.ts';

type Gap = Awaited<ReturnType<typeof client.call<'GET /api/gaps'>>>['items'][number];

const ROWS_A_PAGE = 50;
const DAY = 86_400_000;
const OFFSET = 7 * 3_600_000;
const localDay = (at: number): string => new Date(at + OFFSET).toISOString().slice(0, 10);

/** What of the promised data the province lacks, series by series, worst first. */
export function Page() {
  const t = useTexts(gapWords);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const view = viewFromSearch(search);
  const types = useQuery(client.ask('GET /api/types'));
  const organisations = useQuery(client.ask('GET /api/organisations', { query: { limit: 500 } }));
  const areas = useQuery(platformClient.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }));
  // Yesterday is the last day of which all should be there.
  const from = search.from ?? localDay(now.getTime() - 30 * DAY);
  const to = search.to ?? localDay(now.getTime() - DAY);
  const chosen = {
    from,
    to,
    ...(search.type ? { type: search.type } : {}),
    ...(search.unit ? { organisationId: search.unit } : {}),
    ...(search.area ? { areaCode: search.area } : {}),
    ...(view.find ? { q: view.find } : {}),
  };
  const gaps = useQuery(
    client.ask('GET /api/gaps', {
      query: { ...chosen, limit: ROWS_A_PAGE, offset: ((view.page ?? 1) - 1) * ROWS_A_PAGE },
    }),
  );
  const go = (change: Record<string, string | undefined>): void => {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...search, page: undefined, ...change }))
      if (value) next.set(name, value);
    navigate(`/console/gaps?${next}`);
  };
  const typeOf = (name: string) => types.data?.items.find((one) => one.name === name);
  const unitName = (id: string | null): string => {
    const unit = organisations.data?.items.find((one) => one.id === id);
    return unit ? say(unit.name) : (id ?? t('noUnit'));
  };
  const columns: Column<Gap>[] = [
    {
      id: 'source',
      title: t('source'),
      sortable: false,
      value: (row) => row.name,
      cell: (row) => (
        <>
          {row.name} <ProvenanceMark provenance={row.provenance as 'measured'} />
        </>
      ),
    },
    {
      id: 'property',
      title: t('property'),
      sortable: false,
      value: (row) => say(typeOf(row.type)?.observes[row.property]?.title ?? { vi: row.property, en: row.property }),
    },
    {
      id: 'missing',
      title: t('missing'),
      kind: 'number',
      width: 90,
      sortable: false,
      value: (row) => row.missing,
      text: (row) => formats.share(row.missing, 1),
    },
    {
      id: 'expected',
      title: t('expected'),
      kind: 'number',
      decimals: 0,
      sortable: false,
      value: (row) => row.expected,
    },
    {
      id: 'received',
      title: t('received'),
      kind: 'number',
      decimals: 0,
      sortable: false,
      value: (row) => row.received,
    },
    { id: 'good', title: t('good'), kind: 'number', decimals: 0, sortable: false, value: (row) => row.good },
    {
      id: 'longest',
      title: t('longest'),
      sortable: false,
      value: (row) => (row.longest ? (row.longest.to - row.longest.from) / 1000 : 0),
      text: (row) =>
        row.longest
          ? `${formats.duration((row.longest.to - row.longest.from) / 1000)} (${formats.instant(row.longest.from)} – ${formats.instant(row.longest.to)})`
          : '–',
    },
    { id: 'unit', title: t('unit'), sortable: false, value: (row) => unitName(row.organisationId) },
  ];
  return (
    <KitPage
      title={t('gaps')}
      lead={t('lead')}
      acts={
        <Link download href={client.address('GET /api/gaps.csv', { query: chosen })}>
          {t('csv')}
        </Link>
      }
    >
      <Stack gap={4}>
        <Row gap={4} align="end">
          <DateField label={t('from')} required value={from} onChange={(day) => go({ from: day })} />
          <DateField label={t('to')} required value={to} onChange={(day) => go({ to: day })} />
          <ChoiceField
            label={t('type')}
            value={search.type}
            onChange={(type) => go({ type })}
            choices={(types.data?.items ?? [])
              .filter((one) => Object.keys(one.observes).length > 0)
              .map((one) => ({ value: one.name, title: say(one.title) }))}
          />
          <ChoiceField
            label={t('unit')}
            value={search.unit}
            onChange={(unit) => go({ unit })}
            choices={(organisations.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) }))}
          />
          <ChoiceField
            label={t('area')}
            value={search.area}
            onChange={(area) => go({ area })}
            choices={(areas.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
          />
        </Row>
        <DataTable
          label={t('gaps')}
          columns={columns}
          rows={gaps.data?.items}
          rowKey={(row) => `${row.entityId} ${row.property}`}
          rowName={(row) => `${row.name} ${row.property}`}
          rowHref={(row) =>
            `/console/entities/${encodeURIComponent(row.entityId)}/history?property=${encodeURIComponent(row.property)}&period=month`
          }
          view={view}
          onView={(next) =>
            navigate(`/console/gaps?${new URLSearchParams({ ...only(search), ...viewToSearch(next) })}`)
          }
          total={gaps.data?.total ?? 0}
          pageSize={ROWS_A_PAGE}
          error={gaps.error}
          onRetry={() => void gaps.refetch()}
          empty={t('none')}
          fileName="so-lieu-thieu"
        />
      </Stack>
    </KitPage>
  );
}

/** The choice without the table's own view. */
const only = ({ from, to, type, unit, area }: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ from, to, type, unit, area }).filter((one): one is [string, string] => Boolean(one[1])),
  );
