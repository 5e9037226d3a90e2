/** A citizen proposes on a phone; a moderator lets it through; others support and discuss it; the unit answers. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
/** With PAGES_PICTURES=<folder> each step is pictured there. */
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
  await page.screenshot({ path: join(pictures, `voice-${name}.png`), fullPage: true });
}

const folder = () => join(server.directory, 'demo', 'sms');
/** The newest code sent to a phone: the demo's text messages are files. */
async function codesSent(): Promise<string[]> {
  const files = (await readdir(folder()).catch(() => [])).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder(), file), 'utf8')));
  return texts.flatMap((text) => /là (\d{6})/.exec(text)?.[1] ?? []);
}

/** What a person does who is asked to confirm themselves, on whatever page. */
async function confirmSelf(page: Page, phone: string): Promise<void> {
  const before = await codesSent();
  await page.getByLabel('Số điện thoại hoặc thư điện tử').fill(phone);
  await page.getByRole('button', { name: 'Gửi mã cho tôi' }).click();
  await page.getByLabel('Mã 6 chữ số vừa nhận').waitFor();
  await expect.poll(async () => (await codesSent()).length, { timeout: 30_000 }).toBe(before.length + 1);
  const code = (await codesSent()).find((one) => !before.includes(one)) ?? '';
  await page.getByLabel('Mã 6 chữ số vừa nhận').fill(code);
  await page.getByRole('button', { name: 'Xác nhận' }).click();
  await page.getByLabel('Nơi bạn cư trú').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Lưu nơi cư trú' }).click();
}

