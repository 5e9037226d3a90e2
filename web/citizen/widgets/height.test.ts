import { expect, it } from 'vitest';
import { isEmbedder } from './height.ts';

it('a widget tells its height to the sites that are configured and to no other', () => {
  const allowed = ['https://thaibinh.gov.vn', 'https://*.vuthu.gov.vn', 'http://127.0.0.1:9001'];
  const told = (origin: string) => isEmbedder(origin, allowed);
  expect(['https://thaibinh.gov.vn', 'https://tin.vuthu.gov.vn', 'http://127.0.0.1:9001'].map(told)).toEqual([
    true,
    true,
    true,
  ]);
  expect(
    [
      'http://thaibinh.gov.vn',
      'https://thaibinh.gov.vn.evil.example',
      'https://thaibinhxgov.vn',
      'https://vuthu.gov.vn',
      'https://evil.example/.vuthu.gov.vn',
      'http://127.0.0.1:9002',
      'null',
      '',
    ].map(told),
  ).toEqual(Array(8).fill(false));
  expect(isEmbedder('https://anybody.example', [''])).toBe(false);
});
