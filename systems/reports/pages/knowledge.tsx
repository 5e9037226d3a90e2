import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  DateField,
  EmptyState,
  ErrorState,
  Page as KitPage,
  notify,
  ProblemError,
  Row,
  SideSheet,
  Stack,
  Text,
  TextAreaField,
  TextField,
  Tile,
  useFormats,
  useRested,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { UnitChoice, useCategoryChoices } from './bits.tsx';
import { client } from './client.ts';
import { ArticleMarks } from './hotline-knowledge.tsx';
import { hotlineWords } from './hotline-words.ts';

type Article = Awaited<ReturnType<typeof client.call<'GET /api/reports/knowledge'>>>['items'][number];

/** What the desk of the hotline answers with, kept by the units that answer for it. */
export function Page() {
  const t = useTexts(hotlineWords);
  const formats = useFormats();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState<Article | 'new' | null>(null);
  const q = useRested(typed, 300).trim();
  const found = useQuery({
    ...client.ask('GET /api/reports/knowledge', { query: { ...(q ? { q } : {}), limit: 100 } }),
    placeholderData: (before) => before,
  });
  const items = found.data?.items ?? [];
  return (
    <KitPage
      title={t('knowledge')}
      lead={found.data ? `${formats.number(found.data.total)}` : undefined}
      primary={
        <Button kind="primary" onClick={() => setOpen('new')}>
          {t('add')}
        </Button>
      }
    >
      <Stack gap={4}>
        <TextField label={t('question')} kind="search" required value={typed} onChange={setTyped} maxLength={200} />
        {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
        {found.isSuccess && items.length === 0 ? (
          <EmptyState title={q ? t('knowledgeNone') : t('articleNone')}>{t('articleNoneDo')}</EmptyState>
        ) : null}
        {items.map((one) => (
          <Tile key={one.id}>
            <Stack gap={1}>
              <Row spread>
                <Text inline strong>
                  {one.question}
                </Text>
                {one.may.includes('edit') ? (
                  <Button kind="quiet" aria-label={`${t('edit')}: ${one.question}`} onClick={() => setOpen(one)}>
                    {t('edit')}
                  </Button>
                ) : null}
              </Row>
              <Text prose>
                <span style={{ whiteSpace: 'pre-line' }}>{one.answer}</span>
              </Text>
              <ArticleMarks one={one} />
              <Text small soft>
                {t('updated')}: {formats.instant(one.updatedAt)}, {one.updatedByName}
              </Text>
            </Stack>
          </Tile>
        ))}
      </Stack>
      <SideSheet
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === 'new' ? t('add') : t('edit')}
        modal
        width={600}
      >
        {open ? (
          <Edit
            key={open === 'new' ? 'new' : open.id}
            article={open === 'new' ? null : open}
            onSaved={() => {
              setOpen(null);
              notify({ title: t('saved'), kind: 'done' });
              void queries.invalidateQueries({ queryKey: ['GET /api/reports/knowledge'] });
            }}
          />
        ) : null}
      </SideSheet>
    </KitPage>
  );
}

function Edit({ article, onSaved }: { article: Article | null; onSaved: () => void }) {
  const t = useTexts(hotlineWords);
  const say = useSay();
  const categories = useCategoryChoices();
  const session = useQuery(client.ask('GET /api/session')).data?.principal;
  const [question, setQuestion] = useState(article?.question ?? '');
  const [answer, setAnswer] = useState(article?.answer ?? '');
  const [keywords, setKeywords] = useState(article?.keywords.join(', ') ?? '');
  const [category, setCategory] = useState<string | null>(article?.category ?? null);
  const [unit, setUnit] = useState<string>();
  const [isPublic, setPublic] = useState(article?.isPublic ?? false);
  const [active, setActive] = useState(article?.active ?? true);
  const [until, setUntil] = useState<string | undefined>(article?.validUntil ?? undefined);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  // A new article is of its author's unit until another is chosen.
  const organisationId = unit || (article ? article.organisationId : (session?.organisationId ?? null));
  const save = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const body = {
      question,
      answer,
      keywords: keywords.split(',').flatMap((word) => word.trim() || []),
      category,
      organisationId,
      isPublic,
      active,
      validUntil: until ?? null,
    };
    try {
      if (article) {
        const params = { id: article.id };
        await client.call('PUT /api/reports/knowledge/:id', { params, body: { ...body, version: article.version } });
      } else await client.call('POST /api/reports/knowledge', { body });
      onSaved();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
      setBusy(false);
    }
  };
  const unitName = article
    ? article.organisationName && say(article.organisationName)
    : session?.organisationName && say(session.organisationName);
  return (
    <Stack gap={4}>
      {refusal ? <ErrorState error={refusal} /> : null}
      <TextField label={t('question')} required value={question} onChange={setQuestion} maxLength={500} />
      <TextAreaField label={t('answer')} required rows={8} value={answer} onChange={setAnswer} />
      <TextField label={t('keywords')} hint={t('keywordsHint')} value={keywords} onChange={setKeywords} />
      <ChoiceField
        label={t('category')}
        value={category ?? undefined}
        onChange={(code) => setCategory(code ?? null)}
        choices={categories}
      />
      <Text small soft>
        {t('unitNow', { name: unitName || t('ownDesk') })}
      </Text>
      <UnitChoice label={t('unit')} value={unit ?? ''} onChange={setUnit} />
      <CheckField label={t('publicChoice')} value={isPublic} onChange={setPublic} />
      <CheckField label={t('activeChoice')} value={active} onChange={setActive} />
      <DateField label={t('until')} value={until} onChange={setUntil} />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={question.trim().length < 5 || answer.trim().length < 5}
          onClick={() => void save()}
        >
          {t('save')}
        </Button>
      </Row>
    </Stack>
  );
}
