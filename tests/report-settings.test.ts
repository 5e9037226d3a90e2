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

it('rules send reports elsewhere, and who tries them is told the unit and the rule that decided', {
  timeout: 600_000,
}, async () => {
  const window = await open('desktop', 'quantri', '/console/reports/settings/routes');
  const { page } = window;
  const test = page.getByRole('region', { name: 'Thử một phản ánh' });
  const attempt = async (text: string) => {
    await test.getByLabel('Nội dung người dân viết').fill(text);
    await test.getByLabel('Nơi xảy ra').selectOption({ label: 'Xã Vũ Thư' });
    await test.getByRole('button', { name: 'Xem sẽ chuyển đến đâu' }).click();
  };
  await attempt('Nắp cống vỡ trước cổng trường');
  await test.getByText('Chuyển đến UBND xã Vũ Thư').waitFor();
  await test.getByText('do nội dung gợi ý').waitFor();
  await page.getByRole('button', { name: 'Thêm quy tắc' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Loại phản ánh').selectOption({ label: 'Cấp nước, thoát nước' });
  await sheet.getByLabel('Xã, phường').selectOption({ label: 'Xã Vũ Thư' });
  await sheet.getByLabel('Tìm đơn vị').fill('so xay dung');
  await sheet.getByLabel('Đơn vị', { exact: true }).selectOption({ label: 'Sở Xây dựng' });
  await sheet.getByLabel('Lý do').fill('Thoát nước do sở quản lý');
  await look(page, 'route');
  await sheet.getByRole('button', { name: 'Lưu quy tắc' }).click();
  await page.getByText('Đã lưu quy tắc').waitFor();
  await attempt('Nắp cống vỡ trước cổng trường');
  await test.getByText('Chuyển đến Sở Xây dựng').waitFor();
  await test.getByText('Vì quy tắc số 10: Thoát nước do sở quản lý').waitFor();
  await look(page, 'routes');
  const sent = await send('Nắp cống vỡ trước cổng trường', { category: 'water.manhole' });
  expect(sent).toMatchObject({ status: 200, organisationName: { vi: 'Sở Xây dựng' } });
  expect(window.errors).toEqual([]);
  await window.context.close();
});

it('a ready text is written by the administrator and used by the officer in an answer', {
  timeout: 600_000,
}, async () => {
  const { number } = await send('Mặt đường lún trước nhà văn hóa');
  const window = await open('phone', 'quantri', '/console/reports/settings/templates');
  const { page } = window;
  await page.getByRole('button', { name: 'Thêm mẫu' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Tên mẫu').fill('Đã sửa mặt đường');
  await sheet.getByLabel('Nội dung').fill('{đơn vị} đã sửa xong việc ở phản ánh {số}. Cảm ơn ông, bà.');
  await sheet.getByText('UBND xã Vũ Thư đã sửa xong việc ở phản ánh PA-2026-000123').waitFor();
  await look(page, 'template-phone');
  await sheet.getByRole('button', { name: 'Lưu mẫu' }).click();
  await page.getByText('Đã lưu mẫu “Đã sửa mặt đường”').waitFor();
  await look(page, 'templates-phone');
  expect(window.errors).toEqual([]);
  await window.context.close();
  const officer = await open('desktop', 'xavuthu', '/console/reports');
  await officer.page.getByRole('link', { name: number }).click();
  await officer.page.getByRole('button', { name: 'Trình trả lời' }).click();
  await officer.page.getByLabel('Dùng mẫu').selectOption({ label: 'Đã sửa mặt đường' });
  expect(await officer.page.getByLabel('Nội dung trả lời').inputValue()).toBe(
    `UBND xã Vũ Thư đã sửa xong việc ở phản ánh ${number}. Cảm ơn ông, bà.`,
  );
  await officer.context.close();
});

it('inhabitants come in by a file, whose bad lines are named and left out', { timeout: 300_000 }, async () => {
  const window = await open('desktop', 'quantri', '/console/reports/settings/people');
  const { page } = window;
  await page.getByText('Xã Vũ Thư').first().waitFor();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Nhập từ tệp CSV' }).click(),
  ]);
  await chooser.setFiles({
    name: 'so-dan.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Xã;Số dân\nXã Vũ Thư;11.000\nXã Kiến Xương;20.000\nXã Không Có;5\n'),
  });
  const sheet = page.getByRole('dialog');
  await sheet.getByText('2 xã, phường đọc được từ tệp').first().waitFor();
  await sheet.getByText('Dòng 4: “Xã Không Có”: không có xã, phường này').waitFor();
  await sheet.getByLabel('Nguồn').fill('Niên giám thống kê 2025');
  await look(page, 'people-import');
  await sheet.getByRole('button', { name: 'Nhập số dân' }).click();
  await page.getByText('Đã nhập số dân của 2 xã, phường').waitFor();
  await page.getByRole('row', { name: /Xã Vũ Thư.*11\.000.*Niên giám/ }).waitFor();
  await look(page, 'people');
  // Figures are set against them: few reports are told with their rate, and not ranked.
  expect((await send('Mặt đường trước chợ có ổ gà')).status).toBe(200);
  await page.goto('/console/reports/figures');
  await page.getByRole('heading', { name: 'Phản ánh trên 1.000 dân theo xã, phường' }).waitFor();
  await page.getByRole('row', { name: /Xã Vũ Thư.*\(ít phản ánh\).*11\.000/ }).waitFor();
  await look(page, 'heat');
  expect(window.errors).toEqual([]);
  await window.context.close();
});

it('a moderator judges a mark by its evidence, blocks the sender for a time, and lifts the block', {
  timeout: 600_000,
}, async () => {
  const { number } = await send('Vay tiền nhanh tại https://vay-nhanh.example/ngay hôm nay');
  const window = await open('desktop', 'trucban', '/console/reports/abuse');
  const { page } = window;
  const mark = page.getByRole('region', { name: new RegExp(number) });
  await mark.getByText('1 đường dẫn trong nội dung').waitFor();
  await look(page, 'abuse');
  await mark.getByRole('button', { name: `Chặn người gửi ${number}` }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('mạng (tối đa 7 ngày)').check();
  await sheet.getByLabel('Thời hạn').fill('3');
  await sheet.getByLabel('Lý do').fill('Gửi quảng cáo vay tiền');
  await look(page, 'block');
  await sheet.getByRole('button', { name: 'Chặn người gửi' }).click();
  await page.getByText('Đã chặn theo 1 cách').waitFor();
  expect((await send('Rác đầu ngõ chưa thu gom')).status).toBe(403);
  await mark.getByRole('button', { name: `Là lạm dụng: ${number}` }).click();
  await page.getByText('Không có dấu hiệu nào chờ kết luận').waitFor();
  await page.goto('/console/reports/abuse?view=judged');
  await page.getByText('Là lạm dụng –').waitFor();
  await page.goto('/console/reports/abuse?view=blocks');
  await page.getByRole('button', { name: 'Bỏ chặn' }).click();
  await page.getByRole('dialog').getByLabel('Lý do bỏ chặn').fill('Đã nhắc, cam kết không gửi nữa');
  await page.getByRole('dialog').getByRole('button', { name: 'Bỏ chặn' }).click();
  await page.getByText('Không ai đang bị chặn').waitFor();
  await page.goto('/console/reports/abuse?view=pastBlocks');
  await page.getByText('Bỏ chặn: Đã nhắc, cam kết không gửi nữa').waitFor();
  await look(page, 'blocks-past');
  expect((await send('Rác đầu ngõ chưa thu gom')).status).toBe(200);
  expect(window.errors).toEqual([]);
  await window.context.close();
});

it('a body outside the authorities gets its address, its clock and a key that is shown once', {
  timeout: 600_000,
}, async () => {
  const window = await open('desktop', 'quantri', '/console/reports/settings/receivers');
  const { page } = window;
  const made = await page.request.post('/api/organisations', {
    headers: { 'x-requested-with': 'dttm' },
    data: {
      id: 'pc-thaibinh',
      kind: 'enterprise',
      name: { vi: 'Điện lực Thái Bình', en: 'Thái Bình Power' },
      parentId: null,
      areaCode: null,
      validFrom: null,
      validTo: null,
      successorIds: [],
    },
  });
  // 409: a second try of this test finds what the first made.
  expect([200, 409], await made.text()).toContain(made.status());
  await page.getByRole('button', { name: 'Thêm đơn vị' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Tìm đơn vị').fill('dien luc');
  await sheet.getByLabel('Đơn vị nhận').selectOption({ label: 'Điện lực Thái Bình' });
  await sheet.getByLabel('Địa chỉ API').fill('https://dien-luc.example/phan-anh');
  await sheet.getByLabel('Thời hạn').fill('8');
  await sheet.getByLabel('Tính theo').selectOption({ label: 'giờ làm việc' });
  await look(page, 'receiver');
  await sheet.getByRole('button', { name: 'Lưu', exact: true }).click();
  const key = page.getByRole('dialog').getByLabel('Khóa');
  await key.waitFor();
  const first = await key.inputValue();
  expect(Buffer.from(first, 'base64url').byteLength).toBe(32);
  await page.getByRole('button', { name: 'Đã giao khóa' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('8 giờ làm việc').waitFor();
  await look(page, 'receivers');
  await page.getByRole('button', { name: 'Cấp khóa mới' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cấp khóa mới' }).click();
  await key.waitFor();
  expect(await key.inputValue()).not.toBe(first);
  await page.getByRole('button', { name: 'Đã giao khóa' }).click();
  await page.getByRole('button', { name: 'Xem phản ánh' }).click();
  await page.getByText('Chưa chuyển phản ánh nào').waitFor();
  expect(window.errors).toEqual([]);
  await window.context.close();
});
