import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  ProvenanceMark,
  type SeverityStep,
  severityWords,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type AlertRow, AlertSeverity, AlertState } from './alert-bits.tsx';
import { client } from './client.ts';
import { statisticsWords } from './statistics-words.ts';
import { operationsWords } from './words.ts';

const asked = ['source', 'organisation', 'type', 'state', 'knownFrom', 'knownTo', 'only'] as const;

/** The register: all alerts by the filters of the address, closed ones too; what figures open to. */
export function Page() {
  const t = useTexts(statisticsWords);
  const o = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const filters = Object.fromEntries(asked.flatMap((name) => (search[name] ? [[name, search[name]]] : [])));
  const alerts = useQuery(client.ask('GET /api/alerts', { query: { ...filters, sort: 'newest', limit: 1000 } }));
  const columns: Column<AlertRow>[] = [
    { id: 'title', title: o('title'), value: (row) => say(row.title) },
    {
      id: 'severity',
      title: o('severity'),
      value: (row) => row.severity,
      text: (row) => say(severityWords[row.severity as SeverityStep]),
      cell: (row) => <AlertSeverity severity={row.severity} />,
      filter: true,
    },
    { id: 'where', title: o('where'), value: (row) => row.entityName },
    {
      id: 'value',
      title: o('peak'),
      kind: 'number',
      value: (row) => row.peak,
      text: (row) => formats.quantity(row.peak, row.unit),
    },
    { id: 'happened', title: o('happened'), kind: 'instant', value: (row) => row.happenedAt },
    {
      id: 'state',
      title: o('state'),
      filter: true,
      value: (row) => o(row.state),
      cell: (row) => <AlertState alert={row} />,
    },
    { id: 'holder', title: o('holder'), value: (row) => row.acknowledged?.name ?? '' },
    { id: 'closedBy', title: t('closedBy'), value: (row) => row.closed?.name ?? '' },
    { id: 'reason', title: o('reason'), value: (row) => row.closed?.reason ?? '' },
    {
      id: 'source',
      title: '',
      value: (row) => row.provenance,
      cell: (row) => <ProvenanceMark provenance={row.provenance} />,
    },
  ];
  return (
    <KitPage
      title={t('register')}
      lead={t('registerLead')}
      crumbs={[{ title: t('statistics'), href: '/console/alerts/statistics' }, { title: t('register') }]}
    >
      <DataTable
        label={t('register')}
        columns={columns}
        rows={alerts.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => `${say(row.title)}, ${row.entityName}`}
        rowHref={(row) => `/console/alerts/${row.id}`}
        view={viewFromSearch(search)}
        onView={(view) =>
          navigate(`/console/alerts/register?${new URLSearchParams({ ...viewToSearch(view), ...filters })}`)
        }
        error={alerts.error}
        onRetry={() => void alerts.refetch()}
        empty={<EmptyState title={t('noAlerts')} />}
        fileName="so-canh-bao"
      />
    </KitPage>
  );
}
