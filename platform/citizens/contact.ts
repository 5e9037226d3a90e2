/** Phone numbers and e-mail addresses as people write them, made one form. Pure. */
import { refuse } from '../words/index.ts';

export type Contact = { kind: 'phone' | 'email'; value: string };

/**
 * Reads a Vietnamese mobile number (0912 345 678, +84 912 345 678, 84912345678 -> +84912345678) or an e-mail address
 * (in lower case). Refuses with 422 what is neither.
 */
export function readContact(given: string): Contact {
  const text = given.normalize('NFC').trim();
  if (text.includes('@')) {
    const value = text.toLowerCase();
    if (value.length <= 254 && /^[^\s@<>,;"]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value)) return { kind: 'email', value };
    throw wrongContact();
  }
  const digits = text.replace(/[\s().-]/g, '').replace(/^(\+84|0084|84(?=\d{9}$)|0)/, '');
  // Mobile numbers since 2018: 3x, 5x, 7x, 8x, 9x and seven digits.
  if (/^[35789]\d{8}$/.test(digits)) return { kind: 'phone', value: `+84${digits}` };
  throw wrongContact();
}

/** As shown to who should only recognise it: +84912345678 -> 09•••••678, an.nguyen@x.vn -> a•••@x.vn. */
export function maskContact({ kind, value }: Contact): string {
  if (kind === 'phone') return `0${value.slice(3, 4)}•••••${value.slice(-3)}`;
  return `${value.slice(0, 1)}•••${value.slice(value.lastIndexOf('@'))}`;
}

function wrongContact() {
  return refuse(422, 'wrong-contact', {
    vi: 'Đây không phải số điện thoại di động Việt Nam hay địa chỉ thư điện tử. Ví dụ: 0912 345 678 hoặc ten@vidu.vn.',
    en: 'This is neither a Vietnamese mobile number nor an e-mail address. For example 0912 345 678 or name@example.vn.',
  });
}
