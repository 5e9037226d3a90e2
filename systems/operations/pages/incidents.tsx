import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Age,
  type Column,
  DataTable,
  Page as KitPage,
  ProvenanceMark,
  type SeverityStep,
  StateBadge,
  severityWords,
  useLive,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

type Incident = Awaited<ReturnType<typeof client.call<'GET /api/cases'>>>['items'][number];

/** All incidents, newest first; late ones say so. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const cases = useQuery(client.ask('GET /api/cases', { query: { type: 'incident', limit: 500 } }));
  useLive(['cases'], () => void cases.refetch());
  const columns: Column<Incident>[] = [
    { id: 'title', title: t('title'), value: (row) => row.title },
    { id: 'number', title: t('number'), value: (row) => row.number },
    {
      id: 'severity',
      title: t('severity'),
      filter: true,
      value: (row) => row.severity,
      text: (row) => say(severityWords[row.severity as SeverityStep]),
      cell: (row) => <AlertSeverity severity={row.severity} />,
    },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => say(row.stepTitle),
      cell: (row) => <StateBadge word={say(row.stepTitle)} tone={row.closedAt ? 'done' : 'active'} />,
    },
    {
      id: 'opened',
      title: t('opened'),
      kind: 'instant',
      value: (row) => row.openedAt,
      cell: (row) => <Age at={row.openedAt} />,
    },
    { id: 'due', title: t('due'), kind: 'instant', value: (row) => row.dueAt },
    {
      id: 'source',
      title: '',
      value: (row) => row.provenance,
      cell: (row) => <ProvenanceMark provenance={row.provenance} />,
    },
  ];
  return (
    <KitPage title={t('incidents')}>
      <DataTable
        label={t('incidents')}
        columns={columns}
        rows={cases.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        rowHref={(row) => `/console/incidents/${row.id}`}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/incidents?${new URLSearchParams(viewToSearch(view))}`)}
        error={cases.error}
        onRetry={() => void cases.refetch()}
        fileName="su-co"
      />
    </KitPage>
  );
}
