import type { Context } from '../../context/index.ts';
import { type BodyOf, type Http, languageOf } from '../../http/index.ts';
import { visible } from '../../rights/index.ts';
import { refuse } from '../../words/index.ts';
import { fingerprinted, type Once } from '../idempotency.ts';
import { uploadsApi } from './api.ts';
import type { Mapping } from './columns.ts';
import { MOST_BYTES, type Upload, type Uploads } from './uploads.ts';

export function serveUploads(http: Http, parts: { uploads: Uploads; context: Context; once: Once }): void {
  const { uploads, context, once } = parts;
  http.serve('uploads', uploadsApi, {
    'POST /api/uploads': async (call) => {
      const { principal, request } = call;
      if (!request.isMultipart()) throw noFile();
      const part = await request.file({ limits: { fileSize: MOST_BYTES + 1, files: 1, fields: 0 } });
      if (!part) throw noFile();
      const { stream, fingerprint } = fingerprinted(part.file);
      const file = { name: part.filename, content: stream, language: languageOf(request) };
      return once(call, {
        fingerprint,
        run: async () => whole(await uploads.send(principal, file)),
        longestMs: SENDING_MS,
      });
    },
    'GET /api/uploads': async ({ principal, query }) => {
      const { items, total } = await uploads.list(principal, query.limit, query.offset);
      return { items: items.map(summary), total };
    },
    'GET /api/uploads/columns': () => {
      const all = context.types().flatMap((type) => Object.entries(type.observes));
      const measured = new Map(all.filter(([, observed]) => !observed.derived));
      const items = [...measured].map(([property, { title, unit }]) => ({ property, title, unit }));
      return { items: items.sort((a, b) => a.title.vi.localeCompare(b.title.vi, 'vi')) };
    },
    'GET /api/uploads/:id': async ({ principal, params }) => whole(await uploads.get(principal, params.id)),
    'PUT /api/uploads/:id/mapping': async ({ principal, params, body }) =>
      whole(await uploads.map(principal, params.id, mappingOf(body))),
    'POST /api/uploads/:id/take': async ({ principal, params }) => whole(await uploads.take(principal, params.id)),
    'GET /api/uploads/:id/refused': async ({ principal, params, reply }) => {
      const { name, content } = await uploads.refused(principal, params.id);
      reply.header('content-type', 'text/csv; charset=utf-8');
      // RFC 8187: nothing that a person wrote can leave its place in the header.
      const encoded = encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
      reply.header('content-disposition', `attachment; filename="can-sua.csv"; filename*=UTF-8''${encoded}`);
      return reply.send(content);
    },
    'GET /api/uploads/of/:entity/:property': async ({ principal, params, query }) => {
      const rights = visible(principal, 'entity:read');
      const [from, to] = [new Date(query.from), new Date(query.to)];
      const items = await uploads.of(rights, params.entity, params.property, from, to);
      return { items: items.map((one) => ({ ...one, at: iso(one.at), from: iso(one.from), to: iso(one.to) })) };
    },
  });
}

/** The longest that a request may take to come in. */
const SENDING_MS = 900_000;

const iso = (at: Date): string => at.toISOString();

function summary(row: Upload) {
  return {
    id: row.id,
    name: row.name,
    bytes: row.bytes,
    state: row.state,
    by: row.person.name,
    sentAt: iso(row.sent_at),
    endedAt: row.ended_at === null ? null : iso(row.ended_at),
    rowsDone: row.rows_done,
    rowsTotal: row.rows_total,
    accepted: row.accepted,
    refused: row.refused,
  };
}

/** The validator makes a null in a body an empty text where a text may stand too. */
function mappingOf(body: BodyOf<(typeof uploadsApi)['PUT /api/uploads/:id/mapping']>): Mapping {
  const columns = body.columns as Mapping['columns'];
  return { ...body, columns, sheet: body.sheet || null, entity: body.entity || null };
}

function whole(row: Upload) {
  const { facts, mapping } = row;
  return {
    ...summary(row),
    ...facts,
    reason: row.reason,
    mapping,
    preview: row.preview.map((one) => ({ ...one, at: one.at === null ? null : new Date(one.at).toISOString() })),
    flaws: row.flaws,
  };
}

function noFile() {
  return refuse(400, 'no-file', {
    vi: 'Chưa có tệp nào được gửi kèm. Hãy chọn một tệp CSV hoặc XLSX rồi gửi lại.',
    en: 'No file came with the request. Choose a CSV or XLSX file and send again.',
  });
}
