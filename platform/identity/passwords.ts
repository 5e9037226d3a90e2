import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { plain, refuse, type Text } from '../words/index.ts';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const LEAST_PASSWORD = 10;
export const MOST_PASSWORD = 200;

/** Telex and VNI keyboards write one letter in several ways: all become the same before hashing. */
const spelled = (password: string): string => password.normalize('NFKC');

/** Refuses a weak password, saying what to do. */
export function checkPassword(password: string, loginName: string, name: string): void {
  const length = [...spelled(password)].length;
  const bare = (text: string): string => plain(text).replace(/[^a-z0-9]/g, '');
  const wrong = (text: Text) => refuse(422, 'weak-password', text, [{ at: 'password', reason: text }]);
  if (length < LEAST_PASSWORD) {
    throw wrong({
      vi: `Mật khẩu phải có ít nhất ${LEAST_PASSWORD} ký tự (đang có ${length}). Một câu dài dễ nhớ là tốt nhất.`,
      en: `A password needs at least ${LEAST_PASSWORD} characters (this has ${length}). A long sentence is best.`,
    });
  }
  if (length > MOST_PASSWORD) {
    throw wrong({
      vi: `Mật khẩu dài nhất ${MOST_PASSWORD} ký tự.`,
      en: `A password has at most ${MOST_PASSWORD} characters.`,
    });
  }
  if (plain(password) === plain(loginName) || (bare(name) !== '' && bare(password) === bare(name))) {
    throw wrong({
      vi: 'Mật khẩu không được trùng tên đăng nhập hoặc họ tên.',
      en: 'A password may not be the login name or the name.',
    });
  }
  if (new Set(spelled(password)).size < 4) {
    throw wrong({
      vi: 'Mật khẩu lặp lại quá ít ký tự khác nhau. Hãy dùng ít nhất 4 ký tự khác nhau.',
      en: 'The password repeats too few characters. Use at least 4 different ones.',
    });
  }
}

export function hashPassword(password: string): Promise<string> {
  return hash(spelled(password), COST);
}

let nobodys: Promise<string> | null = null;

/** Checks a password; `stored` is null for an unknown user, which takes as long as a known one and is always wrong. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  nobodys ??= hashPassword(randomBytes(32).toString('base64'));
  const matches = await verify(stored ?? (await nobodys), spelled(password));
  return stored !== null && matches;
}

/** A temporary password that can be read out on the telephone: 4 groups of 4, 80 bits. */
export function temporaryPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789z';
  const text = [...randomBytes(16)].map((byte) => letters[byte % 32]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
