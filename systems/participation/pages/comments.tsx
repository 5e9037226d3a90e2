import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ConfirmAct,
  Page as KitPage,
  Link,
  notifyError,
  Panel,
  Row,
  Said,
  Stack,
  Talk,
  Text,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { voiceWords } from './voice-words.ts';

const signs = [
  'phone',
  'identity-number',
  'email',
  'plate',
  'name',
  'insult',
  'links',
  'gibberish',
  'reported',
] as const;

/** What waits for a person: initiatives before they are published, comments that were found or reported. */
export function Page() {
  const t = useTexts(voiceWords);
  const formats = useFormats();
  const initiatives = useQuery(client.ask('GET /api/participation/desk/initiatives', { query: { state: 'waiting' } }));
  const comments = useQuery(client.ask('GET /api/participation/desk/comments'));
  const [taking, setTaking] = useState<string | null>(null);
  const signWord = (given: string): string => {
    const sign = signs.find((one) => one === given);
    return sign ? t(sign) : given;
  };
  const show = async (id: string) => {
    try {
      await client.call('POST /api/participation/comments/:id/show', { params: { id } });
      await comments.refetch();
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <KitPage title={t('moderation')} lead={t('moderationLead')}>
      <Stack gap={5}>
        <Panel title={t('waitingInitiatives')}>
          <Answer
            of={initiatives}
            isEmpty={(data) => data.items.length === 0}
            empty={<Text soft>{t('nothingWaits')}</Text>}
          >
            {(data) => (
              <Stack gap={2}>
                {data.items.map((one) => (
                  <Row key={one.id} spread gap={3}>
                    <Link href={`/console/participation/initiatives/${one.id}`}>{one.title}</Link>
                    <Text soft>{formats.instant(one.createdAt)}</Text>
                  </Row>
                ))}
              </Stack>
            )}
          </Answer>
        </Panel>
        <Panel title={t('waitingComments')}>
          <Answer
            of={comments}
            isEmpty={(data) => data.items.length === 0}
            empty={<Text soft>{t('nothingWaits')}</Text>}
          >
            {(data) => (
              <Talk label={t('waitingComments')}>
                {data.items.map((one) => (
                  <Said
                    key={one.id}
                    who={
                      <>
                        <strong>{one.author}</strong> · {formats.instant(one.createdAt)}
                      </>
                    }
                    text={one.text}
                    acts={
                      <Stack gap={2}>
                        <Text small soft>
                          {[
                            one.signs.length > 0 ? `${t('signs')}: ${one.signs.map(signWord).join(', ')}` : '',
                            one.reasons.length > 0 ? `${t('reasons')}: ${one.reasons.join('; ')}` : '',
                          ]
                            .filter((line) => line !== '')
                            .join(' · ')}
                        </Text>
                        <Row gap={2}>
                          <Button onClick={() => void show(one.id)}>{t('show')}</Button>
                          <Button onClick={() => setTaking(one.id)}>{t('take')}</Button>
                          <Link
                            href={one.kind === 'initiative' ? `/initiatives/${one.onId}` : `/vote/${one.onId}`}
                            target="_blank"
                          >
                            {t('seeThere')}
                          </Link>
                        </Row>
                      </Stack>
                    }
                  />
                ))}
              </Talk>
            )}
          </Answer>
        </Panel>
      </Stack>
      <ConfirmAct
        opened={taking !== null}
        onClose={() => setTaking(null)}
        title={t('takeAsk')}
        happens={t('takeHappens')}
        undo={t('noUndo')}
        verb={t('take')}
        danger
        reason={{ label: t('reason'), required: true }}
        onConfirm={async (reason) => {
          await client.call('POST /api/participation/comments/:id/remove', {
            params: { id: taking ?? '' },
            body: { reason },
          });
          await comments.refetch();
        }}
      />
    </KitPage>
  );
}
