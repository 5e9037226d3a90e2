/**
 * The story as one test in a real browser, each role in a window of its own: a station's file becomes an alert on the
 * operator's map, an incident, a task, an officer's photo from a phone, a closed incident; the wall, the citizen's page,
 * the audit log and the monthly figures tell the same story. Every page on the way is checked with axe.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn, type Window } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const PASSWORD = 'DoThi@2520';
const HOUR = 3_600_000;
const STATION = 'urn:ngsi-ld:AirQualityStation:vu-thu';
const pictures = process.env.UPDATE_PICTURES ? join(import.meta.dirname, '..', 'docs', 'pictures') : null;

describe('from a station’s measurement to a closed incident', () => {
  let server: RunningServer;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  const windows: Record<string, Window> = {};

  beforeAll(async () => {
    // The demo province without its simulation: every number of this test is sent by this test.
    server = await startTestServer({ mode: 'demo', environment: { DEMO_SPEED: '0' } });
    browser = await openBrowser();
    windows.operator = await openWindow(browser, server.url, 'desktop');
    windows.officer = await openWindow(browser, server.url, 'phone');
    windows.neighbour = await openWindow(browser, server.url, 'phone');
    windows.wall = await openWindow(browser, server.url, 'wall');
    windows.citizen = await openWindow(browser, server.url, 'phone');
    windows.auditor = await openWindow(browser, server.url, 'desktop');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const pageOf = (name: string): Page => {
    const found = windows[name];
    if (!found) throw new Error(`no window ${name}`);
    return found.page;
  };
  /** No violation of accessibility; with UPDATE_PICTURES the README's picture is taken here. */
  const look = async (name: string, picture?: string): Promise<void> => {
    const page = pageOf(name);
    expect(await axe(page), `axe on ${page.url()}`).toEqual([]);
    if (pictures && picture) {
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(pictures, `${picture}.png`) });
    }
  };

  /** Three whole hours of five-minute files, as a logger writes them: PM2.5 at 240, PM10 at 330 µg/m³. */
  const dropFiles = async (): Promise<void> => {
    const end = Math.floor(Date.now() / HOUR) * HOUR;
    for (let at = end - 3 * HOUR; at < end; at += 5 * 60_000) {
      const stamp = new Date(at + 7 * HOUR).toISOString().replace(/\D/g, '').slice(0, 14);
      const folder = join(server.directory, 'demo', 'stations', 'inbox', 'station-files', 'KKVTH', stamp.slice(0, 8));
      await mkdir(folder, { recursive: true });
      const line = (name: string, value: number) => `${name}\t${value}\tug/Nm3\t${stamp}\t00\r\n`;
      const name = `TB_TTQT_KKVTH_${stamp}.txt`;
      await writeFile(join(folder, `.${name}`), line('PM2.5', 240) + line('PM10', 330) + line('NO2', 40));
      await rename(join(folder, `.${name}`), join(folder, name));
    }
  };

  it('is told alike on every screen', { timeout: 420_000 }, async () => {
    const operator = pageOf('operator');
    const officer = pageOf('officer');

    // All is well: the operator's queue is empty, and says so.
    await signIn(operator, 'trucban', PASSWORD, '/console/map');
    await operator.getByText('Không có cảnh báo nào đang mở.').waitFor();
    await operator
      .getByRole('region', { name: /Bản đồ/ })
      .or(operator.locator('canvas'))
      .first()
      .waitFor();
    await signIn(pageOf('wall'), 'lanhdao', PASSWORD, '/console/wall');

    // The station's files come; nobody reloads a page.
    await dropFiles();
    const queued = operator.getByRole('listitem').filter({ hasText: 'Không khí xấu' });
    await queued.waitFor({ timeout: 90_000 });
    // PM2.5 240 µg/m³ in every hour: NowCast 240 (w = 1), index 200 + (240 - 150) * 100 / 100 = 290, Rất xấu.
    // One alert for three hours, not three and not thirty-six.
    expect(await operator.getByRole('listitem').filter({ hasText: 'Trạm không khí Vũ Thư' }).count()).toBe(1);
    await pageOf('wall').getByText('Chưa ai nhận').waitFor({ timeout: 90_000 });
    await look('operator');

    // The operator takes it; the wall says who has it.
    await queued.getByRole('button', { name: 'Nhận xử lý' }).click();
    await pageOf('wall').getByText('Trần Thị Trực').first().waitFor({ timeout: 90_000 });
    await queued.getByRole('link', { name: 'Không khí xấu' }).click();
    await operator.getByRole('heading', { level: 1, name: 'Không khí xấu' }).waitFor();
    // 'Vì sao?': rule, version, formula in words, rows.
    await operator.getByText('VN_AQI giờ lớn hơn 150', { exact: false }).first().waitFor();
    await operator.getByText('290').first().waitFor();
    await look('operator', 'alert');

    // An incident with its procedure.
    await operator.getByRole('button', { name: 'Mở sự cố' }).click();
    const sheet = operator.getByRole('dialog');
    await expect.poll(() => sheet.getByLabel('Quy trình').inputValue()).toBe('operations.air-pollution');
    await sheet.getByRole('button', { name: 'Mở sự cố' }).click();
    await operator.waitForURL(/\/console\/incidents\//);
    await operator.getByText('Xác minh trạm: không hiệu chuẩn', { exact: false }).waitFor();
    const number =
      (await operator
        .getByText(/SC-\d{4}-\d+/)
        .first()
        .textContent()) ?? '';
    expect(number).toMatch(/SC-\d{4}-\d{6}/);

    // A task to the commune, as the procedure proposes it.
    await operator.getByRole('button', { name: 'Giao việc' }).first().click();
    await operator.getByRole('dialog').getByRole('button', { name: 'Giao việc' }).click();
    await operator.getByText('UBND xã Vũ Thư', { exact: false }).first().waitFor();

    // The officer of Vũ Thư has it on the phone; the neighbour has nothing.
    await signIn(officer, 'xavuthu', PASSWORD, '/console/tasks');
    await officer.getByText('Kiểm tra nguồn gây ô nhiễm không khí').waitFor();
    await look('officer', 'tasks');
    await signIn(pageOf('neighbour'), 'xakienxuong', PASSWORD, '/console/tasks');
    await pageOf('neighbour').getByText('Không có nhiệm vụ nào đang chờ.').waitFor();
    await officer.getByText('Kiểm tra nguồn gây ô nhiễm không khí').click();
    const taskUrl = officer.url();
    await officer.getByRole('button', { name: 'Nhận nhiệm vụ' }).click();
    await officer
      .getByLabel('Kết quả kiểm tra')
      .fill('Có hai ruộng đang đốt rơm rạ cách trạm 300 m; đã yêu cầu dập lửa.');
    await officer
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'hien-truong.jpg', mimeType: 'image/jpeg', buffer: await photo() });
    await look('officer', 'task');
    await officer.getByRole('button', { name: 'Gửi kết quả' }).dblclick();
    await officer.getByText('Có hai ruộng đang đốt rơm rạ', { exact: false }).first().waitFor();
    await officer.locator('img[src*="/api/files/"]').first().waitFor();
    // The neighbour who learns the address learns nothing from it.
    await pageOf('neighbour').goto(taskUrl);
    await pageOf('neighbour').getByText('Không tìm thấy', { exact: false }).first().waitFor();

    // The answer with its photo is on the operator's screen; one answer, though the button was pressed twice.
    await operator.locator('img[src*="/api/files/"]').first().waitFor({ timeout: 90_000 });
    expect(await operator.getByText('Có hai ruộng đang đốt rơm rạ', { exact: false }).count()).toBeGreaterThan(0);
    await operator.getByRole('button', { name: 'Duyệt kết quả' }).click();
    await operator.getByText('Đã duyệt').first().waitFor();
    for (const box of await operator.getByRole('checkbox').all()) {
      if (!(await box.isChecked())) await box.click();
      await operator.waitForTimeout(300);
    }
    await look('operator', 'incident');
    for (const step of ['Đang xác minh', 'Đang xử lý', 'Đã khắc phục', 'Đã đóng']) {
      await operator.getByRole('button', { name: `Chuyển sang: ${step}` }).click();
      await operator.getByRole('dialog').getByRole('button', { name: step }).click();
      await operator.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    await operator.getByText('Đã đóng').first().waitFor();

    // The wall, the citizen, the audit log and the monthly figures tell the same.
    const wall = pageOf('wall');
    await wall.getByText('290').first().waitFor();
    await look('wall');
    await wall.goto('/console/leader');
    await wall.getByText('Điều hành trên điện thoại').waitFor();
    await look('wall');

    const citizen = pageOf('citizen');
    await citizen.goto('/');
    await citizen.getByText('1 trạm đang ở mức Kém trở lên', { exact: false }).waitFor();
    await look('citizen', 'citizen-home');
    await citizen.goto('/air');
    await citizen.getByLabel('Chọn trạm gần bạn').selectOption({ label: 'Trạm không khí Vũ Thư' });
    await citizen.getByText('Rất xấu').first().waitFor();
    await citizen.getByText('290').first().waitFor();
    await look('citizen', 'citizen-air');

    const auditor = pageOf('auditor');
    await signIn(auditor, 'kiemtoan', PASSWORD, '/console/audit');
    for (const action of ['alert.open', 'alert.acknowledge', 'case.open', 'task.answer', 'task.approve']) {
      await auditor.getByText(action).first().waitFor();
    }
    await auditor.getByRole('button', { name: 'Kiểm tra tính toàn vẹn' }).click();
    await auditor.getByText('Nhật ký nguyên vẹn', { exact: false }).waitFor();
    await look('auditor', 'audit');

    await operator.goto('/console/indicators?code=operations.incidents-closed');
    await operator.getByText(number.trim()).first().waitFor();
    await look('operator', 'indicators');
    await operator.goto(`/console/environment/stations/${encodeURIComponent(STATION)}`);
    await operator.getByText('290').first().waitFor();
    await look('operator', 'station');

    for (const [name, { errors }] of Object.entries(windows)) {
      // A refused look at the neighbour's task is told by the browser as a failed request; nothing else may be.
      expect(
        errors.filter((text) => !/status of 40[134]/.test(text)),
        name,
      ).toEqual([]);
    }
  });
});

/** A photo as a phone makes it, with the place in its EXIF. */
async function photo(): Promise<Buffer> {
  return sharp({ create: { width: 1200, height: 900, channels: 3, background: { r: 150, g: 140, b: 120 } } })
    .withExif({
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '20/1 26/1 46/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '106/1 16/1 12/1',
      },
    })
    .jpeg()
    .toBuffer();
}
