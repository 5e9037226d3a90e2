/**
 * A citizen asks for messages of a report on its page, in a real browser. Two things are played here: the permission
 * (a headless browser refuses notifications always) and the address from the push service of the browser's maker,
 * which is not reached from here. The message is handed to the worker as the service would.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPushService } from '../platform/notify/push-testing.ts';
import { axe } from './axe.ts';
import { openBrowser, openWindow, type Window } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const pictures = process.env.PAGES_PICTURES;
let server: RunningServer;
let browser: Browser;
let service: Awaited<ReturnType<typeof startPushService>>;

beforeAll(async () => {
  server = await startTestServer({ mode: 'demo', environment: { DEMO_DAYS: '0', DEMO_SPEED: '0' } });
  browser = await openBrowser();
  service = await startPushService();
}, 180_000);
afterAll(async () => {
  await service?.close();
  await browser?.close();
  await server?.stop();
});

async function look({ page }: Window, name: string): Promise<void> {
  await page.waitForTimeout(300);
  if (pictures) {
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `push-${name}.png`), fullPage: true });
  }
  expect(await axe(page), name).toEqual([]);
  expect(await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth)).toBeLessThan(2);
}

/** Sends a report from this window's address. @returns its number and code */
async function send({ page }: Window): Promise<{ number: string; code: string }> {
  const answer = await page.request.post('/api/reports', {
    data: {
      requestId: `thong-bao-${Math.random().toString(36).slice(2).padEnd(12, '0')}`,
      text: 'Đèn đường trước cổng trường bị hỏng',
      category: 'roads.pothole',
      location: { lon: 106.2677, lat: 20.4447 },
      urgency: 'normal',
    },
    headers: { 'x-requested-with': 'dttm' },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()) as { number: string; code: string };
}

/** The owner who allows it when asked, and what the browser's push service would give: an address and keys. */
async function playPushService({ context }: Window): Promise<void> {
  const { keys } = service.subscription();
  await context.addInitScript((given) => {
    const made = {
      toJSON: () => ({ endpoint: 'https://push.example/send/of-this-browser', keys: given }),
      endpoint: 'https://push.example/send/of-this-browser',
    };
    let current: typeof made | null = null;
    const allowed = () => sessionStorage.getItem('allowed') === 'yes';
    Object.defineProperty(Notification, 'permission', { get: () => (allowed() ? 'granted' : 'default') });
    Notification.requestPermission = async () => {
      sessionStorage.setItem('allowed', 'yes');
      return 'granted';
    };
    if (allowed()) current = made;
    Object.assign(PushManager.prototype, {
      subscribe: async () => {
        current = made;
        return made;
      },
      getSubscription: async () => current,
    });
  }, keys);
}

describe('messages of a report in the browser', () => {
  it('are asked for by one touch, shown when they come, open the report, and end by another touch', {
    timeout: 300_000,
  }, async () => {
    const opened = await openWindow(browser, server.url, 'phone');
    const { page, context, errors } = opened;
    await playPushService(opened);
    const { number, code } = await send(opened);
    await page.goto(`/follow#${code}`);
    const ask = page.getByRole('button', { name: 'Báo cho tôi khi có tin mới' });
    await ask.waitFor();
    await look(opened, 'off');
    await ask.click();
    await page.getByText('Máy này sẽ báo khi có tin mới.').waitFor();
    await look(opened, 'on');

    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    await worker.evaluate(() => {
      const scope = globalThis as unknown as {
        shown: unknown[];
        registration: { showNotification(title: string, options: { body: string; data: unknown }): Promise<void> };
      };
      scope.shown = [];
      scope.registration.showNotification = async (title, { body, data }) => {
        scope.shown.push({ title, body, data });
      };
    });
    const session = await context.newCDPSession(page);
    const registration = new Promise<string>((resolve) =>
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [first] = registrations;
        if (first) resolve(first.registrationId);
      }),
    );
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.deliverPushMessage', {
      origin: server.url,
      registrationId: await registration,
      data: JSON.stringify({
        title: `Phản ánh ${number}`,
        body: `Phản ánh ${number} đã có trả lời.`,
        url: `/follow?report=${number}`,
      }),
    });
    await expect
      .poll(() => worker.evaluate(() => (globalThis as unknown as { shown: unknown[] }).shown), { timeout: 30_000 })
      .toEqual([
        {
          title: `Phản ánh ${number}`,
          body: `Phản ánh ${number} đã có trả lời.`,
          data: { url: `/follow?report=${number}` },
        },
      ]);
    // What a touch opens: the code comes from this phone.
    await page.goto('/about');
    await page.goto(`/follow?report=${number}`);
    await page.getByRole('heading', { name: number }).waitFor();

    await page.goto(`/follow#${code}`);
    await page.getByRole('button', { name: 'Thôi báo' }).click();
    await page.getByRole('button', { name: 'Báo cho tôi khi có tin mới' }).waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  it('say plainly where the owner blocked them, and where the browser has none', { timeout: 120_000 }, async () => {
    const blocked = await openWindow(browser, server.url, 'phone');
    const { code } = await send(blocked);
    // Without the grant of a person this browser blocks.
    await blocked.page.goto(`/follow#${code}`);
    await blocked.page.getByText('Bạn đã chặn thông báo của trang này').waitFor();
    await look(blocked, 'denied');
    await blocked.context.close();

    const without = await openWindow(browser, server.url, 'phone');
    await without.context.addInitScript(() => Reflect.deleteProperty(window, 'PushManager'));
    await without.page.goto(`/follow#${code}`);
    await without.page.getByText('Trình duyệt này không nhận thông báo').waitFor();
    await look(without, 'unsupported');
    await without.context.close();
  });
});
