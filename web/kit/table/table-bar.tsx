import { Menu } from '@mantine/core';
import { IconColumns3, IconDownload, IconFilter, IconLineHeight, IconSearch, IconX } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { Glyph } from '../base/glyph.tsx';
import { IconButton } from '../base/icon-button.tsx';
import { saveFile } from '../client/client.ts';
import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { csvOf, type TableView, type ViewColumn } from './view.ts';
import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/Menu.layer.css';

type BarColumn<R> = ViewColumn<R> & { title: string; filter?: boolean | readonly string[] };

type TableBarProps<R> = {
  findRef: RefObject<HTMLInputElement | null>;
  onFindKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  columns: readonly BarColumn<R>[];
  shown: readonly BarColumn<R>[];
  matching: readonly R[];
  all: readonly R[];
  total: number;
  allCount: number;
  more: boolean;
  view: TableView;
  onView: (view: TableView) => void;
  fileName: string;
  tools?: ReactNode;
  exportHref?: string;
};

/** Above every table: find, filter chips, count, columns, density, export. */
export function TableBar<R>(props: TableBarProps<R>) {
  const { columns, shown, matching, all, total, allCount, view, onView, fileName, tools } = props;
  const t = useTexts(kitWords);
  const formats = useFormats();
  const filters = view.filters ?? {};
  const setFilter = (column: string, values: string[]) =>
    onView({ ...view, filters: { ...filters, [column]: values }, page: 1 });
  const filterable = columns.filter((column) => column.filter);
  const ids = shown.map((column) => column.id);
  return (
    <div className="k-bar">
      <label className="k-find">
        <Glyph icon={IconSearch} size={16} />
        <span className="k-hidden">{t('filter')}</span>
        <input
          ref={props.findRef}
          type="search"
          placeholder={t('filter')}
          title={t('keys')}
          value={view.find ?? ''}
          onChange={(event) => onView({ ...view, find: event.currentTarget.value, page: 1 })}
          onKeyDown={props.onFindKey}
        />
        <span className="k-key" aria-hidden="true">
          /
        </span>
      </label>
      {filterable.map((column) => (
        <Menu
          key={column.id}
          closeOnItemClick={false}
          position="bottom-start"
          shadow="md"
          withinPortal={false}
          withInitialFocusPlaceholder={false}
        >
          <Menu.Target>
            <button type="button" className="k-chip-add">
              <Glyph icon={IconFilter} size={14} />
              {column.title}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {[
              ...new Set([
                ...(Array.isArray(column.filter) ? column.filter : all.map(column.text)),
                ...(filters[column.id] ?? []),
              ]),
            ]
              .sort((a, b) => a.localeCompare(b, 'vi'))
              .map((value) => {
                const chosen = filters[column.id]?.includes(value) ?? false;
                return (
                  <Menu.CheckboxItem
                    key={value}
                    checked={chosen}
                    onChange={() => {
                      const now = filters[column.id] ?? [];
                      setFilter(column.id, chosen ? now.filter((one) => one !== value) : [...now, value]);
                    }}
                  >
                    {value}
                  </Menu.CheckboxItem>
                );
              })}
          </Menu.Dropdown>
        </Menu>
      ))}
      {Object.entries(filters).flatMap(([id, values]) =>
        values.map((value) => (
          <button
            key={`${id}:${value}`}
            type="button"
            className="k-chip"
            aria-label={t('removeFilter', { name: value })}
            onClick={() =>
              setFilter(
                id,
                values.filter((one) => one !== value),
              )
            }
          >
            {value}
            <Glyph icon={IconX} size={13} />
          </button>
        )),
      )}
      <span className="k-bar-count k-num" role="status">
        {props.more
          ? t('tableMore', { n: formats.number(total, 0) })
          : total === allCount
            ? t('tableRows', { n: total })
            : t('tableSome', { shown: total, all: allCount })}
      </span>
      <span className="k-bar-tools">
        {tools}
        <Menu
          closeOnItemClick={false}
          position="bottom-end"
          shadow="md"
          withinPortal={false}
          withInitialFocusPlaceholder={false}
        >
          <Menu.Target>
            <button type="button" className="k-icon-button" aria-label={t('columns')} title={t('columns')}>
              <Glyph icon={IconColumns3} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {columns.map((column) => (
              <Menu.CheckboxItem
                key={column.id}
                checked={ids.includes(column.id)}
                disabled={ids.length === 1 && ids[0] === column.id}
                onChange={() =>
                  onView({
                    ...view,
                    columns: ids.includes(column.id) ? ids.filter((id) => id !== column.id) : [...ids, column.id],
                  })
                }
              >
                {column.title}
              </Menu.CheckboxItem>
            ))}
          </Menu.Dropdown>
        </Menu>
        <IconButton
          icon={IconLineHeight}
          title={`${t('density')}: ${t(view.density === 'roomy' ? 'roomy' : 'dense')}`}
          onClick={() => onView({ ...view, density: view.density === 'roomy' ? 'dense' : 'roomy' })}
        />
        <IconButton
          icon={IconDownload}
          title={t('exportCsv')}
          onClick={() => {
            if (props.exportHref) return window.location.assign(props.exportHref);
            saveFile(new Blob([csvOf(matching, shown)], { type: 'text/csv;charset=utf-8' }), `${fileName}.csv`);
          }}
        />
      </span>
    </div>
  );
}
