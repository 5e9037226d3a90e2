import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Stage, stage } from '../../tests/reports-stage.ts';
import { usedPhotos } from './closing.ts';
import { partsOf } from './make-parts.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

/** A video with a place in it; a picture of `bytes` bytes ten times a second. */
async function video(seconds: number, bytes = 2_000): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source);
  output.setMetadataTags({ raw: { '©xyz': '+20.4500+106.3400/' } });
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 640, codedHeight: 360 };
  for (let n = 0; n < seconds * 10; n += 1) {
    const packet = new EncodedPacket(Buffer.alloc(bytes, n), n === 0 ? 'key' : 'delta', n / 10, 0.1);
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

type Upload = { id: string; offset: number; done: boolean; code?: string; detail?: string };
const begin = (bytes: number, isVideo = true) =>
  on.ask<Upload>('POST', '/api/reports/uploads', { name: 'IMG_0001.MOV', bytes, video: isVideo });
const patch = (id: string, content: Buffer, offset = 0) =>
  on.ask<Upload>('PATCH', `/api/reports/uploads/${id}`, content, {
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
  });
async function upload(content: Buffer): Promise<string> {
  const { id } = (await begin(content.byteLength)).body;
  expect((await patch(id, content)).body).toMatchObject({ done: true });
  return id;
}
const text = 'Xe tải đổ đất tràn ra mặt đường mỗi tối';
const send = (uploads: string[]) => on.send({ text, category: 'roads.pothole', uploads });
type Followed = { video: string | null; photos: unknown[] };
const followed = async (code: unknown) => (await on.ask<Followed>('POST', '/api/reports/follow', { code })).body;

it('a video whose line broke goes on where it stood, and is played by its sender and its officers, by nobody else', async () => {
  const content = await video(3);
  const { id } = (await begin(content.byteLength)).body;
  expect((await patch(id, content.subarray(0, 20_000))).body).toMatchObject({ offset: 20_000, done: false });
  const again = (await on.ask<Upload>('GET', `/api/reports/uploads/${id}`)).body;
  expect((await patch(id, content.subarray(again.offset), again.offset)).body).toMatchObject({ done: true });
  const sent = await send([id]);
  expect(sent.status).toBe(200);
  const caseId = (await database.pool.query('select case_id from reports where number = $1', [sent.body.number]))
    .rows[0].case_id;

  // Its sender: whole, in parts as a player asks, inert.
  const own = await followed(sent.body.code);
  expect(own.photos).toEqual([]);
  const whole = await on.http.app.inject({ url: String(own.video) });
  expect(whole.statusCode).toBe(200);
  expect(whole.headers).toMatchObject({
    'content-type': 'video/mp4',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'accept-ranges': 'bytes',
  });
  expect(whole.headers['content-disposition']).toMatch(/^inline; filename="IMG_0001.mp4"/);
  expect(whole.rawPayload.includes('+20.4500')).toBe(false);
  const part = await on.http.app.inject({ url: String(own.video), headers: { range: 'bytes=100-299' } });
  expect(part.statusCode).toBe(206);
  expect(part.headers['content-range']).toBe(`bytes 100-299/${whole.rawPayload.byteLength}`);
  expect(part.rawPayload.equals(whole.rawPayload.subarray(100, 300))).toBe(true);
  const beyond = await on.http.app.inject({ url: String(own.video), headers: { range: 'bytes=99999999-' } });
  expect(beyond.statusCode).toBe(416);

  // The officer of the commune plays it, one of another commune learns of nothing.
  const desk = await on.ask<{ photos: { fileId: string; part: string }[] }>(
    'GET',
    `/api/reports/desk/${caseId}`,
    undefined,
    { as: 'truc' },
  );
  const [film] = desk.body.photos;
  expect(desk.body.photos).toEqual([{ fileId: film?.fileId, part: 'video', isPublic: false }]);
  const file = `/api/files/${film?.fileId}`;
  expect((await on.ask('GET', file, undefined, { as: 'truc' })).status).toBe(200);
  expect((await on.ask('GET', file, undefined, { as: 'canbo-b' })).status).toBe(404);

  // The public hears that there is one, also where all else is published.
  const row = await database.pool.query('select version from cases where id = $1', [caseId]);
  const publish = { version: row.rows[0].version, decision: 'publish', text, photos: [film?.fileId] };
  const published = await on.ask('POST', `/api/reports/desk/${caseId}/moderate`, publish, { as: 'truc' });
  expect(published.status).toBe(200);
  const seen = await on.ask<{ hasVideo: boolean; photos: unknown[] }>('GET', `/api/reports/public/${sent.body.number}`);
  expect(seen.body).toMatchObject({ hasVideo: true, photos: [] });
  expect((await on.ask('GET', `/api/reports/photos/${film?.fileId}`)).status).toBe(404);
  // Who joins has a code, and not the video.
  const joined = await on.ask<{ code: string }>('POST', `/api/reports/by-number/${sent.body.number}/join`, {
    requestId: 'toi-cung-gap-viec-nay',
  });
  expect(joined.status).toBe(200);
  expect((await followed(joined.body.code)).video).toBe(null);
});

it('what is no video, too long or too large is refused in words, and so is a second one', async () => {
  const large = await begin(50 * 1024 * 1024);
  expect([large.status, large.body.code]).toEqual([413, 'video-too-large']);
  expect((await begin(25 * 1024 * 1024, false)).body.code).toBe('file-too-large');

  const refusal = async (content: Buffer) => {
    const { id } = (await begin(content.byteLength)).body;
    const { status, body } = await patch(id, content);
    expect((await on.ask('GET', `/api/reports/uploads/${id}`)).status).toBe(404);
    return [status, body.code];
  };
  expect(await refusal(await video(40))).toEqual([422, 'video-too-long']);
  expect(await refusal(Buffer.from('<!doctype html><script>alert(1)</script>'))).toEqual([415, 'file-type-not-taken']);
  const beginning = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41<script>alert(1)</script>', 'latin1');
  expect(await refusal(beginning)).toEqual([422, 'broken-video']);

  const [one, two] = [await upload(await video(1)), await upload(await video(2))];
  expect(await send([one, two])).toMatchObject({ status: 422, body: { code: 'too-many-videos' } });
  expect((await send([one])).status).toBe(200);
  expect(await send([one])).toMatchObject({ status: 409, body: { code: 'upload-taken' } });
  // A document is neither.
  const { id } = (await begin(9, false)).body;
  expect((await patch(id, Buffer.from('%PDF-1.7\n'))).body).toMatchObject({ done: true });
  expect(await send([id])).toMatchObject({ status: 422, body: { code: 'not-a-photo' } });
});

it('a photo that calls itself a video is a photo, and a video is sent beside five of them', async () => {
  const photos: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const background = { r: n * 40, g: 90, b: 90 };
    photos.push(
      await upload(
        await sharp({ create: { width: 30 + n, height: 20, channels: 3, background } })
          .jpeg()
          .toBuffer(),
      ),
    );
  }
  const own = await upload(await video(1));
  const sent = await send([...photos, own]);
  expect(sent.status).toBe(200);
  const shown = await followed(sent.body.code);
  expect(shown.photos).toHaveLength(5);
  expect(shown.video).not.toBe(null);
  const { rows } = await database.pool.query('select file_id from report_videos');
  const used = await usedPhotos(
    partsOf(on.platform),
    rows.map((row) => row.file_id),
  );
  expect(used.size).toBe(rows.length);
});
