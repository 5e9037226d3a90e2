import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  Button,
  LoadingState,
  Photos,
  ProblemError,
  Stack,
  StepActs,
  Text,
  Tile,
  useFormats,
  useOnline,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import type { StepProps } from './report.tsx';
import type { SentState } from './sent.tsx';
import { keepSent } from './store.ts';
import { reportWords } from './words.ts';

/** What may be the same thing nearby, before anything is sent: joined with one touch. Nothing near: straight on. */
export function TwinsStep({ draft, go, settle, onJoined }: StepProps & { onJoined: (state: SentState) => void }) {
  const t = useTexts(reportWords);
  const formats = useFormats();
  const online = useOnline();
  const { place, category } = draft;
  const [joining, setJoining] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const near = useQuery({
    queryKey: ['twins', place?.lon, place?.lat, category, draft.text],
    queryFn: () =>
      client.call('POST /api/reports/nearby', {
        body: { location: { lon: place?.lon ?? 0, lat: place?.lat ?? 0 }, category: category ?? '', text: draft.text },
      }),
    enabled: online && place !== null && category !== null,
    retry: false,
  });
  // Whatever hinders the question must not hinder the report.
  const nothing = !online || !place || !category || near.isError || near.data?.items.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes on once it is known that there is nothing to ask
  useEffect(() => {
    if (nothing) go('send', 'replace');
  }, [nothing]);
  if (nothing || !near.data) {
    return (
      <Stack gap={3}>
        <Text soft>{t('looking')}</Text>
        <LoadingState />
      </Stack>
    );
  }
  const join = async (number: string, text: string) => {
    settle();
    setJoining(number);
    setRefusal(null);
    try {
      const joined = await client.call('POST /api/reports/by-number/:number/join', {
        params: { number },
        body: { requestId: draft.id },
      });
      const mine = {
        code: joined.code,
        number,
        draftId: null,
        role: 'me-too' as const,
        text,
        sentAt: new Date().toISOString(),
        organisationName: null,
        dueAt: null,
      };
      await keepSent(mine, draft);
      onJoined({ kind: 'sent', mine });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setJoining(null);
    }
  };
  return (
    <Stack gap={4}>
      <Text prose>{t('twinsLead')}</Text>
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      {near.data.items.map((one) => (
        <Tile key={one.number}>
          <Photos
            photos={
              one.photo ? [{ whole: one.photo, small: `${one.photo}?size=thumbnail`, alt: one.text.slice(0, 80) }] : []
            }
          />
          <Text>{one.text}</Text>
          <Text small soft>
            {[
              t('metres', { n: one.metres }),
              formats.instant(one.publishedAt),
              ...(one.meToo > 0 ? [t('meToo', { n: one.meToo })] : []),
            ].join(' · ')}
          </Text>
          <Button
            wide
            busy={joining === one.number}
            disabled={joining !== null}
            onClick={() => void join(one.number, one.text)}
          >
            {t('join')}
          </Button>
        </Tile>
      ))}
      <StepActs>
        <Button kind="primary" wide onClick={() => go('send')}>
          {t('notTwin')}
        </Button>
      </StepActs>
    </Stack>
  );
}
