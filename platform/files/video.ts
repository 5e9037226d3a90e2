import { Worker } from 'node:worker_threads';
import { refuse } from '../words/index.ts';
import type { Examined } from './examine.ts';
import type { Packed, ToPack } from './video-worker.ts';

export const MOST_VIDEO_BYTES = 30 * 1024 * 1024;
export const MOST_VIDEO_SECONDS = 30;

/** Media type as the content shows it -> the container that it is packed into anew, which every browser plays. */
const containers = new Map<string, 'mp4' | 'webm'>([
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mp4'],
  ['video/x-m4v', 'mp4'],
  ['video/webm', 'webm'],
  ['video/matroska', 'webm'],
  ['video/x-matroska', 'webm'],
]);
/** Longer than any honest half minute takes on a busy machine. */
const TIMEOUT_MS = 30_000;

export const isVideo = (mediaType: string): boolean => containers.has(mediaType);

/**
 * Reads a short video's container and packs its pictures and sound into a new one: place, device, comments and whatever
 * else lay beside them are gone. The pictures themselves are not looked into. In a thread of its own, which ends by the
 * clock: a few bytes can claim a billion pictures.
 */
export async function packAnew(bytes: Buffer, mediaType: string): Promise<Examined> {
  if (bytes.byteLength > MOST_VIDEO_BYTES) throw videoTooLarge();
  const container = containers.get(mediaType);
  if (!container) throw notAVideo();
  const packed = await inThread({ bytes, container, mostSeconds: MOST_VIDEO_SECONDS });
  if (packed.is === 'too-long') throw tooLong();
  if (packed.is === 'broken') throw notAVideo();
  const { width, height } = packed;
  const content = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength);
  return { bytes: content, mediaType: `video/${container}`, extension: container, width, height };
}

function inThread(workerData: ToPack): Promise<Packed> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./video-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const timer = setTimeout(() => {
      resolve({ is: 'broken', why: `not read in ${TIMEOUT_MS} ms` });
      void thread.terminate();
    }, TIMEOUT_MS);
    thread.once('message', resolve);
    thread.once('error', (error: NodeJS.ErrnoException) =>
      // More memory than any short video takes: the content's fault, not ours.
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? resolve({ is: 'broken', why: 'takes too much memory' })
        : reject(error),
    );
    thread.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the thread that reads videos ended with ${code} and no answer`));
    });
  });
}

export function videoTooLarge() {
  const megabytes = MOST_VIDEO_BYTES / 1024 / 1024;
  return refuse(413, 'video-too-large', {
    vi: `Video lớn hơn ${megabytes} MB. Hãy quay ngắn hơn hoặc chọn chất lượng thấp hơn rồi gửi lại.`,
    en: `The video is larger than ${megabytes} MB. Record a shorter one or choose a lower quality, and send again.`,
  });
}

function tooLong() {
  return refuse(422, 'video-too-long', {
    vi: `Video dài hơn ${MOST_VIDEO_SECONDS} giây. Hãy cắt ngắn hoặc quay lại đoạn ngắn hơn.`,
    en: `The video is longer than ${MOST_VIDEO_SECONDS} seconds. Cut it or record a shorter one.`,
  });
}

function notAVideo() {
  return refuse(422, 'broken-video', {
    vi: 'Tệp này không phải video đọc được (MP4, MOV hoặc WebM), bị hỏng hoặc chưa tải lên hết. Hãy mở thử trên máy của bạn rồi gửi lại.',
    en: 'This file is no readable video (MP4, MOV or WebM), is damaged or was not sent whole. Try to open it on your device, and send it again.',
  });
}
