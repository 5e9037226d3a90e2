import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  CheckField,
  type Column,
  ConfirmAct,
  DataTable,
  EmptyState,
  Link,
  NumberField,
  notify,
  notifyError,
  Panel,
  Row,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useFormats,
  useNow,
  useTexts,
  ViewSwitch,
} from '../../../web/kit/index.ts';
import { abuseWords } from './abuse-words.ts';
import { StepBadge } from './bits.tsx';
import { EditSheet } from './edit-sheet.tsx';
import { client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';

const views = ['marks', 'judged', 'blocks', 'pastBlocks'] as const;
type View = (typeof views)[number];
const kinds = ['account', 'contact', 'device', 'network'] as const;
type Kind = (typeof kinds)[number];
type Flagged = Awaited<ReturnType<typeof client.call<'GET /api/reports/flagged'>>>['items'][number];
type Block = Awaited<ReturnType<typeof client.call<'GET /api/reports/blocks'>>>['items'][number];

/** What looks like abuse, with its evidence, for a person to judge; and who may not send for a while. */
export function Page() {
  const t = useTexts(abuseWords);
  const search = useSearch({ strict: false }) as Record<string, string>;
  const view: View = views.find((one) => one === search.view) ?? 'marks';
  const [blocking, setBlocking] = useState<Flagged | 'contact' | null>(null);
  return (
    <SettingsPage
      path="reports/abuse"
      title={t('title')}
      lead={t('lead')}
      primary={<Button onClick={() => setBlocking('contact')}>{t('blockContact')}</Button>}
    >
      <Stack gap={4}>
        <ViewSwitch
          label={t('views')}
          views={views.map((one) => ({
            title: t(one),
            href: `/console/reports/abuse?view=${one}`,
            current: one === view,
          }))}
        />
        {view === 'marks' || view === 'judged' ? (
          <Marks past={view === 'judged'} onBlock={setBlocking} />
        ) : (
          <Blocks past={view === 'pastBlocks'} />
        )}
      </Stack>
      {blocking === null ? null : (
        <BlockSheet of={blocking === 'contact' ? null : blocking} onClose={() => setBlocking(null)} />
      )}
    </SettingsPage>
  );
}

function Marks({ past, onBlock }: { past: boolean; onBlock: (of: Flagged) => void }) {
  const t = useTexts(abuseWords);
  const formats = useFormats();
  const found = useQuery(client.ask('GET /api/reports/flagged', { query: { past } }));
  const judge = async (one: Flagged, verdict: 'fine' | 'abuse') => {
    try {
      await client.call('POST /api/reports/flagged/:id/judge', { params: { id: one.caseId }, body: { verdict } });
      notify({ title: t('judgedDone', { number: one.number }), kind: 'done' });
      void found.refetch();
    } catch (error) {
      notifyError(error);
    }
  };
  const evidence = ({ kind, detail }: Flagged['flags'][number]): string => {
    const n = typeof detail.others === 'number' ? detail.others : 0;
    if (kind === 'same-text') return t('same-text', { n });
    if (kind === 'many-from-one') return t('many-from-one', { n });
    if (kind === 'same-photo')
      return t('same-photo', { numbers: Array.isArray(detail.numbers) ? detail.numbers.join(', ') : '' });
    if (kind === 'gibberish') return t('gibberish');
    return t('links', { n: typeof detail.links === 'number' ? detail.links : 1 });
  };
  return (
    <Answer
      of={found}
      isEmpty={(data) => data.items.length === 0}
      empty={<EmptyState title={t(past ? 'noJudged' : 'noMarks')} />}
    >
      {({ items }) => (
        <Stack gap={4}>
          {items.map((one) => (
            <Panel
              key={one.caseId}
              boxed
              title={
                <Row gap={3}>
                  <Link href={`/console/reports/${one.caseId}`}>{one.number}</Link>
                  <StepBadge step={one.step} />
                </Row>
              }
            >
              <Stack gap={3}>
                <Text prose>{one.text}</Text>
                <Stack gap={1}>
                  {one.flags.map((flag) => (
                    <Text key={flag.kind} strong>
                      {evidence(flag)}
                    </Text>
                  ))}
                  <Text small soft>
                    {t('receivedAt', { at: formats.instant(one.receivedAt) })}
                  </Text>
                </Stack>
                {past ? (
                  <Text>
                    {t('judgedBy', {
                      verdict: t(one.verdict === 'abuse' ? 'wasAbuse' : 'wasFine'),
                      name: one.judgedByName ?? '',
                      at: one.judgedAt ? formats.instant(one.judgedAt) : '',
                    })}
                  </Text>
                ) : null}
                <Text small soft>
                  {one.known.length > 0
                    ? t('known', {
                        kinds: kinds
                          .filter((kind) => one.known.includes(kind))
                          .map((kind) => t(kind))
                          .join('; '),
                      })
                    : t('knownNothing')}
                </Text>
                <Row gap={2}>
                  {past ? null : (
                    <>
                      <Button aria-label={`${t('fine')}: ${one.number}`} onClick={() => void judge(one, 'fine')}>
                        {t('fine')}
                      </Button>
                      <Button aria-label={`${t('abuse')}: ${one.number}`} onClick={() => void judge(one, 'abuse')}>
                        {t('abuse')}
                      </Button>
                    </>
                  )}
                  {one.known.length > 0 ? (
                    <Button aria-label={t('blockOf', { number: one.number })} onClick={() => onBlock(one)}>
                      {t('block')}
                    </Button>
                  ) : null}
                </Row>
              </Stack>
            </Panel>
          ))}
        </Stack>
      )}
    </Answer>
  );
}

/** Blocks the sender of a report by what is chosen, or a contact; with reason and end. */
function BlockSheet({ of, onClose }: { of: Flagged | null; onClose: () => void }) {
  const t = useTexts(abuseWords);
  const known = kinds.filter((kind) => of?.known.includes(kind));
  const [chosen, setChosen] = useState<Kind[]>(known.filter((kind) => kind !== 'network'));
  const [contact, setContact] = useState('');
  const [days, setDays] = useState<number | undefined>(30);
  const [reason, setReason] = useState('');
  const isDays = days !== undefined && Number.isInteger(days) && days >= 1 && days <= 365;
  return (
    <EditSheet
      title={of ? t('blockOf', { number: of.number }) : t('blockContact')}
      verb={of ? t('block') : t('blockContact')}
      ready={isDays && reason.trim().length >= 5 && (of ? chosen.length > 0 : contact.trim() !== '')}
      onClose={onClose}
      onSave={async () => {
        const { made } = await client.call('POST /api/reports/blocks', {
          body: { reason, days: days ?? 1, ...(of ? { number: of.number, kinds: chosen } : { contact }) },
        });
        notify({ title: t('blocked', { n: made }), kind: 'done' });
        onClose();
      }}
    >
      <Text>{t('happens')}</Text>
      {of ? (
        <Stack gap={2}>
          <Text strong>{t('kinds')}</Text>
          {known.map((kind) => (
            <CheckField
              key={kind}
              label={t(kind)}
              value={chosen.includes(kind)}
              onChange={(on) => setChosen((now) => (on ? [...now, kind] : now.filter((one) => one !== kind)))}
            />
          ))}
        </Stack>
      ) : (
        <TextField label={t('contactField')} required maxLength={254} value={contact} onChange={setContact} />
      )}
      <NumberField
        label={t('days')}
        hint={t('daysHint')}
        required
        unit={t('daysUnit')}
        value={days}
        onChange={setDays}
      />
      <TextAreaField label={t('reason')} hint={t('reasonHint')} required rows={3} value={reason} onChange={setReason} />
    </EditSheet>
  );
}

function Blocks({ past }: { past: boolean }) {
  const t = useTexts(abuseWords);
  const now = useNow();
  const found = useQuery(client.ask('GET /api/reports/blocks', { query: { past } }));
  const [lifting, setLifting] = useState<Block | null>(null);
  const isOver = (row: Block): boolean => row.liftedAt !== null || Date.parse(row.until) <= now.getTime();
  const columns: Column<Block>[] = [
    {
      id: 'what',
      title: t('what'),
      filter: true,
      value: (row) => {
        const kind = kinds.find((one) => one === row.kind);
        return row.number === null ? t('byContact') : kind ? t(kind) : row.kind;
      },
    },
    { id: 'because', title: t('because'), value: (row) => row.number },
    { id: 'reason', title: t('reason'), value: (row) => row.reason },
    { id: 'until', title: t('until'), kind: 'instant', value: (row) => row.until },
    { id: 'appeal', title: t('appeal'), value: (row) => row.appeal },
    { id: 'madeBy', title: t('madeBy'), value: (row) => row.madeByName },
    { id: 'madeAt', title: t('madeAt'), kind: 'instant', value: (row) => row.madeAt },
    ...(past
      ? [
          {
            id: 'ended',
            title: t('ended'),
            value: (row: Block) =>
              row.liftedAt !== null
                ? t('lifted', { why: row.liftedWhy ?? '', name: row.liftedByName ?? '' })
                : isOver(row)
                  ? t('endedByTime')
                  : t('inForce'),
          },
        ]
      : []),
    {
      id: 'acts',
      title: t('acts'),
      sortable: false,
      value: () => '',
      cell: (row) => (isOver(row) ? null : <Button onClick={() => setLifting(row)}>{t('lift')}</Button>),
    },
  ];
  return (
    <>
      <DataTable
        label={t(past ? 'pastBlocks' : 'blocks')}
        columns={columns}
        rows={found.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.kind} ${row.number ?? ''}`}
        view={{}}
        onView={() => undefined}
        error={found.error}
        onRetry={() => void found.refetch()}
        empty={t(past ? 'noPast' : 'noBlocks')}
        fileName="danh-sach-chan"
      />
      <ConfirmAct
        opened={lifting !== null}
        onClose={() => setLifting(null)}
        title={t('liftAsk')}
        happens={t('liftHappens')}
        verb={t('lift')}
        reason={{ label: t('liftWhy'), required: true }}
        onConfirm={async (why) => {
          if (!lifting) return;
          await client.call('POST /api/reports/blocks/:id/lift', { params: { id: lifting.id }, body: { why } });
          notify({ title: t('liftDone'), kind: 'done' });
          void found.refetch();
        }}
      />
    </>
  );
}
