/** Which category a text is about, by its words. Pure; also used in the browser. */
import { plain } from '../../platform/words/index.ts';

export type Suggestible = { code: string; words: readonly string[] };
export type Suggestion = { code: string; score: number };

const tokens = (text: string): string =>
  ` ${text
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/**
 * Categories by the words found in the text, best first; none where no word is found. A phrase counts as the square of
 * its words, since 'tắc cống' says more than 'cống'; found as written with its diacritics it counts half as much
 * again, because without them 'bụi' and 'bùi' are one word.
 */
export function suggest(text: string, categories: readonly Suggestible[]): Suggestion[] {
  const written = tokens(text);
  const bare = tokens(plain(text));
  return categories
    .map(({ code, words }) => {
      let score = 0;
      for (const word of words) {
        const weight = word.trim().split(/\s+/).length ** 2;
        if (word !== plain(word) && written.includes(tokens(word))) score += weight * 1.5;
        else if (bare.includes(tokens(plain(word)))) score += weight;
      }
      return { code, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1));
}
