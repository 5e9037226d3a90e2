import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ConfirmAct,
  Heading,
  notifyError,
  Panel,
  Row,
  Stack,
  StateBadge,
  Text,
  useFormats,
  useLive,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { ReportPhotos } from './bits.tsx';
import { client } from './client.ts';
import { words } from './words.ts';

type Task = Awaited<ReturnType<typeof client.call<'GET /api/cases/:id'>>>['tasks'][number];
const titles = {
  assigned: 'tAssigned',
  accepted: 'tAccepted',
  answered: 'tAnswered',
  approved: 'tApproved',
  returned: 'tReturned',
  cancelled: 'tCancelled',
} as const;

/** Units that have a part of the work, each with its own clock and answer. */
export function JointUnits({ id, mayAssign, onAssign }: { id: string; mayAssign: boolean; onAssign: () => void }) {
  const t = useTexts(words);
  const found = useQuery(client.ask('GET /api/cases/:id', { params: { id } }));
  useLive(['tasks'], () => void found.refetch());
  const tasks = found.data?.tasks ?? [];
  return (
    <Panel title={t('joint')} tools={mayAssign ? <Button onClick={onAssign}>{t('assign')}</Button> : null}>
      <Stack gap={4}>
        {tasks.length === 0 ? <Text soft>{t('noJoint')}</Text> : null}
        {tasks.map((task) => (
          <OneTask key={task.id} task={task} onChanged={() => void found.refetch()} />
        ))}
      </Stack>
    </Panel>
  );
}

function OneTask({ task, onChanged }: { task: Task; onChanged: () => void }) {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const [returning, setReturning] = useState(false);
  const approve = async () => {
    try {
      await client.call('POST /api/tasks/:id/approve', { params: { id: task.id }, body: {} });
    } catch (error) {
      notifyError(error);
    }
    onChanged();
  };
  return (
    <Stack gap={2}>
      <Row spread>
        <Heading level={3}>{say(task.organisationName)}</Heading>
        <StateBadge word={t(titles[task.state])} tone={task.state === 'approved' ? 'done' : 'waiting'} />
      </Row>
      <Text>{task.title}</Text>
      {task.dueAt ? (
        <Text small soft numbers>
          {t('dueAt', { at: formats.instant(task.dueAt) })}
        </Text>
      ) : null}
      {task.answers.map((answer) => (
        <Stack key={answer.id} gap={1}>
          <Text prose>{answer.text}</Text>
          <Text small soft>
            {answer.answeredByName}, {formats.instant(answer.answeredAt)}
          </Text>
          <ReportPhotos number="" photos={answer.photoFileIds.map((fileId) => ({ fileId, part: 'after' }))} />
        </Stack>
      ))}
      {task.state === 'answered' && task.may.includes('approve') ? (
        <Row>
          <Button onClick={() => void approve()}>{t('approveTask')}</Button>
          <Button onClick={() => setReturning(true)}>{t('returnTask')}</Button>
        </Row>
      ) : null}
      <ConfirmAct
        opened={returning}
        onClose={() => setReturning(false)}
        title={`${t('returnTask')}?`}
        happens={task.title}
        to={say(task.organisationName)}
        verb={t('returnTask')}
        reason={{ label: t('reason'), required: true }}
        onConfirm={async (reason) => {
          await client.call('POST /api/tasks/:id/return', { params: { id: task.id }, body: { reason } });
          onChanged();
        }}
      />
    </Stack>
  );
}
