import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  notifyError,
  Panel,
  Row,
  Said,
  Stack,
  Talk,
  Text,
  TextAreaField,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { voiceWords } from './voice-words.ts';

type DeskTalkProps = { kind: 'initiative' | 'consultation'; id: string; may: boolean };

/** The discussion as the unit that answers sees it, with its own word in it. */
export function DeskTalk({ kind, id, may }: DeskTalkProps) {
  const t = useTexts(voiceWords);
  const formats = useFormats();
  const params = { kind, id };
  const found = useQuery(client.ask('GET /api/participation/discussions/:kind/:id', { params }));
  const [parent, setParent] = useState<{ id: string; author: string } | null>(null);
  const [text, setText] = useState('');
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await client.call('POST /api/participation/discussions/:kind/:id/agency', {
        params,
        body: { requestId, text, parent: parent?.id ?? null },
      });
      setText('');
      setParent(null);
      setRequestId(crypto.randomUUID());
      await found.refetch();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t('talk')}>
      <Stack gap={4}>
        <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('noTalk')}</Text>}>
          {(data) => {
            const said = (one: (typeof data.items)[number]) => {
              const role = one.role === 'citizen' ? '' : `${t(one.role)} · `;
              const replies = data.items.filter((reply) => reply.parent === one.id);
              return (
                <Said
                  key={one.id}
                  agency={one.role === 'agency'}
                  who={
                    <>
                      <strong>{one.author}</strong> · {role}
                      {formats.instant(one.createdAt)}
                    </>
                  }
                  text={one.text ?? t('goneComment', { reason: one.reason ?? '' })}
                  acts={
                    may && one.parent === null && one.state === 'shown' ? (
                      <Button kind="quiet" onClick={() => setParent({ id: one.id, author: one.author })}>
                        {t('replyTo', { who: one.author })}
                      </Button>
                    ) : undefined
                  }
                  replies={
                    replies.length > 0 ? (
                      <Talk label={t('replyTo', { who: one.author })}>{replies.map(said)}</Talk>
                    ) : undefined
                  }
                />
              );
            };
            return <Talk label={t('talk')}>{data.items.filter((one) => one.parent === null).map(said)}</Talk>;
          }}
        </Answer>
        {may ? (
          <>
            <TextAreaField
              label={parent ? t('replyTo', { who: parent.author }) : t('word')}
              value={text}
              onChange={setText}
            />
            <Row>
              <Button busy={busy} disabled={text.trim().length < 2} onClick={() => void send()}>
                {t('say')}
              </Button>
            </Row>
          </>
        ) : null}
      </Stack>
    </Panel>
  );
}
