import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { faults } from './reliability.ts';

const root = join(import.meta.dirname, '..');
const file = join(import.meta.dirname, 'reliability-results.json');

/**
 * Writes how the tests of the reliability table ended, where `RELIABILITY` is set: `RELIABILITY=1 npm test`, then
 * `npm run generate`. Of some test files only (`RELIABILITY=1 npm test -- <file>`) theirs are written anew; the others
 * keep how they ended last.
 */
export class ReliabilityReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!process.env.RELIABILITY) return;
    const before = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, string>;
    const ran: Record<string, string> = {};
    const wanted = new Set(faults.flatMap((one) => one.tests.map((test) => `${test.file}: ${test.title}`)));
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const key = `${relative(root, module.moduleId)}: ${test.name}`;
        // Of two tests of one name the worse counts.
        if (wanted.has(key) && ran[key] !== 'failed') ran[key] = test.result().state;
      }
    }
    const results = { ...Object.fromEntries(Object.entries(before).filter(([key]) => wanted.has(key))), ...ran };
    await writeFile(file, `${JSON.stringify(Object.fromEntries(Object.entries(results).sort()), null, 2)}\n`);
  }
}
