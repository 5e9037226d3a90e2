import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  Button,
  notifyError,
  Panel,
  Row,
  Stack,
  Text,
  TextField,
  useFormats,
  useRested,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { type Call, useKey } from './hotline-bits.ts';
import { hotlineWords } from './hotline-words.ts';

type Article = Awaited<ReturnType<typeof client.call<'GET /api/reports/hotline/articles'>>>['items'][number];

/** Answers beside the call: by what the caller says, or by what the operator looks for. */
export function HotlineKnowledge({
  call,
  said,
  onRecorded,
}: {
  call: Call;
  said: string;
  onRecorded: (kinds: readonly string[]) => void;
}) {
  const t = useTexts(hotlineWords);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useKey('F8', () => field.current?.focus());
  const looked = useRested(typed, 300).trim();
  const q = (looked.length >= 2 ? looked : said.trim()).slice(0, 4000);
  const found = useQuery({
    ...client.ask('GET /api/reports/hotline/articles', { query: { q, limit: 5 } }),
    enabled: q.length >= 2,
    placeholderData: (before) => before,
  });
  const items = q.length >= 2 ? (found.data?.items ?? []) : [];
  const record = async (
    body: { kind: 'answered'; articleId: string } | { kind: 'unanswered'; asked: string },
  ): Promise<void> => {
    setBusy(true);
    try {
      const params = { id: call.id };
      onRecorded((await client.call('POST /api/reports/hotline/calls/:id/matters', { params, body })).kinds);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  const asked = (looked || said).trim().slice(0, 500);
  return (
    <Panel title={t('knowledge')}>
      <Stack gap={3}>
        <TextField
          label={t('findKnowledge')}
          hint={t('findHint')}
          kind="search"
          required
          value={typed}
          onChange={setTyped}
          maxLength={200}
          ref={field}
        />
        <div aria-live="polite">
          {q.length < 2 ? <Text soft>{t('knowledgeWait')}</Text> : null}
          {q.length >= 2 && found.isSuccess && items.length === 0 ? <Text soft>{t('knowledgeNone')}</Text> : null}
        </div>
        {items.map((one, n) => (
          <One
            key={one.id}
            one={one}
            isOpen={n === 0}
            busy={busy}
            onUse={() => void record({ kind: 'answered', articleId: one.id })}
          />
        ))}
        {asked.length >= 5 ? (
          <Stack gap={1}>
            <Row>
              <Button busy={busy} onClick={() => void record({ kind: 'unanswered', asked })}>
                {t('noArticle')}
              </Button>
            </Row>
            <Text small soft>
              {t('noArticleHint')}
            </Text>
          </Stack>
        ) : null}
      </Stack>
    </Panel>
  );
}

function One({ one, isOpen, busy, onUse }: { one: Article; isOpen: boolean; busy: boolean; onUse: () => void }) {
  const t = useTexts(hotlineWords);
  return (
    <details className="k-tile" open={isOpen}>
      <summary>{one.question}</summary>
      <Stack gap={2}>
        <Text prose>
          <span style={{ whiteSpace: 'pre-line' }}>{one.answer}</span>
        </Text>
        <ArticleMarks one={one} />
        <Row>
          <Button busy={busy} onClick={onUse} aria-label={`${t('useArticle')}: ${one.question}`}>
            {t('useArticle')}
          </Button>
        </Row>
      </Stack>
    </details>
  );
}

/** Who may hear it, until when, and who answers for it. */
export function ArticleMarks({ one }: { one: Article }) {
  const t = useTexts(hotlineWords);
  const say = useSay();
  const formats = useFormats();
  return (
    <Text small soft>
      {[
        t(one.isPublic ? 'isPublic' : 'inside'),
        one.active ? null : t('notInUse'),
        one.isOver ? t('isOver') : one.validUntil ? t('validUntil', { day: formats.date(one.validUntil) }) : null,
        one.organisationName ? say(one.organisationName) : t('ownDesk'),
        one.categoryTitle ? say(one.categoryTitle) : null,
      ]
        .filter(Boolean)
        .join(' · ')}
    </Text>
  );
}
