/** The line that every generated page begins with. */
export const notice = '<!-- Written by `npm run generate`. Change the source named below, not this page. -->';

/** A Markdown table; a bar or a line break in a cell cannot break it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function page(...parts: readonly string[]): string {
  return `${[notice, ...parts].join('\n\n')}\n`;
}
