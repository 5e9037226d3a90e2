import { useEffect, useRef } from 'react';
import type { client } from './client.ts';

export type Call = Awaited<ReturnType<typeof client.call<'POST /api/reports/hotline/calls'>>>;

export const isMatter = (kind: string) =>
  (['reported', 'joined', 'followed', 'answered', 'unanswered'] as const).find((one) => one === kind);

/** A key that works wherever the cursor is. */
export function useKey(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== key || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key]);
}