it('an initiative goes from a phone through moderation, support and discussion to the answer', {
  timeout: 600_000,
}, async () => {
  const author = await openWindow(browser, server.url, 'phone');
  const { page } = author;
  await page.goto('/vote');
  await page.getByRole('link', { name: /Sáng kiến của người dân/ }).click();
  await page.getByText('Chưa có sáng kiến nào ở đây').waitFor();
  await look(page, 'empty');
  await page.getByRole('link', { name: 'Đề xuất sáng kiến' }).click();
  await confirmSelf(page, '0912 000 001');
  await page.getByLabel('Tên sáng kiến').fill('Làm đường dạo bộ ven sông');
  await page
    .getByLabel('Nội dung')
    .fill('Bờ sông đang bỏ trống, làm đường dạo bộ thì người già và trẻ em có chỗ đi. Hỏi ông Trần Văn Nam.');
  await page.getByLabel('Lĩnh vực').selectOption('do-thi');
  await page.getByRole('radio', { name: 'Toàn tỉnh' }).check();
  await look(page, 'propose');
  await page.getByRole('button', { name: 'Gửi để kiểm duyệt' }).click();
  await page.getByText('Sáng kiến đã được gửi').waitFor();
  await page.getByRole('link', { name: 'Sáng kiến của tôi' }).click();
  await page.getByText('Chờ kiểm duyệt').waitFor();
  const path = new URL(page.url()).pathname;

  const staff = await openWindow(browser, server.url, 'desktop');
  await signIn(staff.page, 'quantri', PASSWORD);
  // One supporter is enough here: by the terms of the province, set on their page.
  await staff.page.goto('/console/participation/initiatives');
  await staff.page.getByLabel('Số người ủng hộ cần có').fill('1');
  await staff.page.getByRole('button', { name: 'Lưu ngưỡng' }).click();
  await staff.page.getByText('Đã lưu.').waitFor();
  await look(staff.page, 'desk-list');
  await staff.page.goto('/console/participation/comments');
  await staff.page.getByRole('link', { name: 'Làm đường dạo bộ ven sông' }).click();
  await staff.page.getByRole('button', { name: 'Đăng sáng kiến' }).waitFor();
  await look(staff.page, 'desk-moderate');
  await staff.page.getByLabel('Nội dung khi đăng').fill('Bờ sông đang bỏ trống, đề nghị làm đường dạo bộ.');
  await staff.page.getByRole('button', { name: 'Đăng sáng kiến' }).click();
  await staff.page.getByText('Đang lấy ủng hộ').first().waitFor();

  const other = await openWindow(browser, server.url, 'phone');
  await other.page.goto(path);
  await other.page.getByRole('button', { name: 'Tôi ủng hộ' }).click();
  await confirmSelf(other.page, '0912 000 002');
  await other.page.getByRole('button', { name: 'Tôi ủng hộ' }).click();
  await other.page.getByText('Bạn đã ủng hộ').waitFor();
  await other.page.getByText('Đủ ủng hộ, chờ trả lời').waitFor();
  await other.page.getByLabel('Viết bình luận').fill('Nên làm thêm ghế đá cho người già.');
  await other.page.getByRole('button', { name: 'Gửi bình luận' }).click();
  // In the list, not in the field where it was typed.
  await other.page.getByRole('list', { name: 'Thảo luận' }).getByText('Nên làm thêm ghế đá').waitFor();
  await other.page.getByLabel('Viết bình luận').fill('Ai cần thì gọi 0987 654 321 nhé.');
  await other.page.getByRole('button', { name: 'Gửi bình luận' }).click();
  await other.page.getByText('Chỉ bạn thấy: bình luận đang chờ người kiểm duyệt.').waitFor();
  await look(other.page, 'supported');

  await staff.page.goto('/console/participation/comments');
  await staff.page.getByText('số điện thoại').waitFor();
  await look(staff.page, 'desk-comments');
  await staff.page.getByRole('button', { name: 'Không đăng, gỡ' }).click();
  await staff.page.getByLabel('Lý do').fill('Nêu số điện thoại riêng');
  await staff.page.getByRole('dialog').getByRole('button', { name: 'Không đăng, gỡ' }).click();
  await staff.page.getByText('Không có gì chờ kiểm duyệt.').last().waitFor();

  await staff.page.goto(`/console/participation${path}`);
  await staff.page.getByRole('button', { name: /Trả lời Người dân/ }).click();
  await staff.page
    .getByLabel(/Trả lời Người dân/)
    .last()
    .fill('Ghế đá đã có trong thiết kế.');
  await staff.page.getByRole('button', { name: 'Gửi lời của đơn vị' }).click();
  await staff.page.getByText('Ghế đá đã có trong thiết kế.').waitFor();
  await staff.page.getByLabel('Nội dung trả lời').fill('Tỉnh đưa đoạn 300 m ven sông vào kế hoạch năm 2027.');
  await look(staff.page, 'desk-answer');
  await staff.page.getByRole('button', { name: 'Trả lời người dân', exact: true }).click();
  await staff.page.getByRole('dialog').getByRole('button', { name: 'Trả lời người dân', exact: true }).click();
  await staff.page.getByText('Đã trả lời').first().waitFor();

  await page.reload();
  await page.getByText('Tỉnh đưa đoạn 300 m ven sông').waitFor();
  await page.getByText('Ghế đá đã có trong thiết kế.').waitFor();
  // What was refused nobody but its writer sees.
  expect(await page.getByText('0987').count()).toBe(0);
  await look(page, 'answered');
  expect([...author.errors, ...other.errors, ...staff.errors]).toEqual([]);
});

it('a question is asked on a phone, and its answer is found by who is about to ask the same', {
  timeout: 300_000,
}, async () => {
  const phone = await openWindow(browser, server.url, 'phone');
  const { page } = phone;
  const write = async (text: string): Promise<void> => {
    await page.goto('/questions/ask');
    await page.getByLabel('Câu hỏi', { exact: true }).fill(text);
    await page.getByLabel('Lĩnh vực').selectOption({ index: 1 });
    await page.getByLabel('Xã, phường của bạn').selectOption({ index: 1 });
    await page.getByLabel('Đồng ý đăng câu hỏi').check();
  };
  await write('Làm giấy khai sinh cho con cần giấy tờ gì?');
  await look(page, 'ask');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByText('Câu hỏi đã được gửi').waitFor();
  await look(page, 'asked');
  const number = /Số (\S+)\./.exec((await page.getByText('Giữ mã này').textContent()) ?? '')?.[1] ?? '';

  const staff = await openWindow(browser, server.url, 'desktop');
  await signIn(staff.page, 'quantri', PASSWORD);
  const found = (await (await staff.page.request.get(`/api/reports/desk?q=${number}`)).json()) as {
    items: { id: string }[];
  };
  const desk = `/api/reports/desk/${found.items[0]?.id}`;
  const act = async (what: string, body: object): Promise<void> => {
    const { version } = (await (await staff.page.request.get(desk)).json()) as { version: number };
    const headers = { 'x-requested-with': 'dttm' };
    const done = await staff.page.request.post(`${desk}/${what}`, { data: { version, ...body }, headers });
    expect(done.status(), await done.text()).toBe(200);
  };
  const text = 'Làm giấy khai sinh cho con cần giấy tờ gì?';
  await act('moderate', { decision: 'publish', text, photos: [] });
  await act('begin', {});
  await act('propose', { text: 'Cần giấy chứng sinh và căn cước của cha, mẹ.' });
  await act('approve', {});

  await write('lam giay khai sinh can giay to gi');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByText('Đã có câu trả lời gần giống').waitFor();
  await page.getByText('Cần giấy chứng sinh').waitFor();
  await look(page, 'alike');
  await page.getByRole('link', { name: 'Tôi đã có câu trả lời' }).click();
  await page.getByLabel('Tìm trong câu hỏi').fill('khai sinh');
  await page.getByText('Cần giấy chứng sinh').waitFor();
  await look(page, 'questions');
  expect([...phone.errors, ...staff.errors]).toEqual([]);
});

