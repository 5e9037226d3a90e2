import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Age,
  Button,
  type Column,
  DataTable,
  Page as KitPage,
  StateBadge,
  useFormats,
  useNavigateTo,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { connectorWords } from './connector-words.ts';

export type Connector = Awaited<ReturnType<typeof client.call<'GET /api/connectors'>>>['items'][number];

const addressOf = (row: { id: string }) => `/console/connectors/${encodeURIComponent(row.id)}`;

/** How a connector stands, in a word. */
export function ConnectorState({ of }: { of: Connector }) {
  const t = useTexts(connectorWords);
  const [word, tone] = stateOf(of);
  return <StateBadge word={t(word, { n: of.failures })} tone={tone} />;
}

function stateOf(one: Connector) {
  if (!one.active) return ['stopped', 'neutral'] as const;
  if (one.lastRun?.outcome === 'running') return ['running', 'active'] as const;
  if (one.failures > 0) return ['failing', 'late'] as const;
  return one.lastRun ? (['fine', 'done'] as const) : (['waiting', 'neutral'] as const);
}

/** Sources that the platform asks itself: how each stands and what its last run brought. */
export function Page() {
  const t = useTexts(connectorWords);
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const connectors = useQuery({ ...client.ask('GET /api/connectors'), refetchInterval: 15_000 });
  const columns: Column<Connector>[] = [
    { id: 'name', title: t('name'), value: (row) => row.definition.name },
    {
      id: 'state',
      title: t('state'),
      value: (row) => t(stateOf(row)[0], { n: row.failures }),
      cell: (row) => <ConnectorState of={row} />,
    },
    {
      id: 'delivered',
      title: t('delivered'),
      kind: 'instant',
      value: (row) => row.deliveredAt,
      cell: (row) => (row.deliveredAt ? <Age at={row.deliveredAt} /> : t('never')),
    },
    {
      id: 'last',
      title: t('lastRun'),
      kind: 'instant',
      value: (row) => row.lastRun?.startedAt ?? null,
      cell: (row) => (row.lastRun ? <Age at={row.lastRun.startedAt} /> : t('never')),
    },
    {
      id: 'brought',
      title: t('brought'),
      sortable: false,
      value: (row) =>
        row.lastRun ? `${formats.number(row.lastRun.accepted, 0)} / ${formats.number(row.lastRun.refused, 0)}` : '',
    },
    { id: 'next', title: t('nextRun'), kind: 'instant', value: (row) => (row.active ? row.nextRunAt : null) },
    { id: 'id', title: t('id'), hidden: true, value: (row) => row.id },
  ];
  return (
    <KitPage
      title={t('connectors')}
      lead={t('lead')}
      primary={
        <Button kind="primary" href="/console/connectors/new">
          {t('create')}
        </Button>
      }
    >
      <DataTable
        label={t('connectors')}
        columns={columns}
        rows={connectors.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.definition.name}
        view={viewFromSearch(search)}
        onView={(next) => navigate(`/console/connectors?${new URLSearchParams(viewToSearch(next))}`)}
        rowHref={addressOf}
        error={connectors.error}
        onRetry={() => void connectors.refetch()}
        empty={t('none')}
        fileName="cau-noi"
      />
    </KitPage>
  );
}
