import { describe, expect, it } from 'vitest';
import { readFilter } from './filter.ts';

describe('a filter on properties', () => {
  it('is a jsonpath of all its terms', () => {
    expect(readFilter('power>=50;street=="Lê Lợi";batch').path).toBe(
      '$."power" >= 50 && $."street" == "Lê Lợi" && exists($."batch")',
    );
    expect(readFilter(' on != true ').path).toBe('$."on" != true');
  });

  it('keeps what stands in quotes a string, whatever it holds', () => {
    expect(readFilter('a=="x;b==1";c').path).toBe('$."a" == "x;b==1" && exists($."c")');
    expect(readFilter(String.raw`a=="x\" || 1 == 1"`).path).toBe(String.raw`$."a" == "x\" || 1 == 1"`);
  });

  it.each([
    'a==',
    'a==b',
    'a==$.b',
    'a==1 || 1==1',
    '$.a==1',
    'a.b==1',
    '"a"==1',
    'a=="x',
    'a==[1]',
    'a==null',
    ';;',
    'a==NaN',
    Array.from({ length: 11 }, (_, index) => `a${index}`).join(';'),
  ])('refuses %s', (text) => {
    expect(() => readFilter(text)).toThrow('bad-filter');
  });
});
