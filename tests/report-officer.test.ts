/** An officer's path from a new report to the published answer, on a desk and on a phone; then what a leader sees. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
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

const photo = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .jpeg()
    .toBuffer();

/** What stands on the screen is accessible and no wider than it. */
async function look(page: Page, name: string): Promise<void> {
  expect(await axe(page), name).toEqual([]);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  expect(wider, name).toBeLessThanOrEqual(1);
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `officer-${name}.png`), fullPage: true });
}

/** A citizen's report with a photo, by the public API. */
async function send(text: string, category = 'roads.pothole'): Promise<{ number: string; code: string }> {
  const ask = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, server.url), {
      method,
      headers: { 'x-requested-with': 'dttm', 'content-type': 'application/json', ...headers },
      body: body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body),
    });
    const said = await answer.text();
    expect(answer.status, said).toBe(200);
    return JSON.parse(said) as { id: string; number: string; code: string };
  };
  const bytes = await photo('#6f7a80');
  const { id } = await ask('POST', '/api/reports/uploads', { name: 'anh.jpg', bytes: bytes.byteLength });
  const piece = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
  await ask('PATCH', `/api/reports/uploads/${id}`, bytes, piece);
  return ask('POST', '/api/reports', {
    requestId: crypto.randomUUID(),
    text,
    category,
    location: place,
    urgency: 'normal',
    uploads: [id],
  });
}

async function open(size: 'desktop' | 'phone', who: string, to: string): Promise<Window> {
  const window = await openWindow(browser, server.url, size);
  await signIn(window.page, who, PASSWORD, to);
  return window;
}

