import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Input,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../words/index.ts';
import { examine } from './examine.ts';
import { partOf } from './send.ts';

const MP4 = new Mp4OutputFormat({ fastStart: 'in-memory' });

/** A video of so many seconds, ten pictures in each; every picture holds the bytes given. */
async function video(
  seconds: number,
  format: OutputFormat = MP4,
  { picture = Buffer.alloc(200, 7), tags = {} as object, name = 'video' } = {},
): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { name });
  output.setMetadataTags(tags);
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 640, codedHeight: 360 };
  for (let n = 0; n < seconds * 10; n += 1) {
    await source.add(new EncodedPacket(picture, n % 10 === 0 ? 'key' : 'delta', n / 10, 0.1), { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

const code = async (bytes: Buffer): Promise<string> => {
  try {
    return (await examine(bytes, { video: true })).mediaType;
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.code}`;
    throw error;
  }
};

const lengthOf = (bytes: Uint8Array) =>
  new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS }).computeDuration();

describe('a short video', () => {
  it('is taken from a phone of any make, and is kept as what every browser plays', async () => {
    const kept = await examine(await video(3, new MovOutputFormat({ fastStart: 'in-memory' })), { video: true });
    expect(kept).toMatchObject({ mediaType: 'video/mp4', extension: 'mp4', width: 640, height: 360 });
    expect(await lengthOf(kept.bytes)).toBeCloseTo(3, 1);
    expect(await code(await video(3))).toBe('video/mp4');
    expect(await code(await video(3, new WebMOutputFormat()))).toBe('video/webm');
  });

  it('loses place, device and comments, and keeps its pictures byte by byte', async () => {
    const picture = Buffer.from('một khung hình '.repeat(20));
    const raw = { '©xyz': '+20.4500+106.3400/', '©mak': 'Apple' };
    const tags = { comment: 'Nhà ông An', title: 'Gửi chị', raw };
    for (const format of [MP4, new MovOutputFormat({ fastStart: 'in-memory' })]) {
      const sent = await video(2, format, { picture, tags, name: 'máy của An' });
      const kept = await examine(sent, { video: true });
      for (const told of ['+20.4500', 'Apple', 'Nhà ông An', 'Gửi chị', 'máy của An']) {
        expect({ told, sent: sent.includes(told), kept: kept.bytes.includes(told) }).toEqual({
          told,
          sent: true,
          kept: false,
        });
      }
      expect(kept.bytes.includes(picture)).toBe(true);
    }
  });

  it('is refused when it is longer than half a minute, whatever its head says', async () => {
    expect(await code(await video(30))).toBe('video/mp4');
    const long = await video(40);
    expect(await code(long)).toBe('422 video-too-long');
    // mvhd, version 0: four bytes of type, version and flags, two times, the scale, then the length: told as nothing.
    const lying = Buffer.from(long);
    lying.writeUInt32BE(1, lying.indexOf('mvhd') + 4 + 4 + 4 + 4 + 4);
    expect(await code(lying)).toBe('422 video-too-long');
    expect(await code(await video(40, new WebMOutputFormat()))).toBe('422 video-too-long');
  });

  it('is refused when it is larger than 30 MB, and a photo still when it is larger than 20', async () => {
    const head = await video(1);
    expect(await code(Buffer.concat([head, Buffer.alloc(50 * 1024 * 1024)]))).toBe('413 video-too-large');
    const jpeg = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    expect(await code(Buffer.concat([jpeg, Buffer.alloc(21 * 1024 * 1024)]))).toBe('413 file-too-large');
  });

  it('is no video when only its beginning or its name says so', async () => {
    const ftyp = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1');
    const page = Buffer.from('<!doctype html><script>alert(1)</script>');
    expect(await code(Buffer.concat([ftyp, page]))).toBe('422 broken-video');
    expect(await code(page)).toBe('415 file-type-not-taken');
    // A phone that died while recording: the table of what is there comes last, and is not there.
    const whole = await video(2, new Mp4OutputFormat({ fastStart: false }));
    expect(await code(whole)).toBe('video/mp4');
    expect(await code(whole.subarray(0, whole.length / 2))).toBe('422 broken-video');
    // Sound alone, or a picture in a container of another kind of thing, is none either.
    expect(await code(Buffer.from('\0\0\0\x18ftypM4A \0\0\x02\0M4A mp42', 'latin1'))).toBe('415 file-type-not-taken');
  });

  it('takes along nothing that hides beside its pictures', async () => {
    const page = '<!doctype html><script>alert(document.domain)</script>';
    const box = Buffer.alloc(8 + page.length);
    box.writeUInt32BE(box.length);
    box.write(`free${page}`, 4, 'latin1');
    const sent = Buffer.concat([await video(2), box]);
    const kept = await examine(sent, { video: true });
    expect(kept.mediaType).toBe('video/mp4');
    expect(kept.bytes.includes('<script')).toBe(false);
  });

  it('that names a billion pictures, or the same bytes again and again, ends soon and costs no memory', async () => {
    const sent = await video(2);
    // stsz: version and flags, one size for all, how many. stts: version and flags, how many runs, how many in the first.
    const many = Buffer.from(sent);
    const stsz = many.indexOf('stsz') + 4;
    const stts = many.indexOf('stts') + 4;
    many.writeUInt32BE(1, stsz + 4);
    many.writeUInt32BE(0xffff_ffff, stsz + 8);
    many.writeUInt32BE(0xffff_ffff, stts + 8);
    expect(await code(many)).toMatch(/^422 /);
    // Twenty pictures, each almost as long as the file.
    const again = Buffer.from(sent);
    again.writeUInt32BE(sent.length - 100, stsz + 4);
    expect(await code(again)).toBe('422 broken-video');
  }, 60_000);

  it('is taken nowhere where nobody asked for one', async () => {
    await expect(examine(await video(1))).rejects.toMatchObject({ status: 415, code: 'file-type-not-taken' });
  });
});

it('a part of a file is what RFC 9110 says it is', () => {
  expect(partOf(undefined, 1000)).toBe(null);
  expect(partOf('bytes=0-499', 1000)).toEqual({ start: 0, end: 499 });
  expect(partOf('bytes=500-', 1000)).toEqual({ start: 500, end: 999 });
  expect(partOf('bytes=-200', 1000)).toEqual({ start: 800, end: 999 });
  expect(partOf('bytes=-2000', 1000)).toEqual({ start: 0, end: 999 });
  expect(partOf('bytes=900-5000', 1000)).toEqual({ start: 900, end: 999 });
  expect(partOf('bytes=1000-', 1000)).toBe('none');
  expect(partOf('bytes=-0', 1000)).toBe('none');
  for (const odd of ['bytes=5-2', 'bytes=0-1,5-9', 'lines=0-1', 'bytes=-', '']) expect(partOf(odd, 1000)).toBe(null);
});
