import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ConfirmAct,
  Heading,
  notify,
  ProblemError,
  Row,
  Said,
  Stack,
  Talk,
  Text,
  TextAreaField,
  useFormats,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { ConfirmSelf } from '../confirm-self.tsx';
import { voiceWords } from './words.ts';

type Comment = Awaited<ReturnType<typeof client.call<'GET /api/participation/discussions/:kind/:id'>>>['items'][number];
type DiscussionProps = { kind: 'initiative' | 'consultation'; id: string };

/** What people say to it, oldest first, with one level of replies; the authorities' words are marked. */
export function Discussion({ kind, id }: DiscussionProps) {
  const t = useTexts(voiceWords);
  const params = { kind, id };
  const found = useQuery(client.ask('GET /api/participation/discussions/:kind/:id', { params }));
  const [replying, setReplying] = useState<string | null>(null);
  const [reporting, setReporting] = useState<Comment | null>(null);
  const done = async () => {
    setReplying(null);
    await found.refetch();
  };
  const one = (comment: Comment, replies: readonly Comment[]) => (
    <Said
      key={comment.id}
      agency={comment.role === 'agency'}
      who={<Who of={comment} />}
      text={<Words of={comment} />}
      acts={
        comment.state === 'shown' ? (
          <Row gap={2}>
            {comment.parent === null ? (
              <Button
                kind="quiet"
                aria-label={t('replyTo', { who: comment.author })}
                aria-expanded={replying === comment.id}
                onClick={() => setReplying(replying === comment.id ? null : comment.id)}
              >
                {t('reply')}
              </Button>
            ) : null}
            {comment.own || comment.role === 'agency' ? null : (
              <Button kind="quiet" onClick={() => setReporting(comment)}>
                {t('report')}
              </Button>
            )}
          </Row>
        ) : undefined
      }
      replies={
        <>
          {replies.length > 0 ? (
            <Talk label={t('replyTo', { who: comment.author })}>{replies.map((reply) => one(reply, []))}</Talk>
          ) : null}
          {replying === comment.id ? (
            <Writing
              kind={kind}
              id={id}
              parent={comment.id}
              label={t('replyTo', { who: comment.author })}
              onDone={done}
            />
          ) : null}
        </>
      }
    />
  );
  return (
    <Stack gap={4}>
      <Heading level={2}>{t('talk')}</Heading>
      <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('noTalk')}</Text>}>
        {(data) => (
          <Talk label={t('talk')}>
            {data.items
              .filter((comment) => comment.parent === null)
              .map((comment) =>
                one(
                  comment,
                  data.items.filter((reply) => reply.parent === comment.id),
                ),
              )}
          </Talk>
        )}
      </Answer>
      <Writing kind={kind} id={id} parent={null} label={t('write')} onDone={done} />
      <ConfirmAct
        opened={reporting !== null}
        onClose={() => setReporting(null)}
        title={t('reportAsk')}
        happens={t('reportHappens')}
        verb={t('report')}
        reason={{ label: t('reason'), required: true }}
        onConfirm={async (reason) => {
          await client.call('POST /api/participation/comments/:id/report', {
            params: { id: reporting?.id ?? '' },
            body: { reason },
          });
          notify({ title: t('reported') });
          await found.refetch();
        }}
      />
    </Stack>
  );
}

function Who({ of }: { of: Comment }) {
  const t = useTexts(voiceWords);
  const formats = useFormats();
  const marks = [
    of.role === 'agency' ? t('agency') : of.role === 'proposer' ? t('proposer') : null,
    of.own ? t('me') : null,
    formats.instant(of.createdAt),
  ].filter((mark) => mark !== null);
  return (
    <>
      <strong>{of.author}</strong> · {marks.join(' · ')}
    </>
  );
}

function Words({ of }: { of: Comment }) {
  const t = useTexts(voiceWords);
  if (of.state === 'removed') return <Text soft>{t('removedComment', { reason: of.reason ?? '' })}</Text>;
  return (
    <>
      {of.text}
      {of.state === 'waiting' ? <Text soft>{t('waitsToYou')}</Text> : null}
      {of.state === 'refused' ? <Text soft>{t('refusedToYou', { reason: of.reason ?? '' })}</Text> : null}
    </>
  );
}

type WritingProps = DiscussionProps & { parent: string | null; label: string; onDone: () => Promise<void> };

function Writing({ kind, id, parent, label, onDone }: WritingProps) {
  const t = useTexts(voiceWords);
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const systems = useQuery(client.ask('GET /api/systems'));
  const [text, setText] = useState('');
  // One id for one comment: sent again after a lost answer it is the same comment.
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>();
  const post = async () => {
    if (!me.data?.citizen) return setAsking(true);
    setBusy(true);
    setRefusal(undefined);
    try {
      await client.call('POST /api/participation/discussions/:kind/:id', {
        params: { kind, id },
        body: { requestId, text, parent },
      });
      // What was typed while it was on its way is the next comment.
      setText((now) => (now === text ? '' : now));
      setRequestId(crypto.randomUUID());
      await onDone();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={3}>
      <TextAreaField required label={label} hint={t('writeHint')} value={text} onChange={setText} error={refusal} />
      {asking && me.data && !me.data.citizen ? (
        <ConfirmSelf
          me={me.data}
          demo={systems.data?.mode === 'demo'}
          onChanged={() => me.refetch()}
          why={{ title: t('confirmTitle'), lead: t('confirmLead'), hint: t('confirmHint') }}
        />
      ) : (
        <Row>
          <Button busy={busy} disabled={text.trim().length < 2} onClick={() => void post()}>
            {t('post')}
          </Button>
        </Row>
      )}
    </Stack>
  );
}
