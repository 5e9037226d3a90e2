import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Button,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  ProvenanceMark,
  type SeverityStep,
  severityWords,
  useFormats,
  useLive,
  useNavigateTo,
  useSay,
  useText,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type AlertRow, AlertSeverity, AlertState, acknowledge } from './alert-bits.tsx';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

/** The alert queue as a table: worst first, new ones counted above and shown when asked for. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const [fresh, setFresh] = useState(0);
  const alerts = useQuery(client.ask('GET /api/alerts', { query: { state: 'active', sort: 'urgent', limit: 1000 } }));
  useLive(['alerts'], (event) => {
    if ((event.data as { kind: string }).kind !== 'hello') setFresh((count) => count + 1);
  });
  const empty = useText({ vi: 'Không có cảnh báo nào đang mở.', en: 'No alert is open.' });
  const columns: Column<AlertRow>[] = [
    { id: 'title', title: t('title'), value: (row) => say(row.title) },
    {
      id: 'severity',
      title: t('severity'),
      value: (row) => row.severity,
      text: (row) => say(severityWords[row.severity as SeverityStep]),
      cell: (row) => <AlertSeverity severity={row.severity} />,
      filter: true,
    },
    { id: 'where', title: t('where'), value: (row) => row.entityName },
    {
      id: 'value',
      title: t('value'),
      kind: 'number',
      value: (row) => row.value,
      text: (row) => formats.quantity(row.value, row.unit),
    },
    {
      id: 'happened',
      title: t('happened'),
      kind: 'instant',
      value: (row) => row.happenedAt,
      cell: (row) => <Age at={row.happenedAt} />,
    },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => t(row.state),
      cell: (row) => <AlertState alert={row} />,
    },
    { id: 'holder', title: t('holder'), value: (row) => row.acknowledged?.name ?? '' },
    { id: 'count', title: t('count'), kind: 'number', value: (row) => row.count, hidden: true },
    {
      id: 'source',
      title: '',
      value: (row) => row.provenance,
      cell: (row) => <ProvenanceMark provenance={row.provenance} />,
    },
  ];
  return (
    <KitPage title={t('alerts')}>
      <DataTable
        label={t('alerts')}
        columns={columns}
        rows={alerts.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => `${say(row.title)}, ${row.entityName}`}
        rowHref={(row) => `/console/alerts/${row.id}`}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/alerts?${new URLSearchParams(viewToSearch(view))}`)}
        error={alerts.error}
        onRetry={() => void alerts.refetch()}
        empty={<EmptyState title={empty} />}
        fresh={fresh}
        onShowFresh={() => {
          setFresh(0);
          void alerts.refetch();
        }}
        bulk={(rows, clear) => (
          <Button
            kind="primary"
            onClick={() => {
              const open = rows.filter((row) => row.may.includes('acknowledge'));
              void Promise.all(open.map((row) => acknowledge(row.id, t('taken')))).then(() => {
                clear();
                void alerts.refetch();
              });
            }}
          >
            {t('take')}
          </Button>
        )}
        fileName="canh-bao"
      />
    </KitPage>
  );
}
