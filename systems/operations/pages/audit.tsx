import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Button,
  type Column,
  DataTable,
  Page as KitPage,
  notifyError,
  Stack,
  Text,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';

type Entry = Awaited<ReturnType<typeof client.call<'GET /api/audit'>>>['items'][number];

/** Who did what, and the proof that the log was not altered. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const entries = useQuery(
    client.ask('GET /api/audit', { query: { limit: 500, ...(search.subject ? { subject: search.subject } : {}) } }),
  );
  const [verdict, setVerdict] = useState<{ ok: boolean; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      const found = await client.call('GET /api/audit/verify');
      setVerdict(
        found.ok
          ? { ok: true, text: t('whole', { n: found.rows }) }
          : { ok: false, text: `${t('broken')}: ${found.reason ? say(found.reason) : ''}` },
      );
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
  };
  const columns: Column<Entry>[] = [
    { id: 'time', title: t('time'), kind: 'instant', value: (row) => row.at },
    { id: 'who', title: t('who'), filter: true, value: (row) => row.actor.name },
    { id: 'action', title: t('action'), filter: true, value: (row) => row.action },
    { id: 'subject', title: t('subject'), value: (row) => row.subject ?? '' },
    {
      id: 'detail',
      title: t('detail'),
      value: (row) => (Object.keys(row.detail).length > 0 ? JSON.stringify(row.detail) : ''),
    },
    { id: 'sequence', title: t('sequence'), kind: 'number', value: (row) => row.sequence },
  ];
  return (
    <KitPage
      title={t('audit')}
      primary={
        <Button kind="primary" icon={IconShieldCheck} busy={busy} onClick={() => void verify()}>
          {t('verify')}
        </Button>
      }
    >
      <Stack gap={3}>
        {verdict ? (
          <div role="status">
            <Text strong alarm={!verdict.ok}>
              {verdict.text}
            </Text>
          </div>
        ) : null}
        <DataTable
          label={t('audit')}
          columns={columns}
          rows={entries.data?.items}
          rowKey={(row) => row.id}
          rowName={(row) => `${row.action} ${row.subject ?? ''}`}
          view={viewFromSearch(search)}
          onView={(view) => navigate(`/console/audit?${new URLSearchParams(viewToSearch(view))}`)}
          error={entries.error}
          onRetry={() => void entries.refetch()}
          {...(entries.data ? { total: entries.data.total } : {})}
          fileName="nhat-ky"
        />
      </Stack>
    </KitPage>
  );
}