it('a survey is made at a desk and answered once on a phone by its invitation', { timeout: 300_000 }, async () => {
  const staff = await openWindow(browser, server.url, 'desktop');
  await signIn(staff.page, 'quantri', PASSWORD);
  await staff.page.goto('/console/participation/surveys');
  await staff.page.getByText('Đơn vị chưa mở khảo sát nào.').waitFor();
  await staff.page.getByRole('link', { name: 'Mở khảo sát' }).first().click();
  await staff.page.getByLabel('Tên khảo sát').fill('Hài lòng về bộ phận một cửa');
  await staff.page.getByLabel('Dịch vụ', { exact: true }).fill('Đăng ký khai sinh');
  await staff.page.getByLabel('Câu hỏi', { exact: true }).fill('Bạn có hài lòng không?');
  await look(staff.page, 'survey-form');
  // Dates are typed by other tests; here the survey is opened by its route, and read on its page.
  const headers = { 'x-requested-with': 'dttm' };
  const opened = await staff.page.request.post('/api/participation/surveys', {
    headers,
    data: {
      title: 'Hài lòng về bộ phận một cửa',
      intro: 'Chỉ mất một phút.',
      service: 'Đăng ký khai sinh',
      organisationId: 'ubnd-tinh',
      closesAt: new Date(Date.now() + 86_400_000).toISOString(),
      questions: [
        { id: 'chung', title: 'Bạn có hài lòng không?', kind: 'scale' },
        { id: 'kenh', title: 'Bạn nộp ở đâu?', kind: 'choice', options: ['Trực tiếp', 'Trực tuyến'] },
        { id: 'y-kien', title: 'Ý kiến khác', kind: 'text' },
      ],
    },
  });
  expect(opened.status(), await opened.text()).toBe(200);
  const { id } = (await opened.json()) as { id: string };
  await staff.page.goto(`/console/participation/surveys/${id}`);
  await staff.page.getByLabel('Số thư mời').fill('2');
  await staff.page.getByRole('button', { name: 'Tạo thư mời' }).click();
  const link = staff.page.getByRole('link', { name: /\/survey#/ }).first();
  await link.waitFor();
  await look(staff.page, 'survey-invitations');

  const phone = await openWindow(browser, server.url, 'phone');
  const { page } = phone;
  await page.goto((await link.getAttribute('href')) ?? '');
  await page.getByRole('radio', { name: '4', exact: true }).check();
  await page.getByRole('radio', { name: 'Trực tuyến' }).check();
  await page.getByLabel('Ý kiến khác').fill('Nhanh hơn năm ngoái.');
  await look(page, 'survey-answer');
  await page.getByRole('button', { name: 'Gửi trả lời' }).click();
  await page.getByText('Cảm ơn bạn đã trả lời').waitFor();
  await look(page, 'survey-thanks');
  await page.reload();
  await page.getByText('Thư mời này đã được dùng').waitFor();
  await staff.page.reload();
  await staff.page.getByText('Có 1 trả lời; ít hơn 5 nên không hiện.').first().waitFor();
  await look(staff.page, 'survey-results');
  // The second opening on the phone is refused with 409, which Chromium writes into its console.
  expect(staff.errors).toEqual([]);
});
