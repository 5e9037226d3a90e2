/** An officer uploads a file of observations through the page: look, correct, check, take, and the file of refused rows. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './axe.ts';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

/** With PAGES_PICTURES=<folder> every step is pictured there. */
const pictures = process.env.PAGES_PICTURES;

describe('uploading a file of observations', () => {
  let server: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await startTestServer({ mode: 'demo', environment: { DEMO_DAYS: '1', DEMO_SPEED: '0' } });
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const lookedAt = async (page: Page, name: string): Promise<string[]> => {
    await page.waitForTimeout(400);
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    }
    const width = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
    return [...(await axe(page)), ...(width > 1 ? [`${width} px wider than the screen`] : [])].map(
      (one) => `${name}: ${one}`,
    );
  };

  it.each(['desktop', 'phone'] as const)('takes three steps: %s', { timeout: 240_000 }, async (size) => {
    const { page, context, errors } = await openWindow(browser, server.url, size);
    await signIn(page, 'quantri', 'DoThi@2520', '/console/uploads');
    const { items } = (await (await page.request.get('/api/entities?type=AirQualityStation')).json()) as {
      items: { id: string; name: string }[];
    };
    const station = items[0]?.id ?? '';
    const wrong = await lookedAt(page, `uploads-1-${size}`);
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Chọn tệp CSV hoặc XLSX' }).click();
    // 2020: what the demo shows is not disturbed.
    const rows = [
      'Mã điểm;Thông số;Thời gian;Giá trị',
      `${station};PM2.5;27/08/2020 14:05;12,5`,
      `${station};PM2.5;27/08/2020 14:10;nhiều`,
      `${station};PM2.5;27/08/2020 14:15;13,5`,
    ];
    await (await choosing).setFiles({
      name: 'quan-trac.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(rows.join('\r\n')),
    });
    // 'Mã điểm' is not a heading that is known: the officer says what it is.
    await page.getByLabel('Cột “Mã điểm” là').selectOption('entity');
    wrong.push(...(await lookedAt(page, `uploads-2-${size}`)));
    await page.getByRole('button', { name: 'Kiểm tra cả tệp' }).click();
    await page.getByText('Sẽ nhận 2 giá trị từ 3 dòng; từ chối 1 dòng.').waitFor();
    wrong.push(...(await lookedAt(page, `uploads-3-${size}`)));
    await page.getByRole('button', { name: 'Nạp 2 giá trị' }).click();
    await page.getByText('Đã nạp 2 giá trị từ 3 dòng.').waitFor();
    wrong.push(...(await lookedAt(page, `uploads-4-${size}`)));
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải 1 dòng bị từ chối (CSV)' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('quan-trac-can-sua.csv');
    expect((await readFile(await download.path(), 'utf8')).split('\r\n')).toEqual([
      '\uFEFFMã điểm;Thông số;Thời gian;Giá trị;Dòng;Lý do không nhận',
      `${station};PM2.5;27/08/2020 14:10;nhiều;3;“nhiều” không phải là một số`,
      '',
    ]);
    expect(wrong).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });
});
