import { useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import {
  Button,
  currentLanguage,
  LoadingState,
  Page,
  Row,
  Stack,
  StepLine,
  Text,
  useFormats,
  useTexts,
} from '../../kit/index.ts';
import { sendPhotos } from './outbox.ts';
import { Sent, type SentState } from './sent.tsx';
import { WhatStep } from './step-what.tsx';
import { WhereStep } from './step-where.tsx';
import { allDrafts, type Draft, dropDraft, filesOf, getDraft, newDraft, saveDraft } from './store.ts';
import { reportWords } from './words.ts';

// The later steps come while the first is being written: a slow phone takes the first touch half a second sooner.
const later = {
  kind: () => import('./step-kind.tsx'),
  twins: () => import('./step-twins.tsx'),
  send: () => import('./step-send.tsx'),
};
const KindStep = lazy(async () => ({ default: (await later.kind()).KindStep }));
const TwinsStep = lazy(async () => ({ default: (await later.twins()).TwinsStep }));
const SendStep = lazy(async () => ({ default: (await later.send()).SendStep }));

const DAY_MS = 86_400_000;
const steps = ['what', 'where', 'kind', 'twins', 'send'] as const;
export type Step = (typeof steps)[number];
const titles = { what: 'what', where: 'where', kind: 'kind', twins: 'twins', send: 'review' } as const;

export type StepProps = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  go: (step: Step, how?: 'replace') => void;
  /** No more is kept from here: the draft is being sent. */
  settle: () => void;
};

const isBegun = (draft: Draft): boolean => draft.text.trim() !== '' || filesOf(draft).length > 0;

/** Thirty seconds: what, where, what kind, is it known already, send. What is written stays on the phone until then. */
export function ReportPage() {
  const t = useTexts(reportWords);
  const formats = useFormats();
  const navigate = useNavigate();
  const search = useRouterState({ select: (state) => state.location.search }) as { step?: string; draft?: string };
  const step = steps.find((one) => one === search.step) ?? 'what';
  const [draft, setDraft] = useState<Draft | null>(null);
  const [resumedAt, setResumedAt] = useState<string | null>(null);
  const [sent, setSent] = useState<SentState | null>(null);
  const [dirty, setDirty] = useState(false);
  const wanted = useRef(search.draft);

  useEffect(() => {
    // Who only looks does not pay for them. What does not come now is asked for again when its step is opened, and
    // told there.
    if (dirty) for (const load of Object.values(later)) void load().catch(() => undefined);
  }, [dirty]);
  useEffect(() => {
    const begin = async () => {
      const kept = wanted.current
        ? await getDraft(wanted.current)
        : (await allDrafts()).find(
            (one) => one.state === 'editing' && isBegun(one) && Date.now() - Date.parse(one.updatedAt) < DAY_MS,
          );
      setDraft(kept ?? newDraft(currentLanguage()));
      setResumedAt(kept && !wanted.current ? kept.updatedAt : null);
    };
    void begin();
  }, []);

  useEffect(() => {
    if (!draft || !dirty || sent) return;
    const timer = setTimeout(() => void saveDraft(draft), 400);
    return () => clearTimeout(timer);
  }, [draft, dirty, sent]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a step is a page of its own for who reads and who listens
  useEffect(() => {
    window.scrollTo(0, 0);
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [step, sent]);

  if (sent) {
    return (
      <Sent
        state={sent}
        onAnother={() => {
          setSent(null);
          setResumedAt(null);
          setDraft(newDraft(currentLanguage()));
          void navigate({ href: '/report' });
        }}
      />
    );
  }
  if (!draft) return <LoadingState />;

  const change = (part: Partial<Draft>) => {
    setDraft((now) => (now ? { ...now, ...part } : now));
    setDirty(true);
  };
  const go = (to: Step, how?: 'replace') => {
    // A draft that is known is brought back by its id after a reload; what is written is kept before it is left.
    void saveDraft(draft).then(() => {
      if (filesOf(draft).length > 0 && to !== 'send') void sendPhotos(draft.id);
    });
    void navigate({ href: `/report?step=${to}&draft=${draft.id}`, replace: how === 'replace' });
  };
  const done = (state: SentState) => {
    setDirty(false);
    setSent(state);
  };
  const props = { draft, change, go, settle: () => setDirty(false) };
  return (
    <Page title={t(titles[step])}>
      <Stack gap={5}>
        <StepLine at={Math.min(4, steps.indexOf(step) + (step === 'send' ? 0 : 1))} of={4} />
        {resumedAt && step === 'what' ? (
          <Row spread gap={2}>
            <Text small soft>
              {t('resumed', { at: formats.instant(resumedAt) })}
            </Text>
            <Button
              kind="quiet"
              onClick={() => {
                setResumedAt(null);
                setDirty(false);
                void dropDraft(draft);
                setDraft(newDraft(currentLanguage()));
              }}
            >
              {t('startNew')}
            </Button>
          </Row>
        ) : null}
        {step === 'what' ? <WhatStep key={draft.id} {...props} /> : null}
        {step === 'where' ? <WhereStep {...props} /> : null}
        <Suspense fallback={<LoadingState />}>
          {step === 'kind' ? <KindStep {...props} /> : null}
          {step === 'twins' ? <TwinsStep {...props} onJoined={done} /> : null}
          {step === 'send' ? <SendStep {...props} onDone={done} /> : null}
        </Suspense>
      </Stack>
    </Page>
  );
}
