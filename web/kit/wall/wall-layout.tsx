import { type ReactNode, useEffect } from 'react';
import { useNow } from '../base/use-now.ts';
import { type Provenance, ProvenanceMark, SeverityMark } from '../figures/badges.tsx';
import { isStale } from '../figures/figure.tsx';
import { SparkLine } from '../figures/spark-line.tsx';
import type { Instant } from '../formats/times.ts';
import { useFormats } from '../formats/use-formats.ts';
import { ConnectionState } from '../shells/connection-state.tsx';
import { type SeverityStep, severityWords } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useSay } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import './wall.css';

export type TickerItem = { id: string; at: Instant; text: string };

export type WallLayoutProps = {
  title: string;
  /** Weather, tide: one short line. */
  weather?: ReactNode;
  /** Who is on shift. */
  shift?: ReactNode;
  provenance?: Provenance;
  /** What is wrong now, worst first. */
  left: ReactNode;
  /** The province. */
  centre: ReactNode;
  /** Is it getting better. */
  right: ReactNode;
  /** The latest changes, newest first; as many as fit are shown, none of them moves. */
  ticker: readonly TickerItem[];
  /** From `useTurn`: draws the thin line that says how long this view stays. */
  turn?: { turn: number; seconds: number };
  /** The wall's own health where it is not well. */
  health?: string | null;
};

/** The wall: 1920x1080 or 3840x1080, read from five metres. No scrolling, no cursor; asks the screen to stay awake. */
export function WallLayout(props: WallLayoutProps) {
  const { title, weather, shift, provenance, left, centre, right, ticker, turn, health } = props;
  const now = useNow(1);
  const formats = useFormats();
  const t = useTexts(kitWords);
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const hold = async () => {
      if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
      // A screen that may not be kept awake (saving power) still shows everything.
      lock = await navigator.wakeLock.request('screen').catch((error: unknown) => {
        if (error instanceof DOMException) return null;
        throw error;
      });
    };
    void hold();
    document.addEventListener('visibilitychange', hold);
    return () => {
      document.removeEventListener('visibilitychange', hold);
      void lock?.release();
    };
  }, []);
  return (
    <div className="k-wall">
      <div className="k-wall-line" aria-hidden="true">
        {turn ? <i key={turn.turn} style={{ animationDuration: `${turn.seconds}s` }} /> : null}
      </div>
      <header className="k-wall-head">
        <h1 className="k-wall-title">{title}</h1>
        <ProvenanceMark provenance={provenance} />
        <div className="k-wall-side">
          {weather ? <span>{weather}</span> : null}
          {shift ? <span>{shift}</span> : null}
          <ConnectionState />
          {health ? (
            <strong className="k-wall-health" role="status">
              {t('health')}: {health}
            </strong>
          ) : null}
          <span className="k-num">{formats.day(now)}</span>
          <time className="k-wall-clock k-num">{formats.time(now)}</time>
        </div>
      </header>
      <main className="k-wall-main">
        <div className="k-wall-left">{left}</div>
        <div className="k-wall-centre">{centre}</div>
        <div className="k-wall-right">{right}</div>
      </main>
      <footer className="k-wall-ticker">
        {ticker.map((item) => (
          <span key={item.id}>
            <time className="k-num">{formats.time(item.at)}</time> {item.text}
          </span>
        ))}
      </footer>
    </div>
  );
}

export type WallWrong = {
  id: string;
  severity: SeverityStep;
  title: string;
  where: string;
  /** Of a storm: how many of which severity. */
  detail?: string;
  at: Instant;
  who: string | null;
  /** Put off until when and by whom: it waits, and somebody knows. */
  putOff?: string | null;
};

/** What is wrong now: worst first, its age, who has it; the rest as a number. */
export function WallWrongList({
  title,
  items,
  total = items.length,
  most = 5,
  calm,
}: {
  title: string;
  items: readonly WallWrong[];
  /** How many alerts there are, where a line stands for more than one. */
  total?: number;
  most?: number;
  calm: string;
}) {
  const formats = useFormats();
  const now = useNow(15);
  const say = useSay();
  const sorted = items.toSorted(
    (a, b) =>
      Number(Boolean(a.putOff)) - Number(Boolean(b.putOff)) ||
      b.severity - a.severity ||
      new Date(a.at).getTime() - new Date(b.at).getTime(),
  );
  const rest = sorted.length - most;
  return (
    <section className="k-wall-part">
      <h2>
        {title} <span className="k-num">{formats.number(total, 0)}</span>
      </h2>
      {items.length === 0 ? <p className="k-wall-calm">{calm}</p> : null}
      <ul className="k-wall-wrong">
        {sorted.slice(0, most).map((item) => (
          <li key={item.id} className={`k-wall-sev-${item.severity}`}>
            <SeverityMark step={item.severity} size={34} />
            <div>
              <p className="k-wall-what">{item.title}</p>
              <p className="k-wall-soft">
                <span className={`k-sev-${item.severity}`}>{say(severityWords[item.severity])}</span> · {item.where} ·{' '}
                {formats.age(item.at, now)}
              </p>
              {item.detail ? <p className="k-wall-soft">{item.detail}</p> : null}
              <p className={(item.putOff ?? item.who) ? 'k-wall-soft' : 'k-wall-nobody'}>
                {item.putOff ?? item.who ?? say({ vi: 'Chưa ai nhận', en: 'Nobody has it' })}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {rest > 0 ? <p className="k-wall-soft k-num">+ {rest}</p> : null}
    </section>
  );
}

export type WallTrend = {
  id: string;
  title: string;
  value: number | null;
  unit?: string;
  decimals?: number;
  trend: readonly (number | null)[];
  target: number;
  better: 'more' | 'less';
  /** When the newest of what it is made of was observed, and the age from which it is old. */
  at?: Instant | null;
  staleAfterSeconds?: number;
  /** Told by who shows it elsewhere; the wall says it of itself. */
  provenance?: Provenance;
};

/** Is it getting better: figures with their trend against the target; marked only where the target is missed. */
export function WallTrends({ title, trends }: { title: string; trends: readonly WallTrend[] }) {
  const formats = useFormats();
  const t = useTexts(kitWords);
  const now = useNow();
  const say = useSay();
  return (
    <section className="k-wall-part">
      <h2>{title}</h2>
      <ul className="k-wall-trends">
        {trends.map((one) => {
          const missed =
            one.value !== null && (one.better === 'more' ? one.value < one.target : one.value > one.target);
          const target = `${say({ vi: 'mục tiêu', en: 'target' })} ${one.better === 'more' ? '≥' : '≤'} ${formats.quantity(one.target, one.unit)}`;
          const stale = isStale(one.at, one.staleAfterSeconds, now);
          return (
            <li key={one.id} className={stale ? 'k-wall-stale' : ''}>
              <p className="k-wall-soft">{one.title}</p>
              <p className="k-wall-value k-num">
                {formats.number(one.value, one.decimals)}
                <small> {formats.unit(one.unit)}</small>
              </p>
              <SparkLine values={one.trend} limit={one.target} label={`${one.title}, ${target}`} height={44} />
              {stale ? (
                <p className="k-wall-soft">
                  <strong>{t('stale')}</strong> · {formats.age(one.at ?? now, now)}
                </p>
              ) : (
                <p className={missed ? 'k-wall-missed' : 'k-wall-soft'}>
                  {missed ? `${say({ vi: 'Chưa đạt', en: 'Missed' })}: ${target}` : target}
                  {one.at ? ` · ${formats.age(one.at, now)}` : ''}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
