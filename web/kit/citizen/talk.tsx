import type { ReactNode } from 'react';
import './citizen.css';

/** A list of what people said, oldest first; one in it may hold another, for its replies. */
export function Talk({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className="k-talk" aria-label={label}>
      {children}
    </ul>
  );
}

type SaidProps = {
  who: ReactNode;
  text: ReactNode;
  /** the authorities' own word */
  agency?: boolean;
  acts?: ReactNode;
  replies?: ReactNode;
};

/** One word of a discussion: who and when, what, what can be done, replies. */
export function Said({ who, text, agency = false, acts, replies }: SaidProps) {
  return (
    <li>
      <div className={agency ? 'k-talk-agency' : undefined}>
        <div className="k-text-soft">{who}</div>
        <div className="k-talk-words">{text}</div>
        {acts}
      </div>
      {replies}
    </li>
  );
}
