/** The province's portal, on another site, embeds our widgets with the page of the documentation as it is. */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const DOCUMENTED = 'https://dttm.thaibinh.gov.vn';
const PASSWORD = 'DoThi@2520';
const pictures = process.env.PAGES_PICTURES;
let server: RunningServer;
let browser: Browser;
let portal: { url: string; server: Server };
let stranger: { url: string; server: Server };

/** A site of its own: `localhost` is another site than `127.0.0.1`, so that our cookies do not come along. */
async function site(): Promise<{ url: string; server: Server }> {
  const example = await readFile(join(import.meta.dirname, '..', 'docs', 'examples', 'portal.html'), 'utf8');
  const made = createServer((_request, reply) => {
    reply.setHeader('content-type', 'text/html; charset=utf-8');
    reply.end(example.replaceAll(DOCUMENTED, server.url));
  });
  await new Promise<void>((resolve) => made.listen(0, 'localhost', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://localhost:${address.port}`, server: made };
}

beforeAll(async () => {
  portal = await site();
  stranger = await site();
  server = await startTestServer({
    mode: 'demo',
    environment: { DEMO_DAYS: '0', DEMO_SPEED: '0', EMBEDDED_BY: `https://thaibinh.gov.vn, ${portal.url}` },
  });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  portal?.server.close();
  stranger?.server.close();
});

describe('widgets', () => {
  it('are shown by a configured site, grow with their content, and take a report without an account', {
    timeout: 300_000,
  }, async () => {
    const { page, context, errors } = await openWindow(browser, portal.url, 'phone');
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation({ longitude: 106.2677, latitude: 20.4447, accuracy: 12 });
    await page.goto('/');
    const warnings = page.frameLocator('iframe[title="Cảnh báo cho người dân"]');
    await warnings.getByText('Không khí', { exact: true }).waitFor();
    const map = page.frameLocator('iframe[title="Bản đồ phản ánh"]');
    await map.getByRole('heading', { name: 'Bản đồ phản ánh công khai' }).waitFor();

    const frame = page.locator('iframe[title="Gửi phản ánh hiện trường"]');
    const form = page.frameLocator('iframe[title="Gửi phản ánh hiện trường"]');
    await form.getByLabel('Kể ngắn gọn sự việc').fill('Nắp cống trước cổng trường bị vỡ, rất nguy hiểm');
    // The page says how tall it is; the site's script gives it that and not what was written.
    await expect.poll(() => frame.evaluate((one) => one.style.height)).toMatch(/^\d+px$/);
    const tall = async () => ({
      frame: await frame.evaluate((one) => one.clientHeight),
      content: await form.locator('.k-widget').evaluate((one) => Math.ceil(one.getBoundingClientRect().height)),
    });
    await expect.poll(async () => Math.abs((await tall()).frame - (await tall()).content)).toBeLessThan(3);
    await form.getByRole('button', { name: 'Tiếp tục' }).click();
    await form.getByText('Vị trí ở Xã Vũ Thư').waitFor();
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, 'widgets-portal.png'), fullPage: true });
    }
    await form.getByRole('button', { name: 'Đúng chỗ này' }).click();
    await form.getByRole('radio').first().waitFor();
    await form.getByRole('radio').first().check();
    await form.getByRole('button', { name: 'Tiếp tục' }).click();
    await form.getByRole('button', { name: 'Gửi phản ánh', exact: true }).click();
    await form.getByRole('heading', { name: 'Đã gửi. Cảm ơn bạn!' }).waitFor();
    await form.getByRole('link', { name: 'Theo dõi phản ánh' }).click();
    await form.getByRole('heading', { name: 'Đã tiếp nhận' }).waitFor();
    // The site's own page stays where it was.
    expect(page.url()).toBe(`${portal.url}/`);
    expect(errors).toEqual([]);
    await context.close();

    const staff = await openWindow(browser, server.url, 'desktop');
    await signIn(staff.page, 'quantri', PASSWORD);
    const found = await staff.page.request.get(`/api/cases?type=report&limit=5&q=${encodeURIComponent('Nắp cống')}`);
    const { items } = (await found.json()) as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    const report = await staff.page.request.get(`/api/reports/desk/${items[0]?.id}`);
    expect(await report.json()).toMatchObject({ channel: 'widget' });
    await staff.context.close();
  });

  it('are refused by the browser on a site that is not configured, as every other page is on any site', async () => {
    const { page, context, errors } = await openWindow(browser, stranger.url, 'desktop');
    await page.goto('/');
    await expect
      .poll(() => errors.filter((one) => one.includes('frame-ancestors')).length, { timeout: 30_000 })
      .toBe(3);
    await context.close();
    const policy = async (path: string) => {
      const { headers } = await fetch(server.url + path);
      return [
        /frame-ancestors [^;]*/.exec(headers.get('content-security-policy') ?? '')?.[0],
        headers.get('x-frame-options'),
      ];
    };
    const allowed = `frame-ancestors https://thaibinh.gov.vn ${portal.url}`;
    for (const name of ['report', 'map', 'warnings']) expect(await policy(`/widgets/${name}`)).toEqual([allowed, null]);
    for (const path of ['/', '/report', '/follow', '/console', '/widgets/other', '/api/systems', '/handover/x'])
      expect([path, ...(await policy(path))]).toEqual([path, "frame-ancestors 'none'", 'SAMEORIGIN']);
  });

  it.each(['report', 'map', 'warnings'])('%s is accessible and fits the phone', async (name) => {
    const { page, context, errors } = await openWindow(browser, server.url, 'phone');
    await page.goto(`/widgets/${name}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(500);
    if (pictures) await page.screenshot({ path: join(pictures, `widgets-${name}.png`), fullPage: true });
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - innerWidth)).toBeLessThan(2);
    expect(errors).toEqual([]);
    await context.close();
  });
});
