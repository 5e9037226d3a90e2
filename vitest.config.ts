import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ReliabilityReporter } from './tests/reliability-reporter.ts';
import { SecondTryReporter } from './tests/second-try-reporter.ts';

/** What takes minutes (whole programs, browsers) begins first: begun last, it alone would keep one core at work. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = (file: TestSpecification): boolean => /\/tests\//.test(file.moduleId);
    return (await super.sort(files)).toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new ReliabilityReporter(), new SecondTryReporter()],
    globalSetup: ['tests/global-setup.ts'],
    testTimeout: 30_000,
    // In CI alone: a machine shared with strangers may starve a test once. What passed only at the second try is named
    // at the end of `.ci/run`, to be looked at.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
    // Two cores: one worker keeps the embedded server and the tests from starving each other.
    maxWorkers: 2,
    exclude: ['**/node_modules/**', 'dist/**', '.data/**'],
    include: ['**/*.test.ts', '**/*.test.tsx'],
  },
});
