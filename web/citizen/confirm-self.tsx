import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, ChoiceField, Heading, ProblemError, Stack, Text, TextField, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { votingWords } from './voting-words.ts';

type Me = Awaited<ReturnType<typeof client.call<'GET /api/citizens/me'>>>;

type ConfirmSelfProps = {
  me: Me;
  demo: boolean;
  onChanged: () => Promise<unknown>;
  /** What it is for, where that is not a vote. */
  why?: { title: string; lead: string; hint: string };
};

/** Asks a citizen to confirm who they are, by the national identity or by a code, and where they live. */
export function ConfirmSelf({ me, demo, onChanged, why }: ConfirmSelfProps) {
  const t = useTexts(votingWords);
  const [contact, setContact] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState(false);
  const [residence, setResidence] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const communes = useQuery({
    ...client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }),
    enabled: me.citizen !== null && me.citizen.residence === null,
  });
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  const refused = refusal ? (
    <Text alarm>
      <span role="alert">{refusal}</span>
    </Text>
  ) : null;

  if (me.citizen) {
    return (
      <Stack gap={3}>
        <ChoiceField
          label={t('residence')}
          required
          value={residence}
          onChange={setResidence}
          choices={(communes.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
        />
        {refused}
        <Button
          kind="primary"
          busy={busy}
          disabled={!residence}
          onClick={() =>
            void attempt(async () => {
              await client.call('PUT /api/citizens/me/residence', { body: { unitCode: residence ?? '' } });
              await onChanged();
            })
          }
        >
          {t('saveResidence')}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap={3}>
      <Heading level={2}>{why?.title ?? t('confirmTitle')}</Heading>
      <Text prose>{why?.lead ?? t('confirmLead')}</Text>
      {me.eId ? (
        <Button
          kind={why ? 'plain' : 'primary'}
          href={client.address('GET /api/citizens/e-id', { query: { returnTo: window.location.pathname } })}
        >
          {t('byEId')}
        </Button>
      ) : null}
      <TextField
        required
        label={t('contact')}
        hint={why?.hint ?? t('contactHint')}
        value={contact}
        onChange={setContact}
        autoComplete="tel"
        error={sent ? undefined : (refusal ?? undefined)}
      />
      {sent ? (
        <>
          {demo ? <Text soft>{t('demoCode')}</Text> : null}
          <TextField
            required
            label={t('code')}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            maxLength={6}
          />
          {refused}
          <Button
            kind={why ? 'plain' : 'primary'}
            busy={busy}
            disabled={code.trim().length < 6}
            onClick={() =>
              void attempt(async () => {
                await client.call('POST /api/citizens/session', { body: { contact, code } });
                await onChanged();
              })
            }
          >
            {t('confirm')}
          </Button>
        </>
      ) : (
        <Button
          kind={me.eId || why ? 'plain' : 'primary'}
          busy={busy}
          disabled={contact.trim().length < 3}
          onClick={() =>
            void attempt(async () => {
              await client.call('POST /api/citizens/codes', { body: { contact } });
              setSent(true);
            })
          }
        >
          {t('sendCode')}
        </Button>
      )}
    </Stack>
  );
}
