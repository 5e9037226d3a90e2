import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  Checklist,
  ChoiceField,
  Clock,
  ConfirmAct,
  EmptyState,
  Facts,
  Heading,
  Page as KitPage,
  Link,
  notify,
  notifyError,
  Panel,
  ProvenanceMark,
  Row,
  SideSheet,
  Split,
  Stack,
  StateBadge,
  type StateTone,
  Text,
  TextAreaField,
  TextField,
  Timeline,
  useFormats,
  useLive,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { EntityNow } from '../../../web/kit/province.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { Photos } from './photos.tsx';
import { operationsWords } from './words.ts';

type Incident = Awaited<ReturnType<typeof client.call<'GET /api/cases/:id'>>>;
type Task = Incident['tasks'][number];

const taskWords = {
  assigned: 'sAssigned',
  accepted: 'sAccepted',
  answered: 'sAnswered',
  approved: 'sApproved',
  returned: 'sReturned',
  cancelled: 'sCancelled',
} as const;
const taskTones: Record<Task['state'], StateTone> = {
  assigned: 'waiting',
  accepted: 'active',
  answered: 'new',
  approved: 'done',
  returned: 'waiting',
  cancelled: 'neutral',
};
export const openStates: readonly string[] = ['assigned', 'accepted', 'answered', 'returned'];

const seconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** The incident console: procedure, tasks, timeline, and the step it may take next. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const { id = '' } = useParams({ strict: false });
  const incident = useQuery(client.ask('GET /api/cases/:id', { params: { id } }));
  const [moving, setMoving] = useState<string | null>(null);
  const [assigning, setAssigning] = useState<string | null>(null);
  const [busy, setBusy] = useState<string[]>([]);
  const now = useNow();
  useLive(['cases', 'tasks'], () => void incident.refetch());

  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      await incident.refetch();
    } catch (error) {
      notifyError(error);
      await incident.refetch();
    }
  };

  return (
    <Answer of={incident}>
      {(one) => {
        const stepTitle = (name: string) =>
          say(one.steps.find((step) => step.name === name)?.title ?? { vi: name, en: name });
        const [first, ...others] = one.next.filter((step) => step !== 'cancelled');
        const missing = one.checklist.filter((item) => item.required && !item.done).length;
        const openTasks = one.tasks.filter((task) => openStates.includes(task.state)).length;
        const mayWork = one.may.length > 0 && !one.closedAt;
        const clock = one.clocks.find((each) => each.taskId === null);
        return (
          <KitPage
            title={one.title}
            crumbs={[{ title: t('incidents'), href: '/console/incidents' }, { title: one.number }]}
            lead={
              <Row gap={3}>
                <Text inline numbers>
                  {one.number}
                </Text>
                <AlertSeverity severity={one.severity} />
                <StateBadge word={say(one.stepTitle)} tone={one.closedAt ? 'done' : 'active'} />
                <ProvenanceMark provenance={one.provenance} />
              </Row>
            }
            primary={
              mayWork && first ? (
                <Button kind="primary" onClick={() => setMoving(first)}>
                  {t('moveTo', { step: stepTitle(first) })}
                </Button>
              ) : null
            }
            acts={
              mayWork
                ? others.map((step) => (
                    <Button key={step} onClick={() => setMoving(step)}>
                      {stepTitle(step)}
                    </Button>
                  ))
                : null
            }
          >
            <Split
              main={
                <>
                  <Panel title={t('procedure')}>
                    {one.checklist.length === 0 ? (
                      <Text soft>{t('noProcedure')}</Text>
                    ) : (
                      <Checklist
                        label={t('procedure')}
                        busy={busy}
                        items={one.checklist.map((item) => ({
                          id: item.id,
                          title: say(item.text),
                          done: item.done,
                          doneAt: item.doneAt,
                          doneBy: item.doneByName,
                          required: item.required,
                          ...(item.task &&
                          mayWork &&
                          !one.tasks.some((task) => task.checklistItemId === item.id && task.state !== 'cancelled')
                            ? { hint: <Button onClick={() => setAssigning(item.id)}>{t('assign')}</Button> }
                            : {}),
                        }))}
                        {...(mayWork
                          ? {
                              onToggle: (itemId: string, done: boolean) => {
                                setBusy((ids) => [...ids, itemId]);
                                void act(() =>
                                  client.call('POST /api/cases/:id/checklist/:itemId', {
                                    params: { id, itemId },
                                    body: { done },
                                  }),
                                ).then(() => setBusy((ids) => ids.filter((other) => other !== itemId)));
                              },
                            }
                          : {})}
                      />
                    )}
                  </Panel>
                  <Panel
                    title={t('tasksOf')}
                    tools={mayWork ? <Button onClick={() => setAssigning('')}>{t('assign')}</Button> : null}
                  >
                    {one.tasks.length === 0 ? <EmptyState title={t('noTasks')} /> : null}
                    <Stack gap={4}>
                      {one.tasks.map((task) => (
                        <TaskRow key={task.id} task={task} act={act} />
                      ))}
                    </Stack>
                  </Panel>
                </>
              }
              side={
                <>
                  <Panel>
                    <Stack gap={3}>
                      {clock?.dueAt && !one.closedAt ? (
                        <Clock
                          budgetSeconds={seconds(clock.startedAt, clock.dueAt)}
                          usedSeconds={(now.getTime() - Date.parse(clock.startedAt)) / 1000}
                          deadlineAt={clock.dueAt}
                        />
                      ) : null}
                      <Facts
                        facts={[
                          {
                            term: t('where'),
                            value: one.entityId ? (
                              <Link href={`/console/entities/${encodeURIComponent(one.entityId)}`}>
                                {one.entityName ?? one.entityId}
                              </Link>
                            ) : (
                              one.areaCode
                            ),
                          },
                          one.entityId !== null && { term: t('sourceNow'), value: <EntityNow id={one.entityId} /> },
                          { term: t('opened'), value: formats.instant(one.openedAt) },
                          { term: t('due'), value: formats.instant(one.dueAt) },
                          { term: t('closed'), value: one.closedAt ? formats.instant(one.closedAt) : null },
                          { term: t('reason'), value: one.closeReason },
                          {
                            term: t('alert'),
                            value:
                              one.alertIds.length > 0
                                ? one.alertIds.map((alertId) => (
                                    <Link key={alertId} href={`/console/alerts/${alertId}`}>
                                      {t('alert')}
                                    </Link>
                                  ))
                                : null,
                          },
                        ]}
                      />
                    </Stack>
                  </Panel>
                  <Panel
                    title={t('timeline')}
                    tools={
                      <Link download href={client.address('GET /api/cases/:id/export.csv', { params: { id } })}>
                        {t('csv')}
                      </Link>
                    }
                  >
                    {mayWork ? (
                      <NoteForm
                        onNote={(text) =>
                          act(() => client.call('POST /api/cases/:id/note', { params: { id }, body: { text } }))
                        }
                      />
                    ) : null}
                    <Timeline
                      label={t('timeline')}
                      items={[...one.timeline].reverse().map((entry) => ({
                        id: String(entry.id),
                        at: entry.happenedAt,
                        knownAt: entry.knownAt,
                        title: say(entry.text),
                        who: entry.whoName,
                        body: entry.fileIds.length > 0 ? <Photos ids={entry.fileIds} /> : null,
                      }))}
                    />
                  </Panel>
                </>
              }
            />
            <ConfirmAct
              opened={moving !== null}
              onClose={() => setMoving(null)}
              title={moving ? t('moveTo', { step: stepTitle(moving) }) : ''}
              happens={
                missing + openTasks > 0 && one.steps.find((step) => step.name === moving)?.closed
                  ? t('missing', { n: missing, m: openTasks })
                  : say(one.typeTitle)
              }
              verb={moving ? stepTitle(moving) : ''}
              reason={{ label: missing + openTasks > 0 ? t('closeWhy') : t('note'), required: false }}
              onConfirm={async (note) => {
                if (!moving) return;
                const to = moving;
                setMoving(null);
                await act(() =>
                  client.call('POST /api/cases/:id/move', {
                    params: { id },
                    body: { to, version: one.version, ...(note ? { note } : {}) },
                  }),
                );
              }}
            />
            <SideSheet opened={assigning !== null} onClose={() => setAssigning(null)} title={t('assign')} modal>
              {assigning !== null ? (
                <AssignForm
                  incident={one}
                  itemId={assigning}
                  onDone={() => {
                    setAssigning(null);
                    notify({ title: t('assigned'), kind: 'done' });
                    void incident.refetch();
                  }}
                />
              ) : null}
            </SideSheet>
          </KitPage>
        );
      }}
    </Answer>
  );
}

