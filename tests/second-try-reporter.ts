import type { Reporter, TestCase } from 'vitest/node';

/** Says why a test that passed in the end did not pass at once: a fault that comes and goes is a fault. */
export class SecondTryReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return;
    for (const { message } of test.result().errors ?? []) {
      console.log(`second try: ${test.module.relativeModuleId} > ${test.name}: ${message.slice(0, 1000)}`);
    }
  }
}
