import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { encode } from 'uqr';
import {
  Answer,
  Button,
  ConfirmAct,
  Facts,
  Grid,
  Page as KitPage,
  Link,
  NumberField,
  notifyError,
  Panel,
  ProvenanceMark,
  Row,
  ShareBar,
  Stack,
  StateBadge,
  Text,
  useFormats,
  useLanguage,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { surveyWords } from './survey-words.ts';

type Survey = Awaited<ReturnType<typeof client.call<'GET /api/participation/surveys/:id'>>>;

/** One survey: who was invited, what they answered. */
export function Page() {
  const t = useTexts(surveyWords);
  const formats = useFormats();
  const language = useLanguage();
  const { id } = useParams({ strict: false }) as { id: string };
  const params = { id };
  const found = useQuery(client.ask('GET /api/participation/surveys/:id', { params }));
  const [closing, setClosing] = useState(false);
  return (
    <Answer of={found}>
      {(data) => (
        <KitPage title={data.title} crumbs={[{ title: t('surveys'), href: '/console/participation/surveys' }]}>
          <Stack gap={5}>
            <Row gap={3}>
              <StateBadge word={data.open ? t('open') : t('closed')} />
              <ProvenanceMark provenance={data.provenance === 'simulated' ? 'simulated' : 'measured'} />
              {data.open ? <Button onClick={() => setClosing(true)}>{t('close')}</Button> : null}
            </Row>
            <Facts
              facts={[
                { term: t('service'), value: data.service },
                { term: t('closesAt'), value: formats.instant(data.closesAt) },
                { term: t('invited'), value: formats.number(data.invited, 0) },
                { term: t('answered'), value: formats.number(data.answered, 0) },
              ]}
            />
            {data.open ? <Invitations of={data} onMade={() => found.refetch()} /> : null}
            <Panel title={t('results')}>
              <Stack gap={5}>
                {data.results.map((one) => (
                  <Result key={one.id} of={one} />
                ))}
                <Link
                  href={client.address('GET /api/participation/surveys/:id/results.csv', {
                    params,
                    query: { language },
                  })}
                >
                  {t('download')}
                </Link>
              </Stack>
            </Panel>
          </Stack>
          <ConfirmAct
            opened={closing}
            onClose={() => setClosing(false)}
            title={t('closeAsk')}
            happens={t('closeHappens')}
            undo={t('noUndo')}
            verb={t('close')}
            onConfirm={async () => {
              await client.call('POST /api/participation/surveys/:id/close', { params });
              await found.refetch();
            }}
          />
        </KitPage>
      )}
    </Answer>
  );
}

function Result({ of }: { of: Survey['results'][number] }) {
  const t = useTexts(surveyWords);
  const formats = useFormats();
  return (
    <Stack gap={2}>
      <Text strong>{of.title}</Text>
      {of.counts === null && of.texts === null ? (
        <Text soft>{t('few', { n: of.n })}</Text>
      ) : (
        <Text soft>
          {of.mean !== null && of.good !== null
            ? t('mean', {
                mean: formats.number(of.mean, 1),
                good: formats.quantity(of.good, '%', 0),
                n: formats.number(of.n, 0),
              })
            : t('of', { n: formats.number(of.n, 0) })}
        </Text>
      )}
      {of.counts?.map((one) => (
        <ShareBar key={one.value} label={one.value} share={one.n / of.n} text={formats.number(one.n, 0)} />
      ))}
      {of.texts?.map((text, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two people may write the same, and the list does not change.
        <Text prose key={n}>
          {text}
        </Text>
      ))}
    </Stack>
  );
}

/** Makes invitations and shows them once, each with its QR code, to be printed and handed out. */
function Invitations({ of, onMade }: { of: Survey; onMade: () => Promise<unknown> }) {
  const t = useTexts(surveyWords);
  const [count, setCount] = useState<number | undefined>(20);
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    try {
      const made = await client.call('POST /api/participation/surveys/:id/invitations', {
        params: { id: of.id },
        body: { count: count ?? 0 },
      });
      setTokens(made.tokens);
      await onMade();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t('invite')}>
      <Stack gap={3}>
        <Text soft>{t('inviteLead')}</Text>
        <NumberField label={t('count')} required value={count} onChange={setCount} />
        <Row gap={3}>
          <Button kind="primary" busy={busy} disabled={!count || count > 500} onClick={() => void make()}>
            {t('invite')}
          </Button>
          {tokens.length > 0 ? <Button onClick={() => window.print()}>{t('print')}</Button> : null}
        </Row>
        {tokens.length > 0 ? (
          <Grid>
            {tokens.map((token) => {
              const href = `${window.location.origin}/survey#${token}`;
              return (
                <Stack key={token} gap={2}>
                  <Text small strong>
                    {t('invitation')}: {of.service}
                  </Text>
                  <QrCode text={href} />
                  <Text small>
                    <Link href={`/survey#${token}`} target="_blank">
                      {href}
                    </Link>
                  </Text>
                </Stack>
              );
            })}
          </Grid>
        ) : null}
      </Stack>
    </Panel>
  );
}

function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text);
  const path = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width={160} height={160} role="img" aria-label={text}>
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
