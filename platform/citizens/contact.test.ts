import { describe, expect, it } from 'vitest';
import { maskContact, readContact } from './contact.ts';

describe('a contact', () => {
  it('is one number however it is written', () => {
    for (const text of [
      '0912 345 678',
      '+84 912 345 678',
      '84912345678',
      '0084912345678',
      '(091) 234-5678',
      '0912.345.678',
    ]) {
      expect(readContact(text), text).toEqual({ kind: 'phone', value: '+84912345678' });
    }
  });

  it('is an address in lower case', () => {
    expect(readContact(' An.Nguyen@Vidu.VN ')).toEqual({ kind: 'email', value: 'an.nguyen@vidu.vn' });
  });

  it('is refused in words where it is neither', () => {
    for (const text of ['0212345678', '12345', 'an@', 'a b@c.vn', 'an@vidu', '0912345678\nBcc: x@y.vn', 'a,b@c.vn']) {
      expect(() => readContact(text), text).toThrow('wrong-contact');
    }
  });

  it('is shown so that only its owner recognises it', () => {
    expect(maskContact(readContact('0912345678'))).toBe('09•••••678');
    expect(maskContact(readContact('an@vidu.vn'))).toBe('a•••@vidu.vn');
  });
});
