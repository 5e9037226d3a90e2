import type { ReactNode } from 'react';
import { useFormats } from '../formats/use-formats.ts';
import './cases.css';

export type BoardColumn = {
  id: string;
  title: string;
  /** How many there are in all, also those that are not shown. */
  total: number;
  cards: readonly { id: string; content: ReactNode }[];
  /** Under the cards: where the rest is. */
  more?: ReactNode;
};

/** Things at work by the step in which they are, beside one another; scrolls by itself on a phone. */
export function Board({ label, columns }: { label: string; columns: readonly BoardColumn[] }) {
  const formats = useFormats();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    <section className="k-board" aria-label={label} tabIndex={0}>
      {columns.map((column) => (
        <section key={column.id} className="k-board-column" aria-label={column.title}>
          <h2 className="k-board-title">
            {column.title} <span className="k-num k-text-soft">{formats.number(column.total)}</span>
          </h2>
          <ul>
            {column.cards.map((card) => (
              <li key={card.id} className="k-board-card">
                {card.content}
              </li>
            ))}
          </ul>
          {column.more}
        </section>
      ))}
    </section>
  );
}
