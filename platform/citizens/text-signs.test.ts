import { describe, expect, it } from 'vitest';
import { sameText, textSigns } from './text-signs.ts';

const kinds = (text: string) => textSigns(text).map((one) => one.kind);

describe('a text', () => {
  it('as people write them has no sign, with diacritics or without, with numbers and abbreviations', () => {
    for (const text of [
      'Mặt đường trước chợ có ổ gà lớn, xe máy đi qua rất nguy hiểm',
      'Den duong truoc cong UBND xa Vu Thu hong tu 20/11, cot so C-17',
      'Nước đục 3 ngày nay ở tổ 5, phố Nghiêng.',
      'UBND TP',
      'Mất nước!!!',
    ])
      expect(kinds(text)).toEqual([]);
  });
  it('with links, of no words, or of one letter is marked', () => {
    expect(kinds('Vay tiền nhanh tại https://vay.example và www.vay.top')).toContain('links');
    expect(textSigns('Vào bet88.vip nhận thưởng')[0]).toEqual({ kind: 'links', detail: { links: 1 } });
    expect(kinds('asdkjhqwe zxcmnbv qwrtpsdf lkjhgfds')).toContain('gibberish');
    expect(kinds('aaaaaaaaaaaaaaaaaaaa')).toContain('gibberish');
  });
  it('is the same as another that differs in marks, case and signs only', () => {
    expect(sameText('Ổ GÀ  lớn!!! trước chợ')).toBe(sameText('ổ gà lớn trước chợ.'));
  });
});
