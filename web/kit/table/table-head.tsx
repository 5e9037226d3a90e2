import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import type { Column } from './data-table.tsx';
import type { TableView } from './view.ts';

type TableHeadProps<R> = {
  columns: readonly Column<R>[];
  view: TableView;
  onSort: (column: Column<R>) => void;
  pickAll?: { checked: boolean; onChange: (all: boolean) => void };
};

/** The head that stays: select all, and a button a column to sort by it. */
export function TableHead<R>({ columns, view, onSort, pickAll }: TableHeadProps<R>) {
  const t = useTexts(kitWords);
  return (
    <thead>
      <tr>
        {pickAll ? (
          <th className="k-pick" scope="col">
            <input
              type="checkbox"
              aria-label={t('selectAll')}
              checked={pickAll.checked}
              onChange={(event) => pickAll.onChange(event.currentTarget.checked)}
            />
          </th>
        ) : null}
        {columns.map((column) => {
          const sorted = view.sort?.column === column.id ? (view.sort.down ? 'descending' : 'ascending') : 'none';
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={sorted}
              className={column.kind === 'number' ? 'k-right' : ''}
              style={column.width ? { width: column.width } : undefined}
            >
              {column.sortable === false ? (
                column.title
              ) : (
                <button type="button" onClick={() => onSort(column)} title={t('sortBy', { name: column.title })}>
                  {column.title}
                  <span aria-hidden="true" className="k-sort">
                    {sorted === 'none' ? '' : sorted === 'descending' ? '↓' : '↑'}
                  </span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
