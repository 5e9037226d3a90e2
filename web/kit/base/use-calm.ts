import { useCallback, useEffect, useRef } from 'react';

/** Calls `act` at most once in `ms`; what comes meanwhile is done once, after. */
export function useCalm(act: () => void, ms: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, ms);
  }, [ms]);
}
