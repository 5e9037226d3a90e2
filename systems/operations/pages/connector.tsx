import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Answer,
  Button,
  type Column,
  ConfirmAct,
  DataTable,
  Page as KitPage,
  Link,
  notify,
  notifyError,
  Panel,
  Row,
  Stack,
  Text,
  TextField,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { ConnectorForm, type Definition, emptyConnector } from './connector-form.tsx';
import { connectorWords } from './connector-words.ts';
import { type Connector, ConnectorState } from './connectors.tsx';

type Found = Awaited<ReturnType<typeof client.call<'GET /api/connectors/:id'>>>;
type Run = Found['runs'][number];
type Trial = Awaited<ReturnType<typeof client.call<'POST /api/connectors/try'>>>;

/** One connector: how it stands, its runs, its parts, and a trial that stores nothing. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <Editor found={null} onChanged={() => undefined} /> : <Stored id={id} />;
}

function Stored({ id }: { id: string }) {
  const found = useQuery({ ...client.ask('GET /api/connectors/:id', { params: { id } }), refetchInterval: 5_000 });
  return <Answer of={found}>{(one) => <Editor found={one} onChanged={() => void found.refetch()} />}</Answer>;
}

function Editor({ found, onChanged }: { found: Found | null; onChanged: () => void }) {
  const t = useTexts(connectorWords);
  const formats = useFormats();
  const navigate = useNavigateTo();
  const connector: Connector | null = found?.connector ?? null;
  const [id, setId] = useState('');
  const [draft, setDraft] = useState<Definition>(connector?.definition ?? emptyConnector);
  const [keyValue, setKeyValue] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [trying, setTrying] = useState(false);
  const [asking, setAsking] = useState(false);
  const key = keyValue === '' ? {} : { keyValue };

  const act = (work: () => Promise<unknown>) => void work().catch(notifyError);
  const save = async () => {
    const saved = connector
      ? await client.call('PUT /api/connectors/:id', {
          params: { id: connector.id },
          body: { definition: draft, ...key },
        })
      : await client.call('POST /api/connectors', { body: { id, definition: draft, ...key } });
    notify({ title: t('saved', { at: formats.instant(saved.nextRunAt) }), kind: 'done' });
    setKeyValue('');
    if (connector) onChanged();
    else navigate(`/console/connectors/${encodeURIComponent(saved.id)}`);
  };
  const tryIt = async () => {
    setTrying(true);
    try {
      const body = { ...(connector ? { id: connector.id } : {}), definition: draft, ...key };
      setTrial(await client.call('POST /api/connectors/try', { body }));
    } finally {
      setTrying(false);
    }
  };
  const runNow = async () => {
    await client.call('POST /api/connectors/:id/run', { params: { id: connector?.id ?? '' } });
    notify({ title: t('runSoon'), kind: 'done' });
    onChanged();
  };
  const title = connector?.definition.name ?? t('create');
  return (
    <KitPage
      title={title}
      crumbs={[{ title: t('connectors'), href: '/console/connectors' }, { title }]}
      lead={
        connector ? (
          <>
            <ConnectorState of={connector} /> {t('delivered')}:{' '}
            {connector.deliveredAt ? <Age at={connector.deliveredAt} /> : t('never')}
            {connector.active ? ` · ${t('nextRun')}: ${formats.instant(connector.nextRunAt)}` : ''} · {connector.id}
          </>
        ) : (
          t('tryLead')
        )
      }
      primary={
        <Button kind="primary" disabled={problem !== null} onClick={() => act(save)}>
          {t('save')}
        </Button>
      }
      acts={
        <>
          <Button disabled={problem !== null || trying} onClick={() => act(tryIt)}>
            {trying ? t('trying') : t('tryIt')}
          </Button>
          {connector?.active ? <Button onClick={() => act(runNow)}>{t('runNow')}</Button> : null}
          {connector ? (
            <Button onClick={() => setAsking(true)}>{connector.active ? t('stop') : t('start')}</Button>
          ) : null}
        </>
      }
    >
      <Stack gap={5}>
        <div aria-live="polite">{problem ? <Text alarm>{problem}</Text> : null}</div>
        {trial ? <TrialPanel trial={trial} /> : null}
        {connector ? <RunsPanel runs={found?.runs ?? []} /> : null}
        {connector ? null : (
          <TextField label={t('id')} hint={t('idHint')} required value={id} onChange={setId} maxLength={100} />
        )}
        <ConnectorForm
          draft={draft}
          onChange={setDraft}
          keyValue={keyValue}
          onKeyValue={setKeyValue}
          hasKey={connector?.hasKey ?? false}
          onProblem={setProblem}
        />
      </Stack>
      {connector ? (
        <ConfirmAct
          opened={asking}
          onClose={() => setAsking(false)}
          title={connector.active ? t('stopAsk', { name: title }) : t('start')}
          verb={connector.active ? t('stop') : t('start')}
          happens={connector.active ? t('stopHappens') : t('startHappens')}
          onConfirm={async () => {
            await client.call('POST /api/devices/:id/active', {
              params: { id: connector.id },
              body: { active: !connector.active },
            });
            setAsking(false);
            onChanged();
          }}
        />
      ) : null}
    </KitPage>
  );
}

/** What was fetched, and what each of the first rows would become. */
function TrialPanel({ trial }: { trial: Trial }) {
  const t = useTexts(connectorWords);
  const say = useSay();
  const formats = useFormats();
  type Line = {
    key: string;
    row: string;
    entity: string;
    property: string;
    at: string | null;
    value: number | null;
    verdict: string;
  };
  const lines: Line[] = trial.shown.flatMap((one, n) => [
    ...one.values.map((value, index) => ({
      key: `${n} ${index}`,
      row: one.row,
      entity: value.entity,
      property: value.property,
      at: value.at,
      value: value.value,
      verdict: value.reason ? say(value.reason) : t('taken'),
    })),
    ...one.bad.map((bad, index) => ({
      key: `${n} bad ${index}`,
      row: one.row,
      entity: '',
      property: bad.at,
      at: null,
      value: null,
      verdict: say(bad.reason),
    })),
  ]);
  const columns: Column<Line>[] = [
    { id: 'verdict', title: t('verdict'), sortable: false, value: (line) => line.verdict },
    { id: 'entity', title: t('entity'), sortable: false, value: (line) => line.entity },
    { id: 'property', title: t('property'), sortable: false, value: (line) => line.property },
    { id: 'value', title: t('value'), kind: 'number', sortable: false, value: (line) => line.value },
    { id: 'at', title: t('instant'), kind: 'instant', sortable: false, value: (line) => line.at },
    { id: 'row', title: t('rowOf'), sortable: false, value: (line) => line.row },
  ];
  const { status, rows, values, refused, passed } = trial;
  return (
    <Panel title={t('trial')} boxed>
      <Stack gap={3}>
        <Text>{t('trialTold', { status, bytes: formats.bytes(trial.bytes), rows, values, refused, passed })}</Text>
        {trial.problem ? <Text alarm>{say(trial.problem)}</Text> : null}
        {lines.length > 0 ? (
          <DataTable
            label={t('trialRows')}
            columns={columns}
            rows={lines}
            rowKey={(line) => line.key}
            rowName={(line) => line.row}
            view={{}}
            onView={() => undefined}
            fileName="lay-thu"
          />
        ) : null}
        {trial.problem || rows === 0 || status !== 200 ? (
          <>
            <Text strong>{t('answer')}</Text>
            <Text prose>{trial.beginning}</Text>
          </>
        ) : null}
      </Stack>
    </Panel>
  );
}

