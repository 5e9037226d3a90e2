import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceCards,
  Page,
  ProblemError,
  ProvenanceMark,
  Stack,
  Text,
  TextAreaField,
  texts,
  useSay,
  useTexts,
} from '../kit/index.ts';
import { client } from './client.ts';

const words = texts('citizen.survey', {
  vi: {
    none: 'Khảo sát',
    noInvitation: 'Hãy mở trang này bằng đường dẫn hoặc mã QR trên thư mời.',
    lead: '{{unit}} muốn nghe ý kiến của bạn về: {{service}}',
    secret: 'Trả lời của bạn không kèm tên và không nối được với thư mời.',
    one: '1: rất không hài lòng',
    two: '2',
    three: '3: bình thường',
    four: '4',
    five: '5: rất hài lòng',
    textHint: 'Có thể để trống. Đừng viết tên, số điện thoại.',
    send: 'Gửi trả lời',
    thanks: 'Cảm ơn bạn đã trả lời',
    thanksLead: 'Kết quả chung được dùng để làm dịch vụ tốt hơn.',
  },
  en: {
    none: 'Survey',
    noInvitation: 'Open this page by the link or the QR code of your invitation.',
    lead: '{{unit}} would like to hear from you about: {{service}}',
    secret: 'Your answer carries no name and cannot be tied to the invitation.',
    one: '1: very dissatisfied',
    two: '2',
    three: '3: neither',
    four: '4',
    five: '5: very satisfied',
    textHint: 'You may leave it empty. No names or phone numbers.',
    send: 'Send my answer',
    thanks: 'Thank you for your answer',
    thanksLead: 'The results help to make the service better.',
  },
});
const stars = ['one', 'two', 'three', 'four', 'five'] as const;
type Asked = Awaited<ReturnType<typeof client.call<'POST /api/participation/survey/read'>>>;

/** Answers a survey by an invitation; its token stands behind the #, where no server writes it down. */
export function SurveyPage() {
  const t = useTexts(words);
  const say = useSay();
  const token = window.location.hash.slice(1);
  const found = useQuery({
    queryKey: ['survey', token],
    queryFn: () => client.call('POST /api/participation/survey/read', { body: { token } }),
    enabled: token !== '',
    retry: false,
    // What is being answered does not go away under the hand.
    refetchOnWindowFocus: false,
  });
  const [done, setDone] = useState(false);
  if (done) {
    return (
      <Page title={t('thanks')} lead={t('thanksLead')}>
        {null}
      </Page>
    );
  }
  if (token === '') {
    return (
      <Page title={t('none')} lead={t('noInvitation')}>
        {null}
      </Page>
    );
  }
  return (
    <Answer of={found}>
      {(data) => (
        <Page
          title={data.title}
          lead={t('lead', {
            unit: data.organisationName ? say(data.organisationName) : '',
            service: data.service,
          })}
        >
          <Form of={data} token={token} onDone={() => setDone(true)} />
        </Page>
      )}
    </Answer>
  );
}

function Form({ of, token, onDone }: { of: Asked; token: string; onDone: () => void }) {
  const t = useTexts(words);
  const [answers, setAnswers] = useState<Record<string, number | string>>({});
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const set = (id: string, value: number | string) => setAnswers({ ...answers, [id]: value });
  const complete = of.questions.every((one) => one.kind === 'text' || answers[one.id] !== undefined);
  const send = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await client.call('POST /api/participation/survey/answer', { body: { token, answers } });
      onDone();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={5}>
      <ProvenanceMark provenance={of.provenance === 'simulated' ? 'simulated' : 'measured'} />
      {of.intro ? <Text prose>{of.intro}</Text> : null}
      {of.questions.map((one) =>
        one.kind === 'text' ? (
          <TextAreaField
            key={one.id}
            label={one.title}
            hint={t('textHint')}
            value={String(answers[one.id] ?? '')}
            onChange={(value) => set(one.id, value)}
          />
        ) : (
          <ChoiceCards
            key={one.id}
            label={one.title}
            value={answers[one.id] === undefined ? null : String(answers[one.id])}
            onChange={(value) => set(one.id, one.kind === 'scale' ? Number(value) : value)}
            choices={
              one.kind === 'scale'
                ? stars.map((star, n) => ({ value: String(n + 1), title: t(star) }))
                : (one.options ?? []).map((option) => ({ value: option, title: option }))
            }
          />
        ),
      )}
      <Text small soft>
        {t('secret')}
      </Text>
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      <Button kind="primary" wide busy={busy} disabled={!complete} onClick={() => void send()}>
        {t('send')}
      </Button>
    </Stack>
  );
}
