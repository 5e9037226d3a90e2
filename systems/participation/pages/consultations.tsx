import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  Panel,
  ProvenanceMark,
  Stack,
  StateBadge,
  type TableView,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { words } from './words.ts';

type Row = Awaited<ReturnType<typeof client.call<'GET /api/participation/consultations'>>>['items'][number];

/** Drafts of one's own unit, and all that was published. */
export function Page() {
  const t = useTexts(words);
  const formats = useFormats();
  const session = useQuery(client.ask('GET /api/session'));
  const manages = Boolean(session.data?.permissions['consultation:manage']);
  const drafts = useQuery({
    ...client.ask('GET /api/participation/consultations', { query: { drafts: true, limit: 100 } }),
    enabled: manages,
  });
  const published = useQuery(client.ask('GET /api/participation/consultations', { query: { limit: 100 } }));
  const columns: Column<Row>[] = [
    { id: 'title', title: t('title'), value: (row) => row.title },
    {
      id: 'stage',
      title: t('stage'),
      value: (row) => row.stage,
      text: (row) => t(row.stage),
      cell: (row) => <StateBadge word={t(row.stage)} tone={row.stage === 'over' ? 'waiting' : 'neutral'} />,
    },
    {
      id: 'opens',
      title: t('opensAt'),
      kind: 'instant',
      value: (row) => row.opensAt,
      text: (row) => formats.instant(row.opensAt),
    },
    {
      id: 'closes',
      title: t('closesAt'),
      kind: 'instant',
      value: (row) => row.closesAt,
      text: (row) => formats.instant(row.closesAt),
    },
    {
      id: 'turnout',
      title: t('turnout'),
      kind: 'number',
      value: (row) => row.turnout['national-id'] + row.turnout.paper + row.turnout.code,
    },
    {
      id: 'source',
      title: t('source'),
      value: (row) => row.provenance,
      text: (row) => t(row.provenance),
      cell: (row) => <ProvenanceMark provenance={row.provenance} />,
    },
  ];
  const [view, setView] = useState<TableView>({});
  const table = (name: string, rows: readonly Row[]) => (
    <DataTable
      label={`${t('consultations')}: ${name}`}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      rowName={(row) => row.title}
      rowHref={(row) => `/console/participation/${row.id}`}
      view={view}
      onView={setView}
    />
  );
  return (
    <KitPage
      title={t('consultations')}
      lead={t('lead')}
      primary={
        manages ? (
          <Button kind="primary" href="/console/participation/new">
            {t('add')}
          </Button>
        ) : undefined
      }
    >
      <Stack gap={5}>
        {drafts.data?.items.some((row) => row.stage === 'draft') ? (
          <Panel title={t('drafts')}>
            {table(
              t('drafts'),
              drafts.data.items.filter((row) => row.stage === 'draft'),
            )}
          </Panel>
        ) : null}
        <Panel title={t('published')}>
          <Answer
            of={published}
            isEmpty={(data) => data.items.length === 0}
            empty={<EmptyState>{t('none')}</EmptyState>}
          >
            {(data) => table(t('published'), data.items)}
          </Answer>
        </Panel>
      </Stack>
    </KitPage>
  );
}