function RunsPanel({ runs }: { runs: Run[] }) {
  const t = useTexts(connectorWords);
  const say = useSay();
  const formats = useFormats();
  const outcomes = {
    running: t('outcomeRunning'),
    taken: t('outcomeTaken'),
    unchanged: t('outcomeUnchanged'),
    failed: t('outcomeFailed'),
  };
  const columns: Column<Run>[] = [
    { id: 'started', title: t('started'), kind: 'instant', sortable: false, value: (run) => run.startedAt },
    { id: 'outcome', title: t('outcome'), sortable: false, value: (run) => outcomes[run.outcome] },
    { id: 'accepted', title: t('accepted'), kind: 'number', sortable: false, value: (run) => run.accepted },
    { id: 'refused', title: t('refused'), kind: 'number', sortable: false, value: (run) => run.refused },
    { id: 'passed', title: t('passed'), kind: 'number', sortable: false, value: (run) => run.passed },
    {
      id: 'size',
      title: t('size'),
      sortable: false,
      value: (run) => (run.bytes === null ? '' : formats.bytes(run.bytes)),
    },
    { id: 'why', title: t('why'), sortable: false, value: (run) => (run.problem ? say(run.problem) : '') },
  ];
  return (
    <Panel title={t('runs')}>
      <DataTable
        label={t('lastRuns')}
        columns={columns}
        rows={runs}
        rowKey={(run) => String(run.id)}
        rowName={(run) => formats.instant(run.startedAt)}
        view={{}}
        onView={() => undefined}
        empty={t('noRuns')}
        fileName="lan-chay"
      />
      {runs.some((run) => run.refused > 0) ? (
        <Row>
          <Link href="/console/devices">{t('quarantine')}</Link>
        </Row>
      ) : null}
    </Panel>
  );
}
