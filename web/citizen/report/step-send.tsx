import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  Button,
  Facts,
  Link,
  Photos,
  Stack,
  StepActs,
  Text,
  useFormats,
  useOnline,
  useSay,
  useTexts,
  Video,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { ConfirmSelf } from '../confirm-self.tsx';
import { wakeLater } from '../worker/install.ts';
import { sendDraft } from './outbox.ts';
import type { StepProps } from './report.tsx';
import type { SentState } from './sent.tsx';
import { filesOf, getPhoto, saveDraft, sendingOf } from './store.ts';
import { useCategories, useStored } from './use-stored.ts';
import { reportWords } from './words.ts';

/** All of it once more on one screen, a contact for who wants one, and the one button. */
export function SendStep({ draft, change, settle, onDone }: StepProps & { onDone: (state: SentState) => void }) {
  const t = useTexts(reportWords);
  const say = useSay();
  const categories = useCategories();
  const shots = useShots(draft.photoIds);
  const [clip] = useShots(draft.videoId ? [draft.videoId] : []);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(draft.refusal);
  const category = categories.data?.items.find((one) => one.code === draft.category);
  const isWhole = draft.place !== null && draft.category !== null && draft.text.trim() !== '';
  const step = (name: string) => `/report?step=${name}&draft=${draft.id}`;

  const send = async () => {
    settle();
    setBusy(true);
    setRefusal(null);
    try {
      // Kept as waiting first: whatever happens to this page, it is sent later.
      await saveDraft({ ...draft, state: 'waiting', refusal: null });
      const outcome = await sendDraft(draft.id);
      if (outcome.kind === 'refused') {
        change({ state: 'refused', refusal: outcome.why });
        setRefusal(outcome.why || t('missing'));
        return;
      }
      if (outcome.kind === 'waiting') await wakeLater();
      onDone(outcome);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Stack gap={5}>
      <Stack gap={3}>
        <Photos photos={shots} />
        {clip ? <Video src={clip.whole} label={t('video')} /> : null}
        <Text prose>
          {draft.text} <Link href={step('what')}>{t('change')}</Link>
        </Text>
        <Facts
          facts={[
            {
              term: t('placeShort'),
              value: (
                <>
                  {[draft.address, draft.place?.areaName].filter(Boolean).join(', ') ||
                    (draft.place ? `${draft.place.lat}, ${draft.place.lon}` : '–')}{' '}
                  <Link href={step('where')}>{t('change')}</Link>
                </>
              ),
            },
            {
              term: t('kindShort'),
              value: (
                <>
                  {category ? say(category.title) : '–'} <Link href={step('kind')}>{t('change')}</Link>
                </>
              ),
            },
            draft.urgency === 'normal' ? null : { term: t('urgency'), value: t(draft.urgency) },
          ]}
        />
      </Stack>
      <Text small soft>
        {t('anonymous')}
      </Text>
      <Contact />
      {refusal ? (
        <Text alarm>
          <span role="alert">
            <strong>{t('refused')}.</strong> {refusal}
          </span>
        </Text>
      ) : null}
      <StepActs>
        {busy ? <PhotoProgress ids={filesOf(draft)} /> : null}
        <Button kind="primary" wide busy={busy} disabled={!isWhole} onClick={() => void send()}>
          {busy ? t('sending') : t('send')}
        </Button>
        {isWhole ? null : <Text alarm>{t('missing')}</Text>}
      </StepActs>
    </Stack>
  );
}

function useShots(ids: readonly string[]): { whole: string; alt: string }[] {
  const [shots, setShots] = useState<{ whole: string; alt: string }[]>([]);
  const key = ids.join(' ');
  useEffect(() => {
    const made: string[] = [];
    let alive = true;
    const read = async () => {
      for (const id of key.split(' ').filter(Boolean)) {
        const file = await getPhoto(id);
        if (!file || !alive) continue;
        made.push(URL.createObjectURL(file));
      }
      if (alive) setShots(made.map((whole, index) => ({ whole, alt: `${index + 1}` })));
    };
    void read();
    return () => {
      alive = false;
      for (const address of made) URL.revokeObjectURL(address);
    };
  }, [key]);
  return shots;
}

function PhotoProgress({ ids }: { ids: readonly string[] }) {
  const t = useTexts(reportWords);
  const formats = useFormats();
  const sendings = useStored(`sendings ${ids.join(' ')}`, () => Promise.all(ids.map(sendingOf)));
  const known = (sendings.data ?? []).filter((one) => one !== null);
  if (ids.length === 0 || (known.length === ids.length && known.every((one) => one.done))) return null;
  const share = known.reduce((sum, one) => sum + one.sent / one.bytes, 0) / ids.length;
  return (
    <Text soft>
      <span role="status">{t('sendingPhotos', { share: formats.share(share, 0) })}</span>
    </Text>
  );
}

/** Folded away: nobody needs it to send. */
function Contact() {
  const t = useTexts(reportWords);
  const online = useOnline();
  const [open, setOpen] = useState(false);
  const me = useQuery({ ...client.ask('GET /api/citizens/me'), enabled: online });
  const systems = useQuery(client.ask('GET /api/systems'));
  if (!online || !me.data) return null;
  const contact = me.data.citizen?.contacts[0];
  if (me.data.citizen) {
    return contact ? <Text small>{t('contactIs', { contact: contact.shown })}</Text> : null;
  }
  if (!open) {
    return (
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {t('contactOpen')}
      </Button>
    );
  }
  return (
    <ConfirmSelf
      me={me.data}
      demo={systems.data?.mode === 'demo'}
      onChanged={() => me.refetch()}
      why={{ title: t('contactTitle'), lead: t('contactLead'), hint: t('contactHint') }}
    />
  );
}
