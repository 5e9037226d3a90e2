import { expect, it } from 'vitest';
import { parseBox } from './box.ts';

it('reads west, south, east, north', () => {
  expect(parseBox('106.2, 20.3,106.6,20.7')).toEqual([106.2, 20.3, 106.6, 20.7]);
});

it.each([',,,', '', '1,2,3', '1,2,3,4,5', '106.6,20.3,106.2,20.7', '106.2,20.7,106.6,20.3', '0,0,181,1', '0,-91,1,1'])(
  'refuses %j',
  (text) => {
    expect(() => parseBox(text)).toThrow('bad-box');
  },
);
it.each(['a,b,c,d', 'NaN,0,1,1', '0,0,Infinity,1'])('refuses what is no number: %j', (text) => {
  expect(() => parseBox(text)).toThrow('bad-box');
});