function TaskRow({ task, act }: { task: Task; act: (work: () => Promise<unknown>) => Promise<void> }) {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const [returning, setReturning] = useState(false);
  return (
    <Stack gap={2}>
      <Row spread>
        <Heading level={3}>{task.title}</Heading>
        <StateBadge word={t(taskWords[task.state])} tone={taskTones[task.state]} />
      </Row>
      <Text small soft>
        {say(task.organisationName)} · {t('due')}: {formats.instant(task.dueAt)}
      </Text>
      {task.answers.map((answer) => (
        <Stack key={answer.id} gap={2}>
          <Text prose>{answer.text}</Text>
          <Text small soft>
            {answer.answeredByName}, {formats.instant(answer.answeredAt)}
          </Text>
          <Photos ids={answer.photoFileIds} />
        </Stack>
      ))}
      {task.state === 'answered' && task.may.includes('approve') ? (
        <Row>
          <Button
            kind="primary"
            onClick={() =>
              void act(() => client.call('POST /api/tasks/:id/approve', { params: { id: task.id }, body: {} }))
            }
          >
            {t('approve')}
          </Button>
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
          setReturning(false);
          await act(() => client.call('POST /api/tasks/:id/return', { params: { id: task.id }, body: { reason } }));
        }}
      />
    </Stack>
  );
}

function NoteForm({ onNote }: { onNote: (text: string) => Promise<void> }) {
  const t = useTexts(operationsWords);
  const [text, setText] = useState('');
  return (
    <Stack gap={2}>
      <TextAreaField label={t('note')} value={text} onChange={setText} rows={2} />
      <div>
        <Button disabled={text.trim() === ''} onClick={() => void onNote(text).then(() => setText(''))}>
          {t('addNote')}
        </Button>
      </div>
    </Stack>
  );
}

/** A task for a unit: what the procedure proposes stands there already. The picker searches; it never loads all. */
function AssignForm({ incident, itemId, onDone }: { incident: Incident; itemId: string; onDone: () => void }) {
  const t = useTexts(operationsWords);
  const say = useSay();
  const proposal = incident.checklist.find((item) => item.id === itemId)?.task ?? null;
  const [requestId] = useState(() => crypto.randomUUID());
  const [title, setTitle] = useState(proposal ? say(proposal.title) : '');
  const [text, setText] = useState(proposal?.text ? say(proposal.text) : '');
  const [organisationId, setOrganisationId] = useState(proposal?.organisationId ?? '');
  const [q, setQ] = useState('');
  const [dueWithin, setDueWithin] = useState(proposal?.within ?? 'PT2H');
  const [busy, setBusy] = useState(false);
  const organisations = useQuery(client.ask('GET /api/organisations', { query: { q, limit: 20 } }));
  const choices = (organisations.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) }));
  if (organisationId && !choices.some((one) => one.value === organisationId))
    choices.unshift({ value: organisationId, title: organisationId });
  const submit = async () => {
    setBusy(true);
    try {
      await client.call('POST /api/cases/:id/tasks', {
        params: { id: incident.id },
        body: { title, text, organisationId, dueWithin, requestId, ...(itemId ? { checklistItemId: itemId } : {}) },
      });
      onDone();
    } catch (error) {
      notifyError(error);
      setBusy(false);
    }
  };
  return (
    <Stack gap={4}>
      <TextField label={t('what')} value={title} onChange={setTitle} required />
      <TextAreaField label={t('note')} value={text} onChange={setText} rows={4} />
      <TextField label={`${t('assignTo')}…`} kind="search" value={q} onChange={setQ} />
      <ChoiceField
        label={t('assignTo')}
        value={organisationId}
        onChange={(value) => setOrganisationId(value ?? '')}
        choices={[{ value: '', title: '–' }, ...choices]}
        required
      />
      <ChoiceField
        label={t('within')}
        value={dueWithin}
        onChange={(value) => setDueWithin(value ?? 'PT2H')}
        choices={[
          { value: 'PT2H', title: t('h2') },
          { value: 'PT4H', title: t('h4') },
          { value: 'PT24H', title: t('h24') },
        ]}
      />
      <Button kind="primary" busy={busy} disabled={!title.trim() || !organisationId} onClick={() => void submit()}>
        {t('assign')}
      </Button>
    </Stack>
  );
}
