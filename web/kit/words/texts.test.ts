import { describe, expect, it } from 'vitest';
import { i18n, setLanguage } from './language.ts';
import { texts } from './texts.ts';

describe('a page’s dictionary', () => {
  it('is in both languages, Vietnamese first', () => {
    texts('test.page', {
      vi: { title: 'Trạm quan trắc', 'count.all': '{{n}} trạm' },
      en: { title: 'Stations', 'count.all': '{{n}} stations' },
    });
    expect(i18n.getFixedT('vi', 'test.page')('title')).toBe('Trạm quan trắc');
    expect(i18n.getFixedT('en', 'test.page')('count.all', { n: '12' })).toBe('12 stations');
    // No language chosen before: Vietnamese.
    expect(i18n.language).toBe('vi');
    setLanguage('en');
    expect(i18n.language).toBe('en');
    setLanguage('vi');
  });

  it('does not compile with a word or a place holder missing', () => {
    const wrong = () => {
      // @ts-expect-error 'lead' is missing in English
      texts('test.wrong', { vi: { title: 'A', lead: 'B' }, en: { title: 'A' } });
      // @ts-expect-error the English text lost its place holder
      texts('test.holder', { vi: { count: '{{n}} trạm' }, en: { count: 'stations' } });
    };
    expect(wrong).toBeTypeOf('function');
  });

  it('does not take what looks like a path or another dictionary in a key for one', () => {
    texts('test.keys', { vi: { 'a.b:c': 'Có' }, en: { 'a.b:c': 'Yes' } });
    expect(i18n.getFixedT('vi', 'test.keys')('a.b:c')).toBe('Có');
  });
});
