import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  type Column,
  DataTable,
  Page as KitPage,
  notify,
  notifyError,
  type SeverityStep,
  SideSheet,
  Stack,
  severitySteps,
  severityWords,
  Text,
  TextField,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';

type Rule = Awaited<ReturnType<typeof client.call<'GET /api/rules'>>>['items'][number];

/** The rules in plain words; an edit makes a new version. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const rules = useQuery(client.ask('GET /api/rules'));
  const [open, setOpen] = useState<Rule | null>(null);
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
    { id: 'for', title: t('forHow'), value: (row) => row.definition.for },
    { id: 'enabled', title: t('enabled'), filter: true, value: (row) => (row.enabled ? t('yes') : t('no')) },
    { id: 'version', title: t('version'), kind: 'number', value: (row) => row.version },
  ];
  return (
    <KitPage title={t('rules')} lead={t('rulesLead')}>
      <DataTable
        label={t('rules')}
        columns={columns}
        rows={rules.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => say(row.definition.title)}
        onOpen={setOpen}
        openKey={open?.id ?? null}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/rules?${new URLSearchParams(viewToSearch(view))}`)}
        error={rules.error}
        onRetry={() => void rules.refetch()}
        fileName="luat-canh-bao"
      />
      <SideSheet opened={open !== null} onClose={() => setOpen(null)} title={t('edit')} modal>
        {open ? (
          <EditRule
            key={`${open.id} ${open.version}`}
            rule={open}
            onSaved={() => {
              setOpen(null);
              notify({ title: t('saved'), kind: 'done' });
              void rules.refetch();
            }}
          />
        ) : null}
      </SideSheet>
    </KitPage>
  );
}

function EditRule({ rule, onSaved }: { rule: Rule; onSaved: () => void }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const [when, setWhen] = useState(rule.definition.when);
  const [clear, setClear] = useState(rule.definition.clear ?? '');
  const [duration, setDuration] = useState(rule.definition.for);
  const [severity, setSeverity] = useState(String(rule.definition.severity));
  const [enabled, setEnabled] = useState(rule.enabled);
  const save = async () => {
    try {
      await client.call('PUT /api/rules/:id', {
        params: { id: rule.id },
        body: { version: rule.version, when, clear: clear || null, for: duration, severity: Number(severity), enabled },
      });
      onSaved();
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <Stack gap={4}>
      <Text strong>{say(rule.definition.title)}</Text>
      <Text soft>{rule.words ? say(rule.words) : null}</Text>
      <TextField label={t('when')} value={when} onChange={setWhen} required />
      <TextField label={t('clear')} value={clear} onChange={setClear} />
      <TextField label={t('forHow')} hint="ISO 8601: PT30M, PT1H" value={duration} onChange={setDuration} required />
      <ChoiceField
        label={t('severity')}
        value={severity}
        onChange={(value) => value && setSeverity(value)}
        choices={severitySteps.map((step) => ({ value: String(step), title: say(severityWords[step]) }))}
      />
      <CheckField label={t('enabled')} value={enabled} onChange={setEnabled} asSwitch />
      <Button kind="primary" onClick={() => void save()}>
        {t('save')}
      </Button>
    </Stack>
  );
}
