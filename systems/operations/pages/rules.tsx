import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Button,
  type Column,
  DataTable,
  Page as KitPage,
  notify,
  notifyError,
  pickFile,
  type SeverityStep,
  SideSheet,
  Stack,
  saveFile,
  severityWords,
  Text,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { ruleWords } from './rule-words.ts';

type Rule = Awaited<ReturnType<typeof client.call<'GET /api/rules'>>>['items'][number];
type Imported = Awaited<ReturnType<typeof client.call<'POST /api/rules/import'>>>['items'][number];
type Document = Parameters<typeof client.call<'POST /api/rules/import'>>[1]['body']['document'];

const addressOf = (rule: { id: string }) => `/console/rules/${encodeURIComponent(rule.id)}`;

/** All rules in plain words; a rule has its own page, where it is edited and tried. */
export function Page() {
  const t = useTexts(ruleWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const rules = useQuery(client.ask('GET /api/rules'));
  const [waiting, setWaiting] = useState<{ document: Document; items: Imported[] } | null>(null);
  const mayEdit = rules.data?.items.some((rule) => rule.may.includes('edit')) ?? false;
  const columns: Column<Rule>[] = [
    { id: 'rule', title: t('rule'), value: (row) => say(row.definition.title) },
    {
      id: 'words',
      title: t('words'),
      value: (row) => (row.words ? say(row.words) : row.problem ? say(row.problem) : ''),
    },
    {
      id: 'severity',
      title: t('severity'),
      value: (row) => row.definition.severity,
      text: (row) => say(severityWords[row.definition.severity as SeverityStep]),
      cell: (row) => <AlertSeverity severity={row.definition.severity} />,
    },
    { id: 'state', title: t('state'), filter: true, value: (row) => (row.enabled ? t('on') : t('off')) },
    {
      id: 'source',
      title: t('source'),
      filter: true,
      value: (row) => (row.declared ? t('ofSystem') : t('ofPeople')),
    },
    { id: 'version', title: t('version'), kind: 'number', value: (row) => row.version },
    { id: 'id', title: t('id'), hidden: true, value: (row) => row.id },
  ];
  const exportAll = async () => {
    try {
      const document = await client.call('GET /api/rules/export');
      saveFile(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }), 'luat-canh-bao.json');
    } catch (error) {
      notifyError(error);
    }
  };
  const look = async (file: File) => {
    let document: Document;
    try {
      document = JSON.parse(await file.text());
    } catch {
      notify({ title: t('notJson'), kind: 'alarm' });
      return;
    }
    try {
      const { items } = await client.call('POST /api/rules/import', { body: { dryRun: true, document } });
      setWaiting({ document, items });
    } catch (error) {
      notifyError(error);
    }
  };
  const take = async () => {
    if (!waiting) return;
    try {
      const { items } = await client.call('POST /api/rules/import', {
        body: { dryRun: false, document: waiting.document },
      });
      notify({ title: t('imported', { n: items.filter(isTaken).length }), kind: 'done' });
      setWaiting(null);
      await rules.refetch();
    } catch (error) {
      notifyError(error);
    }
  };
  const taken = waiting?.items.filter(isTaken).length ?? 0;
  return (
    <KitPage
      title={t('rules')}
      lead={t('lead')}
      primary={
        mayEdit ? (
          <Button kind="primary" href="/console/rules/new">
            {t('add')}
          </Button>
        ) : null
      }
      acts={
        mayEdit ? (
          <>
            <Button onClick={() => void exportAll()}>{t('exportAll')}</Button>
            <Button onClick={() => pickFile('application/json,.json', look)}>{t('importAll')}</Button>
          </>
        ) : null
      }
    >
      <DataTable
        label={t('rules')}
        columns={columns}
        rows={rules.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => say(row.definition.title)}
        rowHref={addressOf}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/rules?${new URLSearchParams(viewToSearch(view))}`)}
        error={rules.error}
        onRetry={() => void rules.refetch()}
        fileName="luat-canh-bao"
      />
      <SideSheet
        opened={waiting !== null}
        onClose={() => setWaiting(null)}
        title={t('importAll')}
        modal
        foot={
          <Button kind="primary" disabled={taken === 0} onClick={() => void take()}>
            {t('importNow', { n: taken })}
          </Button>
        }
      >
        <Stack>
          <Text soft>{t('importLead')}</Text>
          {waiting?.items.map((one, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one id may be in a file twice, and the list never changes
            <Stack key={n} gap={1}>
              <Text strong>
                {one.id}: {t(one.outcome)}
              </Text>
              {one.flaws.map((flaw) => (
                <Text key={flaw.at} small alarm>
                  {flaw.at}: {say(flaw.reason)}
                </Text>
              ))}
            </Stack>
          ))}
        </Stack>
      </SideSheet>
    </KitPage>
  );
}

const isTaken = (one: Imported): boolean => one.outcome === 'made' || one.outcome === 'changed';
