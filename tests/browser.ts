/** A real Chromium for end-to-end tests and pictures: an installed one first, else the one that npm brings. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const installed = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

export async function openBrowser(): Promise<Browser> {
  const found = process.env.CHROME_PATH ?? installed.find((path) => existsSync(path));
  if (found) return chromium.launch({ executablePath: found, args: flags });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packed.executablePath(), args: flags });
}

export const sizes = {
  desktop: { width: 1440, height: 900 },
  wall: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;

export type Window = { context: BrowserContext; page: Page; errors: string[] };

/** A window of its own (own cookies) of the given size; what the page logs as an error is kept. */
export async function openWindow(browser: Browser, base: string, size: keyof typeof sizes): Promise<Window> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: sizes[size],
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    hasTouch: size === 'phone',
    isMobile: size === 'phone',
  });
  // Software rendering on a busy machine is slow; what does not come within this time does not come.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`.trim());
  });
  return { context, page, errors };
}

/** Logs in through the log-in page, as a person does. */
export async function signIn(page: Page, loginName: string, password: string, to = '/console'): Promise<void> {
  await page.goto(`/console/login?to=${encodeURIComponent(to)}`);
  await page.getByLabel('Tên đăng nhập').fill(loginName);
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/console/login'));
}
