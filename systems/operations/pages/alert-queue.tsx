/** The queue as every screen shows it: storms as one line, and what is done with many alerts at once. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import {
  Button,
  ChoiceField,
  ConfirmAct,
  notify,
  notifyError,
  type SeverityStep,
  SideSheet,
  Stack,
  StateBadge,
  severityWords,
  Text,
  useFormats,
  useLive,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { queueWords } from './queue-words.ts';
import { operationsWords } from './words.ts';

export type QueueLine = Awaited<ReturnType<typeof client.call<'GET /api/alert-queue'>>>['lines'][number];
export type Group = Awaited<ReturnType<typeof client.call<'GET /api/alert-groups/:id'>>>;
export type Which = { ids?: string[]; groups?: string[] };
type Results = Awaited<ReturnType<typeof client.call<'POST /api/alert-acts'>>>['results'];

/** In a storm hundreds of events come in a second; the screen asks at most once in this time. */
const ASK_EVERY_MS = 1500;
const SNOOZE_HOURS = [0.5, 1, 2, 4, 8] as const;

/** Calls `act` soon after events of these topics, once however many they are. */
export function useLiveSoon(topics: readonly string[], act: () => void): void {
  const timer = useRef<number | null>(null);
  const latest = useRef(act);
  latest.current = act;
  useLive(topics, () => {
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      latest.current();
    }, ASK_EVERY_MS);
  });
  useEffect(
    () => () => {
      if (timer.current !== null) window.clearTimeout(timer.current);
    },
    [],
  );
}

/** The queue, kept fresh. */
export function useQueue(limit = 1000) {
  const queue = useQuery({
    ...client.ask('GET /api/alert-queue', { query: { limit } }),
    refetchInterval: 60_000,
  });
  useLiveSoon(['alerts'], () => void queue.refetch({ cancelRefetch: false }));
  return queue;
}

export const keyOf = (line: QueueLine): string => ('alert' in line ? line.alert.id : line.group.id);

/** How a storm stands: who has how many of it. */
export function GroupState({ group }: { group: Group }) {
  const t = useTexts(queueWords);
  const parts = [
    group.open > 0 ? t('openN', { n: group.open }) : '',
    group.holders.length > 0 ? t('takenN', { n: group.holders.reduce((sum, one) => sum + one.count, 0) }) : '',
    group.snoozed > 0 ? t('snoozedN', { n: group.snoozed }) : '',
    group.over > 0 ? t('overN', { n: group.over }) : '',
  ].filter(Boolean);
  const tone = group.count === 0 ? 'done' : group.open > 0 ? 'new' : group.holders.length > 0 ? 'active' : 'waiting';
  return <StateBadge tone={tone} word={parts.length === 0 ? t('allClosed') : parts.join(' · ')} />;
}

/** 'Bình Minh 12, Vũ Thư 3 và 5 nơi khác'. */
export function useAreasOf(): (group: Group, most?: number) => string {
  const t = useTexts(queueWords);
  return (group, most = 2) => {
    const named = group.areas.slice(0, most).map((area) => `${area.name} ${area.count}`);
    const rest = group.areas.length - named.length;
    return [named.join(', '), rest > 0 ? t('andMore', { n: rest }) : ''].filter(Boolean).join(' ');
  };
}

/** '2 khẩn cấp · 498 nghiêm trọng'; empty where all are of one severity, which stands beside it already. */
export function useSeveritiesOf(): (group: Group) => string {
  const say = useSay();
  const formats = useFormats();
  return (group) => {
    const there = group.bySeverity.filter((one) => one.count > 0);
    if (there.length < 2) return '';
    return there
      .map((one) => `${formats.number(one.count, 0)} ${say(severityWords[one.severity as SeverityStep]).toLowerCase()}`)
      .join(' · ');
  };
}

