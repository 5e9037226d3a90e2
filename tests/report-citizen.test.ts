/** A citizen reports on a phone of 2019 over 3G: thirty seconds, and the same without a network. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn, type Window } from './browser.ts';
import { slowDown } from './phone.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
/** With PAGES_PICTURES=<folder> each step is pictured there. */
const pictures = process.env.PAGES_PICTURES;
/** In the commune of Vũ Thư; Hà Nội lies outside the province. */
const here = { longitude: 106.2677, latitude: 20.4447, accuracy: 12 };
const hanoi = { longitude: 105.85, latitude: 21.03, accuracy: 12 };

let server: RunningServer;
let browser: Browser;
let staff: Window;
let shot: Buffer;

/** As a phone's camera gives it: twelve megapixels with grain, some megabytes. */
const camera = (): Promise<Buffer> =>
  sharp({
    create: {
      width: 4000,
      height: 3000,
      channels: 3,
      background: '#77838c',
      noise: { type: 'gaussian', mean: 120, sigma: 18 },
    },
  })
    .jpeg({ quality: 80 })
    .toBuffer();

beforeAll(async () => {
  server = await startTestServer({ mode: 'demo', environment: { DEMO_DAYS: '0', DEMO_SPEED: '0' } });
  browser = await openBrowser();
  shot = await camera();
  staff = await openWindow(browser, server.url, 'desktop');
  await signIn(staff.page, 'quantri', PASSWORD);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const read = async <T>(path: string): Promise<T> => (await (await staff.page.request.get(path)).json()) as T;
/** What staff have of reports whose text has these words. */
const known = async (words: string) =>
  (
    await read<{ items: { id: string; number: string; version: number }[] }>(
      `/api/cases?type=report&limit=50&q=${encodeURIComponent(words)}`,
    )
  ).items;
/** Acts on a report as staff, at the version that stands. */
async function act(id: string, what: string, body: object = {}): Promise<void> {
  const { version } = await read<{ version: number }>(`/api/reports/desk/${id}`);
  const answer = await staff.page.request.post(`/api/reports/desk/${id}/${what}`, {
    data: { version, ...body },
    headers: { 'x-requested-with': 'dttm' },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

async function look(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(300);
  if (pictures) {
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `report-${name}.png`), fullPage: true });
  }
  expect(await axe(page), name).toEqual([]);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  expect(wider, name).toBeLessThanOrEqual(1);
}

async function phone(): Promise<Window> {
  const opened = await openWindow(browser, server.url, 'phone');
  await opened.context.grantPermissions(['geolocation']);
  await opened.context.setGeolocation(here);
  return opened;
}

async function writeIt(page: Page, text: string, withPhoto = true): Promise<void> {
  if (withPhoto) {
    const file = { name: 'anh.jpg', mimeType: 'image/jpeg', buffer: shot };
    await page.getByLabel('Ảnh hiện trường').setInputFiles(file);
    await page.getByAltText('Ảnh 1').waitFor();
  }
  await page.getByLabel('Kể ngắn gọn sự việc').fill(text);
}
const next = (page: Page) => page.getByRole('button', { name: 'Tiếp tục' }).click();
const place = (page: Page) => page.getByRole('button', { name: 'Đúng chỗ này' }).click();
const sendButton = (page: Page) => page.getByRole('button', { name: 'Gửi phản ánh', exact: true });

describe('a citizen on a slow phone', () => {
  it('reports in a few touches; a double tap is one report; follows it, rates the answer and reopens it', {
    timeout: 600_000,
  }, async () => {
    const { page, context, errors } = await phone();
    await slowDown(context, page);
    await page.goto('/');
    await page.getByText('Phản ánh của tôi').waitFor();
    await look(page, '0-home');
    await page.getByRole('main').getByRole('link', { name: 'Gửi phản ánh' }).click();
    await writeIt(page, 'Mặt đường trước chợ có ổ gà rất sâu');
    await look(page, '1-what');
    await next(page);
    // The device was allowed to say where it is: the commune stands there without a touch.
    await page.getByText('Vị trí ở Xã Vũ Thư').waitFor();
    await look(page, '2-where');
    await place(page);
    await expect
      .poll(() => page.getByRole('radio', { name: 'Ổ gà, mặt đường hư hỏng' }).isChecked(), { timeout: 60_000 })
      .toBe(true);
    await look(page, '3-kind');
    await next(page);
    await page.getByRole('heading', { name: 'Xem lại và gửi' }).waitFor();
    await look(page, '4-send');
    await sendButton(page).dblclick();
    await page.getByRole('heading', { name: 'Đã gửi. Cảm ơn bạn!' }).waitFor();
    await look(page, '5-sent');
    const cases = await known('ổ gà rất sâu');
    expect(cases).toHaveLength(1);
    const id = cases[0]?.id ?? '';
    const { photos } = await read<{ photos: { fileId: string }[] }>(`/api/reports/desk/${id}`);
    expect(photos).toHaveLength(1);

    await page.getByRole('link', { name: 'Theo dõi phản ánh' }).click();
    await page.getByRole('heading', { name: 'Đã tiếp nhận' }).waitFor();
    await look(page, '6-followed');

    // Published with its photo, then answered; the citizen's page shows it when it is looked at again.
    await act(id, 'moderate', {
      decision: 'publish',
      text: 'Mặt đường trước chợ có ổ gà rất sâu',
      photos: photos.map((one) => one.fileId),
    });
    await joinIt(cases[0]?.number ?? '');
    await act(id, 'ask', { text: 'Ổ gà ở phía nào của chợ?' });
    await page.reload();
    await page.getByLabel('Trả lời câu hỏi của đơn vị').fill('Bên phải cổng, sát cột điện');
    await page.getByRole('button', { name: 'Gửi bổ sung' }).click();
    await page.getByRole('heading', { name: 'Đang xử lý' }).waitFor();
    await act(id, 'propose', { text: 'Đã vá xong mặt đường.', uploads: [] });
    await act(id, 'approve');
    await page.reload();
    await page.getByText('Đã vá xong mặt đường.').waitFor();
    await page.getByRole('radio', { name: '2: Không hài lòng' }).check({ force: true });
    await page.getByLabel('Vì sao?').fill('Vá chưa phẳng');
    await look(page, '7-rate');
    await page.getByRole('button', { name: 'Gửi đánh giá' }).click();
    await page.getByText('Bạn đã đánh giá 2 trên 5. Cảm ơn bạn!').waitFor();
    await page.getByRole('button', { name: 'Mở lại phản ánh' }).click();
    await page.getByLabel('Còn gì chưa xong?').fill('Ổ gà bên phải vẫn còn');
    await page.getByRole('button', { name: 'Mở lại phản ánh' }).click();
    await page.getByRole('heading', { name: 'Được mở lại' }).waitFor();
    await look(page, '8-reopened');
    expect(await page.getByRole('button', { name: 'Mở lại phản ánh' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });

  /** Another citizen at the same place is shown it before sending, and joins. */
  async function joinIt(number: string): Promise<void> {
    const { page, context, errors } = await phone();
    await page.goto('/report');
    await writeIt(page, 'Ổ gà to trên mặt đường trước chợ, nguy hiểm', false);
    await next(page);
    await place(page);
    await next(page);
    await page.getByRole('heading', { name: 'Có phải việc này không?' }).waitFor();
    await look(page, '9-twins');
    await page.getByRole('button', { name: /^Xem ảnh lớn/ }).click();
    await expect
      .poll(
        () => page.evaluate(() => document.querySelector<HTMLImageElement>('dialog[open] img')?.naturalWidth ?? 0),
        {
          timeout: 30_000,
        },
      )
      .toBeGreaterThan(1000);
    await page.getByRole('button', { name: 'Đóng' }).click();
    await page.getByRole('button', { name: 'Đúng, tôi cũng gặp' }).click();
    await page.getByRole('heading', { name: 'Đã ghi nhận. Cảm ơn bạn!' }).waitFor();
    expect(await read(`/api/reports/public/${number}`)).toMatchObject({ meToo: 1 });
    // What anybody sees: around here, one report, and how reports are answered.
    await page.goto('/near');
    await page.getByRole('button', { name: 'Tìm quanh tôi' }).click();
    await page.getByText('cách 0 m').waitFor();
    await look(page, 'near');
    await page.getByRole('button', { name: 'Xem trên bản đồ' }).click();
    await page.getByRole('button', { name: 'Phóng to' }).waitFor();
    await page.waitForTimeout(3_000);
    await look(page, 'near-map');
    await page.getByRole('button', { name: 'Xem danh sách' }).click();
    await page.getByRole('link', { name: /Mặt đường trước chợ/ }).click();
    await page.getByText('1 người cũng gặp').waitFor();
    await look(page, 'public-one');
    await page.goto('/statistics');
    await page.getByRole('heading', { name: 'Toàn tỉnh' }).waitFor();
    await look(page, 'statistics');
    expect(errors).toEqual([]);
    await context.close();
  }

  it('writes without a network, twice, and each is sent once by itself when the network is back', {
    timeout: 600_000,
  }, async () => {
    const { page, context } = await phone();
    await slowDown(context, page);
    await page.goto('/');
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    // The whole app is there once the worker has taken over.
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 90_000 })
      .toBe(true);
    await context.setOffline(true);
    for (const [n, text] of ['Đèn đường hỏng đã ba hôm, tối om', 'Rác thải chưa thu gom, bốc mùi'].entries()) {
      await page.goto('/report');
      await writeIt(page, text, n === 0);
      await next(page);
      await page.getByText('Đã có vị trí.').waitFor();
      if (n === 0) await look(page, 'offline-where');
      await place(page);
      await next(page);
      await sendButton(page).dblclick();
      await page.getByRole('heading', { name: 'Đã lưu trên máy' }).waitFor();
      if (n === 0) await look(page, 'offline-kept');
    }
    await page.getByRole('link', { name: 'Xem phản ánh đang chờ' }).click();
    // Asked for while there is still no network: nothing happens but waiting.
    await page.getByRole('button', { name: 'Gửi ngay' }).first().click();
    await look(page, 'offline-list');
    expect(await page.getByText('Tự gửi khi có mạng').count()).toBe(2);
    await context.setOffline(false);
    await expect.poll(() => page.getByText('Tự gửi khi có mạng').count(), { timeout: 120_000 }).toBe(0);
    await page.getByRole('link', { name: /Đèn đường hỏng/ }).waitFor();
    await look(page, 'offline-sent');
    expect(await known('Đèn đường hỏng đã ba hôm')).toHaveLength(1);
    expect(await known('Rác thải chưa thu gom')).toHaveLength(1);
    await context.close();
  });
});

describe('what cannot be right', () => {
  it('is said in words: a photo that is none, one too large, a place outside the province', {
    timeout: 300_000,
  }, async () => {
    const { page, context, errors } = await phone();
    await context.setGeolocation(hanoi);
    await page.goto('/report');
    const input = page.getByLabel('Ảnh hiện trường');
    await input.setInputFiles({ name: 'anh.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('không phải ảnh') });
    await page.getByText('Không đọc được ảnh này').waitFor();
    const large = join(server.directory, 'to.jpg');
    await writeFile(large, Buffer.alloc(50 * 1024 * 1024));
    await input.setInputFiles(large);
    await page.getByText('lớn hơn 40 MB').waitFor();
    await look(page, 'bad-photo');
    await next(page);
    await page.getByText('Bạn viết thêm vài chữ').waitFor();
    await writeIt(page, 'Nắp cống vỡ giữa đường', false);
    await next(page);
    await page.getByText('Chỗ này nằm ngoài tỉnh').waitFor();
    expect(await page.getByRole('button', { name: 'Đúng chỗ này' }).isDisabled()).toBe(true);
    await look(page, 'outside');
    // The photo knows better: its camera wrote that it was taken in Vũ Thư (20° 26' 40.92" N, 106° 16' 3.72" E).
    await page.goBack();
    const taken = await sharp(shot)
      .withExif({
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '20/1 26/1 4092/100',
          GPSLongitudeRef: 'E',
          GPSLongitude: '106/1 16/1 372/100',
        },
      })
      .toBuffer();
    await input.setInputFiles({ name: 'tai-cho.jpg', mimeType: 'image/jpeg', buffer: taken });
    await page.getByAltText('Ảnh 1').waitFor();
    await look(page, 'with-video-and-photo');
    await next(page);
    await look(page, 'where-photo');
    await page.getByRole('button', { name: 'Dùng nơi chụp ảnh' }).click();
    await page.getByText('Vị trí ở Xã Vũ Thư').waitFor();
    await look(page, 'photo-place');
    // Found by its name, then set on the map.
    await page.getByLabel('Tìm xã, phường, thị trấn').fill('vu thu');
    await page.getByRole('button', { name: 'Xã Vũ Thư', exact: true }).click();
    await page.getByText('Vị trí ở Xã Vũ Thư').waitFor();
    await page.locator('.k-pin').waitFor();
    await page.waitForTimeout(2_000);
    await look(page, 'map');
    expect(errors).toEqual([]);
    await context.close();
  });
});
