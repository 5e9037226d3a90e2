import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import {
  Answer,
  Button,
  Facts,
  Heading,
  notify,
  notifyError,
  PhoneLayout,
  PhotoInput,
  ProblemError,
  ProvenanceMark,
  Row,
  recall,
  remember,
  Stack,
  Text,
  TextAreaField,
  useFormats,
  useLive,
  useOnline,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { Photos } from './photos.tsx';
import { operationsWords } from './words.ts';

/** One task on the officer's phone: what, where, accept, answer with photos. A draft outlives a lost network. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const { id = '' } = useParams({ strict: false });
  const task = useQuery(client.ask('GET /api/tasks/:id', { params: { id } }));
  useLive(['tasks'], () => void task.refetch());
  const accept = async () => {
    try {
      await client.call('POST /api/tasks/:id/accept', { params: { id } });
      notify({ title: t('accepted'), kind: 'done' });
    } catch (error) {
      notifyError(error);
    }
    await task.refetch();
  };
  return (
    <Answer of={task}>
      {(one) => (
        <PhoneLayout
          title={one.title}
          sub={
            <Row gap={3}>
              <AlertSeverity severity={one.case.severity} />
              <ProvenanceMark provenance={one.case.provenance} />
            </Row>
          }
        >
          <Stack gap={4}>
            <Text prose>{one.text}</Text>
            <Facts
              facts={[
                { term: t('place'), value: one.place.entityName ?? one.place.areaCode },
                { term: t('due'), value: formats.instant(one.dueAt) },
                { term: t('fromCase'), value: `${one.case.number} – ${one.case.title}` },
                { term: t('assignedBy'), value: one.assignedByName },
                { term: t('assignTo'), value: say(one.organisationName) },
                { term: t('reason'), value: one.verdict },
              ]}
            />
            {one.answers.map((answer) => (
              <Stack key={answer.id} gap={2}>
                <Heading level={2}>{t('answerText')}</Heading>
                <Text prose>{answer.text}</Text>
                <Photos ids={answer.photoFileIds} />
              </Stack>
            ))}
            {one.may.includes('accept') ? (
              <Button kind="primary" wide onClick={() => void accept()}>
                {t('accept')}
              </Button>
            ) : null}
            {one.may.includes('answer') && !one.may.includes('accept') ? (
              <AnswerForm id={one.id} onSent={() => void task.refetch()} />
            ) : null}
          </Stack>
        </PhoneLayout>
      )}
    </Answer>
  );
}

function AnswerForm({ id, onSent }: { id: string; onSent: () => void }) {
  const t = useTexts(operationsWords);
  const key = `dttm.task.${id}`;
  const [text, setText] = useState(() => recall(key) ?? '');
  const [photos, setPhotos] = useState<File[]>([]);
  const [state, setState] = useState<'writing' | 'sending' | 'waiting'>('writing');
  // One id for this answer, however often it is sent: a double tap or a resend after a lost network stays one answer.
  const request = useRef(crypto.randomUUID());
  const sentPhotos = useRef(new Map<File, string>());
  const online = useOnline();

  const send = async () => {
    setState('sending');
    try {
      for (const photo of photos) {
        if (sentPhotos.current.has(photo)) continue;
        const body = new FormData();
        body.append('photo', photo, photo.name);
        const { fileId } = await client.call('POST /api/tasks/:id/photos', { params: { id }, body });
        sentPhotos.current.set(photo, fileId);
      }
      const photoFileIds = photos
        .map((photo) => sentPhotos.current.get(photo))
        .filter((fileId) => fileId !== undefined);
      await client.call('POST /api/tasks/:id/answer', {
        params: { id },
        body: { text, photoFileIds, requestId: request.current },
      });
      remember(key, '');
      notify({ title: t('answered'), kind: 'done' });
      onSent();
    } catch (error) {
      if (error instanceof ProblemError && error.isOffline) {
        setState('waiting');
        return;
      }
      notifyError(error);
      setState('writing');
    }
  };
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    if (online && state === 'waiting') void latest.current();
  }, [online, state]);

  return (
    <Stack gap={4}>
      <TextAreaField
        label={t('answerText')}
        hint={t('answerHint')}
        value={text}
        onChange={(value) => {
          setText(value);
          remember(key, value);
        }}
        rows={5}
        required
      />
      <PhotoInput label={t('photos')} photos={photos} onChange={setPhotos} />
      {state === 'waiting' ? (
        <div role="status">
          <Text alarm>{t('waitingNet')}</Text>
        </div>
      ) : null}
      <Button kind="primary" wide busy={state === 'sending'} disabled={text.trim() === ''} onClick={() => void send()}>
        {t('answer')}
      </Button>
    </Stack>
  );
}