/** What is done with many alerts at once; each comes to its own result, and what was refused is said one by one. */
export function ManyActs({
  which,
  count,
  takeWord,
  quiet = false,
  onDone,
}: {
  which: Which;
  count: number;
  takeWord: string;
  /** the page has another primary act */
  quiet?: boolean;
  onDone: () => void;
}) {
  const t = useTexts(queueWords);
  const o = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const [asked, setAsked] = useState<'assign' | 'snooze' | 'close' | null>(null);
  const [hours, setHours] = useState('1');
  const [to, setTo] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ done: number; rows: Results } | null>(null);
  const people = useQuery({
    queryKey: ['alert-handlers', which],
    queryFn: () => client.call('POST /api/alert-acts/handlers', { body: which }),
    enabled: asked === 'assign',
  });
  const settle = (results: Results) => {
    const rows = results.filter((one) => !one.done);
    const done = results.length - rows.length;
    if (rows.length > 0) setRefused({ done, rows });
    else notify({ title: t('doneN', { n: done }), kind: 'done' });
    onDone();
  };
  const take = async () => {
    setBusy(true);
    try {
      settle((await client.call('POST /api/alert-acts', { body: { ...which, act: 'acknowledge' } })).results);
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
  };
  return (
    <>
      <Button kind={quiet ? 'plain' : 'primary'} busy={busy} onClick={() => void take()}>
        {takeWord}
      </Button>
      <Button onClick={() => setAsked('assign')}>{t('assign')}</Button>
      <Button onClick={() => setAsked('snooze')}>{o('snooze')}</Button>
      <Button onClick={() => setAsked('close')}>{o('close')}</Button>
      <ConfirmAct
        opened={asked === 'assign'}
        onClose={() => setAsked(null)}
        title={t('assignAsk', { n: count })}
        happens={
          <Stack gap={3}>
            <Text>{people.data?.items.length === 0 ? t('noPerson') : t('assignHappens')}</Text>
            <ChoiceField
              label={t('person')}
              required
              value={to}
              onChange={setTo}
              choices={(people.data?.items ?? []).map((one) => ({ value: one.id, title: one.name }))}
            />
          </Stack>
        }
        verb={t('assign')}
        onConfirm={async () => {
          if (!to) return;
          settle((await client.call('POST /api/alert-acts', { body: { ...which, act: 'assign', to } })).results);
          setAsked(null);
        }}
      />
      <ConfirmAct
        opened={asked === 'snooze'}
        onClose={() => setAsked(null)}
        title={t('snoozeAsk', { n: count })}
        happens={
          <Stack gap={3}>
            <Text>{o('snoozeHappens')}</Text>
            <ChoiceField
              label={o('snoozeFor')}
              required
              value={hours}
              onChange={(value) => setHours(value ?? '1')}
              choices={SNOOZE_HOURS.map((n) => ({ value: String(n), title: formats.duration(n * 3600) }))}
            />
          </Stack>
        }
        verb={o('snooze')}
        reason={{ label: o('reason'), required: true }}
        onConfirm={async (reason) => {
          const until = new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
          const body = { ...which, act: 'snooze' as const, until, reason };
          settle((await client.call('POST /api/alert-acts', { body })).results);
          setAsked(null);
        }}
      />
      <ConfirmAct
        opened={asked === 'close'}
        onClose={() => setAsked(null)}
        title={t('closeAsk', { n: count })}
        happens={t('closeHappens')}
        verb={o('close')}
        reason={{ label: o('reason'), required: true }}
        onConfirm={async (reason) => {
          settle((await client.call('POST /api/alert-acts', { body: { ...which, act: 'close', reason } })).results);
          setAsked(null);
        }}
      />
      <SideSheet opened={refused !== null} onClose={() => setRefused(null)} title={t('results')}>
        <Stack gap={4}>
          {refused && refused.done > 0 ? <Text>{t('doneN', { n: refused.done })}</Text> : null}
          <Text strong>{t('refusedN', { n: refused?.rows.length ?? 0 })}</Text>
          {(refused?.rows ?? []).map((one) => (
            <div key={one.id}>
              <Text strong>
                {say(one.title)} – {one.entityName}
              </Text>
              <Text small soft>
                {one.reason ? say(one.reason) : ''}
              </Text>
            </div>
          ))}
        </Stack>
      </SideSheet>
    </>
  );
}
