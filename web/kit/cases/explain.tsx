import { type ReactNode, useState } from 'react';
import { Facts, Text } from '../base/layout.tsx';
import { Link } from '../base/link.tsx';
import { SideSheet } from '../shells/side-sheet.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './cases.css';

export type Explanation = {
  /** The figure as it is shown: '163 (Xấu)'. */
  value: ReactNode;
  /** The formula told in words. */
  formula: ReactNode;
  version?: string | number;
  law?: ReactNode;
  period?: ReactNode;
  columns: readonly { title: string; number?: boolean }[];
  rows: readonly { id: string; cells: readonly ReactNode[]; left?: boolean }[];
  rowCount?: number;
  /** All records behind the figure. */
  href?: string;
};

export type ExplainProps = {
  title: string;
  explanation: Explanation | null;
  /** Called when it is opened, to fetch the explanation. */
  onOpen?: () => void;
  children?: ReactNode;
};

/** 'Vì sao?': opens the rows, the formula in words, its version and its law beside the page. */
export function Explain({ title, explanation, onOpen, children }: ExplainProps) {
  const t = useTexts(kitWords);
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button
        type="button"
        className="k-why"
        aria-label={`${t('why')} ${title}`}
        onClick={() => {
          setOpened(true);
          onOpen?.();
        }}
      >
        {t('why')}
      </button>
      <SideSheet
        opened={opened}
        onClose={() => setOpened(false)}
        title={`${t('whyTitle')}: ${title}`}
        width={560}
        modal
      >
        {explanation ? <ExplainBody explanation={explanation} /> : children}
      </SideSheet>
    </>
  );
}

/** The explanation itself, for pages that show it in place. */
export function ExplainBody({ explanation }: { explanation: Explanation }) {
  const t = useTexts(kitWords);
  const { value, formula, version, law, period, columns, rows, rowCount, href } = explanation;
  return (
    <>
      <div className="k-explain-value k-num">{value}</div>
      <Facts
        facts={[
          { term: t('formula'), value: formula },
          period ? { term: t('period'), value: period } : null,
          law ? { term: t('law'), value: law } : null,
          version === undefined ? null : { term: t('version'), value: String(version) },
        ]}
      />
      <div>
        <Text strong>{t('rows', { n: rowCount ?? rows.length })}</Text>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by key */}
        <section className="k-explain-scroll" tabIndex={0} aria-label={t('rows', { n: rowCount ?? rows.length })}>
          <table className="k-plain-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} scope="col" className={column.number ? 'k-right' : ''}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} className={row.left ? 'k-row-left' : ''}>
                  {row.cells.map((cell, index) => (
                    <td key={columns[index]?.title ?? index} className={columns[index]?.number ? 'k-right k-num' : ''}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
      {href ? <Link href={href}>{t('openRows')}</Link> : null}
    </>
  );
}
