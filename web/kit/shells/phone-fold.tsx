import { type ReactNode, useSyncExternalStore } from 'react';
import './page.css';

const narrow = '(max-width: 640px)';

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(narrow);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** Behind its title on a phone, where what follows must be seen at once; elsewhere as if it were not there. */
export function PhoneFold({ title, children }: { title: string; children: ReactNode }) {
  const isNarrow = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(narrow).matches,
    () => false,
  );
  if (!isNarrow) return children;
  return (
    <details className="k-phone-fold">
      <summary>{title}</summary>
      {children}
    </details>
  );
}
