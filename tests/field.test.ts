/** An officer in the field: opens the day's list, loses the network, inspects and answers, comes back; all arrives once. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
const FIELD = '/console/reports/field';
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

async function look(page: Page, name: string): Promise<void> {
  expect(await axe(page), name).toEqual([]);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  expect(wider, name).toBeLessThanOrEqual(1);
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `field-${name}.png`) });
}

async function ask<T>(path: string, body: object | Buffer, headers: Record<string, string> = {}, method = 'POST') {
  const answer = await fetch(new URL(path, server.url), {
    method,
    headers: { 'x-requested-with': 'dttm', 'content-type': 'application/json', ...headers },
    body: body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body),
  });
  const said = await answer.text();
  expect(answer.status, said).toBe(200);
  return JSON.parse(said) as T;
}

/** A citizen's report with a photo, by the public API. */
async function report(text: string): Promise<string> {
  const bytes = await photo('#6f7a80');
  const { id } = await ask<{ id: string }>('/api/reports/uploads', { name: 'anh.jpg', bytes: bytes.byteLength });
  const piece = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' };
  await ask(`/api/reports/uploads/${id}`, bytes, piece, 'PATCH');
  const draft = { requestId: crypto.randomUUID(), text, category: 'roads.pothole', location: place, urgency: 'normal' };
  return (await ask<{ number: string }>('/api/reports', { ...draft, uploads: [id] })).number;
}

type Desk = {
  id: string;
  step: string;
  version: number;
  text: string;
  inspections: { text: string }[];
  answers: { text: string; fileIds: string[] }[];
};

/** What the commune's head does and sees, by the API. */
async function head() {
  const { page, context } = await openWindow(browser, server.url, 'desktop');
  await signIn(page, 'chutichvuthu', PASSWORD, '/console/reports');
  const find = async (number: string): Promise<Desk> => {
    const list = await page.request.get(`/api/reports/desk?q=${number}`);
    const { items } = (await list.json()) as { items: { id: string }[] };
    return (await (await page.request.get(`/api/reports/desk/${items[0]?.id}`)).json()) as Desk;
  };
  const act = async (number: string, what: string, body: object = {}): Promise<void> => {
    const { id, version } = await find(number);
    const answer = await page.request.post(`/api/reports/desk/${id}/${what}`, {
      headers: { 'x-requested-with': 'dttm' },
      data: { version, ...body },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  return { find, act, context };
}

async function prepared(): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const window = await openWindow(browser, server.url, 'phone');
  await window.context.grantPermissions(['geolocation']);
  await window.context.setGeolocation({ longitude: place.lon, latitude: place.lat });
  await signIn(window.page, 'xavuthu', PASSWORD, FIELD);
  await window.page.getByText(/Dùng được khi không có mạng/).waitFor();
  return window;
}

/** How much of others lies on the device. */
const onDevice = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<Record<string, number>>((resolve, reject) => {
        const opening = indexedDB.open('dttm-device');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const names = ['day', 'pictures', 'letters', 'photos'];
          const tx = opening.result.transaction(names);
          const counts = names.map((name) => [name, tx.objectStore(name).count()] as const);
          tx.oncomplete = () => {
            opening.result.close();
            resolve(Object.fromEntries(counts.map(([name, count]) => [name, count.result])));
          };
        };
      }),
  );

it('an officer opens the page without a network, inspects, answers with a photo of after, and all arrives once', {
  timeout: 600_000,
}, async () => {
  const chief = await head();
  const first = await report('Ổ gà sâu trước cổng chợ, nguy hiểm cho xe máy');
  const other = await report('Nắp hố ga bên trường học bị vỡ, trẻ con hay đi qua');
  for (const number of [first, other]) await chief.act(number, 'begin');
  const { page, context } = await prepared();
  await page.getByText(first).first().waitFor();
  await look(page, 'list');

  await context.setOffline(true);
  await page.goto(FIELD);
  await page.getByText('Không có mạng. Danh sách lúc').waitFor();
  await page.getByText(other).first().waitFor();
  await page
    .getByRole('button', { name: `Xem ảnh: Ảnh 1 của ${first}` })
    .or(page.locator('.k-shots img'))
    .first()
    .waitFor();
  await look(page, 'list-offline');
  await page.goto(`${FIELD}?view=map`);
  await page.locator('.k-map').waitFor();
  await look(page, 'map-offline');
  await page.goto(FIELD);
  await page.getByRole('link', { name: new RegExp(first) }).click();
  await page.getByLabel('Thấy gì tại chỗ').fill('Ổ gà rộng 60 cm, sâu 12 cm');
  await page.getByRole('button', { name: 'Ghi cả vị trí đang đứng' }).click();
  await page.getByText('Đã ghi vị trí đang đứng').waitFor();
  await page.getByRole('button', { name: 'Ghi kiểm tra tại chỗ' }).dblclick();
  await page.getByText('1 mục chờ gửi').waitFor();
  await page.getByLabel('Nội dung trả lời người dân').fill('Đã vá ổ gà, lu phẳng mặt đường.');
  const after = { name: 'sau.jpg', mimeType: 'image/jpeg', buffer: await photo('#3c6e47') };
  await page.locator('input[type=file]').setInputFiles(after);
  await page.locator('.k-photo img').first().waitFor();
  await look(page, 'written-offline');
  await page.getByRole('button', { name: 'Trình trả lời' }).click();
  await page.getByText('2 mục chờ gửi').waitFor();
  // The phone is switched off and on: what was written is still there.
  await page.goto(FIELD);
  await page.getByText('2 mục chờ gửi').waitFor();
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await look(page, 'waiting');
  expect((await chief.find(first)).inspections).toEqual([]);

  await context.setOffline(false);
  await expect.poll(() => onDevice(page).then((one) => one.letters), { timeout: 120_000 }).toBe(0);
  const arrived = await chief.find(first);
  expect(arrived.inspections.map((one) => one.text)).toEqual(['Ổ gà rộng 60 cm, sâu 12 cm']);
  expect(arrived.answers.map((one) => [one.text, one.fileIds.length])).toEqual([
    ['Đã vá ổ gà, lu phẳng mặt đường.', 1],
  ]);
  expect(arrived.step).toBe('proposed');
  // What is done leaves the list; the photo of after has left the device.
  await expect.poll(() => page.getByText(first).count(), { timeout: 60_000 }).toBe(0);
  expect((await onDevice(page)).photos).toBe(0);
  await context.close();
  await chief.context.close();
});

