import { expect, it } from 'vitest';
import { readPeople } from './people-csv.ts';

const communes = [
  { code: '13192', name: 'Xã Vũ Thư' },
  { code: '13075', name: 'Xã Kiến Xương' },
  { code: '1', name: 'Xã Tân Tiến' },
  { code: '2', name: 'Phường Tân Tiến' },
];

it('reads codes or names, with any of the marks that offices use, and passes the titles by', () => {
  const expected = [
    { areaCode: '13192', areaName: 'Xã Vũ Thư', inhabitants: 31_245 },
    { areaCode: '13075', areaName: 'Xã Kiến Xương', inhabitants: 28_000 },
  ];
  for (const file of [
    '\ufeffMã;Tên;Số dân\r\n13192;Xã Vũ Thư;31.245\r\n;kien xuong;28000\r\n',
    'Vũ Thư,"31,245"\nXã Kiến Xương,28 000',
    '13192\tVũ Thư\t31245\n\n13075\tKiến Xương\t28.000\n',
  ])
    expect(readPeople(file, communes), file).toEqual({ rows: expected, flaws: [] });
});

it('says by line what cannot be read, and takes nothing for it', () => {
  const { rows, flaws } = readPeople('Vũ Thư;1,5\nTân Tiến;100\nHà Nội;5\nKiến Xương;0\n1;9\n1;10', communes);
  expect(rows).toEqual([{ areaCode: '1', areaName: 'Xã Tân Tiến', inhabitants: 9 }]);
  expect(flaws.map(({ line, text }) => `${line} ${text.vi}`)).toEqual([
    '1 Xã Vũ Thư: “1,5” không phải số dân',
    '2 “Tân Tiến”: nhiều nơi cùng tên, hãy ghi mã',
    '3 “Hà Nội”: không có xã, phường này',
    '4 Xã Kiến Xương: “0” không phải số dân',
    '6 Xã Tân Tiến: có hai dòng',
  ]);
});
