import { configTable } from '../config.ts';
import { page, table } from './markdown.ts';

export function configurationPage(): string {
  const rows = configTable().map((row) => [
    `\`${row.name}\``,
    row.fallback === '' ? '(none)' : `\`${row.fallback}\``,
    row.description,
  ]);
  return page(
    '# Configuration',
    'Environment variables, read and checked once at start (source: `server/config.ts`). A wrong value stops the start ' +
      'and names the variable; the values of secrets are not repeated. The demo and a clean start use the same ' +
      'variables and different databases.',
    table(['Variable', 'Default', 'Meaning'], rows),
  );
}
