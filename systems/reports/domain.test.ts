import { describe, expect, it } from 'vitest';
import { findMasks, maskText } from '../../platform/citizens/index.ts';
import { categories } from './categories.ts';
import { isSameCode, makeFollowCode, parseFollowCode } from './follow-code.ts';
import { suggest, withPlace } from './suggest.ts';

const leaves = categories.filter((one) => one.parent !== null);
const first = (text: string) => suggest(text, leaves)[0]?.code;

describe('the declared categories', () => {
  it('are 25 to 40 leaves of families that exist, each with times, words and both languages', () => {
    expect(leaves.length).toBeGreaterThanOrEqual(25);
    expect(leaves.length).toBeLessThanOrEqual(40);
    const families = categories.filter((one) => one.parent === null).map((one) => one.code);
    expect(new Set(categories.map((one) => one.code)).size).toBe(categories.length);
    for (const leaf of leaves) {
      expect(families).toContain(leaf.parent);
      expect(leaf.code.startsWith(`${leaf.parent}.`)).toBe(true);
      expect(leaf.words.length).toBeGreaterThan(0);
      expect(leaf.title.vi && leaf.title.en).toBeTruthy();
    }
  });
});

describe('the suggestion', () => {
  it('finds the category with and without diacritics', () => {
    expect(first('Đường trước trường học có ổ gà rất sâu')).toBe('roads.pothole');
    expect(first('Duong truoc nha co o ga rat sau')).toBe('roads.pothole');
    expect(first('Rác thải bốc mùi, chưa thu gom')).toBe('environment.litter');
    expect(first('mat nap cong nguy hiem')).toBe('water.manhole');
    expect(first('Đèn đường hỏng ba hôm nay, tối om')).toBe('power.lighting');
    expect(first('hat karaoke loa keo luc nua dem')).toBe('environment.noise');
  });

  it('says nothing where no word is known, rather than guess', () => {
    expect(suggest('xin chào', leaves)).toEqual([]);
  });

  it('goes by the words first; the place decides between equals, and alone where there are no words', () => {
    const near = new Map([
      ['b', 4],
      ['c', 2],
    ]);
    // 0.9 for what stands there most, its share for the others: 0.9 and 0.45; one word is worth 1.
    expect(withPlace([], near)).toEqual([
      { code: 'b', score: 0.9 },
      { code: 'c', score: 0.45 },
    ]);
    const words = [
      { code: 'a', score: 1 },
      { code: 'c', score: 1 },
    ];
    expect(withPlace(words, near).map((one) => one.code)).toEqual(['c', 'a', 'b']);
    expect(withPlace(words, new Map())).toEqual(words);
  });
});

describe('masking', () => {
  const masked = (text: string) => maskText(text, findMasks(text));

  it('finds phone numbers, identity numbers, plates, e-mails and names after a form of address', () => {
    expect(masked('Gọi 0912.345.678 hoặc +84 36 123 4567')).toBe('Gọi ••• hoặc •••');
    expect(masked('CCCD 034085001234, CMND 151 234 567')).toBe('CCCD •••, CMND •••');
    expect(masked('xe 17B1-123.45 và 17A 12345')).toBe('xe ••• và •••');
    expect(masked('thư về an.nguyen@gmail.com nhé')).toBe('thư về ••• nhé');
    expect(masked('nhà ông Nguyễn Văn An xả rác, bà Hoa cũng vậy')).toBe('nhà ông ••• xả rác, bà ••• cũng vậy');
  });

  it('finds insults with and without diacritics, as whole words only', () => {
    expect(masked('Bọn khốn nạn này')).toBe('Bọn ••• này');
    expect(masked('bon khon nan nay')).toBe('bon ••• nay');
    // 'khuẩn' is another word than 'khốn'.
    expect(masked('vi khuẩn trong nước')).toBe('vi khuẩn trong nước');
  });

  it('leaves numbers alone that are none of these', () => {
    for (const text of [
      'Số nhà 125, ngõ 12',
      'ngày 23/11/2026 lúc 8 giờ 30',
      'Quốc lộ 10, km 12',
      'tổ 5 phường Bồ Xuyên',
    ]) {
      expect(masked(text)).toBe(text);
    }
  });
});

describe('a follow code', () => {
  it('is twenty letters of 32, read as people type them', () => {
    const code = makeFollowCode((bytes) => Buffer.from(Array.from({ length: bytes }, (_, n) => n)));
    expect(code).toBe('0123-4567-89AB-CDEF-GHJK');
    const parsed = parseFollowCode(code);
    const typed = parseFollowCode(' o123 4567 89ab cdef ghjk ');
    expect(parsed && typed && isSameCode(typed, parsed.hash)).toBe(true);
    expect(parsed?.lookUp).toBe('01234');
    const other = parseFollowCode('0123-4567-89AB-CDEF-GHJM');
    expect(other && parsed && isSameCode(other, parsed.hash)).toBe(false);
    for (const none of ['', '0123', '0123-4567-89AB-CDEF-GHJU', `${code}0`]) expect(parseFollowCode(none)).toBeNull();
  });
});
