/** A citizen votes on a phone, without an account; the organisation counts; the citizen finds the ballot on the board. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
/** With PAGES_PICTURES=<folder> each step is pictured there. */
const pictures = process.env.PAGES_PICTURES;
const MINUTE = 60_000;

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

it('a vote is cast on a phone by a code, counted, and found on the board by its receipt', {
  timeout: 600_000,
}, async () => {
  const staff = await openWindow(browser, server.url, 'desktop');
  await signIn(staff.page, 'quantri', PASSWORD);
  const ask = async (path: string, data: unknown = {}): Promise<{ id: string; version: number }> => {
    const answer = await staff.page.request.post(path, { data, headers: { 'x-requested-with': 'dttm' } });
    expect(answer.status(), await answer.text()).toBe(200);
    return answer.json() as Promise<{ id: string; version: number }>;
  };
  const session = (await (await staff.page.request.get('/api/session')).json()) as {
    principal: { organisationId: string | null };
  };
  const begin = Date.now();
  const drafted = await ask('/api/participation/consultations', {
    title: 'Chọn công trình làm trước trong năm 2027',
    body: 'Tỉnh có kinh phí làm trước một công trình.\nKết quả được đưa ra Hội đồng nhân dân.',
    organisationId: session.principal.organisationId ?? 'tinh',
    areaCode: null,
    question: {
      kind: 'choice',
      options: [
        { id: 'cau', title: 'Cầu dân sinh' },
        { id: 'den', title: 'Đèn đường' },
      ],
    },
    binding: false,
    quorum: 0,
    opensAt: new Date(begin - MINUTE).toISOString(),
    closesAt: new Date(begin + 90_000).toISOString(),
  });
  const at = `/api/participation/consultations/${drafted.id}`;
  await ask(`${at}/publish`, { expectedVersion: drafted.version });

  const phone = await openWindow(browser, server.url, 'phone');
  const { page } = phone;
  const look = async (name: string): Promise<void> => {
    expect(await axe(page), name).toEqual([]);
    const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
    expect(wider, name).toBeLessThanOrEqual(1);
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `vote-${name}.png`), fullPage: true });
  };
  await page.goto('/vote');
  await page.getByText('Chọn công trình làm trước').click();
  await page.getByLabel('Số điện thoại hoặc thư điện tử').fill('0912 345 678');
  await look('confirm');
  await page.getByRole('button', { name: 'Gửi mã cho tôi' }).click();
  await page.getByLabel('Mã 6 chữ số vừa nhận').waitFor();
  // The demo's text messages are files.
  const folder = join(server.directory, 'demo', 'sms');
  const codeThatCame = async (): Promise<string> => {
    const files = await readdir(folder).catch(() => []);
    const text = files[0] ? await readFile(join(folder, files[0]), 'utf8') : '';
    return /là (\d{6})/.exec(text)?.[1] ?? '';
  };
  await expect.poll(codeThatCame, { timeout: 30_000 }).not.toBe('');
  const code = await codeThatCame();
  await page.getByLabel('Mã 6 chữ số vừa nhận').fill(code);
  await page.getByRole('button', { name: 'Xác nhận' }).click();
  await page.getByLabel('Nơi bạn cư trú').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Lưu nơi cư trú' }).click();
  await page.getByLabel('Đèn đường').check();
  await look('ballot');
  await page.getByRole('button', { name: 'Bỏ phiếu' }).click();
  await page.getByText('Phiếu của bạn đã được nhận').waitFor();
  await look('receipt');

  await expect
    .poll(async () => ((await (await staff.page.request.get(at)).json()) as { stage: string }).stage, {
      timeout: 200_000,
      interval: 1_000,
    })
    .toBe('over');
  await ask(`${at}/count`);
  await page.reload();
  await page.getByRole('button', { name: 'Kiểm lại toàn bộ phiếu trên máy này' }).click();
  await page.getByText('Đã kiểm 1 phiếu').waitFor();
  await page.getByText('Phiếu của bạn có trên bảng: Đèn đường').waitFor();
  await look('result');
  await staff.page.goto(`/console/participation/${drafted.id}`);
  await staff.page.getByText('Đã có kết quả').first().waitFor();
  expect(await axe(staff.page)).toEqual([]);
  if (pictures) await staff.page.screenshot({ path: join(pictures, 'vote-console.png'), fullPage: true });
  expect([...phone.errors, ...staff.errors]).toEqual([]);
});
