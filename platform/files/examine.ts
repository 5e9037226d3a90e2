import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { refuse, type Text } from '../words/index.ts';
import { isVideo, packAnew } from './video.ts';

export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_PIXELS = 50_000_000;
/** Longest side of a stored image and of its thumbnail, in pixels. */
export const IMAGE_SIDE = 2560;
export const THUMBNAIL_SIDE = 480;

export type Examined = {
  bytes: Buffer;
  mediaType: string;
  extension: string;
  width?: number;
  height?: number;
  /** of an image only */
  thumbnail?: Buffer;
};

/** What is kept as it was sent, and only ever handed out as a download. */
const inert = new Map<string, string>([
  ['application/pdf', 'pdf'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
]);

/** Media type -> what sharp must call it, so that both have read the same thing. */
const images = new Map<string, string>([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/avif', 'heif'],
  ['image/heic', 'heif'],
  ['image/heif', 'heif'],
]);

/**
 * Finds out by its content what was sent, whatever it is called, and makes it safe to keep: images are decoded whole
 * and encoded anew (which drops location, comments and anything hidden behind the picture), documents are kept as they
 * are; videos, where they are asked for, are packed anew. Refuses everything else with 415, what is too large with 413,
 * what is broken with 422.
 */
export async function examine(bytes: Buffer, also: { video?: boolean } = {}): Promise<Examined> {
  if (bytes.byteLength === 0) throw refuse(422, 'empty-file', { vi: 'Tệp rỗng.', en: 'The file is empty.' });
  const type = (await fileTypeFromBuffer(bytes))?.mime ?? null;
  if (also.video && type !== null && isVideo(type)) return packAnew(bytes, type);
  if (bytes.byteLength > MOST_BYTES) throw tooLarge();
  const extension = type === null ? undefined : inert.get(type);
  if (type !== null && extension !== undefined) return { bytes, mediaType: type, extension };
  const format = type === null ? undefined : images.get(type);
  if (type === null || format === undefined) throw also.video ? neitherPhotoNorVideo() : notTaken();
  return encodeAnew(bytes, type, format);
}

async function encodeAnew(bytes: Buffer, type: string, format: string): Promise<Examined> {
  // The header first: a few kilobytes can claim a billion pixels.
  const header = await sharp(bytes, { failOn: 'truncated', limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw unreadable(type);
    });
  if (header.format !== format) throw unreadable(type);
  const pixels = header.width * header.height * (header.pages ?? 1);
  if (pixels > MOST_PIXELS) {
    throw refuse(413, 'too-many-pixels', {
      vi: `Ảnh quá lớn (${header.width} × ${header.height} điểm ảnh). Hãy thu nhỏ dưới ${MOST_PIXELS / 1e6} triệu điểm ảnh.`,
      en: `The image is too large (${header.width} × ${header.height} pixels). Make it smaller than ${MOST_PIXELS / 1e6} megapixels.`,
    });
  }
  const within = (side: number) => ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;
  try {
    const upright = sharp(bytes, { failOn: 'warning', limitInputPixels: MOST_PIXELS, autoOrient: true })
      .timeout({ seconds: 30 })
      .resize(within(IMAGE_SIDE));
    // Without withMetadata sharp writes none: EXIF, GPS, XMP and comments are gone, colours become sRGB.
    const { data, info } = header.hasAlpha
      ? await upright.webp({ quality: 85 }).toBuffer({ resolveWithObject: true })
      : await upright.jpeg({ quality: 85 }).toBuffer({ resolveWithObject: true });
    const thumbnail = await sharp(data).resize(within(THUMBNAIL_SIDE)).webp({ quality: 75 }).toBuffer();
    return {
      bytes: data,
      mediaType: header.hasAlpha ? 'image/webp' : 'image/jpeg',
      extension: header.hasAlpha ? 'webp' : 'jpg',
      width: info.width,
      height: info.height,
      thumbnail,
    };
  } catch {
    // Whatever the decoder stumbled over, the one who sent it can only send another.
    throw unreadable(type);
  }
}

/** The name as it was given, without what could mislead a reader, a header or a file system; the type's own ending. */
export function safeName(given: string, extension: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  // Cc, Cf: line breaks, NUL, and the marks that turn the direction of writing.
  const visible = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"<>|:*?;]/gu, ' ').replace(/\s+/g, ' ');
  const stem = visible.replace(/\.[^.]*$/, '').replace(/^[. ]+|[. ]+$/g, '');
  return `${[...stem].slice(0, 120).join('').trim() || 'tep'}.${extension}`;
}

function tooLarge() {
  const megabytes = MOST_BYTES / 1024 / 1024;
  return refuse(413, 'file-too-large', {
    vi: `Tệp lớn hơn ${megabytes} MB. Hãy thu nhỏ hoặc chia nhỏ rồi gửi lại.`,
    en: `The file is larger than ${megabytes} MB. Make it smaller or split it, and send again.`,
  });
}

function notTaken() {
  return refuse(415, 'file-type-not-taken', {
    vi: 'Chỉ nhận ảnh JPEG, PNG, WebP và tài liệu PDF, XLSX, DOCX; nội dung tệp này không phải loại nào trong số đó (tên tệp không quyết định).',
    en: 'Only JPEG, PNG and WebP images and PDF, XLSX and DOCX documents are taken; the content of this file is none of these (its name does not decide).',
  });
}

function neitherPhotoNorVideo() {
  return refuse(415, 'file-type-not-taken', {
    vi: 'Chỉ nhận ảnh JPEG, PNG, WebP và video MP4, MOV, WebM; nội dung tệp này không phải loại nào trong số đó (tên tệp không quyết định).',
    en: 'Only JPEG, PNG and WebP images and MP4, MOV and WebM videos are taken; the content of this file is none of these (its name does not decide).',
  });
}

function unreadable(type: string) {
  const apple: Text = {
    vi: 'Máy chủ này không đọc được ảnh HEIC. Trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất, rồi chụp lại; hoặc gửi ảnh JPEG.',
    en: 'This server cannot read HEIC images. On an iPhone choose Settings › Camera › Formats › Most Compatible and take the photo again, or send a JPEG.',
  };
  const broken: Text = {
    vi: 'Ảnh bị hỏng hoặc chưa tải lên hết. Hãy mở thử trên máy của bạn rồi gửi lại.',
    en: 'The image is damaged or was not sent whole. Try to open it on your device, and send it again.',
  };
  return type === 'image/heic' || type === 'image/heif'
    ? refuse(415, 'heic-not-read', apple)
    : refuse(422, 'broken-image', broken);
}

export { tooLarge };
