import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { faults } from './reliability.ts';

const root = join(import.meta.dirname, '..');
const file = join(import.meta.dirname, 'reliability-results.json');

/**
 * Writes how the tests of the reliability table ended, where `RELIABILITY` is set: `RELIABILITY=1 npm test`, then
 * `npm run generate`. What did not run keeps its last result.
 */
export class ReliabilityReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!process.env.RELIABILITY) return;
    const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, string>;
    const wanted = new Set(faults.flatMap((one) => one.tests.map((test) => `${test.file}: ${test.title}`)));
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const key = `${relative(root, module.moduleId)}: ${test.name}`;
        if (wanted.has(key)) results[key] = test.result().state;
      }
    }
    const known = Object.entries(results).filter(([key]) => wanted.has(key));
    await writeFile(file, `${JSON.stringify(Object.fromEntries(known.sort()), null, 2)}\n`);
  }
}
