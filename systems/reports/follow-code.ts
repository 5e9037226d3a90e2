/** Codes by which a citizen follows a report without an account. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, which are misread or read aloud wrongly. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 20;
const LOOK_UP = 5;

export type FollowCode = { lookUp: string; hash: Buffer };

/** Twenty letters, 100 random bits: the first five find the row, the other 75 bits are the secret. */
export function makeFollowCode(random: (bytes: number) => Buffer = randomBytes): string {
  return letterCode(random(LENGTH));
}

/** The code that these bytes are, twenty at least. */
export function letterCode(bytes: Buffer): string {
  // 256 is a multiple of 32: no letter is likelier than another.
  const letters = [...bytes.subarray(0, LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
}

/** A code as a person types it: spaces, dashes and case do not matter, O is 0, I and L are 1. Null where it is none. */
export function parseFollowCode(typed: string): FollowCode | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (letters.length !== LENGTH || [...letters].some((letter) => !LETTERS.includes(letter))) return null;
  return { lookUp: letters.slice(0, LOOK_UP), hash: createHash('sha256').update(letters).digest() };
}

/** Compares in constant time. */
export function isSameCode(given: FollowCode, hash: Buffer): boolean {
  return hash.length === given.hash.length && timingSafeEqual(hash, given.hash);
}
