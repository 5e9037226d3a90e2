import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { filesApi } from './api.ts';
import type { Files } from './index.ts';
import { sendFile } from './send.ts';

export function serveFiles(http: Http, db: Db, files: Files, audit: Pick<Audit, 'record'>): void {
  const send = async (
    principal: Principal,
    id: string,
    which: 'whole' | 'thumbnail',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const opened = await files.open(principal, id, which);
    const { file, etag, content } = opened;
    // Kept by the browser, but asked for anew each time: rights may have changed.
    reply
      .header('cross-origin-resource-policy', 'same-origin')
      .header('cache-control', 'private, no-cache')
      .header('etag', etag);
    if (request.headers['if-none-match'] === etag) {
      await content.close();
      return reply.code(304).send();
    }
    try {
      // What a player asks for afterwards is the same reading.
      if (which === 'whole' && !/^bytes=[1-9]/.test(request.headers.range ?? '')) {
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
    return sendFile(request, reply, opened);
  };

  http.serve('files', filesApi, {
    'GET /api/files/:id': ({ principal, params, request, reply }) =>
      send(principal, params.id, 'whole', request, reply),
    'GET /api/files/:id/thumbnail': ({ principal, params, request, reply }) =>
      send(principal, params.id, 'thumbnail', request, reply),
  });
}
