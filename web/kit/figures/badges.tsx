import { inkOn } from '../tokens/colour-math.ts';
import type { Level } from '../tokens/levels.ts';
import { type SeverityShape, type SeverityStep, severityShapes, severityWords } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useText } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import './badges.css';
import type { ReactNode } from 'react';

const shapePaths: Record<SeverityShape, string> = {
  circle: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z',
  square: 'M3 3h10v10H3z',
  triangle: 'M8 1.8L14.8 13.8H1.2z',
  diamond: 'M8 0.8L15.2 8L8 15.2L0.8 8z',
  octagon: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z',
};

/** The severity's shape alone; a word must stand beside it. */
export function SeverityMark({ step, size = 14 }: { step: SeverityStep; size?: number | string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      className="k-mark"
      style={{ color: `var(--k-sev-${step}-mark)` }}
    >
      <path d={shapePaths[severityShapes[step]]} fill="currentColor" />
      {step === 5 ? (
        <path d="M5 5l6 6M11 5l-6 6" stroke="var(--k-sev-5-on-mark)" strokeWidth="1.8" strokeLinecap="round" />
      ) : null}
    </svg>
  );
}

/** Shape, word and colour of a severity. `loud` fills it: for the one thing on the page that must be acted on. */
export function Severity({ step, loud = false, word }: { step: SeverityStep; loud?: boolean; word?: string }) {
  const usual = useText(severityWords[step]);
  return (
    <span className={loud ? `k-badge k-badge-loud k-sev-${step}` : `k-badge k-sev-${step}`}>
      <SeverityMark step={step} />
      {word ?? usual}
    </span>
  );
}

export type LevelBadgeProps = {
  /** From `levelOf(aqiLevels, value)`, or a level that came with an entity type. */
  level: Level | null;
  /** The index itself, written inside the colour. */
  value?: ReactNode;
  large?: boolean;
};

/** A level of the air or water index: the decision's colour with a dark outline, its word beside it. */
export function LevelBadge({ level, value, large = false }: LevelBadgeProps) {
  const t = useTexts(kitWords);
  const name = useText(level?.name);
  return (
    <span className={large ? 'k-level k-level-large' : 'k-level'}>
      <span
        className={level ? 'k-level-swatch' : 'k-level-swatch k-level-none'}
        style={level ? { background: level.color, color: inkOn(level.color, '#000000', '#ffffff') } : undefined}
      >
        {value ?? ''}
      </span>
      <span>{name ?? t('noData')}</span>
    </span>
  );
}

export type StateTone = 'neutral' | 'new' | 'active' | 'waiting' | 'done' | 'late';

/** Where a case, task or device stands: a small sign whose form tells the tone, and the word. */
export function StateBadge({ word, tone = 'neutral' }: { word: string; tone?: StateTone }) {
  return (
    <span className={`k-state k-state-${tone}`}>
      <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
        <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
        {tone === 'active' ? <path d="M6 1.4a4.6 4.6 0 0 1 0 9.2z" fill="currentColor" /> : null}
        {tone === 'new' ? <circle cx="6" cy="6" r="2.2" fill="currentColor" /> : null}
        {tone === 'waiting' ? <path d="M6 3.4V6l1.8 1.2" fill="none" stroke="currentColor" strokeWidth="1.3" /> : null}
        {tone === 'done' ? (
          <>
            <circle cx="6" cy="6" r="5.2" fill="currentColor" />
            <path d="M3.7 6.2l1.6 1.6 3-3.4" fill="none" stroke="var(--k-panel)" strokeWidth="1.5" />
          </>
        ) : null}
        {tone === 'late' ? <path d="M6 3v3.6M6 8.2v.6" stroke="currentColor" strokeWidth="1.5" /> : null}
      </svg>
      {word}
    </span>
  );
}

export type Provenance = 'measured' | 'simulated' | 'replayed';

/** Says that a figure was not measured now; nothing for measured data, the normal case. */
export function ProvenanceMark({ provenance }: { provenance: Provenance | undefined }) {
  const t = useTexts(kitWords);
  if (!provenance || provenance === 'measured') return null;
  return <span className="k-provenance">{t(provenance)}</span>;
}

/** The strip over every page whose data are not real. */
export function SimulatedBanner({ provenance }: { provenance: Provenance | undefined }) {
  const t = useTexts(kitWords);
  if (!provenance || provenance === 'measured') return null;
  return (
    <section className="k-simulated" aria-label={t(provenance)}>
      <span className="k-simulated-hatch" aria-hidden="true" />
      {t(provenance === 'simulated' ? 'simulatedLong' : 'replayedLong')}
    </section>
  );
}
