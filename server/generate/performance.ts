import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, table } from './markdown.ts';

type Result = {
  name: string;
  value: number;
  unit: string;
  floor: number | null;
  ratio: number | null;
  goal: number;
  met: boolean;
};

/** The last benchmark as it was written by `npm run bench`, goals that were missed among it. */
export function performancePage(): string {
  const file = join(import.meta.dirname, '..', '..', 'bench', 'results.json');
  const results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result[]) : [];
  return page(
    '# Last benchmark',
    'Made from `bench/results.json`, which `npm run bench` writes. The ratio counts: both sides ran in one run on one machine. Goals that were missed stand here like those that were met.',
    table(
      ['name', 'value', 'floor', 'ratio', 'goal', 'met'],
      results.map((one) => [
        one.name,
        `${one.value} ${one.unit}`,
        one.floor === null ? '-' : String(one.floor),
        one.ratio === null ? '-' : one.ratio.toFixed(2),
        one.ratio === null ? `at most ${one.goal}` : String(one.goal),
        one.met ? 'yes' : 'no',
      ]),
    ),
  );
}
