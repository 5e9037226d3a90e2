import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Age,
  Button,
  type Column,
  DataTable,
  Page as KitPage,
  notifyError,
  Panel,
  Row,
  Stack,
  StateBadge,
  Text,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';

type Device = Awaited<ReturnType<typeof client.call<'GET /api/devices'>>>['items'][number];
type Entry = Awaited<ReturnType<typeof client.call<'GET /api/quarantine'>>>['items'][number];

/** Devices and when they were last heard; below, what could not be read, with its reason and a way to retry. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const devices = useQuery({ ...client.ask('GET /api/devices'), refetchInterval: 30_000 });
  const quarantine = useQuery(client.ask('GET /api/quarantine', { query: { limit: 200 } }));
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notifyError(error);
    }
    await Promise.all([devices.refetch(), quarantine.refetch()]);
  };
  const deviceColumns: Column<Device>[] = [
    { id: 'device', title: t('device'), value: (row) => row.name },
    { id: 'id', title: 'ID', value: (row) => row.id },
    {
      id: 'seen',
      title: t('lastSeen'),
      kind: 'instant',
      value: (row) => row.lastSeenAt,
      cell: (row) => <Age at={row.lastSeenAt} />,
    },
    { id: 'entities', title: t('entities'), kind: 'number', value: (row) => row.entityIds.length },
    {
      id: 'says',
      title: t('itSays'),
      // Firmware, battery and the like, as the device names them.
      value: (row) =>
        Object.entries(row.attributes)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(', '),
    },
    {
      id: 'state',
      title: t('state'),
      value: (row) => (row.active ? t('active') : t('blocked')),
      cell: (row) => <StateBadge word={row.active ? t('active') : t('blocked')} tone={row.active ? 'done' : 'late'} />,
    },
    {
      id: 'act',
      title: t('action'),
      sortable: false,
      value: () => '',
      cell: (row) => (
        <Button
          onClick={() =>
            void act(() =>
              client.call('POST /api/devices/:id/active', { params: { id: row.id }, body: { active: !row.active } }),
            )
          }
        >
          {row.active ? t('block') : t('allow')}
        </Button>
      ),
    },
  ];
  const entryColumns: Column<Entry>[] = [
    { id: 'source', title: t('source'), value: (row) => row.source },
    { id: 'door', title: t('door'), filter: true, value: (row) => row.door },
    { id: 'time', title: t('time'), kind: 'instant', value: (row) => row.receivedAt },
    {
      id: 'reason',
      title: t('reason'),
      value: (row) => row.reasons.map((one) => `${one.at}: ${say(one.reason)}`).join('; '),
    },
    // As text: whatever it holds, nothing of it is run.
    { id: 'preview', title: t('preview'), value: (row) => row.preview.slice(0, 120) },
    {
      id: 'act',
      title: t('action'),
      sortable: false,
      value: () => '',
      cell: (row) => (
        <Row gap={2}>
          <Button
            onClick={() => void act(() => client.call('POST /api/quarantine/:id/retry', { params: { id: row.id } }))}
          >
            {t('retry')}
          </Button>
          <Button
            onClick={() => void act(() => client.call('POST /api/quarantine/:id/drop', { params: { id: row.id } }))}
          >
            {t('drop')}
          </Button>
        </Row>
      ),
    },
  ];
  const view = viewFromSearch(search);
  const onView = (next: typeof view) => navigate(`/console/devices?${new URLSearchParams(viewToSearch(next))}`);
  return (
    <KitPage title={t('devices')}>
      <Stack gap={5}>
        <DataTable
          label={t('devices')}
          columns={deviceColumns}
          rows={devices.data?.items}
          rowKey={(row) => row.id}
          rowName={(row) => row.name}
          view={view}
          onView={onView}
          error={devices.error}
          onRetry={() => void devices.refetch()}
          fileName="thiet-bi"
        />
        <Panel title={t('quarantine')}>
          <Text soft>{t('quarantineLead')}</Text>
          <DataTable
            label={t('quarantineEntries')}
            columns={entryColumns}
            rows={quarantine.data?.items}
            rowKey={(row) => String(row.id)}
            rowName={(row) => row.source}
            view={{}}
            onView={onView}
            error={quarantine.error}
            onRetry={() => void quarantine.refetch()}
            empty={t('none')}
            fileName="cach-ly"
          />
        </Panel>
      </Stack>
    </KitPage>
  );
}
