import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  ProvenanceMark,
  StateBadge,
  type TableView,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { surveyWords } from './survey-words.ts';

type Row = Awaited<ReturnType<typeof client.call<'GET /api/participation/surveys'>>>['items'][number];

const provenanceOf = (row: Row) => (row.provenance === 'simulated' ? 'simulated' : 'measured');

/** The surveys of one's own unit. */
export function Page() {
  const t = useTexts(surveyWords);
  const formats = useFormats();
  const found = useQuery(client.ask('GET /api/participation/surveys'));
  const [view, setView] = useState<TableView>({});
  const columns: Column<Row>[] = [
    { id: 'title', title: t('title'), value: (row) => row.title },
    { id: 'service', title: t('service'), value: (row) => row.service },
    {
      id: 'state',
      title: t('state'),
      value: (row) => (row.open ? t('open') : t('closed')),
      cell: (row) => <StateBadge word={row.open ? t('open') : t('closed')} />,
    },
    {
      id: 'closes',
      title: t('closesAt'),
      kind: 'instant',
      value: (row) => row.closesAt,
      text: (row) => formats.instant(row.closesAt),
    },
    { id: 'invited', title: t('invited'), kind: 'number', value: (row) => row.invited },
    { id: 'answered', title: t('answered'), kind: 'number', value: (row) => row.answered },
    {
      id: 'source',
      title: t('source'),
      value: (row) => provenanceOf(row),
      text: (row) => t(provenanceOf(row)),
      cell: (row) => <ProvenanceMark provenance={provenanceOf(row)} />,
    },
  ];
  return (
    <KitPage
      title={t('surveys')}
      lead={t('lead')}
      primary={
        <Button kind="primary" href="/console/participation/surveys/new">
          {t('add')}
        </Button>
      }
    >
      <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
        {(data) => (
          <DataTable
            label={t('surveys')}
            rows={data.items}
            columns={columns}
            rowKey={(row) => row.id}
            rowName={(row) => row.title}
            rowHref={(row) => `/console/participation/surveys/${row.id}`}
            view={view}
            onView={setView}
          />
        )}
      </Answer>
    </KitPage>
  );
}
