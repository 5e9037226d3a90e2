import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../tests/reliability.ts';
import { page, table } from './markdown.ts';

const words: Record<string, string> = { passed: 'holds', failed: '**fails**', skipped: 'skipped on that machine' };

/** What may go wrong, the test of it, and how that ended when the whole suite last ran for this page. */
export function reliabilityPage(): string {
  const file = join(import.meta.dirname, '..', '..', 'tests', 'reliability-results.json');
  const results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const rows = faults.flatMap(({ fault, tests }) =>
    tests.length === 0
      ? [[fault, '-', '**no test yet**']]
      : tests.map(({ file: where, title }, index) => {
          const state = results[`${where}: ${title}`];
          return [index === 0 ? fault : '', `\`${where}\`: ${title}`, (state && words[state]) ?? 'not run'];
        }),
  );
  return page(
    '# Reliability',
    'Bad input and faults, each with the test that shows what happens then and how it ended. Made from `tests/reliability.ts` and the last `RELIABILITY=1 npm test`. A fault without a test stands here like the others.',
    table(['fault', 'test', 'result'], rows),
  );
}
