import type { ReactNode } from 'react';
import { Link } from '../base/link.tsx';
import { useNow } from '../base/use-now.ts';
import type { Instant } from '../formats/times.ts';
import { useFormats } from '../formats/use-formats.ts';
import type { SeverityStep } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { type Provenance, ProvenanceMark, Severity } from './badges.tsx';
import { SparkLine } from './spark-line.tsx';
import './figure.css';

export type FigureProps = {
  title: string;
  value: number | null | undefined;
  unit?: string;
  decimals?: number;
  /** When the value was observed; its age stands under it. */
  at?: Instant | null;
  /** After so many seconds the value is greyed and called old. */
  staleAfterSeconds?: number;
  provenance?: Provenance;
  /** Oldest first; drawn as a spark line with `limit` in it. */
  trend?: readonly (number | null)[];
  limit?: number | null;
  /** Only where the state asks for an act. */
  severity?: SeverityStep;
  /** One short line beside the age: what it is compared with. */
  note?: ReactNode;
  /** The door: the records behind the figure. */
  href: string;
  size?: 'normal' | 'large';
};

/** One figure, first: value large, unit small, age under it, trend with its limit. The whole of it opens its records. */
export function Figure(props: FigureProps) {
  const { title, value, unit, decimals, at, staleAfterSeconds, provenance, trend, limit, severity, note, href } = props;
  const formats = useFormats();
  const t = useTexts(kitWords);
  const now = useNow();
  const stale = isStale(at, staleAfterSeconds, now);
  const unitText = formats.unit(unit);
  return (
    <Link
      href={href}
      className={`k-figure${stale ? ' k-figure-stale' : ''}${props.size === 'large' ? ' k-figure-large' : ''}`}
    >
      <span className="k-figure-title">{title}</span>
      <span className="k-figure-value k-num">
        {formats.number(value, decimals)}
        {unitText ? <span className="k-figure-unit"> {unitText}</span> : null}
      </span>
      {trend && trend.length > 0 ? (
        <SparkLine
          values={trend}
          {...(limit === undefined ? {} : { limit })}
          label={
            limit === undefined || limit === null
              ? title
              : `${title}. ${t('limit', { value: formats.quantity(limit, unit) })}`
          }
        />
      ) : null}
      <span className="k-figure-foot">
        {severity ? <Severity step={severity} /> : null}
        {stale ? <span className="k-figure-old">{t('stale')}</span> : null}
        {at === null && staleAfterSeconds !== undefined ? <span>{t('noData')}</span> : null}
        {at ? <span title={formats.instant(at)}>{formats.age(at, now)}</span> : null}
        {note ? <span>{note}</span> : null}
        <ProvenanceMark provenance={provenance} />
      </span>
    </Link>
  );
}

/** Figures in a row, parted by lines rather than boxes. */
/** @param strip on a phone one line that is moved sideways, so that what follows is seen at once */
export function FigureRow({ children, label, strip = false }: { children: ReactNode; label: string; strip?: boolean }) {
  return (
    <section className={strip ? 'k-figure-row k-figure-strip' : 'k-figure-row'} aria-label={label}>
      {children}
    </section>
  );
}

export type ReadingProps = {
  at: Instant | null | undefined;
  staleAfterSeconds: number | undefined;
  provenance?: Provenance | undefined;
  /** Its age beside it; false where a column of the same row says it. */
  age?: boolean;
  children: ReactNode;
};

/** A figure within a line or a table: what `Figure` says of itself, in a row. Greyed, and called old, where it is late. */
export function Reading({ at, staleAfterSeconds, provenance, age = true, children }: ReadingProps) {
  const t = useTexts(kitWords);
  const stale = isStale(at, staleAfterSeconds, useNow());
  return (
    <span className={stale ? 'k-reading k-reading-stale' : 'k-reading'}>
      <span className="k-reading-value">{children}</span>
      {stale ? <span className="k-figure-old">{t('stale')}</span> : null}
      {age && at ? (
        <span className="k-reading-age">
          <Age at={at} />
        </span>
      ) : null}
      <ProvenanceMark provenance={provenance} />
    </span>
  );
}

/** What was never measured has no age, and is not called old. */
export function isStale(at: Instant | null | undefined, staleAfterSeconds: number | undefined, now: Date): boolean {
  if (at === undefined || at === null || staleAfterSeconds === undefined) return false;
  return (now.getTime() - new Date(at).getTime()) / 1000 > staleAfterSeconds;
}

/** An age that grows by itself, with the instant as its tooltip. */
export function Age({ at }: { at: Instant | null | undefined }) {
  const formats = useFormats();
  const now = useNow();
  if (at === null || at === undefined) return <span>–</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formats.instant(at)}>
      {formats.age(at, now)}
    </time>
  );
}