it('a report goes over the desk from the operator to the published answer with a photo of after, the officer on a phone', {
  timeout: 600_000,
}, async () => {
  const { number, code } = await send('Ổ gà rất sâu trước cổng chợ, gọi ông Nguyễn Văn Tư 0912345678 để chỉ chỗ');
  const windows: Window[] = [];

  // The operator of the centre decides what the public reads.
  const operator = await open('desktop', 'trucban', '/console/reports');
  windows.push(operator);
  await operator.page.getByRole('link', { name: number }).waitFor();
  await look(operator.page, 'inbox');
  await operator.page.getByRole('link', { name: number }).click();
  await operator.page.getByRole('button', { name: 'Kiểm duyệt' }).click();
  await operator.page.getByLabel('Nội dung công khai').fill('Ổ gà rất sâu trước cổng chợ');
  await operator.page.getByLabel('Ảnh 1', { exact: true }).check();
  await look(operator.page, 'moderate');
  await operator.page.getByRole('button', { name: 'Ghi quyết định' }).click();
  await operator.page.getByText('Đã ghi').first().waitFor();
  await operator.page.goto('/console/reports?view=board');
  await operator.page.getByRole('heading', { name: 'Đã giao đơn vị' }).waitFor();
  await operator.page.getByRole('link', { name: number }).waitFor();
  await look(operator.page, 'board');
  await operator.page.goto('/console/reports?view=map');
  await operator.page.getByText('1 phản ánh trên bản đồ').waitFor();
  await look(operator.page, 'map');

  // Another commune's officer sees nothing of it.
  const stranger = await open('desktop', 'xakienxuong', '/console/reports');
  windows.push(stranger);
  await stranger.page.getByText('Không có phản ánh nào ở đây').waitFor();

  // The commune's officer takes it up on a phone, reads the whole for a purpose, answers with a photo.
  const officer = await open('phone', 'xavuthu', '/console/reports');
  windows.push(officer);
  const { page } = officer;
  await page.getByRole('link', { name: number }).waitFor();
  await look(page, 'inbox-phone');
  await page.getByRole('link', { name: number }).click();
  await page.getByText('gọi ông •••').first().waitFor();
  await page.getByRole('button', { name: 'Xem nội dung gốc và liên hệ' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Mục đích xem').fill('Hỏi chỗ có ổ gà');
  await dialog.getByRole('button', { name: 'Xem nội dung gốc và liên hệ' }).click();
  await page.getByText('Nguyễn Văn Tư 0912345678').waitFor();
  await page.getByRole('button', { name: 'Nhận xử lý' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Nhận xử lý' }).click();
  await page.getByRole('button', { name: 'Trình trả lời' }).click();
  await page.getByLabel('Nội dung trả lời').fill('Đã vá ổ gà và lu phẳng mặt đường sáng nay.');
  await page.locator('input[type=file]').setInputFiles({
    name: 'sau.jpg',
    mimeType: 'image/jpeg',
    buffer: await photo('#3c6e47'),
  });
  await page.getByRole('button', { name: 'Bỏ ảnh 1' }).or(page.locator('.k-photo img')).first().waitFor();
  await look(page, 'propose-phone');
  await page.getByRole('dialog').getByRole('button', { name: 'Trình trả lời' }).click();
  await page.getByText('Chờ duyệt trả lời').first().waitFor();
  await look(page, 'report-phone');

  // Nothing is published before the head of the unit has approved.
  const followed = async (): Promise<{ step: string; messages: { kind: string; text: string }[] }> => {
    const answer = await fetch(new URL('/api/reports/follow', server.url), {
      method: 'POST',
      headers: { 'x-requested-with': 'dttm', 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    return answer.json() as Promise<{ step: string; messages: { kind: string; text: string }[] }>;
  };
  expect((await followed()).messages).toEqual([]);
  const head = await open('desktop', 'chutichvuthu', '/console/reports?step=proposed');
  windows.push(head);
  await head.page.getByRole('link', { name: number }).click();
  await head.page.getByRole('button', { name: 'Duyệt và công bố' }).click();
  await look(head.page, 'approve');
  await head.page.getByRole('dialog').getByRole('button', { name: 'Duyệt và công bố' }).click();
  await head.page.getByText('Đã trả lời').first().waitFor();
  await look(head.page, 'report');
  expect(await followed()).toMatchObject({
    step: 'published',
    messages: [{ kind: 'answer', text: 'Đã vá ổ gà và lu phẳng mặt đường sáng nay.' }],
  });
  const shown = await fetch(new URL(`/api/reports/public/${number}`, server.url));
  const photos = ((await shown.json()) as { photos: { part: string }[] }).photos.map((one) => one.part);
  expect(photos).toEqual(['before', 'after']);
  expect(windows.flatMap((window) => window.errors)).toEqual([]);
  for (const window of windows) await window.context.close();
});

it('many reports are handed on at once, with a line of result for each', { timeout: 300_000 }, async () => {
  const numbers: string[] = [];
  for (const n of ['một', 'hai', 'ba']) numbers.push((await send(`Biển báo số ${n} bị đổ bên đường tỉnh`)).number);
  const officer = await open('desktop', 'xavuthu', '/console/reports');
  const { page } = officer;
  for (const number of numbers) await page.getByLabel(new RegExp(`Chọn.*${number}`)).check();
  await page.getByRole('button', { name: 'Chuyển đơn vị' }).click();
  await page.getByLabel('Tìm đơn vị').fill('so xay dung');
  await page.getByLabel('Chuyển đến').selectOption({ label: 'Sở Xây dựng' });
  await page.getByLabel('Lý do').fill('Đường tỉnh do Sở Xây dựng quản lý');
  await look(page, 'bulk');
  await page.getByRole('button', { name: 'Thực hiện với 3 phản ánh' }).click();
  await page.getByText('Kết quả: 3 đã ghi, 0 không ghi được').waitFor();
  await look(page, 'bulk-result');
  await page.getByRole('button', { name: 'Đóng', exact: true }).last().click();
  await expect.poll(() => page.getByRole('link', { name: numbers[0] ?? '' }).count()).toBe(0);
  expect(officer.errors).toEqual([]);
  await officer.context.close();
});

it('a leader reads who answers, on a desk and on a phone, and opens a figure to its reports', {
  timeout: 300_000,
}, async () => {
  const { number } = await send('Đường liên thôn lún sâu cạnh mương, ô tô không qua được');
  for (const size of ['desktop', 'phone'] as const) {
    const leader = await open(size, 'lanhdao', '/console/reports/figures');
    const { page } = leader;
    await page.getByRole('heading', { name: 'Số liệu xử lý phản ánh' }).waitFor();
    await page.getByRole('link', { name: 'UBND xã Vũ Thư' }).waitFor();
    await page.getByRole('heading', { name: 'Lĩnh vực và địa bàn' }).waitFor();
    await page.getByText('phản ánh trên bản đồ').waitFor();
    await look(page, `figures-${size}`);
    await page.getByRole('link', { name: 'UBND xã Vũ Thư' }).click();
    await page.getByRole('link', { name: number }).click();
    // A leader reads and does not act.
    await page.getByText('Đường liên thôn lún sâu cạnh mương').first().waitFor();
    expect(await page.getByRole('button', { name: 'Nhận xử lý' }).count()).toBe(0);
    expect(leader.errors).toEqual([]);
    await leader.context.close();
  }
});
