import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { initiativeFields } from '../../../systems/participation/initiative-types.ts';
import {
  Answer,
  Button,
  Facts,
  Heading,
  Page,
  ProblemError,
  ProvenanceMark,
  Row,
  ShareBar,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { ConfirmSelf } from '../confirm-self.tsx';
import { Discussion } from './discussion.tsx';
import { voiceWords } from './words.ts';

type Initiative = Awaited<ReturnType<typeof client.call<'GET /api/participation/initiatives/:id'>>>;

/** One initiative: what is proposed, how many support it, what the authorities answered, and what people say. */
export function InitiativePage() {
  const t = useTexts(voiceWords);
  const say = useSay();
  const formats = useFormats();
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery(client.ask('GET /api/participation/initiatives/:id', { params: { id } }));
  const area = useQuery({
    ...client.ask('GET /api/territory/units/:code', { params: { code: found.data?.areaCode ?? '-' } }),
    enabled: Boolean(found.data?.areaCode),
  });
  return (
    <Answer of={found}>
      {(data) => {
        const unit = data.organisationName ? say(data.organisationName) : '';
        const field = initiativeFields[data.category as keyof typeof initiativeFields];
        return (
          <Page title={data.title || t('gone')}>
            <Stack gap={5}>
              <Row gap={3}>
                <strong>{t(data.state)}</strong>
                <ProvenanceMark provenance={data.provenance} />
              </Row>
              {data.reason ? (
                <Text alarm>
                  {t('reason')}: {data.reason}
                </Text>
              ) : null}
              {data.body.split(/\n+/).map((paragraph) => (
                <Text prose key={paragraph}>
                  {paragraph}
                </Text>
              ))}
              {data.state === 'removed' ? null : (
                <Facts
                  facts={[
                    { term: t('place'), value: data.areaCode ? (area.data?.name ?? data.areaCode) : t('everywhere') },
                    field ? { term: t('category'), value: say(field) } : null,
                    { term: t('unit'), value: unit },
                  ]}
                />
              )}
              {data.publishedAt && data.state !== 'removed' ? (
                <SupportPart of={data} onChanged={() => found.refetch()} />
              ) : null}
              {data.answer || data.consultationId ? (
                <Stack gap={2}>
                  <Heading level={2}>{t('answer')}</Heading>
                  <Text small soft>
                    {data.answeredAt ? t('answeredAt', { unit, at: formats.instant(data.answeredAt) }) : unit}
                    {data.inTime === null ? '' : ` · ${t(data.inTime ? 'inTime' : 'notInTime')}`}
                  </Text>
                  {data.answer?.split(/\n+/).map((paragraph) => (
                    <Text prose key={paragraph}>
                      {paragraph}
                    </Text>
                  ))}
                  {data.consultationId ? <Button href={`/vote/${data.consultationId}`}>{t('toVote')}</Button> : null}
                </Stack>
              ) : null}
              {data.publishedAt && data.state !== 'removed' ? <Discussion kind="initiative" id={id} /> : null}
            </Stack>
          </Page>
        );
      }}
    </Answer>
  );
}

function SupportPart({ of, onChanged }: { of: Initiative; onChanged: () => Promise<unknown> }) {
  const t = useTexts(voiceWords);
  const formats = useFormats();
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const systems = useQuery(client.ask('GET /api/systems'));
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const known = me.data?.citizen?.residence != null;
  const send = async (what: 'support' | 'withdraw') => {
    if (!known) return setAsking(true);
    setBusy(true);
    setRefusal(null);
    try {
      const params = { id: of.id };
      if (what === 'support') await client.call('POST /api/participation/initiatives/:id/support', { params });
      else await client.call('POST /api/participation/initiatives/:id/withdraw', { params });
      await onChanged();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  const running = of.state === 'open' || of.state === 'due';
  return (
    <Stack gap={3}>
      <ShareBar
        label={t('supportersOf', {
          n: formats.number(of.supporters, 0),
          of: formats.number(of.supportNeeded, 0),
        })}
        share={of.supporters / of.supportNeeded}
        text={of.supportersVerified > 0 ? t('verified', { n: formats.number(of.supportersVerified, 0) }) : null}
      />
      {of.state === 'open' && of.collectsUntil ? (
        <Text soft>{t('collectsUntil', { at: formats.instant(of.collectsUntil) })}</Text>
      ) : null}
      {of.state === 'due' && of.dueAt ? (
        <Text soft={!of.late} alarm={of.late}>
          {of.late ? `${t('lateNow')} (${formats.instant(of.dueAt)})` : t('dueAt', { at: formats.instant(of.dueAt) })}
        </Text>
      ) : null}
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      {asking && !known && me.data ? (
        <ConfirmSelf
          me={me.data}
          demo={systems.data?.mode === 'demo'}
          onChanged={() => me.refetch()}
          why={{ title: t('confirmTitle'), lead: t('confirmLead'), hint: t('confirmHint') }}
        />
      ) : null}
      {!running ? null : of.supported ? (
        <Row gap={3}>
          <Text strong>{t('supported')}</Text>
          {of.state === 'open' ? (
            <Button kind="quiet" busy={busy} onClick={() => void send('withdraw')}>
              {t('withdraw')}
            </Button>
          ) : null}
        </Row>
      ) : asking && !known ? null : (
        <Button kind="primary" wide busy={busy} onClick={() => void send('support')}>
          {t('support')}
        </Button>
      )}
    </Stack>
  );
}
