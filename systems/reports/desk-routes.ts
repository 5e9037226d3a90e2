import type { Http } from '../../platform/http/index.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { answerLetter } from './answer-docx.ts';
import { reportsDeskApi } from './api.ts';
import * as desk from './desk.ts';
import { countForDesk, type DeskItem, findForDesk, pointsForDesk } from './desk-find.ts';
import { closeAsSame, findSame } from './desk-same.ts';
import { readPersonal, viewForDesk } from './desk-view.ts';
import { inspect } from './field.ts';
import type { Parts } from './parts.ts';

const maybeIso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const deskItem = (one: DeskItem) => ({
  ...one,
  receivedAt: one.receivedAt.toISOString(),
  dueAt: maybeIso(one.dueAt),
  updatedAt: one.updatedAt.toISOString(),
});

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** One report as the desk's pages read it. */
export async function wholeReport(parts: Parts, principal: Principal, id: string) {
  const view = await viewForDesk(parts, principal, id);
  return {
    ...view,
    ...deskItem(view),
    closedAt: maybeIso(view.closedAt),
    clock: view.clock && { ...view.clock, dueAt: maybeIso(view.clock.dueAt) },
    inspections: view.inspections.map((one) => ({ ...one, at: one.at.toISOString() })),
    timeline: view.timeline.map((one) => ({
      at: one.happenedAt.toISOString(),
      whoName: one.whoName,
      what: one.what,
      text: one.text,
      fileIds: one.fileIds,
    })),
    messages: view.messages.map((one) => ({ ...one, at: one.at.toISOString() })),
    answers: view.answers.map((one) => ({ ...one, proposedAt: one.proposedAt.toISOString() })),
  };
}

export function serveDesk(http: Http, parts: Parts): void {
  const whole = (principal: Principal, id: string) => wholeReport(parts, principal, id);
  http.serve('reports', reportsDeskApi, {
    'GET /api/reports/desk': async ({ principal, query }) => {
      const found = await findForDesk(parts, principal, query);
      return { ...found, items: found.items.map(deskItem) };
    },
    'GET /api/reports/desk/map': ({ principal, query }) => pointsForDesk(parts, principal, query),
    'GET /api/reports/desk/counts': ({ principal }) => countForDesk(parts, principal),
    'GET /api/reports/desk/:id/near': async ({ principal, params }) => ({
      items: (await findSame(parts, principal, params.id)).map((one) => ({
        ...one,
        receivedAt: one.receivedAt.toISOString(),
      })),
    }),
    'GET /api/reports/desk/:id/answer.docx': async ({ principal, params, reply }) => {
      const { name, content } = await answerLetter(parts, principal, params.id);
      reply.header('content-type', DOCX);
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(content);
    },
    'GET /api/reports/desk/:id': ({ principal, params }) => whole(principal, params.id),
    'POST /api/reports/desk/:id/personal': ({ principal, params, body }) =>
      readPersonal(parts, principal, params.id, body.purpose),
    'POST /api/reports/desk/:id/moderate': async ({ principal, params, body }) => {
      await desk.moderate(parts, principal, params.id, body.version, moderationOf(body));
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/begin': async ({ principal, params, body }) => {
      await desk.begin(parts, principal, params.id, body.version);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/transfer': ({ principal, params, body }) =>
      desk.transfer(parts, principal, params.id, body.version, body),
    'POST /api/reports/desk/:id/category': async ({ principal, params, body }) => {
      await desk.recategorise(parts, principal, params.id, body.version, body);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/ask': async ({ principal, params, body }) => {
      await desk.ask(parts, principal, params.id, body.version, body.text);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/note': async ({ principal, params, body }) => {
      await parts.cases.note(principal, params.id, body.text);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/tasks': async ({ principal, params, body }) => {
      const { requestId, ...task } = body;
      await desk.assign(parts, principal, params.id, task, requestId);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/propose': async ({ principal, params, body }) => {
      await desk.propose(parts, principal, params.id, body.version, body);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/approve': async ({ principal, params, body }) => {
      await desk.approve(parts, principal, params.id, body.version, body);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/return': async ({ principal, params, body }) => {
      await desk.returnAnswer(parts, principal, params.id, body.version, body.reason);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/refuse': async ({ principal, params, body }) => {
      await desk.refuseByUnit(parts, principal, params.id, body.version, body.reason);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/duplicate': async ({ principal, params, body }) => {
      await closeAsSame(parts, principal, params.id, body.version, body.number);
      return whole(principal, params.id);
    },
    'POST /api/reports/desk/:id/inspect': async ({ principal, params, body }) => {
      await inspect(parts, principal, params.id, body);
      return whole(principal, params.id);
    },
  });
}

function moderationOf(body: {
  decision: 'publish' | 'keep' | 'refuse';
  text?: string;
  photos?: string[];
  reason?: string;
}) {
  if (body.decision === 'publish') {
    if (!body.text?.trim()) throw missing('/text', 'nội dung công khai', 'the text for the public');
    return { decision: body.decision, text: body.text, photos: body.photos ?? [] };
  }
  if (!body.reason?.trim()) throw missing('/reason', 'lý do', 'the reason');
  return { decision: body.decision, reason: body.reason };
}

function missing(at: string, vi: string, en: string) {
  const text = { vi: `Còn thiếu ${vi}.`, en: `Missing: ${en}.` };
  return refuse(422, 'moderation-incomplete', text, [{ at, reason: text }]);
}
