import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Http, languageOf, type Problem } from '../../platform/http/index.ts';
import { visible } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { accept, answer, decline, readHandover } from './handover.ts';
import { reportHandoverApi } from './handover-api.ts';
import { handoverPage, messagePage } from './handover-page.ts';
import { stepWords } from './life.ts';
import { handoverPath } from './links.ts';
import { openTablesOf } from './open-tables.ts';
import type { Parts } from './parts.ts';
import { proposeUnits } from './proposals.ts';
import { handedTo, listReceivers, receiverFigures, renewKey, saveReceiver } from './receivers.ts';

const MOST_PHOTOS = 3;
const PHOTO_BYTES = 12 * 1024 * 1024;

const html = (reply: FastifyReply, text: string): FastifyReply =>
  reply
    .header('content-type', 'text/html; charset=utf-8')
    // The address is the key: no other site is told it.
    .header('referrer-policy', 'no-referrer')
    .send(text);

/** People read these answers, not programs. */
function error(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const back = /^\/handover\/[^/]+/.exec(request.url)?.[0];
  reply.status(problem.status);
  return html(reply, messagePage(problem.title, problem.detail, languageOf(request), back));
}

export function serveHandovers(http: Http, parts: Parts): void {
  const limit = (request: FastifyRequest): Promise<void> =>
    parts.citizens.limit([{ key: `handover:${request.ip}`, most: 120, withinSeconds: 600 }]);
  const show = async (request: FastifyRequest, reply: FastifyReply, token: string): Promise<FastifyReply> => {
    const { handover, report, may } = await readHandover(parts, token);
    const language = languageOf(request);
    const local = new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
      timeZone: 'Asia/Ho_Chi_Minh',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const category = (await parts.catalogue.all()).find((one) => one.code === report.category);
    const sender = await openTablesOf(parts.db)
      .selectFrom('report_followers')
      .selectAll()
      .where('case_id', '=', report.case_id)
      .where('role', '=', 'sender')
      .orderBy('created_at')
      .executeTakeFirst();
    const photos = (await parts.photos.of(parts.db, report.case_id)).filter((one) => one.part === 'before');
    const area = parts.territory.units({ level: 'commune' }).find((unit) => unit.code === report.area_code);
    const page = handoverPage(
      {
        number: report.number,
        category: category?.title[language] ?? report.category,
        text: report.public_text ?? report.text,
        lon: report.lon,
        lat: report.lat,
        areaName: area?.name ?? report.area_code,
        step: stepWords[report.step][language],
        dueAt: handover.due_at ? local.format(handover.due_at) : '–',
        isLate: may.length > 0 && handover.due_at !== null && handover.due_at < parts.now(),
        expiresAt: local.format(handover.expires_at),
        provenance: report.provenance,
        photos: sender ? photos.map((one) => parts.photos.sign(sender, one.fileId)) : [],
        hasVideo: (await parts.photos.videoOf(parts.db, report.case_id)) !== null,
        may,
        state: handover.state,
        reason: handover.reason,
        at: handoverPath(token),
      },
      language,
    );
    return html(reply, page);
  };
  const again = (reply: FastifyReply, token: string): FastifyReply =>
    reply.header('referrer-policy', 'no-referrer').redirect(handoverPath(token), 303);

  http.serve(
    'reports',
    {
      'GET /handover/:token': reportHandoverApi['GET /handover/:token'],
      'POST /handover/:token/accept': reportHandoverApi['POST /handover/:token/accept'],
      'POST /handover/:token/answer': reportHandoverApi['POST /handover/:token/answer'],
      'POST /handover/:token/decline': reportHandoverApi['POST /handover/:token/decline'],
    },
    {
      'GET /handover/:token': async ({ params, request, reply }) => {
        await limit(request);
        return show(request, reply, params.token);
      },
      'POST /handover/:token/accept': async ({ params, request, reply }) => {
        await limit(request);
        await accept(parts, await readHandover(parts, params.token));
        return again(reply, params.token);
      },
      'POST /handover/:token/answer': async ({ params, request, reply }) => {
        await limit(request);
        // Known before a byte of the photos is read.
        const handed = await readHandover(parts, params.token);
        await answer(parts, handed, await readAnswer(request));
        return again(reply, params.token);
      },
      'POST /handover/:token/decline': async ({ params, body, request, reply }) => {
        await limit(request);
        const form = new URLSearchParams(typeof body === 'string' ? body : '');
        await decline(parts, await readHandover(parts, params.token), form.get('reason') ?? '');
        return again(reply, params.token);
      },
    },
    { error },
  );

  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  http.serve(
    'reports',
    {
      'GET /api/reports/receivers': reportHandoverApi['GET /api/reports/receivers'],
      'PUT /api/reports/receivers/:organisation': reportHandoverApi['PUT /api/reports/receivers/:organisation'],
      'GET /api/reports/receivers/:organisation/handovers':
        reportHandoverApi['GET /api/reports/receivers/:organisation/handovers'],
      'POST /api/reports/receivers/:organisation/key':
        reportHandoverApi['POST /api/reports/receivers/:organisation/key'],
      'GET /api/reports/desk/:id/handovers': reportHandoverApi['GET /api/reports/desk/:id/handovers'],
      'GET /api/reports/desk/:id/proposals': reportHandoverApi['GET /api/reports/desk/:id/proposals'],
    },
    {
      'GET /api/reports/receivers': async ({ principal }) => {
        const receivers = await listReceivers(parts, principal);
        return {
          items: await Promise.all(
            receivers.map(async (one) => ({
              ...one,
              ...(await receiverFigures(parts, principal, one.organisationId)),
            })),
          ),
        };
      },
      'GET /api/reports/receivers/:organisation/handovers': async ({ principal, params }) => {
        const [rows, categories] = await Promise.all([
          handedTo(parts, principal, params.organisation),
          parts.catalogue.all(),
        ]);
        const communes = parts.territory.units({ level: 'commune' });
        const both = (name: string) => ({ vi: name, en: name });
        return {
          items: rows.map((row) => ({
            id: row.id,
            caseId: row.case_id,
            number: row.number,
            categoryTitle: categories.find((one) => one.code === row.category)?.title ?? both(row.category),
            areaName: communes.find((unit) => unit.code === row.area_code)?.name ?? row.area_code,
            via: row.via,
            state: row.state,
            madeAt: row.made_at.toISOString(),
            dueAt: iso(row.due_at),
            answeredAt: iso(row.answered_at),
            reason: row.reason,
          })),
        };
      },
      'POST /api/reports/receivers/:organisation/key': ({ principal, params }) =>
        renewKey(parts, principal, params.organisation),
      'PUT /api/reports/receivers/:organisation': ({ principal, params, body }) =>
        saveReceiver(parts, principal, { organisationId: params.organisation, clientId: null, ...body }),
      'GET /api/reports/desk/:id/handovers': async ({ principal, params }) => {
        const rows = await openTablesOf(parts.db)
          .selectFrom('report_handovers as h')
          .innerJoin('reports as r', 'r.case_id', 'h.case_id')
          .selectAll('h')
          .where('h.case_id', '=', params.id)
          .where(visible(principal, 'case:read').where({ area: 'r.rights_area', organisation: 'r.organisation_id' }))
          .orderBy('h.made_at')
          .execute();
        return {
          items: rows.map((row) => ({
            organisationId: row.organisation_id,
            via: row.via,
            state: row.state,
            madeAt: row.made_at.toISOString(),
            dueAt: iso(row.due_at),
            reason: row.reason,
          })),
        };
      },
      'GET /api/reports/desk/:id/proposals': async ({ principal, params }) => ({
        items: await proposeUnits(parts, principal, params.id),
      }),
    },
  );
}

async function readAnswer(
  request: FastifyRequest,
): Promise<{ text: string; photos: { name: string; bytes: Buffer }[] }> {
  let text = '';
  const photos: { name: string; bytes: Buffer }[] = [];
  if (!request.isMultipart()) throw refuse(415, 'not-a-form', { vi: 'Cần gửi bằng biểu mẫu.', en: 'Send the form.' });
  const limits = { fileSize: PHOTO_BYTES, files: MOST_PHOTOS, fields: 5, fieldSize: 20_000, parts: 10 };
  for await (const part of request.parts({ limits })) {
    if (part.type === 'file') {
      const bytes = await part.toBuffer();
      // A browser sends an empty part where no file was chosen.
      if (bytes.byteLength > 0) photos.push({ name: part.filename ?? 'anh', bytes });
    } else if (part.fieldname === 'text' && typeof part.value === 'string') text = part.value;
  }
  return { text, photos };
}
