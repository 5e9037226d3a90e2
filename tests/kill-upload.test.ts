/** Kill -9 of the server while a citizen's photo uploads: it goes on where it stood, and the report is sent with it. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Killable, startKillable } from './killable-server.ts';

let server: Killable;
beforeAll(async () => {
  server = await startKillable();
}, 240_000);
afterAll(async () => {
  await server?.end();
}, 60_000);

type Upload = { id: string; offset: number; bytes: number; done: boolean };

it('a photo whose server was killed goes on at the byte that is there, and its report is one', async () => {
  // Noise cannot be made small: some hundred kilobytes.
  const raw = { width: 500, height: 400, channels: 3 } as const;
  const photo = await sharp(randomBytes(500 * 400 * 3), { raw })
    .jpeg({ quality: 90 })
    .toBuffer();
  const ask = async <A>(method: string, path: string, body?: unknown): Promise<A> => {
    const answer = await fetch(server.url() + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as A;
  };
  const { id } = await ask<Upload>('POST', '/api/reports/uploads', { name: 'anh.jpg', bytes: photo.byteLength });
  const url = `/api/reports/uploads/${id}`;
  const patch = (offset: number, body: BodyInit) =>
    fetch(server.url() + url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      body,
      // Node asks for it where a body comes piece by piece.
      duplex: 'half',
    } as RequestInit);

  // A line so slow that the photo would never arrive: the kill falls into the middle of the request.
  let sent = 0;
  const slow = new ReadableStream({
    async pull(controller) {
      if (sent >= photo.byteLength / 2) return new Promise(() => undefined);
      controller.enqueue(new Uint8Array(photo.subarray(sent, sent + 20_000)));
      sent += 20_000;
    },
  });
  const broken = patch(0, slow).then(
    () => 'answered',
    () => 'broken',
  );
  while ((await ask<Upload>('GET', url)).offset === 0) await sleep(50);
  await server.killServer();
  expect(await broken).toBe('broken');

  const there = await ask<Upload>('GET', url);
  expect(there.offset).toBeGreaterThan(0);
  expect(there.offset).toBeLessThan(photo.byteLength);
  const last = await patch(there.offset, new Uint8Array(photo.subarray(there.offset)));
  expect(await last.json()).toMatchObject({ offset: photo.byteLength, done: true });

  const draft = {
    requestId: 'gui-lai-sau-khi-may-chu-chet',
    text: 'Ổ gà lớn trước cổng chợ',
    category: 'roads.pothole',
    location: { lon: 106.2677, lat: 20.4447 },
    urgency: 'normal',
    uploads: [id],
  };
  const first = await ask<{ number: string }>('POST', '/api/reports', draft);
  await server.killServer();
  expect(await ask('POST', '/api/reports', draft)).toMatchObject({ number: first.number });
}, 480_000);
