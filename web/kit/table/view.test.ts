import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  compareCells,
  csvOf,
  rowsOf,
  type TableView,
  type ViewColumn,
  viewFromSearch,
  viewToSearch,
} from './view.ts';

type Gate = { name: string; level: number | null; state: string };

const gates: Gate[] = [
  { name: 'Cống Trà Linh', level: 1.2, state: 'Mở' },
  { name: 'Cống Đông Hải', level: null, state: 'Đóng' },
  { name: 'Cống Lân', level: 0.4, state: 'Đóng' },
];

const columns: (ViewColumn<Gate> & { title: string })[] = [
  { id: 'name', title: 'Tên', value: (row) => row.name, text: (row) => row.name },
  {
    id: 'level',
    title: 'Mực nước',
    value: (row) => row.level,
    text: (row) => (row.level === null ? '–' : String(row.level).replace('.', ',')),
  },
  { id: 'state', title: 'Trạng thái', value: (row) => row.state, text: (row) => row.state, hidden: true },
];

const names = (view: TableView) => rowsOf(gates, columns, view).map((row) => row.name.replace('Cống ', ''));

describe('a table’s view', () => {
  it('finds with and without diacritics, đ among them', () => {
    expect(names({ find: 'dong hai' })).toEqual(['Đông Hải']);
    expect(names({ find: 'LÂN' })).toEqual(['Lân']);
  });

  it('sorts words in Vietnamese order, in which Đ follows D and comes before L', () => {
    expect(names({ sort: { column: 'name', down: false } })).toEqual(['Đông Hải', 'Lân', 'Trà Linh']);
  });

  it('keeps missing values last, upwards and downwards', () => {
    expect(names({ sort: { column: 'level', down: false } })).toEqual(['Lân', 'Trà Linh', 'Đông Hải']);
    expect(names({ sort: { column: 'level', down: true } })).toEqual(['Trà Linh', 'Lân', 'Đông Hải']);
    expect(compareCells(null, null, true)).toBe(0);
  });

  it('filters by any of a column’s values', () => {
    expect(names({ filters: { state: ['Đóng'] } })).toEqual(['Đông Hải', 'Lân']);
    expect(names({ filters: { state: ['Đóng', 'Mở'] } })).toHaveLength(3);
    expect(names({ filters: { state: [] } })).toHaveLength(3);
  });

  it('goes into the address and comes back the same', () => {
    const view: TableView = {
      find: 'trạm',
      sort: { column: 'level', down: true },
      filters: { state: ['Đóng', 'a,b|c%'] },
      columns: ['level', 'name'],
      density: 'roomy',
      page: 3,
    };
    expect(viewFromSearch(viewToSearch(view))).toEqual(view);
    expect(viewToSearch({})).toEqual({});
  });

  it('shows its own columns until others are chosen, then those in their order', () => {
    expect(columnsOf(columns, {}).map((column) => column.id)).toEqual(['name', 'level']);
    expect(columnsOf(columns, { columns: ['state', 'name', 'gone'] }).map((column) => column.id)).toEqual([
      'state',
      'name',
    ]);
  });

  it('exports exactly what is shown, and no formula that a spreadsheet would run', () => {
    const rows = rowsOf([...gates, { name: '=HYPERLINK("x")', level: -1, state: '' }], columns, {
      sort: { column: 'level', down: false },
    });
    expect(csvOf(rows, columnsOf(columns, { columns: ['level', 'name'] }))).toBe(
      '\uFEFFMực nước,Tên\r\n"-1","\'=HYPERLINK(""x"")"\r\n"0,4",Cống Lân\r\n"1,2",Cống Trà Linh\r\n–,Cống Đông Hải\r\n',
    );
  });

  it('exports figures below zero as figures, and what stands in their place as text', () => {
    const said = ['-5', '-5,2', '-1.234,5 µg/m³', '-5+cmd|x', '=1+1', '＝1+1'];
    const column = { id: 'a', title: 'a', value: () => -5, text: (row: string) => row };
    expect(csvOf(said, [column])).toBe(
      '\uFEFFa\r\n"-5"\r\n"-5,2"\r\n"-1.234,5 µg/m³"\r\n\'-5+cmd|x\r\n\'=1+1\r\n\'＝1+1\r\n',
    );
  });
});
