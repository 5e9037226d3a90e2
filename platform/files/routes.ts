import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { filesApi } from './api.ts';
import type { Files } from './index.ts';

export function serveFiles(http: Http, db: Db, files: Files, audit: Pick<Audit, 'record'>): void {
  const send = async (
    principal: Principal,
    id: string,
    which: 'whole' | 'thumbnail',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { file, etag, mediaType, content, bytes } = await files.open(principal, id, which);
    reply
      .header('content-type', mediaType)
      // Only what we encoded ourselves may be shown; everything else is for keeping.
      .header('content-disposition', disposition(file.isImage ? 'inline' : 'attachment', file.name))
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'same-origin')
      // Kept by the browser, but asked for anew each time: rights may have changed.
      .header('cache-control', 'private, no-cache')
      .header('etag', etag);
    if (request.headers['if-none-match'] === etag) {
      await content.close();
      return reply.code(304).send();
    }
    try {
      if (which === 'whole') {
        await inTransaction(db, (tx) =>
          audit.record(tx, {
            principal,
            action: 'file.read',
            subject: `file:${file.id}`,
            areaCode: file.areaCode,
            organisationId: file.organisationId,
            detail: { of: file.subject },
            requestId: request.id,
            ip: request.ip,
          }),
        );
      }
    } catch (error) {
      await content.close();
      throw error;
    }
    // The stream closes the file, also when the reader goes away.
    return reply.header('content-length', bytes).send(content.createReadStream());
  };

  http.serve('files', filesApi, {
    'GET /api/files/:id': ({ principal, params, request, reply }) =>
      send(principal, params.id, 'whole', request, reply),
    'GET /api/files/:id/thumbnail': ({ principal, params, request, reply }) =>
      send(principal, params.id, 'thumbnail', request, reply),
  });
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
