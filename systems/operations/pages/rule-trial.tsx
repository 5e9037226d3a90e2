import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  BarTrend,
  Button,
  ChoiceField,
  type Column,
  DataTable,
  Heading,
  notifyError,
  Panel,
  Row,
  Stack,
  type TableView,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import type { Draft } from './rule-form.tsx';
import { ruleWords } from './rule-words.ts';

type Trial = Awaited<ReturnType<typeof client.call<'GET /api/rules/trials/:id'>>>;
type Result = NonNullable<Trial['result']>;

/** What a trial of a draft found. `key`: the draft, so that a later change shows. */
export type Tried = { key: string; days: number; count: number };

/** Runs the draft over stored data, and shows how often it would have fired, when, and for what. */
export function TrialPanel(props: {
  draft: Draft;
  disabled: boolean;
  tried: Tried | null;
  onTried: (tried: Tried) => void;
}) {
  const { draft, disabled, tried, onTried } = props;
  const t = useTexts(ruleWords);
  const say = useSay();
  const [days, setDays] = useState(30);
  const [started, setStarted] = useState<{ id: string; key: string; days: number } | null>(null);
  const trial = useQuery({
    queryKey: ['trial', started?.id],
    queryFn: async () => {
      const found = await client.call('GET /api/rules/trials/:id', { params: { id: started?.id ?? '' } });
      if (found.result && started) onTried({ key: started.key, days: started.days, count: found.result.count });
      return found;
    },
    enabled: started !== null,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'running' ? 500 : false),
  });
  const run = async () => {
    try {
      const { id } = await client.call('POST /api/rules/trials', { body: { definition: draft, days } });
      setStarted({ id, key: JSON.stringify(draft), days });
    } catch (error) {
      notifyError(error);
    }
  };
  const state = trial.data?.state;
  const running = started !== null && (state === undefined || state === 'running') && !trial.error;
  const share = trial.data && trial.data.total > 0 ? Math.floor((trial.data.done / trial.data.total) * 100) : 0;
  return (
    <Panel title={t('trial')} boxed>
      <Stack>
        <Text soft>{t('trialLead')}</Text>
        <Row align="end">
          <ChoiceField
            label={t('trialDays')}
            required
            value={String(days)}
            onChange={(value) => value && setDays(Number(value))}
            choices={[7, 30, 90, 365].map((n) => ({ value: String(n), title: t('lastDays', { n }) }))}
          />
          <Button busy={running} disabled={disabled} onClick={() => void run()}>
            {t('run')}
          </Button>
        </Row>
        <div aria-live="polite">
          {running ? (
            <Stack gap={1}>
              <progress value={share} max={100} aria-label={t('trial')} />
              <Text soft>{t('running', { share })}</Text>
            </Stack>
          ) : null}
          {state === 'stopped' ? <Text alarm>{t('stopped')}</Text> : null}
          {trial.data?.problem ? <Text alarm>{say(trial.data.problem)}</Text> : null}
          {trial.error ? <Text alarm>{String(trial.error.message)}</Text> : null}
          {started && trial.data?.result ? (
            <Found
              result={trial.data.result}
              days={started.days}
              isOlder={tried !== null && tried.key !== JSON.stringify(draft)}
            />
          ) : null}
        </div>
      </Stack>
    </Panel>
  );
}

function Found({ result, days, isOlder }: { result: Result; days: number; isOlder: boolean }) {
  const t = useTexts(ruleWords);
  const formats = useFormats();
  const [view, setView] = useState<TableView>({});
  const columns: Column<Result['alerts'][number]>[] = [
    { id: 'entity', title: t('entity'), value: (row) => row.entityName },
    { id: 'reached', title: t('reached'), kind: 'instant', value: (row) => row.reachedAt },
    { id: 'since', title: t('since'), kind: 'instant', value: (row) => row.sinceAt },
    {
      id: 'until',
      title: t('until'),
      value: (row) => row.untilAt,
      text: (row) => (row.untilAt ? formats.instant(row.untilAt) : t('goesOn')),
    },
    { id: 'peak', title: t('peak'), kind: 'number', value: (row) => row.peak },
    {
      id: 'severity',
      title: t('severity'),
      value: (row) => row.severity,
      cell: (row) => <AlertSeverity severity={row.severity} />,
    },
  ];
  const byWeek = result.days.length > 32;
  return (
    <Stack>
      {isOlder ? <Text alarm>{t('older')}</Text> : null}
      <Heading level={3}>{result.count > 0 ? t('would', { n: result.count, days }) : t('wouldNot', { days })}</Heading>
      <Text soft>
        {result.observations > 0
          ? t('judged', { observations: result.observations, entities: result.entities })
          : t('noData')}
      </Text>
      {result.count > 0 ? (
        <>
          <BarTrend label={byWeek ? t('perWeek') : t('perDay')} decimals={0} bars={barsOf(result.days, byWeek)} />
          <DataTable
            label={t('wouldList')}
            columns={columns}
            rows={result.alerts}
            rowKey={(row) => `${row.entityId} ${row.sinceAt}`}
            rowName={(row) => `${row.entityName} ${formats.instant(row.reachedAt)}`}
            rowHref={(row) => `/console/entities/${encodeURIComponent(row.entityId)}`}
            view={view}
            onView={setView}
            fileName="chay-thu-luat"
          />
        </>
      ) : null}
    </Stack>
  );
}

/** A bar a day, or a week where there are many; a label is the (first) day, '23/11'. */
function barsOf(days: Result['days'], byWeek: boolean): { label: string; value: number }[] {
  const size = byWeek ? 7 : 1;
  return Array.from({ length: Math.ceil(days.length / size) }, (_, n) => {
    const group = days.slice(n * size, (n + 1) * size);
    const [year = '', month = '', day = ''] = group[0]?.day.split('-') ?? [];
    const label = `${Number(day)}/${Number(month)}`;
    return {
      label: byWeek ? `${label}/${year.slice(2)}` : label,
      value: group.reduce((sum, one) => sum + one.count, 0),
    };
  });
}
