import { useQuery } from '@tanstack/react-query';
import { Answer, BigDoor, EmptyState, Heading, Page, Stack, useFormats, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { questionWords } from './questions/words.ts';
import { voiceWords } from './voice/words.ts';
import { votingWords } from './voting-words.ts';

/** What the authorities ask the people: open ones first by their end, results below. No account to look. */
export function ConsultationsPage() {
  const t = useTexts(votingWords);
  const q = useTexts(questionWords);
  const v = useTexts(voiceWords);
  const formats = useFormats();
  const found = useQuery(client.ask('GET /api/participation/consultations', { query: { limit: 50 } }));
  return (
    <Page title={t('consultations')} lead={t('lead')}>
      <Stack gap={4}>
        <BigDoor href="/initiatives" title={v('initiatives')} text={v('doorText')} />
        <BigDoor href="/questions" title={q('questions')} text={q('doorText')} />
        <Heading level={2}>{v('consultations')}</Heading>
      </Stack>
      <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
        {(data) => (
          <Stack gap={4}>
            {data.items
              .toSorted((a, b) => Number(b.stage === 'open') - Number(a.stage === 'open'))
              .map((one) => (
                <BigDoor
                  key={one.id}
                  href={`/vote/${one.id}`}
                  title={one.title}
                  text={`${one.stage === 'draft' ? '' : t(one.stage)} · ${
                    one.stage === 'announced'
                      ? t('from', { at: formats.instant(one.opensAt) })
                      : t('until', { at: formats.instant(one.closesAt) })
                  }`}
                />
              ))}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
