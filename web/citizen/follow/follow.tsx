import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  BigDoor,
  Button,
  EmptyState,
  Heading,
  Page,
  Row,
  Stack,
  Text,
  TextField,
  Tile,
  useFormats,
  useNavigateTo,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { sendDraft } from '../report/outbox.ts';
import { allDrafts, allMine, type Draft, dropDraft, saveDraft } from '../report/store.ts';
import { useStored } from '../report/use-stored.ts';
import { FollowedReport } from './followed.tsx';
import { TellMe } from './tell-me.tsx';
import { followWords } from './words.ts';

/** By code without an account. The code stands behind '#': browsers do not send that part to anybody. */
export function FollowPage() {
  const t = useTexts(followWords);
  const code = decodeURIComponent(useRouterState({ select: (state) => state.location.hash }));
  // A message that was touched names the number alone.
  const number = new URLSearchParams(useRouterState({ select: (state) => state.location.searchStr })).get('report');
  const mine = useStored('mine', allMine);
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const opened = code || (number && mine.data?.find((one) => one.number === number)?.code);
  if (opened) return <FollowedReport key={opened} code={opened} />;
  return (
    <Page title={t('title')}>
      <Stack gap={6}>
        <Drafts />
        {me.data?.citizen ? <TellMe /> : null}
        <Mine />
        <ByCode />
      </Stack>
    </Page>
  );
}

function Drafts() {
  const t = useTexts(followWords);
  const drafts = useStored('drafts', allDrafts);
  const shown = (drafts.data ?? []).filter((one) => one.text.trim() !== '' || one.photoIds.length > 0);
  if (shown.length === 0) return null;
  return (
    <Stack gap={3}>
      <Heading level={2}>{t('waiting')}</Heading>
      {shown.map((draft) => (
        <Waiting key={draft.id} draft={draft} />
      ))}
    </Stack>
  );
}

function Waiting({ draft }: { draft: Draft }) {
  const t = useTexts(followWords);
  const [busy, setBusy] = useState(false);
  const sendNow = async () => {
    setBusy(true);
    try {
      await sendDraft(draft.id);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tile {...(draft.state === 'refused' ? { tone: 'warn' as const } : {})}>
      <Text>{draft.text || t('noText')}</Text>
      <Text small soft={draft.state !== 'refused'}>
        {draft.state === 'waiting'
          ? t('waitingText')
          : draft.state === 'refused'
            ? t('refused', { why: draft.refusal ?? '' })
            : t('editing')}
      </Text>
      <Row gap={2}>
        {draft.state === 'waiting' ? (
          <Button busy={busy} onClick={() => void sendNow()}>
            {t('sendNow')}
          </Button>
        ) : (
          <Button href={`/report?draft=${draft.id}`}>{t('edit')}</Button>
        )}
        <Button
          kind="quiet"
          disabled={busy}
          onClick={() => void saveDraft({ ...draft, state: 'editing' }).then(() => dropDraft(draft))}
        >
          {t('drop')}
        </Button>
      </Row>
    </Tile>
  );
}

function Mine() {
  const t = useTexts(followWords);
  const formats = useFormats();
  const mine = useStored('mine', allMine);
  return (
    <Stack gap={3}>
      <Heading level={2}>{t('onPhone')}</Heading>
      <Answer
        of={mine}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            title={t('none')}
            act={
              <Button kind="primary" href="/report">
                {t('first')}
              </Button>
            }
          />
        }
      >
        {(data) => (
          <Stack gap={3}>
            {data.map((one) => (
              <BigDoor
                key={one.code}
                href={`/follow#${one.code}`}
                title={one.text.length > 80 ? `${one.text.slice(0, 80).trimEnd()}…` : one.text || one.number}
                text={[
                  one.number,
                  formats.instant(one.sentAt),
                  ...(one.role === 'me-too' ? [t('joinedMark')] : []),
                ].join(' · ')}
              />
            ))}
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

function ByCode() {
  const t = useTexts(followWords);
  const navigate = useNavigateTo();
  const [typed, setTyped] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim()) navigate(`/follow#${encodeURIComponent(typed.trim())}`);
      }}
    >
      <Stack gap={3}>
        <Heading level={2}>{t('byCode')}</Heading>
        <TextField
          required
          label={t('codeLabel')}
          hint={t('codeHint')}
          value={typed}
          onChange={setTyped}
          maxLength={60}
          autoComplete="off"
        />
        <Button type="submit" wide disabled={typed.trim() === ''}>
          {t('open')}
        </Button>
      </Stack>
    </form>
  );
}
