import type { ReactNode } from 'react';
import { SeverityMark } from '../figures/badges.tsx';
import { useFormats } from '../formats/use-formats.ts';
import type { SeverityStep } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './cases.css';

export type TimelineItem = {
  id: string;
  /** When it happened. */
  at: string;
  /** When we knew; shown where it is more than a minute later. */
  knownAt?: string | null;
  title: ReactNode;
  body?: ReactNode;
  who?: string | null;
  by?: 'hand' | 'machine';
  severity?: SeverityStep;
};

/** What happened, oldest first or newest first as given; two times where they differ. */
export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  const formats = useFormats();
  const t = useTexts(kitWords);
  return (
    <ol className="k-timeline" aria-label={label}>
      {items.map((item) => {
        const late = item.knownAt ? new Date(item.knownAt).getTime() - new Date(item.at).getTime() > 60_000 : false;
        return (
          <li key={item.id}>
            <span className="k-timeline-mark" aria-hidden="true">
              {item.severity ? <SeverityMark step={item.severity} size={12} /> : <i />}
            </span>
            <div className="k-timeline-words">
              <p className="k-timeline-head">
                <time dateTime={item.at} className="k-num">
                  {formats.instant(item.at)}
                </time>
                {late ? <span> ({t('knownAt', { at: formats.instant(item.knownAt) })})</span> : null}
                {item.who ? <span> · {item.who}</span> : null}
                {item.by ? <span> · {t(item.by === 'hand' ? 'byHand' : 'byMachine')}</span> : null}
              </p>
              <div className="k-timeline-title">{item.title}</div>
              {item.body ? <div className="k-timeline-body">{item.body}</div> : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
