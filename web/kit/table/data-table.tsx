import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Link } from '../base/link.tsx';
import { useNavigateTo } from '../base/provider.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { EmptyState, LoadingState, Trouble } from '../states/states.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { TableBar } from './table-bar.tsx';
import { TableHead } from './table-head.tsx';
import { useTableKeys } from './use-table-keys.ts';
import { type Cell, columnsOf, rowsOf, type TableView } from './view.ts';
import './table.css';

export type Column<R> = {
  id: string;
  title: string;
  /** What is sorted and exported. */
  value: (row: R) => Cell;
  /** How it is drawn, where text is not enough (a badge, an age). */
  cell?: (row: R) => ReactNode;
  /** The text that is searched, filtered and exported; by default the value in the reader's formats. */
  text?: (row: R) => string;
  kind?: 'text' | 'number' | 'instant' | 'date';
  unit?: string;
  decimals?: number;
  /** Offers filter chips: of the values present, or of those named here. For columns of few words. */
  filter?: boolean | readonly string[];
  /** Not shown until it is chosen. */
  hidden?: boolean;
  sortable?: boolean;
  width?: number;
};

export type DataTableProps<R> = {
  /** What the table holds, for screen readers. */
  label: string;
  columns: readonly Column<R>[];
  /** Undefined while loading. */
  rows: readonly R[] | undefined;
  rowKey: (row: R) => string;
  /** The row's name in words, for its check box and its link. */
  rowName: (row: R) => string;
  /** Where a row leads; the first column becomes its link. */
  rowHref?: (row: R) => string;
  /** Opens a row in place (a side sheet) instead of leaving. */
  onOpen?: (row: R) => void;
  /** The row that is open beside the table. */
  openKey?: string | null;
  view: TableView;
  onView: (view: TableView) => void;
  error?: unknown;
  onRetry?: () => void;
  /** What to say when there is nothing at all. */
  empty?: ReactNode;
  /** Acts on the selected rows; without it rows are not selectable. */
  bulk?: (rows: R[], clear: () => void) => ReactNode;
  /** New rows that wait above, shown when asked for, so that nothing jumps. */
  fresh?: number;
  onShowFresh?: () => void;
  pageSize?: number;
  /**
   * The server filters, sorts and pages by `view`, and this is how many rows it has. The table then shows `rows` as
   * they come.
   */
  total?: number;
  /** There are more than `total`, which the server did not count. */
  more?: boolean;
  /** Name of the exported file, without its ending. */
  fileName?: string;
  /** Where the server gives the whole list as a file, where only a page of it is here. */
  exportHref?: string;
  /** Saved views and the like, in the bar. */
  tools?: ReactNode;
};

type Ready<R> = Column<R> & { text: (row: R) => string };

