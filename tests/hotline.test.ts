/** An operator of the hotline 1022 takes calls by the keyboard alone: a report with its code, a second caller, a question. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
const pictures = process.env.PAGES_PICTURES;

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
  await page.screenshot({ path: join(pictures, `hotline-${name}.png`), fullPage: true });
}

/** Types who calls where the cursor stands already, and takes the call with Enter. */
async function takeCall(page: Page, phone: string, name: string): Promise<void> {
  const field = page.getByLabel('Số điện thoại gọi đến');
  await field.waitFor();
  await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.type(phone);
  await page.keyboard.press('Tab');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  const content = page.getByLabel('Người gọi nói gì');
  await content.waitFor();
  await expect.poll(() => content.evaluate((one) => one === document.activeElement)).toBe(true);
}

async function chooseArea(page: Page): Promise<void> {
  const area = page.getByLabel('Xã, phường nơi xảy ra');
  await area.selectOption({ label: 'Vũ Thư (xã)' });
  await page.getByText('Vị trí thuộc Xã Vũ Thư').waitFor();
}

it('takes a report by telephone, reads out its code, joins the next caller and answers a question, by keys', {
  timeout: 600_000,
}, async () => {
  const { page, context, errors } = await openWindow(browser, server.url, 'desktop');
  await signIn(page, 'tongdai', PASSWORD, '/console');
  // The operator's only page opens by itself.
  await page.getByRole('heading', { name: 'Bàn trực Tổng đài 1022' }).waitFor();
  await page.getByText('Bản trình diễn: tin nhắn SMS chỉ được ghi vào thư mục').waitFor();
  await look(page, 'waiting');

  await takeCall(page, '0912 345 678', 'Bà Hoa');
  await page.getByText('Chưa có phản ánh nào từ số này').waitFor();
  await page.keyboard.type('Mất điện cả xóm từ sáng, gần trường tiểu học');
  await page.getByRole('radio', { name: /Mất điện/ }).waitFor();
  // What the desk knows about it stands beside the words.
  await page.getByText('Mất điện thì báo ở đâu, bao giờ có lại?').waitFor();
  await chooseArea(page);
  await page.getByText('Không thấy phản ánh giống ở gần').waitFor();
  await look(page, 'call');
  await page.keyboard.press('F9');
  await page.getByRole('heading', { name: /^Đã tiếp nhận PA-/ }).waitFor();
  const number = /PA-\d{4}-\d+/.exec(
    (await page.getByRole('heading', { name: /^Đã tiếp nhận/ }).textContent()) ?? '',
  )?.[0];
  const code = (await page.locator('.k-code-letters span').allTextContents()).join('-');
  expect(code).toMatch(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
  await page.getByText('tin nhắn cho 0912345678 chỉ ghi vào thư mục').waitFor();
  await look(page, 'code');
  // The code that was read out opens the report.
  const followed = await page.request.post('/api/reports/follow', {
    headers: { 'x-requested-with': 'dttm' },
    data: { code },
  });
  expect(await followed.json()).toMatchObject({ number, role: 'sender' });
  await page.keyboard.press('F2');
  await page.getByText('Đã kết thúc cuộc gọi. tiếp nhận phản ánh').waitFor();

  // A neighbour calls about the same: nobody has moderated it, and still the operator sees it.
  await takeCall(page, '0977 000 111', 'Ông Bình');
  await page.keyboard.type('Nhà tôi bị mất điện từ sáng tới giờ');
  await page.getByRole('radio', { name: /Mất điện/ }).waitFor();
  await chooseArea(page);
  const join_ = page.getByRole('button', { name: `Người gọi cũng gặp: ${number}` });
  await join_.waitFor();
  await look(page, 'near');
  await join_.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `Đã ghi người gọi cùng gặp ${number}` }).waitFor();
  await page.keyboard.press('F2');

  // The first caller asks how it stands, and something else, which the knowledge base answers.
  await takeCall(page, '0912345678', '');
  await page
    .getByText(number ?? '')
    .first()
    .waitFor();
  await page.getByText('1 người cùng gặp').or(page.getByText('Đã tiếp nhận')).first().waitFor();
  const told = page.getByRole('button', { name: `Đã báo kết quả cho người gọi: ${number}` });
  await told.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Đã ghi trong cuộc gọi này: báo kết quả phản ánh cũ').waitFor();
  await page.keyboard.press('F8');
  await page.keyboard.type('do rac giuong tu');
  const use = page.getByRole('button', { name: /^Đã trả lời bằng bài này: Đổ rác cồng kềnh/ });
  await use.focus();
  await look(page, 'former');
  await page.keyboard.press('Enter');
  await page.getByText('báo kết quả phản ánh cũ, trả lời bằng kho tri thức').waitFor();
  await page.keyboard.press('F2');
  await page.goto('/console/hotline?view=figures');
  await page.getByText('3 cuộc gọi, trong đó 0 không có nội dung').waitFor();
  await look(page, 'figures');
  expect(errors).toEqual([]);
  await context.close();
});

it('an officer adds an article for their unit, which the desk then finds', { timeout: 300_000 }, async () => {
  const officer = await openWindow(browser, server.url, 'phone');
  const { page } = officer;
  await signIn(page, 'moitruong', PASSWORD, '/console/hotline/knowledge');
  await page.getByRole('heading', { name: 'Kho tri thức' }).waitFor();
  await page.getByRole('button', { name: 'Thêm bài' }).click();
  await page.getByRole('dialog').getByLabel('Câu hỏi').fill('Báo cá chết hàng loạt ở ao, sông');
  await page.getByRole('dialog').getByLabel('Trả lời').fill('Ghi phản ánh, dặn không vớt cá chết đem bán.');
  await page.getByText('Đơn vị hiện nay: Sở Nông nghiệp và Môi trường').waitFor();
  await look(page, 'article-phone');
  await page.getByRole('button', { name: 'Lưu bài' }).click();
  await page.getByText('Báo cá chết hàng loạt ở ao, sông').waitFor();
  await look(page, 'knowledge-phone');
  expect(officer.errors).toEqual([]);
  await officer.context.close();

  const desk = await openWindow(browser, server.url, 'desktop');
  await signIn(desk.page, 'tongdai', PASSWORD, '/console/hotline');
  await takeCall(desk.page, '0966 111 222', '');
  await desk.page.keyboard.type('thấy nhiều cá chết nổi trên sông');
  await desk.page.getByText('Ghi phản ánh, dặn không vớt cá chết đem bán.').waitFor();
  expect(desk.errors).toEqual([]);
  await desk.context.close();
});
