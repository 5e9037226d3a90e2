import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  EmptyState,
  Heading,
  Page,
  type Provenance,
  ProvenanceMark,
  Said,
  Stack,
  Talk,
  TextField,
  useFormats,
  useRested,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { questionWords } from './words.ts';

export type Answered = Awaited<ReturnType<typeof client.call<'GET /api/reports/questions'>>>['items'][number];
const PAGE = 20;

/** What was asked and answered; everybody may read and search it. */
export function QuestionsPage() {
  const t = useTexts(questionWords);
  const say = useSay();
  const [typed, setTyped] = useState('');
  const [field, setField] = useState<string | undefined>();
  const [limit, setLimit] = useState(PAGE);
  const q = useRested(typed.trim());
  const found = useQuery(
    client.ask('GET /api/reports/questions', {
      query: { limit, offset: 0, ...(q.length >= 2 ? { q } : {}), ...(field ? { field } : {}) },
    }),
  );
  // What the hotline answers with has no field of the questions.
  const common = useQuery({
    ...client.ask('GET /api/reports/questions/common', { query: { limit: 10, ...(q.length >= 2 ? { q } : {}) } }),
    enabled: !field,
  });
  const known = field ? [] : (common.data?.items ?? []);
  const fields = useQuery(client.ask('GET /api/reports/questions/fields'));
  return (
    <Page title={t('questions')} lead={t('lead')}>
      <Stack gap={5}>
        <Button kind="primary" wide href="/questions/ask">
          {t('ask')}
        </Button>
        <Stack gap={3}>
          <TextField kind="search" label={t('search')} value={typed} onChange={setTyped} />
          <ChoiceField
            label={t('field')}
            value={field}
            onChange={setField}
            choices={(fields.data?.items ?? []).map((one) => ({ value: one.code, title: say(one.title) }))}
          />
        </Stack>
        {known.length > 0 ? (
          <Stack gap={3}>
            <Heading level={2}>{t('common')}</Heading>
            <Talk label={t('common')}>
              {known.map((one) => (
                <Said
                  key={one.id}
                  agency
                  who={one.organisationName ? say(one.organisationName) : t('hotline')}
                  text={
                    <>
                      <strong>{one.question}</strong>
                      <br />
                      {one.answer}
                    </>
                  }
                />
              ))}
            </Talk>
            <Heading level={2}>{t('asked')}</Heading>
          </Stack>
        ) : null}
        <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
          {(data) => (
            <Stack gap={4}>
              <AnsweredList label={t('questions')} items={data.items} />
              {data.total > data.items.length && limit < 100 ? (
                <Button onClick={() => setLimit(limit + PAGE)}>{t('more')}</Button>
              ) : null}
            </Stack>
          )}
        </Answer>
      </Stack>
    </Page>
  );
}

/** Each question with its answer below it. */
export function AnsweredList({ label, items }: { label: string; items: readonly Answered[] }) {
  const t = useTexts(questionWords);
  const say = useSay();
  const formats = useFormats();
  return (
    <Talk label={label}>
      {items.map((one) => (
        <Said
          key={one.number}
          who={
            <>
              {say(one.categoryTitle)} <ProvenanceMark provenance={one.provenance as Provenance} />
            </>
          }
          text={<strong>{one.question}</strong>}
          replies={
            <Talk label={one.number}>
              <Said
                agency
                who={t('answeredBy', {
                  unit: one.organisationName ? say(one.organisationName) : '',
                  at: formats.instant(one.answeredAt),
                })}
                text={one.answer}
              />
            </Talk>
          }
        />
      ))}
    </Talk>
  );
}
