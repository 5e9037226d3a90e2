/** The reader's language: Vietnamese first, remembered in this browser, told to every part that shows words. */
import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import type { Language, Text } from '../../../platform/words/index.ts';
import { recall, remember } from '../memory.ts';

const key = 'dttm.language';

function firstLanguage(): Language {
  return recall(key) === 'en' ? 'en' : 'vi';
}

/** The one i18next instance; dictionaries are added by `texts()`. React escapes, so i18next must not. */
export const i18n = i18next.createInstance();
void i18n.init({
  lng: firstLanguage(),
  fallbackLng: 'vi',
  supportedLngs: ['vi', 'en'],
  resources: {},
  initAsync: false,
  interpolation: { escapeValue: false },
  returnNull: false,
  // A dot or colon in a key or in a dictionary's name is part of it, not a path.
  keySeparator: false,
  nsSeparator: false,
});

export function currentLanguage(): Language {
  return i18n.language === 'en' ? 'en' : 'vi';
}

/** Changes the language of the whole page at once and remembers it. */
export function setLanguage(language: Language): void {
  remember(key, language);
  void i18n.changeLanguage(language);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}

function subscribe(onChange: () => void): () => void {
  i18n.on('languageChanged', onChange);
  return () => i18n.off('languageChanged', onChange);
}

/** The language now; the component draws again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage, currentLanguage);
}

/** Picks the reader's language of a text that came as data: `useText(type.title)`. */
export function useText(text: Text): string;
export function useText(text: Text | null | undefined): string | null;
export function useText(text: Text | null | undefined): string | null {
  const language = useLanguage();
  return text ? text[language] : null;
}

/** A function that picks the reader's language, for lists: `const say = useSay(); rows.map((row) => say(row.title))`. */
export function useSay(): (text: Text) => string {
  const language = useLanguage();
  return (text) => text[language];
}
