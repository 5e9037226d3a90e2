/** Signs of abuse in a text by itself. Pure. They are marks for a person to judge, never a refusal. */
import { plain } from '../words/index.ts';

export type TextSign = { kind: 'links' | 'gibberish'; detail: Record<string, unknown> };

const LINK =
  /(?:https?:\/\/|www\.)\S+|\b[a-z0-9-]{2,}\.(?:com|net|org|info|xyz|top|vip|bet|club|shop|online|site)\b/giu;
/** Syllables of Vietnamese have a vowel and seven letters at most ('nghiêng'). */
const LONGEST_SYLLABLE = 7;

export function textSigns(text: string): TextSign[] {
  const signs: TextSign[] = [];
  const links = [...text.matchAll(LINK)].length;
  if (links > 0) signs.push({ kind: 'links', detail: { links } });
  const share = strangeShare(text);
  const run = /(\S)\1{7,}/u.test(text);
  if (share > 0.5 || run) signs.push({ kind: 'gibberish', detail: { strangeWords: Math.round(share * 100), run } });
  return signs;
}

/** The share of words that are no syllable: without a vowel, too long, or letters and digits mixed. */
function strangeShare(text: string): number {
  const words = plain(text.replace(LINK, ' '))
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));
  if (words.length === 0) return /\p{L}/u.test(text) ? 0 : 1;
  const strange = words.filter(
    (word) => word.length > LONGEST_SYLLABLE || (word.length > 2 && !/[aeiouy]/.test(word)) || /\d/.test(word),
  );
  // A short text of a few abbreviations ('UBND TP') is none.
  return words.length < 3 && text.length < 20 ? 0 : strange.length / words.length;
}

/** What two texts have in common when they are 'the same': letters and digits only. */
export const sameText = (text: string): string =>
  plain(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
