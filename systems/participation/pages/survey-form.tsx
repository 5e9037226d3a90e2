import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  InstantField,
  Page as KitPage,
  notifyError,
  Panel,
  Row,
  Stack,
  TextAreaField,
  TextField,
  useNavigateTo,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { surveyWords } from './survey-words.ts';

type Kind = 'scale' | 'choice' | 'text';
type Question = { id: string; title: string; kind: Kind; options: string; progress: boolean };

const kinds = ['scale', 'choice', 'text'] as const;
const linesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);
const whole = (one: Question): boolean =>
  one.title.trim().length >= 3 && (one.kind !== 'choice' || linesOf(one.options).length >= 2);

/** A new survey: what service, what is asked. */
export function Page() {
  const t = useTexts(surveyWords);
  const goTo = useNavigateTo();
  const session = useQuery(client.ask('GET /api/session'));
  const [title, setTitle] = useState('');
  const [service, setService] = useState('');
  const [intro, setIntro] = useState('');
  const [closesAt, setClosesAt] = useState<string | undefined>();
  const [made, setMade] = useState(1);
  const [questions, setQuestions] = useState<Question[]>([
    { id: 'cau-1', title: '', kind: 'scale', options: '', progress: false },
  ]);
  const [busy, setBusy] = useState(false);
  const set = (id: string, change: Partial<Question>) =>
    setQuestions(questions.map((one) => (one.id === id ? { ...one, ...change } : one)));
  const organisationId = session.data?.principal?.organisationId ?? null;
  const complete =
    title.trim().length >= 5 &&
    service.trim().length >= 3 &&
    closesAt !== undefined &&
    organisationId !== null &&
    questions.length > 0 &&
    questions.every(whole);
  const save = async () => {
    setBusy(true);
    try {
      const opened = await client.call('POST /api/participation/surveys', {
        body: {
          title,
          service,
          intro,
          organisationId: organisationId ?? '',
          closesAt: closesAt ?? '',
          questions: questions.map((one) => ({
            id: one.id,
            title: one.title,
            kind: one.kind,
            ...(one.kind === 'choice' ? { options: linesOf(one.options) } : {}),
            ...(one.kind === 'scale' && one.progress ? { measures: 'progress' as const } : {}),
          })),
        },
      });
      goTo(`/console/participation/surveys/${opened.id}`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <KitPage title={t('add')} lead={t('lead')}>
      <Stack gap={4}>
        <TextField label={t('title')} required value={title} onChange={setTitle} maxLength={200} />
        <TextField label={t('service')} required value={service} onChange={setService} maxLength={200} />
        <TextAreaField label={t('intro')} value={intro} onChange={setIntro} />
        <InstantField label={t('closesAt')} required value={closesAt} onChange={setClosesAt} />
        {questions.map((one, n) => (
          <Panel key={one.id} title={t('question', { n: n + 1 })}>
            <Stack gap={3}>
              <TextField
                label={t('questions')}
                required
                value={one.title}
                onChange={(value) => set(one.id, { title: value })}
                maxLength={300}
              />
              <ChoiceField
                label={t('kind')}
                required
                value={one.kind}
                onChange={(kind) => set(one.id, { kind: (kind ?? 'scale') as Kind })}
                choices={kinds.map((kind) => ({ value: kind, title: t(kind) }))}
              />
              {one.kind === 'choice' ? (
                <TextAreaField
                  label={t('options')}
                  hint={t('optionsHint')}
                  required
                  value={one.options}
                  onChange={(options) => set(one.id, { options })}
                />
              ) : null}
              {one.kind === 'scale' ? (
                <CheckField
                  label={t('progress')}
                  hint={t('progressHint')}
                  value={one.progress}
                  onChange={(progress) => set(one.id, { progress })}
                />
              ) : null}
              {questions.length > 1 ? (
                <Row>
                  <Button kind="quiet" onClick={() => setQuestions(questions.filter((other) => other.id !== one.id))}>
                    {t('remove')}
                  </Button>
                </Row>
              ) : null}
            </Stack>
          </Panel>
        ))}
        <Row gap={3}>
          <Button
            onClick={() => {
              setMade(made + 1);
              setQuestions([
                ...questions,
                { id: `cau-${made + 1}`, title: '', kind: 'scale', options: '', progress: false },
              ]);
            }}
          >
            {t('addQuestion')}
          </Button>
          <Button kind="primary" busy={busy} disabled={!complete} onClick={() => void save()}>
            {t('save')}
          </Button>
        </Row>
      </Stack>
    </KitPage>
  );
}
