import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  CheckField,
  ChoiceField,
  CodeBox,
  Facts,
  Page,
  ProblemError,
  Stack,
  StepActs,
  Text,
  TextAreaField,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { keepSent } from '../report/store.ts';
import { type Answered, AnsweredList } from './questions.tsx';
import { questionWords } from './words.ts';

type Sent = Awaited<ReturnType<typeof client.call<'POST /api/reports/questions'>>>;

/** Asks in two steps: the question, then what was answered already and reads like it. */
export function AskPage() {
  const t = useTexts(questionWords);
  const say = useSay();
  const formats = useFormats();
  const fields = useQuery(client.ask('GET /api/reports/questions/fields'));
  const communes = useQuery(client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }));
  const [field, setField] = useState<string | undefined>();
  const [area, setArea] = useState<string | undefined>();
  const [text, setText] = useState('');
  const [publish, setPublish] = useState(false);
  const [requestId] = useState(() => crypto.randomUUID());
  const [alike, setAlike] = useState<readonly Answered[] | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const attempt = async (work: () => Promise<void>) => {
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
  const send = async () => {
    const made = await client.call('POST /api/reports/questions', {
      body: { requestId, field: field ?? '', areaCode: area ?? '', text, publish },
    });
    const { number, code, organisationName, dueAt } = made;
    await keepSent(
      { code, number, draftId: null, role: 'sender', text, sentAt: new Date().toISOString(), organisationName, dueAt },
      null,
    );
    setSent(made);
  };
  const look = async () => {
    const found = await client.call('POST /api/reports/questions/similar', { body: { text } });
    if (found.items.length > 0) setAlike(found.items);
    else await send();
  };
  const refused = refusal ? (
    <Text alarm>
      <span role="alert">{refusal}</span>
    </Text>
  ) : null;

  if (sent) {
    return (
      <Page title={t('sent')} lead={t('sentLead', { number: sent.number })}>
        <Stack gap={5}>
          <CodeBox label={t('code')} code={sent.code} />
          <Facts
            facts={[
              sent.organisationName ? { term: t('unit'), value: say(sent.organisationName) } : null,
              sent.dueAt ? { term: t('due'), value: formats.instant(sent.dueAt) } : null,
            ]}
          />
          <Button kind="primary" wide href={`/follow#${sent.code}`}>
            {t('follow')}
          </Button>
        </Stack>
      </Page>
    );
  }
  if (alike) {
    return (
      <Page title={t('alike')} lead={t('alikeLead')}>
        <Stack gap={5}>
          <AnsweredList label={t('alike')} items={alike} />
          {refused}
          <StepActs>
            <Button kind="primary" wide busy={busy} onClick={() => void attempt(send)}>
              {t('send')}
            </Button>
            <Button wide href="/questions">
              {t('found')}
            </Button>
            <Button wide onClick={() => setAlike(null)}>
              {t('back')}
            </Button>
          </StepActs>
        </Stack>
      </Page>
    );
  }
  return (
    <Page title={t('ask')}>
      <Answer of={fields}>
        {(data) => (
          <Stack gap={4}>
            <TextAreaField label={t('text')} hint={t('textHint')} required rows={5} value={text} onChange={setText} />
            <ChoiceField
              label={t('field')}
              required
              value={field}
              onChange={setField}
              choices={data.items.map((one) => ({ value: one.code, title: say(one.title) }))}
            />
            <ChoiceField
              label={t('place')}
              hint={t('placeHint')}
              required
              value={area}
              onChange={setArea}
              choices={(communes.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
            />
            <CheckField label={t('agree')} hint={t('agreeHint')} value={publish} onChange={setPublish} />
            {refused}
            <Button
              kind="primary"
              wide
              busy={busy}
              disabled={text.trim().length < 10 || !field || !area}
              onClick={() => void attempt(look)}
            >
              {t('next')}
            </Button>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
