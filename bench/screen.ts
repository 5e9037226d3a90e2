/** From the publication of a value to its being drawn on a subscribed screen, while a thousand others arrive a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { entityOf, PROPERTIES, SENSORS, startPlatform } from './platform.ts';
import { atMost, type Measure, percentile, startBrowser } from './run.ts';

const PROBES = 200;
const EVERY_MS = 200;
const OTHERS_A_SECOND = 1000;
const BATCH = 10;

export const screen: Measure = {
  names: ['publish-to-screen'],
  async run(run) {
    const platform = await startPlatform(run);
    const { browser, close } = await startBrowser(run);
    const context = await browser.newContext({
      baseURL: platform.url,
      locale: 'vi-VN',
      viewport: { width: 1440, height: 900 },
    });
    const [name = '', value = ''] = platform.cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: platform.url }]);
    const page = await context.newPage();
    const publish = async (rows: { entity: string; property: string; at: number; value: number }[]): Promise<void> => {
      const answer = await fetch(`${platform.url}/api/ingest/observations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          observations: rows.map(({ at, ...one }) => ({ ...one, observedAt: new Date(at).toISOString() })),
        }),
      });
      if (!answer.ok) throw new Error(`a post failed: ${answer.status}`);
    };
    const probed = entityOf(0);
    await publish([{ entity: probed, property: 'pm25', at: Date.now() - 60_000, value: 1 }]);
    await page.goto(`/console/entities/${encodeURIComponent(probed)}`);
    await page.getByText('PM2.5').first().waitFor({ timeout: 60_000 });
    await sleep(3000);
    // When each probe's number stood in the page after a frame was drawn with it.
    await page.evaluate(() => {
      const drawn: Record<string, number> = {};
      Object.assign(globalThis, { drawn });
      new MutationObserver(() => {
        requestAnimationFrame(() => {
          const at = Date.now();
          for (const [number] of document.body.textContent.matchAll(/[23]\d\d,5/g)) drawn[number] ??= at;
        });
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });

    let publishing = true;
    let others = 0;
    const noise = async (): Promise<void> => {
      const began = performance.now();
      const under: Promise<void>[] = [];
      while (publishing) {
        const rows = Array.from({ length: BATCH }, () => {
          const n = others++;
          const property = PROPERTIES[n % PROPERTIES.length] ?? 'pm25';
          return { entity: entityOf(1 + (n % (SENSORS - 1))), property, at: Date.now() - (n % 1000), value: n % 50 };
        });
        under.push(publish(rows));
        await sleep(Math.max(0, began + (others * 1000) / OTHERS_A_SECOND - performance.now()));
      }
      await Promise.all(under);
    };
    const noisy = noise();
    const published = new Map<string, number>();
    for (let n = 0; n < PROBES; n++) {
      const value = 200 + n + 0.5;
      published.set(`${value}`.replace('.', ','), Date.now());
      await publish([{ entity: probed, property: 'pm25', at: Date.now(), value }]);
      await sleep(EVERY_MS);
    }
    await sleep(3000);
    publishing = false;
    await noisy;
    const drawn = (await page.evaluate(() => (globalThis as unknown as { drawn: object }).drawn)) as Record<
      string,
      number
    >;
    await close();
    await platform.stop();
    const late = [...published].flatMap(([number, at]) => (drawn[number] === undefined ? [] : [drawn[number] - at]));
    const result = atMost(
      'publish-to-screen',
      'ms (p99)',
      percentile(late, 0.99),
      1000,
      `${late.length} of ${PROBES} values drawn (a newer one may overtake); median ${percentile(late, 0.5)} ms; ${OTHERS_A_SECOND}/s of other values beside; Chromium shares the machine`,
    );
    return [{ ...result, met: result.met && late.length >= 0.95 * PROBES }];
  },
};