it('an answer to what was changed meanwhile is shown with its reason, and sent after the officer has looked', {
  timeout: 600_000,
}, async () => {
  const chief = await head();
  const number = await report('Biển báo giao thông ở ngã ba bị đổ');
  const taken = await report('Mương thoát nước ở cuối xóm bị lấp');
  for (const one of [number, taken]) await chief.act(one, 'begin');
  const { page, context } = await prepared();
  await context.setOffline(true);
  for (const one of [number, taken]) {
    await page.goto(FIELD);
    await page.getByRole('link', { name: new RegExp(one) }).click();
    await page.getByLabel('Nội dung trả lời người dân').fill(`Đã xử lý xong ${one}.`);
    await page.getByRole('button', { name: 'Trình trả lời' }).click();
    await page.getByText('1 mục chờ gửi').waitFor();
  }
  // Meanwhile: one becomes urgent, the other goes to another unit.
  await chief.act(number, 'category', { category: 'roads.pothole', urgency: 'urgent' });
  await chief.act(taken, 'transfer', { organisationId: 'so-xd', reason: 'Thuộc Sở Xây dựng' });
  await context.setOffline(false);
  await page.goto(FIELD);
  await page.getByText(`Chưa gửi được: ${number}`).waitFor();
  await page.getByText(`Chưa gửi được: ${taken}`).waitFor();
  await page.getByText(`Đã xử lý xong ${taken}.`).waitFor();
  await look(page, 'conflict');
  const mine = page.locator('.k-tile', { hasText: `Chưa gửi được: ${number}` });
  await mine.getByRole('button', { name: 'Xem phản ánh hiện nay' }).click();
  await mine.getByRole('button', { name: 'Đã xem bản mới, gửi lại' }).click();
  await mine.waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await chief.find(number)).answers.map((one) => one.text), { timeout: 60_000 })
    .toEqual([`Đã xử lý xong ${number}.`]);
  // The other is no longer the unit's: its words stay until the officer throws them away.
  const lost = page.locator('.k-tile', { hasText: `Chưa gửi được: ${taken}` });
  await lost.getByRole('button', { name: 'Bỏ, không gửi' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Bỏ, không gửi' }).click();
  await lost.waitFor({ state: 'detached' });
  await context.close();
  await chief.context.close();
});

it('what is personal leaves the device at sign-out and after its day', { timeout: 300_000 }, async () => {
  const chief = await head();
  await chief.act(await report('Cây đổ chắn lối vào nhà văn hóa thôn'), 'begin');
  const { page, context } = await prepared();
  expect(await onDevice(page)).toMatchObject({ day: 2 });
  expect((await onDevice(page)).pictures).toBeGreaterThan(0);
  // After midnight, without a network: the page says that there is no list.
  await page.clock.setFixedTime(new Date(Date.now() + 24 * 3_600_000));
  await context.setOffline(true);
  await page.goto(FIELD);
  await page.getByText('Mất kết nối').first().waitFor();
  expect(await onDevice(page)).toMatchObject({ day: 0, pictures: 0 });
  await context.setOffline(false);
  await context.close();

  const again = await prepared();
  await again.page.locator('.k-account').click();
  await again.page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await again.page.getByLabel('Tên đăng nhập').waitFor();
  expect(await onDevice(again.page)).toMatchObject({ day: 0, pictures: 0 });
  await again.context.close();
  await chief.context.close();
});
