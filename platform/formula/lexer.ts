/** Cuts a formula's text into words and signs. */
import { limits, type Place, SyntaxFault } from './syntax.ts';

export type Token = Place &
  (
    | { kind: 'number'; value: number }
    | { kind: 'text' | 'name' | 'unit' | 'sign'; text: string }
    | { kind: 'keyword'; text: Keyword }
    | { kind: 'end' }
  );

const keywords = ['and', 'or', 'not', 'true', 'false', 'null'] as const;
type Keyword = (typeof keywords)[number];

const blank = /\s+/uy;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)*/uy;
const sign = /<=|>=|!=|[-+*/=<>(),≤≥≠−]/uy;
const glued = /[\p{L}_.]/uy;

/** Signs that people type for another. */
const sameAs: Record<string, string> = { '≤': '<=', '≥': '>=', '≠': '!=', '−': '-' };

/** Signs of other languages, with what is written here instead. */
const instead: Record<string, string> = { '==': '=', '<>': '!=', '&&': 'and', '||': 'or', '!': 'not', ';': ',' };

export function lex(source: string): Token[] {
  if (source.length > limits.characters) {
    throw new SyntaxFault(
      { at: limits.characters, length: source.length - limits.characters },
      {
        vi: `Công thức dài quá ${limits.characters} ký tự. Hãy tách thành nhiều công thức.`,
        en: `The formula is longer than ${limits.characters} characters. Split it into several.`,
      },
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  while (at < source.length) {
    const space = match(blank);
    if (space) {
      at += space.length;
      continue;
    }
    const token = readNumber(match) ?? readQuoted(source, at) ?? readName(match) ?? readSign(source, at, match);
    const length = token.length;
    tokens.push({ ...token, at, length });
    if (tokens.length > limits.tokens) {
      throw new SyntaxFault(
        { at, length },
        {
          vi: `Công thức có quá ${limits.tokens} từ và dấu. Hãy tách thành nhiều công thức.`,
          en: `The formula has more than ${limits.tokens} words and signs. Split it into several.`,
        },
      );
    }
    at += length;
    if (token.kind === 'number') refuseGlued(at, match, source);
  }
  tokens.push({ kind: 'end', at: source.length, length: 0 });
  return tokens;
}

type Loose<T> = T extends Place ? Omit<T, 'at'> : never;

function readNumber(match: (pattern: RegExp) => string | null): Loose<Token> | null {
  const digits = match(number);
  return digits === null ? null : { kind: 'number', value: Number(digits), length: digits.length };
}

function readName(match: (pattern: RegExp) => string | null): Loose<Token> | null {
  const word = match(name);
  if (word === null) return null;
  const keyword = keywords.find((one) => one === word);
  if (keyword) return { kind: 'keyword', text: keyword, length: word.length };
  return { kind: 'name', text: word.normalize('NFC'), length: word.length };
}

/** Text in 'single' or "double" quotes, a unit in [square] brackets, or the short % behind a number. */
function readQuoted(source: string, at: number): Loose<Token> | null {
  const open = source[at];
  if (open === '%') return { kind: 'unit', text: '%', length: 1 };
  if (open !== "'" && open !== '"' && open !== '[') return null;
  const close = source.indexOf(open === '[' ? ']' : open, at + 1);
  if (close < 0) {
    const wanted = open === '[' ? ']' : open;
    throw new SyntaxFault(
      { at, length: source.length - at },
      { vi: `Thiếu dấu đóng ${wanted}.`, en: `The closing ${wanted} is missing.` },
    );
  }
  const text = source.slice(at + 1, close).normalize('NFC');
  return { kind: open === '[' ? 'unit' : 'text', text, length: close + 1 - at };
}

function readSign(source: string, at: number, match: (pattern: RegExp) => string | null): Loose<Token> {
  const two = source.slice(at, at + 2);
  const found = Object.hasOwn(instead, two) ? null : match(sign);
  if (found !== null) return { kind: 'sign', text: sameAs[found] ?? found, length: found.length };
  const strange = Object.hasOwn(instead, two) ? two : String.fromCodePoint(source.codePointAt(at) ?? 0);
  const better = instead[strange];
  throw new SyntaxFault(
    { at, length: strange.length },
    better === undefined
      ? { vi: `Không hiểu ký tự “${strange}”.`, en: `The character “${strange}” means nothing here.` }
      : { vi: `Hãy viết “${better}” thay cho “${strange}”.`, en: `Write “${better}” instead of “${strange}”.` },
  );
}

function refuseGlued(at: number, match: (pattern: RegExp) => string | null, source: string): void {
  const next = match(glued);
  if (next === null) return;
  const [word = next] = /^[\p{L}\p{N}_./]+/u.exec(source.slice(at)) ?? [];
  throw new SyntaxFault(
    { at, length: word.length },
    {
      vi: `Sau con số không được viết liền “${word}”. Đơn vị viết trong ngoặc vuông: 150 [µg/m³]; số thập phân dùng dấu chấm: 1.5.`,
      en: `“${word}” may not follow a number directly. A unit stands in square brackets: 150 [µg/m³]; decimals take a point: 1.5.`,
    },
  );
}
