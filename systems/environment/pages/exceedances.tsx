import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  type Column,
  DataTable,
  DateField,
  Page as KitPage,
  ProvenanceMark,
  Row,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { environmentClient } from './client.ts';
import { environmentWords } from './words.ts';

const DAY = 86_400_000;
const localDay = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

type Exceedance = Awaited<ReturnType<typeof ask>>['items'][number];
const ask = (from: string, to: string) =>
  environmentClient.call('GET /api/environment/exceedances', { query: { from, to, limit: 2000 } });

/** The register of exceedances: each limit over its own averaging time, with how complete the data were. */
export function Page() {
  const t = useTexts(environmentWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const now = useNow();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const from = search.from ?? localDay(now.getTime() - 6 * DAY);
  const to = search.to ?? localDay(now.getTime());
  const found = useQuery({ queryKey: ['exceedances', from, to], queryFn: () => ask(from, to) });
  const go = (change: Record<string, string>) =>
    navigate(`/console/environment/exceedances?${new URLSearchParams({ ...search, from, to, ...change })}`);
  const averages: Record<string, string> = {
    '1h': t('average1h'),
    '8h': t('average8h'),
    '24h': t('average24h'),
    year: t('averageYear'),
    sample: t('averageSample'),
  };

  const columns: Column<Exceedance>[] = [
    { id: 'time', title: t('time'), kind: 'instant', value: (row) => row.at },
    {
      id: 'station',
      title: t('station'),
      filter: true,
      value: (row) => row.entityName,
      cell: (row) => (
        <Row gap={2}>
          <span>{row.entityName}</span>
          <ProvenanceMark provenance={row.provenance as 'measured' | 'simulated' | 'replayed'} />
        </Row>
      ),
    },
    { id: 'property', title: t('property'), filter: true, value: (row) => say(row.title) },
    { id: 'averaging', title: t('averaging'), filter: true, value: (row) => averages[row.averaging] ?? row.averaging },
    {
      id: 'value',
      title: t('value'),
      kind: 'number',
      decimals: 2,
      value: (row) => row.value,
      text: (row) => formats.quantity(row.value, row.unit, 2),
    },
    {
      id: 'limit',
      title: t('limit'),
      kind: 'number',
      decimals: 2,
      value: (row) => row.limit,
      text: (row) => `${formats.quantity(row.limit, row.unit, 2)}${row.confirmed ? '' : ' *'}`,
    },
    { id: 'times', title: t('times'), kind: 'number', decimals: 2, value: (row) => row.times },
    {
      id: 'share',
      title: t('share'),
      kind: 'number',
      value: (row) => row.share,
      text: (row) => formats.share(row.share),
      hidden: true,
    },
    { id: 'standard', title: t('standard'), value: (row) => row.standard },
    { id: 'source', title: t('source'), value: (row) => t(row.provenance as 'measured'), hidden: true },
  ];

  return (
    <KitPage title={t('exceedances')} lead={<Text soft>{t('exceedancesLead')}</Text>}>
      <Row gap={4} align="end">
        <DateField
          label={t('from')}
          required
          value={from}
          onChange={(value) => value && /^\d{4}-\d{2}-\d{2}$/.test(value) && go({ from: value })}
        />
        <DateField
          label={t('to')}
          required
          value={to}
          onChange={(value) => value && /^\d{4}-\d{2}-\d{2}$/.test(value) && go({ to: value })}
        />
      </Row>
      <DataTable
        label={t('exceedances')}
        columns={columns}
        rows={found.data?.items}
        rowKey={(row) => `${row.entityId} ${row.property} ${row.averaging} ${row.at} ${row.standard}`}
        rowName={(row) => `${row.entityName} ${say(row.title)}`}
        rowHref={(row) => `/console/environment/stations/${encodeURIComponent(row.entityId)}`}
        view={viewFromSearch(search)}
        onView={(view) => go(viewToSearch(view))}
        error={found.error}
        onRetry={() => void found.refetch()}
        empty={t('none')}
        fileName={`vuot-quy-chuan-${from}-${to}`}
      />
    </KitPage>
  );
}
