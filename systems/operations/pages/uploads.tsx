import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  type Column,
  DataTable,
  formatBytes,
  Page as KitPage,
  Link,
  notifyError,
  Panel,
  pickFile,
  Stack,
  StateBadge,
  type StateTone,
  saveFile,
  Text,
  useLanguage,
  useNavigateTo,
  useTexts,
  type viewFromSearch,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { UploadSteps } from './upload-steps.tsx';
import { uploadWords } from './upload-words.ts';

type Sent = Awaited<ReturnType<typeof client.call<'GET /api/uploads'>>>['items'][number];

const A_PAGE = 20;
const tones: Record<Sent['state'], StateTone> = {
  new: 'waiting',
  checking: 'active',
  checked: 'waiting',
  taking: 'active',
  done: 'done',
  failed: 'late',
};
const SAMPLE = [
  'Trạm,Thông số,Thời gian,Giá trị,Đơn vị,Trạng thái',
  'Tên hoặc mã trạm,PM2.5,27/08/2026 14:05,"12,5",µg/m³,00',
];

/** A file of observations in three steps; below, what was sent before. The file stands in the address: ?file=… */
export function Page() {
  const t = useTexts(uploadWords);
  const language = useLanguage();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const id = search.file;
  const [sending, setSending] = useState<number | null>(null);
  const upload = useQuery({
    ...client.ask('GET /api/uploads/:id', { params: { id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.state === 'checking' || state.data?.state === 'taking' ? 1_000 : false,
  });
  const [view, setView] = useState<ReturnType<typeof viewFromSearch>>({});
  const offset = ((view.page ?? 1) - 1) * A_PAGE;
  const sent = useQuery({ ...client.ask('GET /api/uploads', { query: { limit: A_PAGE, offset } }), enabled: !id });
  const send = async (file: File) => {
    setSending(file.size);
    try {
      const body = new FormData();
      body.append('file', file);
      const made = await client.call('POST /api/uploads', { body });
      navigate(`/console/uploads?file=${made.id}`);
    } catch (error) {
      notifyError(error);
    }
    setSending(null);
  };
  const choose = () => pickFile('.csv,.txt,.tsv,.xlsx,text/csv', send);
  if (id !== undefined) {
    return (
      <Answer of={upload}>
        {(data) => (
          <UploadSteps
            key={`${data.id} ${data.mapping.sheet} ${data.mapping.headerLine}`}
            upload={data}
            onChanged={() => void upload.refetch()}
            onAnother={() => navigate('/console/uploads')}
          />
        )}
      </Answer>
    );
  }
  const columns: Column<Sent>[] = [
    {
      id: 'file',
      title: t('file'),
      sortable: false,
      value: (row) => row.name,
      cell: (row) => <Link href={`/console/uploads?file=${row.id}`}>{row.name}</Link>,
    },
    { id: 'by', title: t('by'), sortable: false, value: (row) => row.by },
    { id: 'sentAt', title: t('sentAt'), kind: 'instant', sortable: false, value: (row) => row.sentAt },
    {
      id: 'state',
      title: t('state'),
      sortable: false,
      value: (row) => t(row.state),
      cell: (row) => <StateBadge word={t(row.state)} tone={tones[row.state]} />,
    },
    {
      id: 'accepted',
      title: t('accepted'),
      kind: 'number',
      sortable: false,
      value: (row) => (row.state === 'done' || row.state === 'taking' ? row.accepted : null),
    },
    { id: 'refused', title: t('refused'), kind: 'number', sortable: false, value: (row) => row.refused },
  ];
  return (
    <KitPage
      title={t('title')}
      lead={t('lead')}
      primary={
        <Button kind="primary" disabled={sending !== null} onClick={choose}>
          {t('choose')}
        </Button>
      }
      acts={
        <Button
          onClick={() =>
            saveFile(new Blob([`\uFEFF${SAMPLE.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' }), 'mau.csv')
          }
        >
          {t('sample')}
        </Button>
      }
    >
      <Stack gap={5}>
        <Text strong>{t('step', { n: 1, name: t('step1') })}</Text>
        <Text soft prose>
          {t('forms')}
        </Text>
        <div role="status">
          {sending !== null ? <Text>{t('sending', { size: formatBytes(sending, language) })}</Text> : null}
        </div>
        <Panel title={t('before')}>
          <DataTable
            label={t('filesSent')}
            columns={columns}
            rows={sent.data?.items}
            rowKey={(row) => row.id}
            rowName={(row) => row.name}
            view={view}
            onView={setView}
            total={sent.data?.total ?? 0}
            pageSize={A_PAGE}
            error={sent.error}
            onRetry={() => void sent.refetch()}
            empty={t('none')}
            fileName="tep-da-gui"
          />
        </Panel>
      </Stack>
    </KitPage>
  );
}
