import { deflateSync } from 'node:zlib';
import { Document, Packer, Paragraph } from 'docx';
import ExcelJS from 'exceljs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../words/index.ts';
import { examine, safeName } from './examine.ts';
import { disposition } from './send.ts';

/** A 640 x 480 photo with a gradient, so that orientation can be seen. */
const photo = () =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: { r: 20, g: 90, b: 160 } } }).composite([
    {
      input: { create: { width: 640, height: 100, channels: 3, background: { r: 240, g: 240, b: 240 } } },
      top: 0,
      left: 0,
    },
  ]);

const code = async (bytes: Buffer): Promise<string> => {
  try {
    return (await examine(bytes)).mediaType;
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.code}`;
    throw error;
  }
};

describe('what is handed in', () => {
  it('loses the place where a photo was taken, and everything else that the camera wrote', async () => {
    const taken = await photo()
      .jpeg()
      .withExif({
        IFD0: { Make: 'Máy ảnh', Artist: 'Nguyễn Văn An' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '20/1 27/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '106/1 20/1 0/1',
        },
      })
      .toBuffer();
    expect((await sharp(taken).metadata()).exif).toBeDefined();
    const kept = await examine(taken);
    for (const bytes of [kept.bytes, kept.thumbnail ?? Buffer.alloc(0)]) {
      const { exif, xmp, iptc, comments } = await sharp(bytes).metadata();
      expect({ exif, xmp, iptc, comments }).toEqual({});
      expect(bytes.includes('Exif')).toBe(false);
      expect(bytes.includes('Nguyễn Văn An')).toBe(false);
    }
  });

  it('stands upright after the orientation is gone', async () => {
    // Orientation 6: the camera was turned, so the light strip at the stored top belongs on the right.
    const taken = await photo().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const kept = await examine(taken);
    expect(kept).toMatchObject({ width: 480, height: 640 });
    const { data, info } = await sharp(kept.bytes).raw().toBuffer({ resolveWithObject: true });
    const red = (x: number, y: number): number => data[(y * info.width + x) * info.channels] ?? -1;
    expect(red(475, 320)).toBeGreaterThan(200);
    expect(red(5, 320)).toBeLessThan(60);
  });

  it('is made smaller: 2560 pixels at most, with a thumbnail of 480, never larger than it was', async () => {
    const large = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'green' } })
      .png()
      .toBuffer();
    const kept = await examine(large);
    expect(kept).toMatchObject({ mediaType: 'image/jpeg', extension: 'jpg', width: 2560, height: 1920 });
    expect(await sharp(kept.thumbnail).metadata()).toMatchObject({ width: 480, height: 360, format: 'webp' });
    const small = await examine(
      await sharp({ create: { width: 30, height: 20, channels: 3, background: 'green' } })
        .png()
        .toBuffer(),
    );
    expect(small).toMatchObject({ width: 30, height: 20 });
  });

  it('keeps transparency as WebP', async () => {
    const bytes = await sharp({ create: { width: 30, height: 20, channels: 4, background: '#00ff0080' } })
      .png()
      .toBuffer();
    const kept = await examine(bytes);
    expect(kept.mediaType).toBe('image/webp');
    expect((await sharp(kept.bytes).metadata()).hasAlpha).toBe(true);
  });

  it('loses a script hidden behind a picture', async () => {
    const hidden = Buffer.concat([await photo().jpeg().toBuffer(), Buffer.from('<?php system($_GET["c"]); ?>')]);
    const kept = await examine(hidden);
    expect(kept.bytes.includes('<?php')).toBe(false);
  });

  it.each([
    ['PHP', '<?php system($_GET["c"]); ?>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['SVG after XML', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a shell script', '#!/bin/sh\nrm -rf /'],
    ['a GIF', 'GIF89a\u0001\u0000\u0001\u0000'],
    ['a Windows program', 'MZ\u0090\u0000\u0003'],
  ])('is refused when it is %s, whatever its name', async (_what, text) => {
    expect(await code(Buffer.from(text, 'latin1'))).toBe('415 file-type-not-taken');
  });

  it('is refused when it is empty, too large, cut off or damaged', async () => {
    const whole = await sharp({
      create: {
        width: 800,
        height: 600,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
    expect(await code(whole)).toBe('image/jpeg');
    expect(await code(whole.subarray(0, Math.floor(whole.length / 2)))).toBe('422 broken-image');
    expect(await code(whole.subarray(0, 12))).toBe('422 broken-image');
    expect(await code(Buffer.alloc(0))).toBe('422 empty-file');
    expect(await code(Buffer.alloc(20 * 1024 * 1024 + 1))).toBe('413 file-too-large');
    expect(await code(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5000, 7)]))).toBe(
      '422 broken-image',
    );
  });

  it('is refused before it is decoded when a few kilobytes claim a billion pixels', async () => {
    const bomb = png(32_000, 32_000);
    expect(bomb.length).toBeLessThan(200_000);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    expect(await code(bomb)).toBe('413 too-many-pixels');
    expect(performance.now() - start).toBeLessThan(2000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    expect(await code(png(7100, 7050))).toBe('413 too-many-pixels');
  });

  it('is kept as it is when it is a PDF, XLSX or DOCX by its content', async () => {
    const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
    const workbook = new ExcelJS.Workbook();
    workbook.addWorksheet('Số liệu').addRow(['Trạm', 12]);
    const xlsx = Buffer.from(await workbook.xlsx.writeBuffer());
    const docx = await Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph('Báo cáo')] }] }));
    for (const [bytes, extension] of [
      [pdf, 'pdf'],
      [xlsx, 'xlsx'],
      [docx, 'docx'],
    ] as const) {
      const kept = await examine(bytes);
      expect(kept.extension).toBe(extension);
      expect(kept.thumbnail).toBeUndefined();
      expect(kept.bytes.equals(bytes)).toBe(true);
    }
  });

  it('says what an iPhone user can do about a HEIC photo that cannot be read', async () => {
    const heic = Buffer.concat([
      Buffer.from([0, 0, 0, 24]),
      Buffer.from('ftypheic'),
      Buffer.alloc(4),
      Buffer.from('mif1heic'),
      Buffer.alloc(400),
    ]);
    expect(await code(heic)).toBe('415 heic-not-read');
  });
});

describe('the name of a file', () => {
  it('keeps Vietnamese and loses paths, line breaks, and marks that turn the writing round', () => {
    expect(safeName('Ống khói số 1.JPEG', 'jpg')).toBe('Ống khói số 1.jpg');
    expect(safeName('../../etc/passwd', 'pdf')).toBe('passwd.pdf');
    expect(safeName('C:\\Users\\an\\ảnh.png', 'jpg')).toBe('ảnh.jpg');
    expect(safeName('a\r\nSet-Cookie: x=1.jpg', 'jpg')).toBe('a Set-Cookie x=1.jpg');
    expect(safeName('anh\u202egpj.exe', 'jpg')).toBe('anh gpj.jpg');
    expect(safeName('.htaccess', 'jpg')).toBe('tep.jpg');
    expect(safeName('', 'jpg')).toBe('tep.jpg');
    expect(safeName('x.php.jpg', 'jpg')).toBe('x.php.jpg');
    expect(safeName('ă'.repeat(300), 'jpg')).toBe(`${'ă'.repeat(120)}.jpg`);
  });

  it('stays in its place in the header, in both forms', () => {
    expect(disposition('inline', 'Ống khói số 1.jpg')).toBe(
      `inline; filename="Ong khoi so 1.jpg"; filename*=UTF-8''%E1%BB%90ng%20kh%C3%B3i%20s%E1%BB%91%201.jpg`,
    );
    const hostile = disposition('attachment', `a"; filename="b.html\r\nX: 1'().pdf`);
    expect(hostile).toBe(
      `attachment; filename="a__ filename__b.html__X_ 1___.pdf"; filename*=UTF-8''a%22%3B%20filename%3D%22b.html%0D%0AX%3A%201%27%28%29.pdf`,
    );
  });
});

/** A valid one-bit grey PNG of one colour: its pixels compress to almost nothing. */
function png(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
