import { Hidden } from '../base/layout.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './charts.css';

export type CompletenessCell = {
  /** The period in words: '27/8' or '14:00'. */
  label: string;
  got: number;
  expected: number;
};

/** How much of the promised data came, one cell a period: full is quiet, too little is seen. */
export function CompletenessStrip({ cells, label }: { cells: readonly CompletenessCell[]; label: string }) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const got = cells.reduce((sum, cell) => sum + cell.got, 0);
  const expected = cells.reduce((sum, cell) => sum + cell.expected, 0);
  const first = cells[0]?.label;
  const last = cells.at(-1)?.label;
  return (
    <div className="k-strip">
      <div
        className="k-strip-cells"
        role="img"
        aria-label={`${label}. ${t('complete', { share: formats.share(expected ? got / expected : 0, 1) })}`}
      >
        {cells.map((cell, index) => {
          const share = cell.expected > 0 ? Math.min(1, cell.got / cell.expected) : 0;
          const tone = share === 0 ? 'none' : share < 0.75 ? 'short' : 'full';
          return (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: cells are places in time and have no state
              key={index}
              className={`k-strip-cell k-strip-${tone}`}
              title={`${cell.label}: ${t('expected', { got: cell.got, expected: cell.expected })}`}
            >
              <i style={{ height: `${Math.max(share * 100, tone === 'none' ? 0 : 8)}%` }} />
            </span>
          );
        })}
      </div>
      <div className="k-strip-foot k-num">
        <span>{first}</span>
        <span>
          {t('complete', { share: formats.share(expected ? got / expected : 0, 1) })} (
          {t('expected', { got, expected })})
        </span>
        <span>{last}</span>
      </div>
    </div>
  );
}

export type BarTrendProps = {
  label: string;
  bars: readonly { label: string; value: number | null; href?: string }[];
  unit?: string;
  decimals?: number;
  target?: { value: number; name: string };
  /** Whether more is better: bars on the wrong side of the target are marked. */
  better?: 'more' | 'less';
  height?: number;
};

/** A few periods side by side against their target; plain SVG, no library. */
export function BarTrend({ label, bars, unit, decimals, target, better, height = 96 }: BarTrendProps) {
  const formats = useFormats();
  const most = Math.max(target?.value ?? 0, ...bars.map((bar) => bar.value ?? 0)) || 1;
  const isWrong = (value: number | null) =>
    target !== undefined &&
    better !== undefined &&
    value !== null &&
    (better === 'more' ? value < target.value : value > target.value);
  return (
    <figure className="k-bars">
      <Hidden>{label}</Hidden>
      <ol style={{ height }}>
        {bars.map((bar) => (
          <li key={bar.label} title={`${bar.label}: ${formats.quantity(bar.value, unit, decimals)}`}>
            <span className="k-bars-value k-num">{formats.number(bar.value, decimals)}</span>
            <span className="k-bars-room">
              <i
                className={isWrong(bar.value) ? 'k-bars-wrong' : ''}
                style={{ height: `${((bar.value ?? 0) / most) * 100}%` }}
              />
              {target ? <b style={{ bottom: `${(target.value / most) * 100}%` }} /> : null}
            </span>
            <span className="k-bars-label k-num">{bar.label}</span>
          </li>
        ))}
      </ol>
      {target ? (
        <figcaption className="k-text-soft k-text-small">
          {target.name}: {formats.quantity(target.value, unit, decimals)}
        </figcaption>
      ) : null}
    </figure>
  );
}
