import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../base/button.tsx';
import { ProblemError } from '../client/problem.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './states.css';

type StateProps = { title?: string; children?: ReactNode; act?: ReactNode };

function Plain({ title, children, act, live }: StateProps & { live?: 'polite' | 'assertive' }) {
  return (
    <div className="k-state-box" {...(live ? { 'aria-live': live } : {})}>
      <p className="k-state-title">{title}</p>
      {children ? <div className="k-state-text">{children}</div> : null}
      {act ? <div className="k-state-act">{act}</div> : null}
    </div>
  );
}

/** Nothing there: say why, and what to do next. */
export function EmptyState({ title, children, act }: StateProps) {
  const t = useTexts(kitWords);
  return (
    <Plain title={title ?? t('nothing')} act={act}>
      {children}
    </Plain>
  );
}

/** Bones of what comes, in its size; shown only when the wait is longer than 300 ms, the room is kept from the start. */
export function LoadingState({ lines = 4, height }: { lines?: number; height?: number }) {
  const t = useTexts(kitWords);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={late ? 'k-bones k-bones-on' : 'k-bones'} role="status" style={height ? { height } : undefined}>
      <span className="k-hidden">{late ? t('loading') : ''}</span>
      {height
        ? null
        : Array.from({ length: lines }, (_unused, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no state
            <span key={index} className="k-bone" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
          ))}
    </div>
  );
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(kitWords);
  const problem = error instanceof ProblemError ? error.problem : null;
  return (
    <div className="k-state-box" role="alert">
      <p className="k-state-title">{problem?.title ?? t('failed')}</p>
      <div className="k-state-text">
        <p>{problem?.detail ?? (error instanceof Error ? error.message : t('unknownError'))}</p>
        {problem && problem.status < 500 ? null : <p>{t('failedDo')}</p>}
        {problem?.instance ? <p className="k-text-small">{t('code', { code: problem.instance })}</p> : null}
      </div>
      {onRetry ? (
        <div className="k-state-act">
          <Button onClick={onRetry}>{t('retry')}</Button>
        </div>
      ) : null}
    </div>
  );
}

export function OfflineState({ onRetry }: { onRetry?: () => void }) {
  const t = useTexts(kitWords);
  return (
    <Plain
      title={t('offline')}
      live="polite"
      act={onRetry ? <Button onClick={onRetry}>{t('retry')}</Button> : undefined}
    >
      {t('offlineDo')}
    </Plain>
  );
}

export function NoRightState({ detail, signInHref }: { detail?: string; signInHref?: string }) {
  const t = useTexts(kitWords);
  return (
    <Plain title={t('noRight')} act={signInHref ? <Button href={signInHref}>{t('signIn')}</Button> : undefined}>
      {detail ?? t('noRightDo')}
    </Plain>
  );
}

/** The right state for what went wrong. */
export function Trouble({ error, onRetry, signInHref }: { error: unknown; onRetry?: () => void; signInHref?: string }) {
  const retry = onRetry ? { onRetry } : {};
  if (error instanceof ProblemError) {
    if (error.isOffline) return <OfflineState {...retry} />;
    if (error.status === 401)
      return <NoRightState detail={error.problem.detail} {...(signInHref ? { signInHref } : {})} />;
    if (error.status === 403) return <NoRightState detail={error.problem.detail} />;
  }
  return <ErrorState error={error} {...retry} />;
}

export type AnswerProps<T> = {
  /** What `useQuery(client.ask(...))` gave. */
  of: UseQueryResult<T>;
  /** What holds the place meanwhile; give it the size of what comes. */
  loading?: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  signInHref?: string;
  children: (data: T) => ReactNode;
};

/** A question's states, every one designed: loading, failed, offline, no right, empty, answered. Old data stay visible. */
export function Answer<T>({ of, loading, isEmpty, empty, signInHref, children }: AnswerProps<T>) {
  if (of.data !== undefined) {
    if (isEmpty?.(of.data)) return empty ?? <EmptyState />;
    return (
      <>
        {of.error ? <Trouble error={of.error} onRetry={() => void of.refetch()} /> : null}
        {children(of.data)}
      </>
    );
  }
  if (of.error) {
    return <Trouble error={of.error} onRetry={() => void of.refetch()} {...(signInHref ? { signInHref } : {})} />;
  }
  return loading ?? <LoadingState />;
}
