/** A phone of 2019 on 3G, as Chromium is made to play one. */
import type { BrowserContext, Page } from 'playwright-core';

/** 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; a processor at a quarter of this machine's. */
export async function slowDown(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}
