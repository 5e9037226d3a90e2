import { expect, it } from 'vitest';
import { around, parseBox, parseNear } from './box.ts';

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

it('reads a circle, and knows the box around it', () => {
  expect(parseNear('106.34,20.45,2000')).toEqual({ lon: 106.34, lat: 20.45, metres: 2000 });
  // A degree of latitude is 111.195 km on a sphere of 6,371.0088 km; at 60 degrees one of longitude is half of that.
  const [west, south, east, north] = around({ lon: 10, lat: 60, metres: 111_195 });
  expect(north - 60).toBeCloseTo(1.01, 2);
  expect(60 - south).toBeCloseTo(1.01, 2);
  expect(east - 10).toBeGreaterThan(2.02);
  expect(10 - west).toBeLessThan(2.15);
});

it.each(['', '1,2', '1,2,3,4', '181,0,10', '0,86,10', '0,0,0', '0,0,-5', '0,0,200001', 'a,b,c'])(
  'refuses the circle %j',
  (text) => {
    expect(() => parseNear(text)).toThrow('bad-near');
  },
);
