import { expect, it } from 'vitest';
import { seal, unseal } from './index.ts';

const key = Buffer.alloc(32, 7);
const of = '7f9c24e8-3b0c-4e55-9d1a-52d8b2a1f001';

it('opens what lies in databases already: bytes kept from before this room was made', () => {
  // Sealed by the former code of citizens and connectors with the nonce 00 01 … 0b.
  const kept = 'AAECAwQFBgcICQoLkeXQkh59YIJW1ey80gSGV1bmnAn8slwnV+aNfVnTTLKOXZquM1pDCCf8UI674Vo9';
  expect(unseal(key, Buffer.from(kept, 'base64'), of)).toBe('Nguyễn Thị Hoa, +84912345678');
});

it('never seals the same in the same bytes, and opens it again', () => {
  const [one, two] = [seal(key, 'Cầu Nguyễn', of), seal(key, 'Cầu Nguyễn', of)];
  expect(one.equals(two)).toBe(false);
  expect([unseal(key, one, of), unseal(key, two, of)]).toEqual(['Cầu Nguyễn', 'Cầu Nguyễn']);
});

it('opens for nobody else, with no other key, and not where a single bit was changed or the tag cut short', () => {
  const sealed = seal(key, 'Cầu Nguyễn', of);
  expect(() => unseal(key, sealed, 'another')).toThrow();
  expect(() => unseal(Buffer.alloc(32, 8), sealed, of)).toThrow();
  for (const at of [0, 12, 28]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(key, changed, of)).toThrow();
  }
  expect(() => unseal(key, sealed.subarray(0, 20), of)).toThrow();
});
