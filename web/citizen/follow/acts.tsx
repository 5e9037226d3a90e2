import { useState } from 'react';
import {
  Button,
  Heading,
  ProblemError,
  Stack,
  Stars,
  Text,
  TextAreaField,
  useFormats,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import type { Followed } from './followed.tsx';
import { followWords } from './words.ts';

type ActProps = { code: string; report: Followed; onChanged: (next: Followed) => void };

/** Runs an act of the citizen: busy while it goes, the refusal in its own words. */
function useAct(onChanged: (next: Followed) => void) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const run = async (work: () => Promise<Followed>) => {
    setBusy(true);
    setRefusal(null);
    try {
      onChanged(await work());
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  const refused = refusal ? (
    <Text alarm>
      <span role="alert">{refusal}</span>
    </Text>
  ) : null;
  return { busy, refused, run };
}

export function ReplyToIt({ code, onChanged }: ActProps) {
  const t = useTexts(followWords);
  const { busy, refused, run } = useAct(onChanged);
  const [text, setText] = useState('');
  return (
    <Stack gap={3}>
      <TextAreaField label={t('replyLabel')} value={text} onChange={setText} />
      {refused}
      <Button
        kind="primary"
        wide
        busy={busy}
        disabled={text.trim() === ''}
        onClick={() => void run(() => client.call('POST /api/reports/follow/reply', { body: { code, text } }))}
      >
        {t('replySend')}
      </Button>
    </Stack>
  );
}

export function RateIt({ code, onChanged }: ActProps) {
  const t = useTexts(followWords);
  const { busy, refused, run } = useAct(onChanged);
  const [stars, setStars] = useState<number | null>(null);
  const [why, setWhy] = useState('');
  return (
    <Stack gap={3}>
      <Stars
        label={t('rate')}
        words={[t('star1'), t('star2'), t('star3'), t('star4'), t('star5')]}
        value={stars}
        onChange={setStars}
      />
      {stars === null ? null : (
        <>
          <TextAreaField label={t('why')} rows={2} value={why} onChange={(text) => setWhy(text.slice(0, 1000))} />
          {refused}
          <Button
            kind="primary"
            wide
            busy={busy}
            onClick={() =>
              void run(() =>
                client.call('POST /api/reports/follow/rate', {
                  body: { code, stars, ...(why.trim() ? { why: why.trim() } : {}) },
                }),
              )
            }
          >
            {t('rateSend')}
          </Button>
        </>
      )}
    </Stack>
  );
}

export function ReopenIt({ code, report, onChanged }: ActProps) {
  const t = useTexts(followWords);
  const formats = useFormats();
  const { busy, refused, run } = useAct(onChanged);
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState('');
  const [short, setShort] = useState(false);
  const isShort = why.trim().length < 5;
  return (
    <Stack gap={3}>
      <Heading level={2}>{t('reopenTitle')}</Heading>
      <Text soft>{t('reopenLead', { until: formats.instant(report.reopenUntil) })}</Text>
      {open ? (
        <TextAreaField
          label={t('reopenWhy')}
          rows={2}
          value={why}
          error={short && isShort ? t('reopenShort') : null}
          onChange={(text) => setWhy(text.slice(0, 1000))}
        />
      ) : null}
      {refused}
      <Button
        wide
        busy={busy}
        onClick={() => {
          if (!open) return setOpen(true);
          if (isShort) return setShort(true);
          void run(() => client.call('POST /api/reports/follow/reopen', { body: { code, why: why.trim() } }));
        }}
      >
        {t('reopenSend')}
      </Button>
    </Stack>
  );
}
