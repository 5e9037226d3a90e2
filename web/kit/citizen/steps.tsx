import type { ReactNode } from 'react';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './citizen.css';

/** Where one stands in a task of a few steps: a thin line and words, nothing to press. */
export function StepLine({ at, of }: { at: number; of: number }) {
  const t = useTexts(kitWords);
  return (
    <div className="k-steps">
      <span className="k-text-soft k-text-small">{t('stepOf', { at, of })}</span>
      <span className="k-steps-line" aria-hidden="true">
        <i style={{ width: `${(at / of) * 100}%` }} />
      </span>
    </div>
  );
}

/** The one primary act of a step, wide and under the thumb, with what goes back beside it. */
export function StepActs({ children }: { children: ReactNode }) {
  return <div className="k-step-acts">{children}</div>;
}

/** A quiet box for one thing of a list, or for what was chosen. */
export function Tile({ children, tone }: { children: ReactNode; tone?: 'good' | 'warn' }) {
  return (
    <div className="k-tile" {...(tone ? { 'data-tone': tone } : {})}>
      {children}
    </div>
  );
}

/** How much of something is done or of a whole: a bar with its words beside, never a figure by length alone. */
export function ShareBar({ label, share, text }: { label: ReactNode; share: number | null; text: ReactNode }) {
  return (
    <div className="k-share">
      <span className="k-share-label">{label}</span>
      <span className="k-share-text k-num">{text}</span>
      <span className="k-share-room" aria-hidden="true">
        {share === null ? null : <i style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />}
      </span>
    </div>
  );
}
