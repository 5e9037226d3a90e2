import { expect, it } from 'vitest';
import { readScope, type Sited } from './scope.ts';

const at = (id: string, lon: number, type = 'Gauge'): Sited => ({
  id,
  type,
  location: { lon, lat: 20.5 },
  areaCode: null,
  organisationId: null,
});
const heard = (query: Parameters<typeof readScope>[0]) => {
  const scope = readScope(query);
  const all = [at('a', 106.1), at('b', 106.5), at('c', 106.5, 'Lock'), { ...at('d', 0), location: null }];
  return scope && all.filter(scope).map((one) => one.id);
};

it('is everything where nothing is named, and nothing where the list is empty', () => {
  expect(heard({})).toBeNull();
  expect(heard({ ids: '' })).toEqual([]);
});

it('is what lies in the boxes, of the types, and single things beside', () => {
  expect(heard({ box: '106.4,20,106.6,21' })).toEqual(['b', 'c']);
  expect(heard({ box: '106.4,20,106.6,21', types: 'Lock' })).toEqual(['c']);
  expect(heard({ box: '106.4,20,106.6,21;106,20,106.2,21', types: 'Gauge' })).toEqual(['a', 'b']);
  expect(heard({ box: '106.4,20,106.6,21', types: 'Lock', ids: 'd,a' })).toEqual(['a', 'c', 'd']);
  expect(heard({ types: 'Lock' })).toEqual(['c']);
});

it('refuses a box that is none', () => {
  expect(() => readScope({ box: '1,2,3' })).toThrow('bad-box');
});
