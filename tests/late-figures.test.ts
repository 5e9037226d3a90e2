/**
 * A source is cut off and time passes: on every screen that shows a figure of it the figure says so, and is not taken for
 * today's. The browser's clock is set; what the server holds stays the same.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openWindow, signIn } from './browser.ts';
import { type RunningServer, startTestServer } from './running-server.ts';

const HOUR = 3_600_000;
const STATION = 'urn:ngsi-ld:AirQualityStation:vu-thu';
const OLD = 'Số liệu cũ';
/** With PAGES_PICTURES=<folder> every screen is pictured there. */
const pictures = process.env.PAGES_PICTURES;
/** The last whole hour: the last file of the station is of five minutes before. */
const end = Math.floor(Date.now() / HOUR) * HOUR;
const stillFresh = new Date(end + 60_000);
const longAfter = new Date(end + 7 * HOUR);

describe('a source that was cut off', () => {
  let server: RunningServer;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  /** screen -> address and the text by which its figure is known (a picture of numbers: VN_AQI 290, PM2.5 240 µg/m³) */
  const screens: [name: string, path: string, shown: RegExp][] = [];
  let page: Page;

  beforeAll(async () => {
    server = await startTestServer({ mode: 'demo', environment: { DEMO_SPEED: '0' } });
    browser = await openBrowser();
    ({ page } = await openWindow(browser, server.url, 'desktop'));
    await signIn(page, 'quantri', 'DoThi@2520');
    const ask = async <T>(method: string, path: string, data?: object): Promise<T> => {
      const headers = { 'x-requested-with': 'dttm' };
      const answer = await page.request.fetch(path, { method, headers, ...(data ? { data } : {}) });
      expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
      return (await answer.json()) as T;
    };
    // Three hours of files: PM2.5 240 and PM10 330 µg/m³, of which VN_AQI is 290 (computed in tests/story.test.ts).
    for (let at = end - 3 * HOUR; at < end; at += 5 * 60_000) {
      const stamp = new Date(at + 7 * HOUR).toISOString().replace(/\D/g, '').slice(0, 14);
      const folder = join(server.directory, 'demo', 'stations', 'inbox', 'station-files', 'KKVTH', stamp.slice(0, 8));
      await mkdir(folder, { recursive: true });
      const line = (name: string, value: number) => `${name}\t${value}\tug/Nm3\t${stamp}\t00\r\n`;
      const name = `TB_TTQT_KKVTH_${stamp}.txt`;
      await writeFile(join(folder, `.${name}`), line('PM2.5', 240) + line('PM10', 330));
      await rename(join(folder, `.${name}`), join(folder, name));
    }
    // A lamp that burns.
    const lamps = await ask<{ items: { id: string }[] }>('GET', '/api/entities?type=Streetlight&limit=1');
    const lamp = lamps.items[0]?.id ?? '';
    const { key } = await ask<{ key: string }>('PUT', '/api/devices/thu-den', { name: 'Thử', entityIds: [lamp] });
    const observations = [
      { entity: lamp, property: 'switched_on', observedAt: new Date(end).toISOString(), value: 1 },
      { entity: lamp, property: 'power', observedAt: new Date(end).toISOString(), value: 120 },
    ];
    const sent = await fetch(`${server.url}/api/ingest/observations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ observations }),
    });
    expect(sent.status).toBe(200);
    // The alert of bad air, and an incident for it.
    type Alerts = { items: { id: string; source: string; entityId: string }[] };
    let alert: Alerts['items'][number] | undefined;
    for (let tries = 0; tries < 180 && !alert; tries++) {
      const { items } = await ask<Alerts>('GET', `/api/alerts?entity=${encodeURIComponent(STATION)}`);
      alert = items.find((one) => one.source.includes('.air.'));
      if (!alert) await sleep(500);
    }
    const incident = await ask<{ id: string }>('POST', '/api/cases', {
      type: 'incident',
      title: 'Không khí xấu ở Vũ Thư',
      severity: 4,
      entityId: STATION,
      alertIds: [alert?.id],
      provenance: 'simulated',
      requestId: crypto.randomUUID(),
    });
    const id = encodeURIComponent(STATION);
    screens.push(
      ['map', `/console/map?entity=${id}`, /^240/],
      ['wall', '/console/wall', /^290/],
      ['leader', '/console/leader', /^290/],
      ['entities', '/console/entities', /^290$/],
      ['entity', `/console/entities/${id}`, /^240/],
      ['history', `/console/entities/${id}/history`, /^(290|240)/],
      ['alert', `/console/alerts/${alert?.id}`, /^290/],
      ['incident', `/console/incidents/${incident.id}`, /^290$/],
      ['network', '/console/environment?as=list', /^290$/],
      ['station', `/console/environment/stations/${id}`, /^290$/],
      ['lighting', '/console/lighting', /Đang sáng/],
      ['citizen home', '/', /mức Kém trở lên|Chưa có số liệu mới/],
      ['citizen air', '/air', /^290$/],
    );
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (at: Date, [name, path, shown]: (typeof screens)[number]): Promise<number> => {
    await page.clock.setFixedTime(at);
    await page.goto(path);
    await page.getByText(shown).first().waitFor();
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(pictures, `${name}-${at === stillFresh ? 'fresh' : 'old'}.png`) });
    }
    // What is said beside the figure may come a moment after it.
    const old = page.getByText(OLD);
    if (at !== stillFresh)
      await old
        .first()
        .waitFor({ timeout: 15_000 })
        .catch(() => null);
    return old.count();
  };

  it('is greyed and called old on every screen that shows it, and on none before', { timeout: 900_000 }, async () => {
    const before: [string, boolean][] = [];
    for (const screen of screens) before.push([screen[0], (await open(stillFresh, screen)) > 0]);
    const after: [string, boolean][] = [];
    for (const screen of screens) after.push([screen[0], (await open(longAfter, screen)) > 0]);
    expect(before).toEqual(screens.map(([name]) => [name, false]));
    expect(after).toEqual(screens.map(([name]) => [name, true]));
    // Nobody is told that all is well, or to stay in, by a figure of seven hours ago.
    await page.goto('/air');
    await page.getByText(OLD).first().waitFor();
    expect(await page.getByText('Nên làm gì').count()).toBe(0);
    await page.goto('/');
    await page.getByText('Chưa có số liệu mới của trạm nào').waitFor();
  });

  it('is told apart from a screen that lost the server, which says that', { timeout: 120_000 }, async () => {
    await page.clock.setFixedTime(stillFresh);
    await page.goto('/console/entities');
    await page.getByText('Trực tiếp', { exact: true }).waitFor({ state: 'attached' });
    await page.context().setOffline(true);
    await page.getByText('Đang mất kết nối').first().waitFor();
    await page.context().setOffline(false);
    await page.getByText('Đang mất kết nối').first().waitFor({ state: 'hidden' });
  });
});
