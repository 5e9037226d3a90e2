/** Personal data and insults in what people write: found and masked as a proposal that a person decides on. Pure. */
import { plain } from '../words/index.ts';

export type MaskKind = 'phone' | 'identity-number' | 'email' | 'plate' | 'name' | 'insult';
export type Found = { from: number; to: number; kind: MaskKind };

const SIGN = '•••';

/**
 * What is looked for, in this order: where two overlap the first one wins. A name is words with capitals after a form
 * of address; a person's name without one is not found, and that is what moderation is for.
 */
const patterns: readonly { kind: MaskKind; pattern: RegExp; part?: number }[] = [
  { kind: 'email', pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu },
  // Mobile and landline numbers, with spaces, dots or dashes between, and with +84 for 0.
  { kind: 'phone', pattern: /(?<![\p{L}\p{N}])(?:\+?84|0)(?:[ .-]?\d){9,10}(?!\d)/gu },
  // CCCD 12 digits, CMND 9 digits.
  { kind: 'identity-number', pattern: /(?<![\p{L}\p{N}])\d{3}(?:[ .]?\d{3}){2}(?:[ .]?\d{3})?(?![\p{L}\p{N}])/gu },
  // 17A-123.45, 17B1 123.45, 17-B2 1234
  { kind: 'plate', pattern: /(?<![\p{L}\p{N}])\d{2}[ -]?[A-Z][A-Z0-9]?[ -.]?\d{3}[ .]?\d{1,2}(?![\p{L}\p{N}])/gu },
  {
    kind: 'name',
    pattern:
      /(?<!\p{L})(?:ông|bà|anh|chị|cô|chú|bác|em|thầy|Ông|Bà|Anh|Chị|Cô|Chú|Bác|Em|Thầy)\s+((?:\p{Lu}\p{Ll}*)(?:\s+\p{Lu}\p{Ll}*){0,4})(?!\p{L})/gu,
    part: 1,
  },
];

/** Insults without diacritics, as whole words. A short list: a wrong mask costs a moderator more than a missed one. */
const insults = [
  'dit me',
  'dit bo',
  'du ma',
  'dcm',
  'dkm',
  'vcl',
  'vkl',
  'dmm',
  'cho chet',
  'do cho',
  'thang cho',
  'con cho cai',
  'oc cho',
  'ngu nhu cho',
  'ngu nhu bo',
  'lu an hai',
  'thang ngu',
  'con ngu',
  'mat day',
  'do mat day',
  'do khon nan',
  'khon nan',
  'bon khon',
  'thang khon',
  'me kiep',
  'do suc sinh',
  'suc sinh',
];

/** Where personal data and insults stand, in order and without overlap. */
export function findMasks(text: string): Found[] {
  const found: Found[] = [];
  const add = (one: Found): void => {
    if (!found.some((other) => one.from < other.to && other.from < one.to)) found.push(one);
  };
  for (const { kind, pattern, part } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const whole = match[part ?? 0] ?? '';
      const from = match.index + (part ? match[0].length - whole.length : 0);
      add({ from, to: from + whole.length, kind });
    }
  }
  // Letter by letter, so that a place in the bare text is the same place in the written one.
  const bare = [...text.normalize('NFC')].map((letter) => plain(letter).at(0) ?? ' ').join('');
  if (bare.length === text.length) {
    for (const insult of insults) {
      for (const match of bare.matchAll(new RegExp(`(?<![a-z0-9])${insult.replace(/ /g, '\\s+')}(?![a-z0-9])`, 'g'))) {
        add({ from: match.index, to: match.index + match[0].length, kind: 'insult' });
      }
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

/** The text with what was found replaced by a sign of one length, so that not even the length tells. */
export function maskText(text: string, found: readonly Found[]): string {
  let masked = '';
  let at = 0;
  for (const { from, to } of found) {
    masked += text.slice(at, from) + SIGN;
    at = to;
  }
  return masked + text.slice(at);
}
