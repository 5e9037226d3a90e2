import { Link } from '../base/link.tsx';
import { useFormats } from '../formats/use-formats.ts';
import './figure.css';

export type HeatRow = {
  key: string;
  title: string;
  cells: readonly { key: string; value: number; href: string; label: string }[];
};

/** Numbers by row and column, the larger the darker; each opens what it counts. The number says it, not the shade alone. */
export function HeatTable({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: readonly string[];
  rows: readonly HeatRow[];
}) {
  const formats = useFormats();
  const most = Math.max(1, ...rows.flatMap((row) => row.cells.map((cell) => cell.value)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form fields
    <div className="k-heat" role="group" aria-label={label} tabIndex={0}>
      <table className="k-plain-table">
        <thead>
          <tr>
            <td />
            {columns.map((title) => (
              <th key={title} scope="col" className="k-right">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.title}</th>
              {row.cells.map((cell) => (
                <td
                  key={cell.key}
                  className="k-right k-num"
                  style={{
                    background: `color-mix(in srgb, var(--k-sev-3-mark) ${Math.round((cell.value / most) * 34)}%, transparent)`,
                  }}
                >
                  {cell.value === 0 ? (
                    '–'
                  ) : (
                    <Link href={cell.href} quiet aria-label={cell.label}>
                      {formats.number(cell.value)}
                    </Link>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
