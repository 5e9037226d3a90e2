/**
 * What the citizens' app costs a phone of 2019 over 3G that never saw it: the bytes of its first load as they cross the
 * network, and the time until its first page takes a touch, with network and processor slowed down.
 */
import type { Browser } from 'playwright-core';
import { slowDown } from '../tests/phone.ts';
import { startPlatform } from './platform.ts';
import { atMost, type Measure, percentile, type Run, startBrowser } from './run.ts';

const ROUNDS = 7;
/** The start page, and the form to which a poster in the street leads. */
const pages = [
  { path: '/', ready: 'Gửi phản ánh' },
  { path: '/report', ready: 'Tiếp tục' },
] as const;
type First = (typeof pages)[number];

/** A first visit with nothing kept. @returns kB over the network by kind, and ms until the page takes a touch */
async function visit(browser: Browser, url: string, { path, ready }: First, slow: boolean) {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'vi-VN',
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  if (slow) await slowDown(context, page);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? 'Other';
    bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
  });
  const began = performance.now();
  await page.goto(path, { waitUntil: 'commit' });
  const touched = page.getByText(ready, { exact: true }).first();
  // `trial`: visible, still, and nothing lies over it, without touching it.
  await touched.tap({ trial: true, timeout: 60_000 });
  const ms = performance.now() - began;
  await page.waitForLoadState('networkidle');
  await context.close();
  return { ms, bytes };
}

export const citizen: Measure = {
  names: ['citizen-first-load-kb', 'citizen-interactive-ms'],
  async run(run: Run) {
    const platform = await startPlatform(run);
    const { browser, close } = await startBrowser(run);
    const sizes: { kb: number; told: string }[] = [];
    const times: { ms: number; told: string }[] = [];
    for (const one of pages) {
      const { bytes } = await visit(browser, platform.url, one, false);
      const kb = [...bytes.values()].reduce((sum, part) => sum + part, 0) / 1000;
      const parts = [...bytes].map(([kind, part]) => `${kind} ${(part / 1000).toFixed(0)}`).join(', ');
      sizes.push({ kb, told: `${one.path} ${kb.toFixed(0)} kB (${parts})` });
      const rounds: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        rounds.push((await visit(browser, platform.url, one, true)).ms);
      }
      const ms = percentile(rounds, 0.5);
      times.push({ ms, told: `${one.path} ${ms.toFixed(0)} (at most ${Math.max(...rounds).toFixed(0)})` });
    }
    await close();
    await platform.stop();
    const tell = (all: readonly { told: string }[]): string => all.map((one) => one.told).join('; ');
    return [
      atMost('citizen-first-load-kb', 'kB', Math.max(...sizes.map((one) => one.kb)), 250, tell(sizes)),
      atMost(
        'citizen-interactive-ms',
        'ms (median)',
        Math.max(...times.map((one) => one.ms)),
        3000,
        `${tell(times)} ms until it takes a touch; 1.6 Mbit/s, 150 ms, processor at a quarter`,
      ),
    ];
  },
};