/** A list as a table: find, sort, filter, choose columns, select, export what is shown, all by keyboard as well. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, columns, rows, rowKey, rowName, rowHref, onOpen, openKey, view, onView, bulk, total } = props;
  const { pageSize = 100, error, onRetry, empty, fresh = 0, onShowFresh } = props;
  const t = useTexts(kitWords);
  const formats = useFormats();
  const navigate = useNavigateTo();
  const [active, setActive] = useState(-1);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const body = useRef<HTMLTableSectionElement>(null);
  const find = useRef<HTMLInputElement>(null);

  const ready = useMemo<Ready<R>[]>(
    () =>
      columns.map((column) => ({
        ...column,
        text:
          column.text ??
          ((row) => {
            const value = column.value(row);
            if (value === null || value === undefined || value === '') return '–';
            if (column.kind === 'instant') return formats.instant(value as string | Date);
            if (column.kind === 'date') return formats.date(value as string | Date);
            if (typeof value === 'number') return formats.quantity(value, column.unit, column.decimals);
            if (typeof value === 'boolean') return value ? t('yes') : t('no');
            return value instanceof Date ? formats.instant(value) : value;
          }),
      })),
    [columns, formats, t],
  );
  const shownColumns = useMemo(() => columnsOf(ready, view), [ready, view]);
  const matching = useMemo(
    () => (rows === undefined ? [] : total === undefined ? rowsOf(rows, ready, view) : [...rows]),
    [rows, ready, view, total],
  );
  const count = total ?? matching.length;
  const pages = Math.max(1, Math.ceil(count / pageSize));
  const page = Math.min(view.page ?? 1, pages);
  const onPage = total === undefined ? matching.slice((page - 1) * pageSize, page * pageSize) : matching;
  const chosen = matching.filter((row) => selected.has(rowKey(row)));
  const clear = () => setSelected(new Set());

  const toggle = (row: R) => {
    const key = rowKey(row);
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  };
  const pickAll = (all: boolean) => {
    setSelected((before) => {
      const after = new Set(before);
      for (const row of onPage) {
        if (all) after.add(rowKey(row));
        else after.delete(rowKey(row));
      }
      return after;
    });
  };
  const open = (row: R) => {
    if (onOpen) onOpen(row);
    else if (rowHref) navigate(rowHref(row));
  };

  useTableKeys({
    find,
    body,
    count: onPage.length,
    active,
    setActive,
    pick: bulk ? (index) => onPage[index] && toggle(onPage[index]) : null,
    open: (index) => onPage[index] && open(onPage[index]),
  });

  const leaveFind = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    if (event.key === 'Escape') onView({ ...view, find: '' });
    event.currentTarget.blur();
    setActive(0);
  };

  const sortBy = (column: Column<R>) => {
    const down =
      view.sort?.column === column.id ? !view.sort.down : column.kind !== undefined && column.kind !== 'text';
    onView({ ...view, sort: { column: column.id, down }, page: 1 });
  };

  if (error && rows === undefined) return <Trouble error={error} {...(onRetry ? { onRetry } : {})} />;
  return (
    <div className={`k-table-block k-${view.density ?? 'dense'}`}>
      <TableBar
        findRef={find}
        onFindKey={leaveFind}
        columns={ready}
        shown={shownColumns}
        matching={matching}
        all={rows ?? []}
        total={count}
        allCount={total ?? rows?.length ?? 0}
        more={props.more ?? false}
        view={view}
        onView={onView}
        fileName={props.fileName ?? label}
        tools={props.tools}
        {...(props.exportHref ? { exportHref: props.exportHref } : {})}
      />
      {bulk && chosen.length > 0 ? (
        <div className="k-bulk" role="status">
          <strong className="k-num">{t('selected', { n: chosen.length })}</strong>
          {bulk(chosen, clear)}
          <Button kind="quiet" onClick={clear}>
            {t('unselect')}
          </Button>
        </div>
      ) : null}
      {fresh > 0 && onShowFresh ? (
        <button type="button" className="k-fresh" onClick={onShowFresh}>
          {t('showFresh', { n: fresh })}
        </button>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key */}
      <section className="k-table-scroll" aria-label={label} tabIndex={0}>
        <table className="k-table" aria-rowcount={count}>
          <TableHead
            columns={shownColumns}
            view={view}
            onSort={sortBy}
            {...(bulk
              ? {
                  pickAll: {
                    checked: onPage.length > 0 && onPage.every((row) => selected.has(rowKey(row))),
                    onChange: pickAll,
                  },
                }
              : {})}
          />
          <tbody ref={body}>
            {onPage.map((row, index) => {
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  data-active={index === active ? '' : undefined}
                  aria-selected={bulk ? selected.has(key) : undefined}
                  className={key === openKey ? 'k-row-open' : undefined}
                  onClick={(event) => {
                    if ((event.target as HTMLElement).closest('a, button, input, label')) return;
                    setActive(index);
                    open(row);
                  }}
                >
                  {bulk ? (
                    <td className="k-pick">
                      <input
                        type="checkbox"
                        aria-label={t('selectRow', { name: rowName(row) })}
                        checked={selected.has(key)}
                        onChange={() => toggle(row)}
                      />
                    </td>
                  ) : null}
                  {shownColumns.map((column, place) => {
                    const content = column.cell?.(row) ?? column.text(row);
                    return (
                      <td
                        key={column.id}
                        className={column.kind === 'number' ? 'k-right k-num' : column.kind ? 'k-num' : ''}
                        data-title={column.title}
                      >
                        {place > 0 ? (
                          content
                        ) : rowHref && !onOpen ? (
                          <Link href={rowHref(row)} quiet>
                            {content}
                          </Link>
                        ) : onOpen ? (
                          <button type="button" className="k-row-button" onClick={() => onOpen(row)}>
                            {content}
                          </button>
                        ) : (
                          content
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
        {rows === undefined ? <LoadingState lines={8} /> : null}
        {rows !== undefined && count === 0 ? (
          rows.length > 0 || view.find || view.filters ? (
            <EmptyState
              title={t('noMatch')}
              act={
                <Button
                  onClick={() => {
                    const { find: _find, filters: _filters, ...rest } = view;
                    onView(rest);
                  }}
                >
                  {t('clearFilters')}
                </Button>
              }
            />
          ) : (
            (empty ?? <EmptyState />)
          )
        ) : null}
      </section>
      {pages > 1 ? (
        <nav className="k-pages" aria-label={t('pageOf', { page, pages })}>
          <Button disabled={page <= 1} onClick={() => onView({ ...view, page: page - 1 })}>
            {t('previous')}
          </Button>
          <span className="k-num">{t('pageOf', { page, pages })}</span>
          <Button disabled={page >= pages} onClick={() => onView({ ...view, page: page + 1 })}>
            {t('next')}
          </Button>
        </nav>
      ) : null}
    </div>
  );
}
