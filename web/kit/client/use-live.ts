import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { createLive, type Live, type LiveEvent, type LiveScope, type LiveState } from './live.ts';

/** The page's live stream in the browser. */
export function browserLive(): Live {
  const live = createLive({
    open: (address) => new EventSource(address),
    setTimer: (act, milliseconds) => window.setTimeout(act, milliseconds),
    clearTimer: (timer) => window.clearTimeout(timer),
    random: Math.random,
  });
  window.addEventListener('online', () => live.retry());
  return live;
}

export const LiveContext = createContext<Live | null>(null);

/** Hears events of these topics while the component is on the page; states only of what `scope` names. */
export function useLive(topics: readonly string[], onEvent: (event: LiveEvent) => void, scope?: LiveScope): LiveState {
  const live = useContext(LiveContext);
  const latest = useRef(onEvent);
  latest.current = onEvent;
  const key = topics.join(',');
  const wanted = scope ? JSON.stringify(scope) : undefined;
  useEffect(() => {
    if (!live || key === '') return;
    const narrowed = wanted === undefined ? undefined : (JSON.parse(wanted) as LiveScope);
    return live.listen(key.split(','), (event) => latest.current(event), narrowed);
  }, [live, key, wanted]);
  return useLiveState();
}

/** How the live stream stands, for the shell's sign. */
export function useLiveState(): LiveState {
  const live = useContext(LiveContext);
  return useSyncExternalStore(
    (onChange) => live?.onState(onChange) ?? (() => undefined),
    () => live?.state() ?? 'idle',
    () => 'idle' as const,
  );
}

function subscribeOnline(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

/** Whether the device says it has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    subscribeOnline,
    () => navigator.onLine,
    () => true,
  );
}
