import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { type ClockInput, clockRung, clockShare } from './clock-state.ts';
import './cases.css';

export type ClockProps = ClockInput & {
  /** Only the words, for table cells. */
  short?: boolean;
};

/** A deadline clock: what is left in words, and its budget as a line with rungs at 50, 80 and 100 %. */
export function Clock(props: ClockProps) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const rung = clockRung(props);
  const share = clockShare(props);
  const rest = props.budgetSeconds - props.usedSeconds;
  const words =
    rung === 'late'
      ? t('clockLate', { time: formats.duration(-rest) })
      : rung === 'missed'
        ? t('clockMissed', { time: formats.duration(-rest) })
        : rung === 'met'
          ? t('clockMet', { share: formats.share(share) })
          : rung === 'paused'
            ? t('clockPaused', { reason: props.pausedFor ?? '' })
            : t('clockLeft', { time: formats.duration(rest) });
  return (
    <span className={`k-clock k-clock-${rung}`}>
      <span className="k-clock-words k-num">{words}</span>
      {props.short ? null : (
        <>
          <span className="k-clock-bar" aria-hidden="true">
            <span className="k-clock-used" style={{ width: `${Math.min(100, share * 100)}%` }} />
            <i style={{ left: '50%' }} />
            <i style={{ left: '80%' }} />
          </span>
          <span className="k-clock-due k-num">
            {formats.share(share)}
            {props.deadlineAt ? ` · ${t('due', { at: formats.instant(props.deadlineAt) })}` : ''}
          </span>
        </>
      )}
    </span>
  );
}
