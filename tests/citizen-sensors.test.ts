/** A citizen registers a sensor on a phone and sees what it sends; an officer takes it off the map, and the citizen reads why. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const pictures = process.env.PAGES_PICTURES;
const vuThu = { latitude: 20.4447, longitude: 106.2677 };

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  server = await startTestServer({ mode: 'demo', environment: { DEMO_DAYS: '0', DEMO_SPEED: '0' } });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function look(page: Page, name: string): Promise<void> {
  expect(await axe(page), name).toEqual([]);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  expect(wider, name).toBeLessThanOrEqual(1);
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `sensors-${name}.png`), fullPage: true });
}

/** The code that the demo's text message carries: messages are files. */
async function codeSent(): Promise<string> {
  const folder = join(server.directory, 'demo', 'sms');
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => /Mã xác nhận của bạn là (\d{6})/.exec(text)?.[1] ?? []).at(-1) ?? '';
}

it('a citizen’s sensor goes from a phone to the map, off it by an officer, and its owner reads why', {
  timeout: 300_000,
}, async () => {
  const { page, context, errors } = await openWindow(browser, server.url, 'phone');
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation(vuThu);
  await page.goto('/sensors/mine');
  await page.getByLabel('Số điện thoại').fill('0912345678');
  await page.getByRole('button', { name: 'Gửi mã' }).click();
  await expect.poll(codeSent, { timeout: 30_000 }).toMatch(/^\d{6}$/);
  await page.getByLabel('Mã 6 chữ số vừa nhận').fill(await codeSent());
  await page.getByRole('button', { name: 'Xác nhận' }).click();

  await page.getByLabel('Tên để bạn nhận ra').fill('Ban công');
  await page.getByLabel('Loại cảm biến').selectOption({ label: 'Nova SDS011' });
  await page.getByRole('button', { name: 'Lấy vị trí hiện tại' }).click();
  await page.getByText('Đã chọn:').waitFor();
  await look(page, 'register');
  await page.getByRole('button', { name: 'Đăng ký cảm biến' }).click();
  await page.getByRole('heading', { name: 'Khóa của cảm biến' }).waitFor();
  await look(page, 'key');

  // What stands there is copied and used as it stands.
  const shown = await page.locator('pre').allTextContents();
  const address = shown.find((text) => /^http\S+telemetry$/.test(text)) ?? '';
  expect(shown.some((text) => text.startsWith('curl -H') && text.endsWith(address))).toBe(true);
  const sent = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ SDS_P2: 31.5, SDS_P1: 44 }),
  });
  expect(await sent.json()).toEqual({ accepted: 2, refused: [] });
  await page.getByRole('button', { name: 'Tôi đã chép khóa' }).click();
  const waitForValue = async () => {
    await page.reload();
    await page.getByText('Ban công').first().waitFor();
    return (await page.getByText('31,5').count()) > 0;
  };
  await expect.poll(waitForValue, { timeout: 30_000 }).toBe(true);
  expect(await page.locator('pre').count()).toBe(0);
  await look(page, 'mine');

  await page.goto('/sensors');
  await page.getByText('chỉ để tham khảo').first().waitFor();
  await page.getByRole('button', { name: 'Xem trên bản đồ' }).click();
  await page.getByText('31,5').first().waitFor();
  expect(await page.getByText('Ban công').count()).toBe(0);
  await look(page, 'public');

  const officer = await openWindow(browser, server.url, 'desktop');
  await signIn(officer.page, 'quantri', 'DoThi@2520', '/console/citizen-sensors');
  await officer.page.getByRole('row').filter({ hasText: '31,5' }).click();
  await officer.page.getByRole('button', { name: 'Loại khỏi phần công khai' }).click();
  const dialog = officer.page.getByRole('dialog').filter({ hasText: 'Chủ cảm biến được báo lý do' });
  await dialog.getByLabel('Lý do').fill('Đặt cạnh bếp than');
  await look(officer.page, 'exclude');
  await dialog.getByRole('button', { name: 'Loại khỏi phần công khai' }).click();
  await officer.page.getByText('Đã loại', { exact: false }).first().waitFor();
  await look(officer.page, 'desk');

  await page.goto('/sensors/mine');
  await page.getByText('Lý do: Đặt cạnh bếp than').waitFor();
  await look(page, 'excluded');
  expect([...errors, ...officer.errors]).toEqual([]);
});
