import type { CSSProperties, ReactNode } from 'react';

/** Steps of the 4 px grid: 1 = 4, 2 = 8, 3 = 12, 4 = 16, 5 = 24, 6 = 32, 7 = 48 px. */
export type Gap = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

const gapOf = (gap: Gap) => (gap === 0 ? 0 : `var(--k-s${gap})`);

/** Things below one another. */
export function Stack({ gap = 4, children }: { gap?: Gap; children: ReactNode }) {
  return (
    <div className="k-stack" style={{ gap: gapOf(gap) }}>
      {children}
    </div>
  );
}

export type RowProps = {
  gap?: Gap;
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  spread?: boolean;
  wrap?: boolean;
  children: ReactNode;
};

/** Things beside one another; wraps unless told not to. */
export function Row({ gap = 3, align = 'center', spread = false, wrap = true, children }: RowProps) {
  const style: CSSProperties = {
    gap: gapOf(gap),
    alignItems: align === 'start' || align === 'end' ? `flex-${align}` : align,
    justifyContent: spread ? 'space-between' : 'flex-start',
    flexWrap: wrap ? 'wrap' : 'nowrap',
  };
  return (
    <div className="k-row" style={style}>
      {children}
    </div>
  );
}

/** As many equal columns as fit, each at least `least` px wide. */
export function Grid({ least = 200, gap = 4, children }: { least?: number; gap?: Gap; children: ReactNode }) {
  return (
    <div
      className="k-grid"
      style={{ gap: gapOf(gap), gridTemplateColumns: `repeat(auto-fill, minmax(min(${least}px, 100%), 1fr))` }}
    >
      {children}
    </div>
  );
}

/** The work on the left, its facts on the right; below one another on a phone. */
export function Split({ main, side, sideWidth = 360 }: { main: ReactNode; side: ReactNode; sideWidth?: number }) {
  return (
    <div className="k-split" style={{ '--k-split-side': `${sideWidth}px` } as CSSProperties}>
      <div className="k-stack" style={{ gap: gapOf(5) }}>
        {main}
      </div>
      <div className="k-stack" style={{ gap: gapOf(5) }}>
        {side}
      </div>
    </div>
  );
}

/** A region that is wider than a phone and scrolls by itself; reachable by key, and named for who cannot see it. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // A group, not a section: a table within a panel of the same name is no landmark of its own.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form fields
    <div className="k-scroll-region" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export type TextProps = {
  children: ReactNode;
  soft?: boolean;
  small?: boolean;
  strong?: boolean;
  /** Late, over a limit, refused. */
  alarm?: boolean;
  /** Figures under one another. */
  numbers?: boolean;
  /** Long reading text: no wider than the eye likes. */
  prose?: boolean;
  inline?: boolean;
};

export function Text({ children, soft, small, strong, alarm, numbers, prose, inline }: TextProps) {
  const names = [
    'k-text',
    soft && 'k-text-soft',
    small && 'k-text-small',
    strong && 'k-text-strong',
    alarm && 'k-text-alarm',
    numbers && 'k-num',
    prose && 'k-text-prose',
  ]
    .filter(Boolean)
    .join(' ');
  return inline ? <span className={names}>{children}</span> : <p className={names}>{children}</p>;
}

export function Heading({ level = 2, children, id }: { level?: 1 | 2 | 3 | 4; children: ReactNode; id?: string }) {
  const Tag = `h${level}` as const;
  return (
    <Tag className={`k-heading k-heading-${level}`} {...(id ? { id } : {})}>
      {children}
    </Tag>
  );
}

export type Fact = { term: ReactNode; value: ReactNode };

/** Terms and values of one thing. Empty values are left out. */
export function Facts({ facts }: { facts: readonly (Fact | null | false)[] }) {
  return (
    <dl className="k-facts">
      {facts.map((fact, index) =>
        fact && fact.value !== null && fact.value !== undefined && fact.value !== '' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: facts are a fixed list and have no state
          <div key={index} style={{ display: 'contents' }}>
            <dt>{fact.term}</dt>
            <dd>{fact.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** Said to screen readers only. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className="k-hidden">{children}</span>;
}
