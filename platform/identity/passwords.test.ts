import { describe, expect, it } from 'vitest';
import { Refusal } from '../words/index.ts';
import { checkPassword, hashPassword, passwordMatches, temporaryPassword } from './passwords.ts';
import { delaySeconds, network } from './throttle.ts';

const why = (password: string): string => {
  try {
    checkPassword(password, 'nguyen.van.an', 'Nguyễn Văn An');
    return 'taken';
  } catch (error) {
    if (error instanceof Refusal) return error.text.vi;
    throw error;
  }
};

describe('passwords', () => {
  it('takes a long sentence and says what is wrong with others', () => {
    expect(why('mùa gặt năm nay')).toBe('taken');
    expect(why('mùa gặt')).toContain('ít nhất 10 ký tự (đang có 7)');
    expect(why('x'.repeat(201))).toContain('dài nhất 200');
    expect(why('Nguyen.Van.An')).toContain('không được trùng tên đăng nhập');
    expect(why('nguyễn văn an')).toContain('không được trùng tên đăng nhập');
    expect(why('1212121212')).toContain('lặp lại');
  });

  it('counts letters as people see them, however the keyboard wrote them', () => {
    // 7 letters that are 14 code points when decomposed
    expect(why('ăêôơưđạ'.normalize('NFD'))).toContain('đang có 7');
  });

  it('hashes with argon2id, and knows a password again in either way of writing Vietnamese', async () => {
    const stored = await hashPassword('mật khẩu của tôi'.normalize('NFC'));
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordMatches(stored, 'mật khẩu của tôi'.normalize('NFD'))).toBe(true);
    expect(await passwordMatches(stored, 'mat khau cua toi')).toBe(false);
  });

  it('is never right for an unknown user, and takes as long as for a known one', async () => {
    const stored = await hashPassword('mật khẩu của tôi');
    const fastest = async (hash: string | null): Promise<number> => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 6; round++) {
        const start = performance.now();
        expect(await passwordMatches(hash, 'sai rồi sai rồi')).toBe(false);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    await fastest(null);
    const [known, unknown] = [await fastest(stored), await fastest(null)];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  it('makes temporary passwords that are all different and pass the rules', () => {
    const made = new Set(Array.from({ length: 200 }, temporaryPassword));
    expect(made.size).toBe(200);
    for (const password of made) {
      expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    }
  });
});

describe('the brake on guessing', () => {
  it('lets four failures pass, then doubles from 5 seconds to a quarter of an hour', () => {
    expect([1, 4, 5, 6, 7, 12, 13, 99].map((failures) => delaySeconds(failures, 5))).toEqual([
      0, 0, 5, 10, 20, 640, 900, 900,
    ]);
  });

  it('counts all addresses of one IPv6 subscriber as one', () => {
    expect(network('2001:ee0:4f1:a::1')).toBe('2001:ee0:4f1:a::/64');
    expect(network('2001:0EE0:04f1:000a:ffff:1:2:3')).toBe('2001:ee0:4f1:a::/64');
    expect(network('2001:ee0::1')).toBe('2001:ee0:0:0::/64');
    expect(network('::ffff:203.113.1.2')).toBe('203.113.1.2');
    expect(network('203.113.1.2')).toBe('203.113.1.2');
  });
});
