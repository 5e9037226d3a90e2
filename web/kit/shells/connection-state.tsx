import { useLiveState, useOnline } from '../client/use-live.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './shells.css';

/** Whether the page hears the server: a quiet sign when all is well, a word when not. */
export function ConnectionState() {
  const t = useTexts(kitWords);
  const online = useOnline();
  const live = useLiveState();
  const state = !online ? 'offline' : live;
  const word =
    state === 'offline'
      ? t('offline')
      : state === 'waiting'
        ? t('waiting')
        : state === 'connecting'
          ? t('connecting')
          : state === 'open'
            ? t('live')
            : '';
  if (state === 'idle') return null;
  return (
    <span className={`k-connection k-connection-${state}`} role="status">
      <span className="k-connection-dot" aria-hidden="true" />
      <span className={state === 'open' || state === 'connecting' ? 'k-connection-word' : ''}>{word}</span>
    </span>
  );
}
