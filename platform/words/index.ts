/**
 * Words: a text in both languages, and the one kind of refusal that every room answers bad input with.
 * Promise: whatever is refused says what is wrong, where, and what to do, in the reader's language.
 */

export { csvCell, fromCsvCell } from './csv.ts';

/** A text shown to people. Vietnamese first; English complete. */
export type Text = { vi: string; en: string };

export type Language = keyof Text;

/** One refused part of an input: `at` is a JSON pointer, a row index or a field name. */
export type Flaw = { at: string; reason: Text };

/** A refusal that a person can act on; `http/` turns it into RFC 9457 problem+json. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: Text;
  readonly flaws: Flaw[];

  constructor(status: number, code: string, text: Text, flaws: Flaw[] = []) {
    super(`${code}: ${text.en}`);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.text = text;
    this.flaws = flaws;
  }
}

/** Makes a refusal; `status` is the HTTP status it would have, `code` a stable kebab-case name. */
export function refuse(status: number, code: string, text: Text, flaws: Flaw[] = []): Refusal {
  return new Refusal(status, code, text, flaws);
}

/** The answer where a thing does not exist or may not be seen: the two are never told apart. */
export function notFound(what: Text): Refusal {
  return refuse(404, 'not-found', {
    vi: `Không tìm thấy ${what.vi}, hoặc bạn không có quyền xem.`,
    en: `No such ${what.en}, or you may not see it.`,
  });
}

/**
 * Vietnamese text without diacritics, in lower case, for search: 'Vũ Thư' -> 'vu thu', 'Đông' -> 'dong'.
 * NFD takes the marks off; đ is a letter of its own and is mapped by hand.
 */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().trim();
}
