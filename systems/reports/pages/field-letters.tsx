import { useState } from 'react';
import {
  Button,
  ConfirmAct,
  notifyError,
  Row,
  Stack,
  Text,
  Tile,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { dropLetter, saveLetter } from '../../../web/kit/offline/device-day.ts';
import type { FieldItem } from './field-day.ts';
import type { FieldLetter } from './field-outbox.ts';
import { fieldWords } from './field-words.ts';

type Props = {
  letters: readonly FieldLetter[];
  items: readonly FieldItem[];
  onSend: () => Promise<void>;
  onRefresh: () => Promise<void>;
};

/** What was written and not sent yet; what the server did not take stands first, with its reason and all of its text. */
export function FieldLetters({ letters, items, onSend, onRefresh }: Props) {
  const t = useTexts(fieldWords);
  const [busy, setBusy] = useState(false);
  const waiting = letters.filter((one) => one.state === 'waiting');
  const refused = letters.filter((one) => one.state === 'refused');
  if (letters.length === 0) return null;
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={t('letters')}>
      <Stack gap={3}>
        {refused.map((letter) => (
          <Tile key={letter.id} tone="warn">
            <Stack gap={2}>
              <Text strong>
                {t('refused')}: {letter.title}
              </Text>
              <Text alarm>{letter.why}</Text>
              <Words letter={letter} />
              <RefusedActs letter={letter} items={items} busy={busy} run={run} onSend={onSend} onRefresh={onRefresh} />
            </Stack>
          </Tile>
        ))}
        {waiting.length > 0 ? (
          <Tile>
            <Stack gap={2}>
              <Row spread>
                <Text strong>{t('waitingN', { n: waiting.length })}</Text>
                <Button busy={busy} onClick={() => void run(onSend)}>
                  {t('sendNow')}
                </Button>
              </Row>
              {waiting.map((letter) => (
                <Stack key={letter.id} gap={1}>
                  <Text small>{letter.title}</Text>
                  <Words letter={letter} />
                </Stack>
              ))}
              <Text small soft>
                {t('waiting')}
              </Text>
            </Stack>
          </Tile>
        ) : null}
      </Stack>
    </section>
  );
}

function Words({ letter }: { letter: FieldLetter }) {
  const t = useTexts(fieldWords);
  const formats = useFormats();
  return (
    <>
      <Text small soft>
        {[
          t(letter.kind === 'inspect' ? 'kInspect' : 'kAnswer'),
          t('written', { at: formats.instant(letter.at) }),
          letter.photoIds.length > 0 ? t('withPhotos', { n: letter.photoIds.length }) : null,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      <Text>{letter.content.text}</Text>
    </>
  );
}

/** The report changed meanwhile: the officer looks at what it is now, then sends what was written, or throws it away. */
function RefusedActs({
  letter,
  items,
  busy,
  run,
  onSend,
  onRefresh,
}: Omit<Props, 'letters'> & { letter: FieldLetter; busy: boolean; run: (work: () => Promise<void>) => Promise<void> }) {
  const t = useTexts(fieldWords);
  const [asked, setAsked] = useState(false);
  const [seen, setSeen] = useState<string | null>(null);
  const item = items.find((one) => one.id === letter.about);
  const isChanged = letter.code === 'changed-meanwhile';
  const again = (seenAt: string) =>
    run(async () => {
      const content = { ...letter.content, seenAt };
      await saveLetter({ ...letter, content, state: 'waiting', why: null, code: null });
      await onSend();
    });
  return (
    <>
      {(seen !== null || letter.code === 'not-found') && !item ? <Text>{t('gone')}</Text> : null}
      {seen !== null && item ? <Text>{item.text}</Text> : null}
      <Row gap={2}>
        {isChanged && seen === null ? (
          <Button
            busy={busy}
            onClick={() =>
              void run(async () => {
                await onRefresh();
                setSeen(letter.about);
              })
            }
          >
            {t('lookNew')}
          </Button>
        ) : null}
        {isChanged && seen !== null && item ? (
          <Button kind="primary" busy={busy} onClick={() => void again(item.updatedAt)}>
            {t('againNew')}
          </Button>
        ) : null}
        {isChanged ? null : (
          <Button busy={busy} onClick={() => void again(letter.content.seenAt)}>
            {t('again')}
          </Button>
        )}
        <Button kind="quiet" onClick={() => setAsked(true)}>
          {t('drop')}
        </Button>
      </Row>
      <ConfirmAct
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('drop')}
        happens={t('dropHappens')}
        verb={t('drop')}
        danger
        onConfirm={() => dropLetter(letter)}
      />
    </>
  );
}
