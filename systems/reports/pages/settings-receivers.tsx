import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  type Column,
  ConfirmAct,
  DataTable,
  NumberField,
  notify,
  Panel,
  Row,
  SideSheet,
  Stack,
  Text,
  TextField,
  useFormats,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { UnitChoice } from './bits.tsx';
import { EditSheet } from './edit-sheet.tsx';
import { receiversWords } from './receivers-words.ts';
import { client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';
import { allowedOf, type CountedIn, countedIn, deadlineOf, useAllowedWords } from './time-allowed.ts';

type Receiver = Awaited<ReturnType<typeof client.call<'GET /api/reports/receivers'>>>['items'][number];
type Handed = Awaited<
  ReturnType<typeof client.call<'GET /api/reports/receivers/:organisation/handovers'>>
>['items'][number];

/** Fewer answers say more about chance; as in the figures of units. */
const LEAST = 20;
const stateWords = {
  waiting: 'waiting',
  sent: 'sent',
  accepted: 'accepted',
  answered: 'answered',
  declined: 'declinedState',
  failed: 'failedState',
  withdrawn: 'withdrawn',
} as const;

/** Bodies outside the authorities: how reports reach them, their clock, how they do, and what is with them now. */
export function Page() {
  const t = useTexts(receiversWords);
  const say = useSay();
  const formats = useFormats();
  const allowed = useAllowedWords();
  const found = useQuery(client.ask('GET /api/reports/receivers'));
  const [edited, setEdited] = useState<Receiver | 'new' | null>(null);
  const [key, setKey] = useState<{ name: string; secret: string } | null>(null);
  const [renewing, setRenewing] = useState<Receiver | null>(null);
  const [shown, setShown] = useState<Receiver | null>(null);
  const nameOf = (row: Receiver): string => (row.organisationName ? say(row.organisationName) : row.organisationId);
  const onTime = (row: Receiver): string => {
    if (row.answered === 0) return t('noAnswers');
    if (row.answered < LEAST) return t('few', { inTime: row.inTime, n: row.answered });
    return t('onTimeOf', { share: formats.share(row.inTime / row.answered), n: row.answered });
  };
  const columns: Column<Receiver>[] = [
    { id: 'name', title: t('name'), value: nameOf },
    {
      id: 'via',
      title: t('via'),
      value: (row) => (row.url !== null ? `${t('api')}: ${row.url}` : `${t('email')}: ${row.email ?? ''}`),
    },
    { id: 'accounts', title: t('accounts'), kind: 'number', decimals: 0, value: (row) => row.accounts },
    { id: 'clock', title: t('clock'), value: (row) => allowed(row.clock) },
    { id: 'now', title: t('now'), kind: 'number', decimals: 0, value: (row) => row.now },
    { id: 'late', title: t('late'), kind: 'number', decimals: 0, value: (row) => row.late },
    {
      id: 'onTime',
      title: t('onTime'),
      value: (row) => (row.answered === 0 ? null : row.inTime / row.answered),
      text: onTime,
    },
    { id: 'declined', title: t('declined'), kind: 'number', decimals: 0, value: (row) => row.declined },
    { id: 'failed', title: t('failed'), kind: 'number', decimals: 0, value: (row) => row.failed },
    { id: 'state', title: t('state'), filter: true, value: (row) => (row.active ? t('on') : t('off')) },
    {
      id: 'acts',
      title: t('acts'),
      sortable: false,
      value: () => '',
      cell: (row) => (
        <Row gap={2}>
          <Button onClick={() => setShown(row)}>{t('show')}</Button>
          <Button onClick={() => setEdited(row)}>{t('edit')}</Button>
          {row.url === null ? null : <Button onClick={() => setRenewing(row)}>{t('renew')}</Button>}
        </Row>
      ),
    },
  ];
  return (
    <SettingsPage
      path="reports/settings/receivers"
      title={t('title')}
      lead={t('lead')}
      primary={
        <Button kind="primary" onClick={() => setEdited('new')}>
          {t('add')}
        </Button>
      }
    >
      <Stack gap={5}>
        <DataTable
          label={t('title')}
          columns={columns}
          rows={found.data?.items}
          rowKey={(row) => row.organisationId}
          rowName={nameOf}
          view={{}}
          onView={() => undefined}
          error={found.error}
          onRetry={() => void found.refetch()}
          empty={t('none')}
          fileName="don-vi-ngoai"
        />
        {shown ? <HandedOver of={shown} name={nameOf(shown)} /> : null}
      </Stack>
      {edited === null ? null : (
        <ReceiverSheet
          of={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onDone={(name, secret) => {
            setEdited(null);
            notify({ title: t('saved', { name }), kind: 'done' });
            if (secret) setKey({ name, secret });
            void found.refetch();
          }}
        />
      )}
      <SideSheet
        opened={key !== null}
        onClose={() => setKey(null)}
        title={key ? t('keyTitle', { name: key.name }) : ''}
        modal
      >
        {key ? (
          <Stack gap={4}>
            <Text>{t('keyOnce')}</Text>
            <TextField label={t('key')} required value={key.secret} onChange={() => undefined} />
            <Row>
              <Button kind="primary" onClick={() => setKey(null)}>
                {t('keyDone')}
              </Button>
            </Row>
          </Stack>
        ) : null}
      </SideSheet>
      <ConfirmAct
        opened={renewing !== null}
        onClose={() => setRenewing(null)}
        title={renewing ? t('renewAsk', { name: nameOf(renewing) }) : ''}
        happens={t('renewHappens')}
        verb={t('renew')}
        danger
        onConfirm={async () => {
          if (!renewing) return;
          const { secret } = await client.call('POST /api/reports/receivers/:organisation/key', {
            params: { organisation: renewing.organisationId },
          });
          setKey({ name: nameOf(renewing), secret });
          void found.refetch();
        }}
      />
    </SettingsPage>
  );
}

function ReceiverSheet({
  of,
  onClose,
  onDone,
}: {
  of: Receiver | null;
  onClose: () => void;
  onDone: (name: string, secret: string | null) => void;
}) {
  const t = useTexts(receiversWords);
  const say = useSay();
  const [unit, setUnit] = useState(of?.organisationId ?? '');
  const [email, setEmail] = useState(of?.email ?? '');
  const [url, setUrl] = useState(of?.url ?? '');
  const before = of ? allowedOf(of.clock) : null;
  const [n, setN] = useState<number | undefined>(of ? before?.n : 2);
  const [counted, setCounted] = useState<CountedIn>(before?.in ?? 'workingDays');
  const [active, setActive] = useState(of?.active ?? true);
  const isCount = n !== undefined && Number.isInteger(n) && n > 0 && n < 1000;
  const known = useQuery({
    ...client.ask('GET /api/organisations/:id', { params: { id: unit } }),
    enabled: unit !== '' && of === null,
  });
  const name = of?.organisationName ?? known.data?.name;
  return (
    <EditSheet
      title={of ? say(of.organisationName ?? { vi: of.organisationId, en: of.organisationId }) : t('add')}
      verb={t('save')}
      ready={unit !== '' && isCount && (email.trim() !== '' || url.trim() !== '')}
      onClose={onClose}
      onSave={async () => {
        const { secret } = await client.call('PUT /api/reports/receivers/:organisation', {
          params: { organisation: unit },
          body: {
            email: email.trim() || null,
            url: url.trim() || null,
            clock: deadlineOf({ n: n ?? 1, in: counted }),
            active,
            version: of?.version ?? 0,
          },
        });
        onDone(name ? say(name) : unit, url.trim() === '' ? null : secret);
      }}
    >
      {of ? null : <UnitChoice label={t('unit')} value={unit} onChange={setUnit} />}
      <TextField
        label={t('emailField')}
        hint={t('emailHint')}
        kind="email"
        maxLength={254}
        value={email}
        onChange={setEmail}
      />
      <TextField label={t('url')} hint={t('urlHint')} maxLength={500} value={url} onChange={setUrl} />
      <Row gap={3} align="end">
        <NumberField label={t('allowed')} required value={n} onChange={setN} />
        <ChoiceField
          label={t('counted')}
          required
          value={counted}
          onChange={(value) => setCounted(countedIn.find((one) => one === value) ?? counted)}
          choices={countedIn.map((value) => ({ value, title: t(value) }))}
        />
      </Row>
      <CheckField label={t('active')} value={active} onChange={setActive} />
    </EditSheet>
  );
}

function HandedOver({ of, name }: { of: Receiver; name: string }) {
  const t = useTexts(receiversWords);
  const say = useSay();
  const now = useNow();
  const found = useQuery(
    client.ask('GET /api/reports/receivers/:organisation/handovers', { params: { organisation: of.organisationId } }),
  );
  const stateOf = (row: Handed): string => {
    const word = stateWords[row.state as keyof typeof stateWords];
    const isOpen = ['waiting', 'sent', 'accepted'].includes(row.state);
    const isLate = isOpen && row.dueAt !== null && Date.parse(row.dueAt) < now.getTime();
    return `${word ? t(word) : row.state}${isLate ? ` – ${t('late')}` : ''}`;
  };
  const columns: Column<Handed>[] = [
    { id: 'number', title: t('number'), value: (row) => row.number },
    { id: 'category', title: t('category'), value: (row) => say(row.categoryTitle) },
    { id: 'area', title: t('area'), value: (row) => row.areaName },
    { id: 'state', title: t('state'), filter: true, value: stateOf },
    { id: 'via', title: t('via'), value: (row) => t(row.via === 'api' ? 'api' : 'email') },
    { id: 'madeAt', title: t('madeAt'), kind: 'instant', value: (row) => row.madeAt },
    { id: 'dueAt', title: t('dueAt'), kind: 'instant', value: (row) => row.dueAt },
    { id: 'answeredAt', title: t('answeredAt'), kind: 'instant', value: (row) => row.answeredAt },
    { id: 'reason', title: t('reason'), value: (row) => row.reason },
  ];
  return (
    <Panel title={t('with', { name })}>
      <DataTable
        label={t('with', { name })}
        columns={columns}
        rows={found.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.number}
        rowHref={(row) => `/console/reports/${row.caseId}`}
        view={{}}
        onView={() => undefined}
        error={found.error}
        onRetry={() => void found.refetch()}
        empty={t('nothing')}
      />
    </Panel>
  );
}
