import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ResumableUpload, sendFile } from '../../platform/files/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { reportPhotosApi } from './api.ts';
import { citizen, type Parts } from './parts.ts';
import { noSuchPhoto, PHOTO } from './photos.ts';
import { terms } from './terms.ts';

export function servePhotos(http: Http, parts: Parts): void {
  const { files, photos, citizens } = parts;
  const answer = (reply: FastifyReply, { id, offset, bytes, fileId }: ResumableUpload) => {
    reply.header('upload-offset', offset);
    return { id, offset, bytes, done: fileId !== null };
  };
  http.serve('reports', reportPhotosApi, {
    'POST /api/reports/uploads': async ({ body, request, reply }) => {
      const key = `report-upload:${request.ip}`;
      await citizens.limit([{ key, most: terms.uploadsIn10Minutes, withinSeconds: 600 }]);
      return answer(reply, await files.uploads.begin(body));
    },
    'GET /api/reports/uploads/:id': async ({ params, reply }) => answer(reply, await files.uploads.get(params.id)),
    'PATCH /api/reports/uploads/:id': async ({ params, request, reply }) => {
      const about = { kind: PHOTO, areaCode: null, organisationId: null, video: true };
      const content = bodyOf(request);
      return answer(reply, await files.uploads.append(citizen, params.id, offsetOf(request), content, about));
    },
    'GET /api/reports/photos/:id': async ({ params, query, request, reply }) => {
      if (!(await photos.mayOpen(params.id, query))) throw noSuchPhoto();
      const opened = await files.open(photos.reader, params.id, query.size);
      // Kept by the browser for as long as a signed address is good.
      reply.header('cache-control', 'private, max-age=3600');
      return sendFile(request, reply, opened);
    },
  });
}

function bodyOf({ body }: FastifyRequest): Readable {
  if (typeof (body as Partial<Readable> | null)?.pipe === 'function') return body as Readable;
  throw refuse(415, 'not-a-piece', {
    vi: 'Phần tải lên phải có kiểu application/offset+octet-stream.',
    en: 'A piece of an upload must be of the type application/offset+octet-stream.',
  });
}

function offsetOf({ headers }: FastifyRequest): number {
  const given = headers['upload-offset'];
  const offset = typeof given === 'string' && /^\d{1,12}$/.test(given) ? Number(given) : null;
  if (offset !== null) return offset;
  throw refuse(400, 'no-offset', {
    vi: 'Thiếu header upload-offset (đã gửi bao nhiêu byte).',
    en: 'The header upload-offset is missing (how many bytes were sent).',
  });
}
