/** What an administrator of reports sets, on a desk and on a phone, and what citizens and officers get of it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn, type Window } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
/** With PAGES_PICTURES=<folder> each step is pictured there. */
const pictures = process.env.PAGES_PICTURES;
/** Inside the commune Vũ Thư. */
const place = { lon: 106.2677, lat: 20.4447 };

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

/** What stands on the screen is accessible and no wider than it. */
async function look(page: Page, name: string): Promise<void> {
  expect(await axe(page), name).toEqual([]);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  expect(wider, name).toBeLessThanOrEqual(1);
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `settings-${name}.png`), fullPage: true });
}

async function open(size: 'desktop' | 'phone', who: string, to: string): Promise<Window> {
  const window = await openWindow(browser, server.url, size);
  await signIn(window.page, who, PASSWORD, to);
  return window;
}

/** A citizen's report by the public API. */
async function send(text: string, more: object = {}): Promise<{ status: number; number: string; code: string }> {
  const answer = await fetch(new URL('/api/reports', server.url), {
    method: 'POST',
    headers: { 'x-requested-with': 'dttm', 'content-type': 'application/json' },
    body: JSON.stringify({
      requestId: crypto.randomUUID(),
      text,
      category: 'roads.pothole',
      location: place,
      urgency: 'normal',
      ...more,
    }),
  });
  return { status: answer.status, ...((await answer.json()) as { number: string; code: string }) };
}

it('a category gets a deadline, a form of its own and a last day; what that touches is said before it is saved', {
  timeout: 600_000,
}, async () => {
  expect((await send('Đèn đường trước nhà văn hóa không sáng', { category: 'power.lighting' })).status).toBe(200);
  const window = await open('desktop', 'quantri', '/console/reports/settings');
  const { page } = window;
  await page.getByRole('link', { name: 'Cấu hình phản ánh' }).waitFor();
  await page.getByRole('link', { name: '– Đèn đường hỏng' }).waitFor();
  await look(page, 'categories');
  await page.getByRole('link', { name: '– Đèn đường hỏng' }).click();
  await page.getByText('1 phản ánh đang xử lý, 0 đã công khai').waitFor();

  await page.getByLabel('Bình thường: thời hạn').fill('3');
  await page.getByRole('button', { name: 'Thêm mục' }).click();
  const second = page.getByRole('region', { name: 'Mục 2' });
  await second.getByLabel('Kiểu').selectOption({ label: 'Chọn trong danh sách' });
  await second.getByLabel('Các lựa chọn').fill('Tắt hẳn | Dark\nNhấp nháy | Flickering');
  await second.getByLabel('Bắt buộc điền').check();
  await second.getByLabel('Tên mục (tiếng Việt)').fill('Đèn hỏng thế nào');
  // The order is the administrator's: the new one goes first, by keyboard alone.
  await page.getByRole('button', { name: 'Đưa lên: Đèn hỏng thế nào' }).focus();
  await page.keyboard.press('Enter');
  const preview = page.getByRole('region', { name: 'Người dân thấy như sau' });
  await preview.getByLabel('Đèn hỏng thế nào').waitFor();
  await preview.getByText('Xử lý trong 3 ngày làm việc').waitFor();
  await look(page, 'category');
  await preview.getByRole('button', { name: 'Tiếp tục' }).click();
  await preview.getByText('Hãy chọn một mục').first().waitFor();
  await page.getByRole('button', { name: 'Lưu thay đổi' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 phản ánh đang xử lý giữ thời hạn cũ').waitFor();
  await dialog.getByText('Người gửi từ bây giờ thấy biểu mẫu mới').waitFor();
  await look(page, 'category-touches');
  await dialog.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await page.getByText('Đã lưu “Đèn đường hỏng”').waitFor();

  type Known = { code: string; form: { properties: object; required: string[] }; deadlines: { normal: object } };
  const offered = async (): Promise<Known | undefined> => {
    const answer = await fetch(new URL('/api/reports/categories', server.url));
    return ((await answer.json()) as { items: Known[] }).items.find((one) => one.code === 'power.lighting');
  };
  expect(Object.keys((await offered())?.form.properties ?? {})).toEqual(['denHongTheNao', 'pole']);
  expect((await offered())?.deadlines.normal).toEqual({ budget: 'P3D', kind: 'working' });
  expect((await send('Đèn đường không sáng', { category: 'power.lighting' })).status).toBe(422);

  // Closed with a date, never deleted.
  await page.getByLabel('Đến hết ngày').fill('1/1/2026');
  await page.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await page.getByRole('dialog').getByText('Sau ngày 1/1/2026 không nhận phản ánh mới').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect.poll(offered).toBeUndefined();
  expect(window.errors.filter((one) => !one.includes('422'))).toEqual([]);
  await window.context.close();
});

it('a new category is added on a phone, and who may not manage finds no way there', { timeout: 300_000 }, async () => {
  const window = await open('phone', 'quantri', '/console/reports/settings');
  const { page } = window;
  await page.getByRole('link', { name: '– Đèn đường hỏng' }).waitFor();
  await look(page, 'categories-phone');
  await page.getByRole('link', { name: 'Thêm loại phản ánh' }).click();
  await page.getByLabel('Tên (tiếng Việt)').fill('Hộ lan, dải phân cách');
  await page.getByLabel('Tên (tiếng Anh)').fill('Guard rails');
  expect(await page.getByLabel('Mã').inputValue()).toBe('roads.guard-rails');
  await look(page, 'category-phone');
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  await page.getByText('Đã lưu “Hộ lan, dải phân cách”').waitFor();
  expect((await send('Hộ lan bị gãy ở khúc cua', { category: 'roads.guard-rails' })).status).toBe(200);
  expect(window.errors).toEqual([]);
  await window.context.close();

  const stranger = await open('desktop', 'xavuthu', '/console/reports');
  await stranger.page.getByRole('heading', { name: 'Phản ánh hiện trường' }).waitFor();
  expect(await stranger.page.getByRole('link', { name: 'Cấu hình phản ánh' }).count()).toBe(0);
  await stranger.context.close();
});
