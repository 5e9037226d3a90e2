import { type RefObject, useEffect } from 'react';

export type TableKeys = {
  find: RefObject<HTMLInputElement | null>;
  body: RefObject<HTMLTableSectionElement | null>;
  /** Rows on the page. */
  count: number;
  active: number;
  setActive: (index: number) => void;
  /** Null where rows cannot be selected. */
  pick: ((index: number) => void) | null;
  open: (index: number) => void;
};

const typing = 'input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]';

/** j k Enter x / work wherever the page's focus is, except while someone types or a dialog is open. */
export function useTableKeys({ find, body, count, active, setActive, pick, open }: TableKeys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(typing)) return;
      const chosen = active >= 0 && active < count;
      if (event.key === '/') find.current?.focus();
      else if (event.key === 'j') setActive(Math.min(count - 1, active + 1));
      else if (event.key === 'k') setActive(Math.max(0, active - 1));
      else if (event.key === 'x' && pick && chosen) pick(active);
      else if (event.key === 'Enter' && chosen && !target?.closest('a, button, input')) open(active);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  useEffect(() => {
    // Only the row that the keys moved to is brought into sight; live updates never scroll the page.
    if (active >= 0) body.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, body]);
}
