import { defineConfig } from 'vitest/config';
import { ReliabilityReporter } from './tests/reliability-reporter.ts';

export default defineConfig({
  test: {
    reporters: ['default', new ReliabilityReporter()],
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
