/** Which category a report is about, by its words and its place. Pure; also used in the browser. */
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

/** What one word found in the text weighs against the place: less than the least word, so it decides between equals. */
const PLACE_MOST = 0.9;

/**
 * The same with what others reported at the place: words go first, the place decides between equals, and where no word
 * is found it is what there is to go by.
 * @param near how many reports of each category stand around the place
 */
export function withPlace(byWords: readonly Suggestion[], near: ReadonlyMap<string, number>): Suggestion[] {
  const most = Math.max(0, ...near.values());
  const scores = new Map(byWords.map(({ code, score }) => [code, score]));
  for (const [code, n] of near) scores.set(code, (scores.get(code) ?? 0) + (PLACE_MOST * n) / most);
  return [...scores]
    .map(([code, score]) => ({ code, score }))
    .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1));
}
