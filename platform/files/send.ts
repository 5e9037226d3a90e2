import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../words/index.ts';
import type { Opened } from './index.ts';

/**
 * Sends an opened file so that it is only ever looked at or kept, never run; a part of it where one is asked for, as a
 * player does to start at once and to seek. The stream closes the file, also when the reader goes away.
 */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, opened: Opened): Promise<FastifyReply> {
  const { file, mediaType, content, bytes } = opened;
  reply
    .header('content-type', mediaType)
    // Only what we encoded or packed ourselves may be shown; everything else is for keeping.
    .header('content-disposition', disposition(file.isImage || file.isVideo ? 'inline' : 'attachment', file.name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('accept-ranges', 'bytes');
  const part = partOf(request.headers.range, bytes);
  if (part === 'none') {
    await content.close();
    reply.header('content-range', `bytes */${bytes}`);
    throw refuse(416, 'no-such-range', {
      vi: `Tệp có ${bytes} byte; không có phần được yêu cầu.`,
      en: `The file has ${bytes} bytes; it has no such part.`,
    });
  }
  if (!part) return reply.header('content-length', bytes).send(content.createReadStream());
  return reply
    .code(206)
    .header('content-range', `bytes ${part.start}-${part.end}/${bytes}`)
    .header('content-length', part.end - part.start + 1)
    .send(content.createReadStream(part));
}

/** RFC 9110: one part, `end` within it; several at once, or what is no range, is answered with the whole, as it allows. */
export function partOf(range: string | undefined, bytes: number): { start: number; end: number } | 'none' | null {
  const [, from, to] = /^bytes=(\d{0,12})-(\d{0,12})$/.exec(range ?? '') ?? [];
  if (from === undefined || to === undefined || from + to === '') return null;
  if (from === '') return Number(to) === 0 ? 'none' : { start: Math.max(0, bytes - Number(to)), end: bytes - 1 };
  if (to !== '' && Number(to) < Number(from)) return null;
  if (Number(from) >= bytes) return 'none';
  return { start: Number(from), end: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) };
}

/** RFC 6266: a plain name for old readers, the true one in RFC 8187; neither can leave its place in the header. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .replace(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
