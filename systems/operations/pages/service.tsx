import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Age,
  Answer,
  type Column,
  DataTable,
  Facts,
  Grid,
  Page as KitPage,
  Link,
  Panel,
  Row,
  Stack,
  type TableView,
  Text,
  useFormats,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { serviceWords } from './service-words.ts';

type State = Awaited<ReturnType<typeof client.call<'GET /api/service'>>>;

/** How the platform itself is: what waits, who is behind, disks, back-ups, jobs, slow statements, errors. */
export function Page() {
  const t = useTexts(serviceWords);
  const state = useQuery({ ...client.ask('GET /api/service'), refetchInterval: 10_000 });
  const wrong = useQuery({
    ...client.ask('GET /api/alerts', { query: { source: 'service', condition: 'on', limit: 1 } }),
    refetchInterval: 60_000,
  });
  return (
    <KitPage title={t('service')}>
      <Stack gap={5}>
        <Row spread>
          <Text>{t('lead')}</Text>
          <Link href={`/console/alerts?${new URLSearchParams(viewToSearch({ find: 'Nền tảng đô thị' }))}`}>
            {wrong.data?.total ? t('wrong', { n: wrong.data.total }) : wrong.data ? t('fine') : t('alerts')}
          </Link>
        </Row>
        <Answer of={state}>{(found) => <Whole state={found} />}</Answer>
      </Stack>
    </KitPage>
  );
}

function Whole({ state }: { state: State }) {
  const t = useTexts(serviceWords);
  const formats = useFormats();
  const { database, backUp, mail } = state;
  const diskText = (disk: State['disks'][number]) => {
    const [free, total] = [formats.bytes(disk.freeBytes), formats.bytes(disk.totalBytes)];
    if (disk.daysLeft === null) return t('noTrend', { free, total });
    return t('daysLeft', { free, total, n: formats.number(disk.daysLeft, disk.daysLeft < 10 ? 1 : 0) });
  };
  const lastBackUp = () => {
    if (backUp.lastAt) return <Age at={backUp.lastAt} />;
    if (backUp.configured) return t('neverBackUp');
    return state.embeddedDatabase ? t('noBackUp') : t('outsideBackUp');
  };
  return (
    <>
      <Grid least={480} gap={5}>
        <Panel title={t('overview')}>
          <Facts
            facts={[
              { term: t('running'), value: formats.instant(state.startedAt) },
              { term: t('waiting'), value: formats.number(state.waiting, 0) },
              { term: t('refused'), value: formats.number(state.refused, 0) },
              { term: t('live'), value: formats.number(state.live, 0) },
              { term: t('memory'), value: formats.bytes(state.memoryBytes) },
              { term: t('mail'), value: t(`mail.${mail.server}`, { n: mail.waiting }) },
            ]}
          />
        </Panel>
        <Panel title={t('storage')}>
          <Facts
            facts={[
              {
                term: t('version'),
                value: `${database.version} (${t(state.embeddedDatabase ? 'embedded' : 'outside')})`,
              },
              { term: t('size'), value: formats.bytes(database.bytes) },
              { term: t('connections'), value: `${database.connections} / ${database.maxConnections}` },
              { term: t('longest'), value: formats.duration(database.longestTransactionSeconds) },
              { term: t('wraparound'), value: formats.share(database.wraparound, 0) },
              { term: t('archive'), value: t(`archive.${database.archiving}`) },
              { term: t('backUp'), value: lastBackUp() },
              ...state.disks.map((disk) => ({ term: t(`disk.${disk.name}`), value: diskText(disk) })),
            ]}
          />
        </Panel>
      </Grid>
      <Part
        title={t('followers')}
        rows={state.followers}
        keyOf={(row) => row.name}
        columns={[
          { id: 'name', title: t('follower'), value: (row) => row.name },
          { id: 'behind', title: t('behind'), kind: 'number', decimals: 0, value: (row) => row.behind },
          {
            id: 'seconds',
            title: t('behindSeconds'),
            kind: 'number',
            value: (row) => row.behindSeconds,
            text: (row) => formats.duration(row.behindSeconds),
          },
          { id: 'failures', title: t('failures'), kind: 'number', decimals: 0, value: (row) => row.failures },
          { id: 'error', title: t('error'), value: (row) => row.error ?? '' },
        ]}
      />
      <Part
        title={t('jobs')}
        rows={state.jobs}
        keyOf={(row) => row.name}
        columns={[
          { id: 'name', title: t('job'), value: (row) => row.name },
          { id: 'state', title: t('state'), value: (row) => t(`state.${row.lastState ?? 'never'}`) },
          { id: 'at', title: t('at'), kind: 'instant', value: (row) => row.lastAt },
          { id: 'waiting', title: t('queue'), kind: 'number', decimals: 0, value: (row) => row.waiting },
          { id: 'error', title: t('error'), value: (row) => row.error ?? '' },
        ]}
      />
      {state.slow === null ? (
        <Panel title={t('slow')}>
          <Text>{t('noSlow')}</Text>
        </Panel>
      ) : (
        <Part
          title={t('slow')}
          rows={state.slow}
          keyOf={(row) => row.query}
          columns={[
            { id: 'query', title: t('query'), value: (row) => row.query, width: 640 },
            { id: 'calls', title: t('calls'), kind: 'number', decimals: 0, value: (row) => row.calls },
            { id: 'mean', title: t('mean'), kind: 'number', unit: 'ms', decimals: 1, value: (row) => row.meanMs },
            { id: 'total', title: t('total'), kind: 'number', unit: 'ms', decimals: 0, value: (row) => row.totalMs },
          ]}
        />
      )}
      <Part
        title={t('errors')}
        empty={t('noErrors')}
        rows={state.errors}
        keyOf={(row) => `${row.at} ${row.what}`}
        columns={[
          { id: 'at', title: t('at'), kind: 'instant', value: (row) => row.at },
          { id: 'what', title: t('what'), value: (row) => row.what },
          { id: 'message', title: t('message'), value: (row) => row.message },
        ]}
      />
    </>
  );
}

function Part<R>({
  title,
  rows,
  columns,
  keyOf,
  empty,
}: {
  title: string;
  rows: readonly R[];
  columns: readonly Column<R>[];
  keyOf: (row: R) => string;
  empty?: string;
}) {
  const t = useTexts(serviceWords);
  const [view, setView] = useState<TableView>(() => viewFromSearch({}));
  if (rows.length === 0 && empty) {
    return (
      <Panel title={title}>
        <Text>{empty}</Text>
      </Panel>
    );
  }
  return (
    <Panel title={title}>
      <DataTable
        label={t('table', { name: title })}
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        rowName={keyOf}
        view={view}
        onView={setView}
      />
    </Panel>
  );
}
