import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on the page as it stands: rule and place, one line each; empty where all is well. */
export async function axe(page: Page): Promise<string[]> {
  // Evaluated by the driver, not loaded by the page: the page's own security policy stays as it is.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const runner = (
      window as Window & {
        axe?: {
          run(): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>;
        };
      }
    ).axe;
    if (!runner) throw new Error('axe did not load');
    // What fades in or out is judged when it has arrived: half seen, its contrast is half of what it is.
    const moving = document
      .getAnimations()
      .filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity);
    const arrived = Promise.allSettled(moving.map((one) => one.finished));
    await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, 2_000))]);
    const { violations } = await runner.run();
    return violations.flatMap((violation) =>
      violation.nodes.map(
        (node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`,
      ),
    );
  });
}
