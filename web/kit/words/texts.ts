/**
 * A page's own dictionary, typed: a key missing in either language, or a place holder that only one language has, does
 * not compile.
 *
 *     const words = texts('environment.stations', {
 *       vi: { title: 'Trạm quan trắc', count: '{{n}} trạm' },
 *       en: { title: 'Stations', count: '{{n}} stations' },
 *     });
 *     const t = useTexts(words);   t('title')   t('count', { n: 12 })
 */
import { useMemo } from 'react';
import { formatNumber } from '../formats/numbers.ts';
import { i18n, useLanguage } from './language.ts';

type Holders<S extends string> = S extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Holders<Rest> : never;

type Words = Record<string, string>;

type Matching<V extends Words> = { [K in keyof V]: string };

type SameHolders<V extends Words, E extends Matching<V>> = {
  [K in keyof V]: [Holders<V[K]>] extends [Holders<E[K]>]
    ? [Holders<E[K]>] extends [Holders<V[K]>]
      ? E[K]
      : never
    : never;
};

export type Texts<V extends Words> = { name: string; vi: V; en: Matching<V> };

/** Declares a dictionary under a name of its own (the page's path is a good one). */
export function texts<const V extends Words, const E extends Matching<V>>(
  name: string,
  dictionary: { vi: V; en: E & SameHolders<V, E> },
): Texts<V> {
  i18n.addResourceBundle('vi', name, dictionary.vi, true, true);
  i18n.addResourceBundle('en', name, dictionary.en, true, true);
  return { name, ...dictionary };
}

export type Say<V extends Words> = <K extends keyof V & string>(
  key: K,
  ...values: [Holders<V[K]>] extends [never] ? [] : [Record<Holders<V[K]>, string | number>]
) => string;

/** The dictionary in the reader's language. Numbers given as values are written the reader's way. */
export function useTexts<V extends Words>(dictionary: Texts<V>): Say<V> {
  const language = useLanguage();
  return useMemo(() => {
    const translate = i18n.getFixedT(language, dictionary.name);
    return (key, ...values) => {
      const written: Record<string, string> = {};
      for (const [name, value] of Object.entries(values[0] ?? {}) as [string, string | number][]) {
        written[name] = typeof value === 'number' ? formatNumber(value, language) : value;
      }
      return translate(key, written);
    };
  }, [language, dictionary]);
}
