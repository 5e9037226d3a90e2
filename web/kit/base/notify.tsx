import { lazy, Suspense, useSyncExternalStore } from 'react';
import { ProblemError } from '../client/problem.ts';
import { useLanguage } from '../words/language.ts';

export type Notice = {
  title: string;
  detail?: string;
  /** `alarm` stays until it is closed and is spoken at once. */
  kind?: 'done' | 'plain' | 'alarm';
};

const load = () => import('./notices.tsx');
const Notices = lazy(() => load().then((loaded) => ({ default: loaded.Notices })));

let wanted = false;
const watchers = new Set<() => void>();

/** Tells what was done or what failed, in the corner; the page itself stays. */
export function notify(notice: Notice): void {
  wanted = true;
  for (const watcher of watchers) watcher();
  void load().then(({ show }) => show(notice));
}

/** Tells a refusal as the server worded it. */
export function notifyError(error: unknown): void {
  if (error instanceof ProblemError) {
    notify({ title: error.problem.title, detail: error.problem.detail, kind: 'alarm' });
    return;
  }
  notify({ title: error instanceof Error ? error.message : String(error), kind: 'alarm' });
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The live region is on the page from the start, so that screen readers hear the first notice too. */
export function NoticesRegion() {
  const language = useLanguage();
  const open = useSyncExternalStore(watch, () => wanted);
  return (
    <section aria-live="polite" aria-label={language === 'vi' ? 'Thông báo' : 'Notices'}>
      {open ? (
        <Suspense fallback={null}>
          <Notices />
        </Suspense>
      ) : null}
    </section>
  );
}
