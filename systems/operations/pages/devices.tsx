import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Button,
  type Column,
  ConfirmAct,
  DataTable,
  Page as KitPage,
  Link,
  notify,
  notifyError,
  Panel,
  pickFile,
  Row,
  SideSheet,
  Stack,
  StateBadge,
  saveFile,
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
type Listed = Awaited<ReturnType<typeof client.call<'POST /api/devices/import'>>>['items'][number];
type Entry = Awaited<ReturnType<typeof client.call<'GET /api/quarantine'>>>['items'][number];

const ENTRIES_A_PAGE = 50;
const REASONS_TOLD = 5;

/** Devices and when they were last heard; below, what could not be taken, with its reasons and a way to take it again. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const devices = useQuery({ ...client.ask('GET /api/devices'), refetchInterval: 30_000 });
  const [list, setList] = useState<{ csv: string; items: Listed[] } | null>(null);
  const look = async (file: File) => {
    try {
      const csv = await file.text();
      const { items } = await client.call('POST /api/devices/import', { body: { csv, dryRun: true } });
      setList({ csv, items });
    } catch (error) {
      notifyError(error);
    }
  };
  const register = async () => {
    if (!list) return;
    await act(async () => {
      const { items } = await client.call('POST /api/devices/import', { body: { csv: list.csv, dryRun: false } });
      const made = items.filter((one) => one.key !== null);
      // The keys are told this once: they go to a file at once, not to a screen that may be closed.
      const lines = ['id,key', ...made.map((one) => `${one.id},${one.key}`)];
      saveFile(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' }), 'khoa-thiet-bi.csv');
      notify({ title: t('listTold', { n: made.length }), kind: 'done' });
      setList(null);
    });
  };
  const right = list?.items.filter((one) => one.reason === null).length ?? 0;
  const [dropping, setDropping] = useState<Entry | null>(null);
  const [entryView, setEntryView] = useState<ReturnType<typeof viewFromSearch>>({});
  const quarantine = useQuery(
    client.ask('GET /api/quarantine', {
      query: {
        limit: ENTRIES_A_PAGE,
        offset: ((entryView.page ?? 1) - 1) * ENTRIES_A_PAGE,
        ...(entryView.find ? { q: entryView.find } : {}),
      },
    }),
  );
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notifyError(error);
    }
    await Promise.all([devices.refetch(), quarantine.refetch()]);
  };
  const retry = async (row: Entry) => {
    const { accepted, refused } = await client.call('POST /api/quarantine/:id/retry', { params: { id: row.id } });
    const detail = t('retryTold', { accepted, refused: refused.length });
    notify({ title: row.source, detail, kind: refused.length > 0 ? 'alarm' : 'done' });
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
    { id: 'source', title: t('source'), sortable: false, value: (row) => row.source },
    { id: 'door', title: t('door'), sortable: false, value: (row) => row.door },
    { id: 'time', title: t('time'), kind: 'instant', sortable: false, value: (row) => row.receivedAt },
    { id: 'refused', title: t('refusedParts'), kind: 'number', sortable: false, value: (row) => row.refused },
    {
      id: 'reason',
      title: t('reason'),
      sortable: false,
      value: (row) => {
        const told = row.reasons.slice(0, REASONS_TOLD).map((one) => `${one.at}: ${say(one.reason)}`);
        const more = row.refused - told.length;
        return [...told, ...(more > 0 ? [t('andMore', { n: more })] : [])].join('; ');
      },
    },
    {
      id: 'preview',
      title: t('preview'),
      sortable: false,
      value: (row) => row.preview.slice(0, 120),
      // As text: whatever it holds, nothing of it is run.
      cell: (row) => (
        <Link href={client.address('GET /api/quarantine/:id/file', { params: { id: row.id } })} download>
          {row.preview.slice(0, 120) || t('download')}
        </Link>
      ),
    },
    {
      id: 'act',
      title: t('action'),
      sortable: false,
      value: () => '',
      cell: (row) => (
        <Row gap={2}>
          <Button onClick={() => void act(() => retry(row))}>{t('retry')}</Button>
          <Button onClick={() => setDropping(row)}>{t('drop')}</Button>
        </Row>
      ),
    },
  ];
  const view = viewFromSearch(search);
  const onView = (next: typeof view) => navigate(`/console/devices?${new URLSearchParams(viewToSearch(next))}`);
  return (
    <KitPage
      title={t('devices')}
      acts={<Button onClick={() => pickFile('text/csv,.csv', look)}>{t('registerList')}</Button>}
    >
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
            view={entryView}
            onView={setEntryView}
            total={quarantine.data?.total ?? 0}
            pageSize={ENTRIES_A_PAGE}
            error={quarantine.error}
            onRetry={() => void quarantine.refetch()}
            empty={t('none')}
            fileName="cach-ly"
          />
        </Panel>
        <SideSheet
          opened={list !== null}
          onClose={() => setList(null)}
          title={t('registerList')}
          modal
          foot={
            <Button kind="primary" disabled={right === 0} onClick={() => void register()}>
              {t('registerNow', { n: right })}
            </Button>
          }
        >
          <Stack gap={3}>
            <Text soft>{t('listLead')}</Text>
            {list?.items.map((one) => (
              <Stack key={one.line} gap={1}>
                <Text strong>
                  {t('line', { n: one.line })}: {one.id}
                </Text>
                {one.reason ? (
                  <Text small alarm>
                    {say(one.reason)}
                  </Text>
                ) : null}
              </Stack>
            ))}
          </Stack>
        </SideSheet>
        <ConfirmAct
          opened={dropping !== null}
          onClose={() => setDropping(null)}
          title={t('dropAsk', { source: dropping?.source ?? '' })}
          happens={t('dropSure', { n: dropping?.refused ?? 0 })}
          verb={t('dropForGood')}
          danger
          onConfirm={async () => {
            const params = { id: dropping?.id ?? 0 };
            await act(() => client.call('POST /api/quarantine/:id/drop', { params }));
            setDropping(null);
          }}
        />
      </Stack>
    </KitPage>
  );
}
