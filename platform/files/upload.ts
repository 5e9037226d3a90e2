import type { FastifyRequest } from 'fastify';
import { refuse } from '../words/index.ts';
import { MOST_BYTES, tooLarge } from './examine.ts';

export type Upload = { bytes: Buffer; name: string; fields: Record<string, string> };

/**
 * Reads the one file of a multipart request, with the text fields that came before or after it. Refuses a request
 * without a file (400), with several (400), or with one that is too large (413).
 */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw noFile();
  let found: { bytes: Buffer; name: string } | null = null;
  const fields: Record<string, string> = Object.create(null);
  try {
    const limits = { fileSize: MOST_BYTES, files: 1, fields: 20, fieldSize: 10_000, fieldNameSize: 100, parts: 21 };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') found = { bytes: await part.toBuffer(), name: part.filename ?? '' };
      else if (typeof part.value === 'string') fields[part.fieldname] = part.value;
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge();
    if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT') throw tooMany();
    throw error;
  }
  if (!found) throw noFile();
  return { ...found, fields: { ...fields } };
}

function noFile() {
  return refuse(400, 'no-file', {
    vi: 'Chưa có tệp nào được gửi kèm. Hãy chọn một tệp rồi gửi lại.',
    en: 'No file came with the request. Choose one and send again.',
  });
}

function tooMany() {
  return refuse(400, 'too-many-files', {
    vi: 'Mỗi lần chỉ gửi một tệp. Hãy gửi từng tệp một.',
    en: 'One file at a time. Send them one by one.',
  });
}
