import { expect, it } from 'vitest';
import { readList } from './registration.ts';

it('reads headings in Vietnamese or English, any of three separators, a mark at the beginning', () => {
  const vietnamese = readList('\ufeffMã;Tên;Đối tượng\r\nd1;Bộ ghi 1;s1 s2\r\n');
  expect(vietnamese).toEqual({ good: [{ line: 2, id: 'd1', name: 'Bộ ghi 1', entityIds: ['s1', 's2'] }], bad: [] });
  expect(readList('id,name,entities\nd1,"Bộ ghi, số 1",s1|s1\n').good).toEqual([
    { line: 2, id: 'd1', name: 'Bộ ghi, số 1', entityIds: ['s1'] },
  ]);
});

it('tells each line that is not right, and takes the others', () => {
  const list = readList('id,name,entities\nd 1,A,s1\n\nd2,,s1\nd3,C,\nd4,D,s1\nd4,D,s1\nd5\n');
  expect(list.good.map((one) => one.id)).toEqual(['d4']);
  expect(list.bad.map((one) => [one.line, one.id, one.reason.en])).toEqual([
    [2, 'd 1', expect.stringContaining('letters')],
    [4, 'd2', expect.stringContaining('name')],
    [5, 'd3', expect.stringContaining('entity')],
    [7, 'd4', expect.stringContaining('twice')],
    [8, 'd5', expect.stringContaining('name')],
  ]);
});

it.each([
  ['', 'no-headings'],
  ['a,b\n1,2\n', 'no-headings'],
  ['id,name,entities\n"half', 'not-csv'],
])('says why nothing of %j can be read', (csv, code) => {
  expect(() => readList(csv)).toThrow(code);
});
