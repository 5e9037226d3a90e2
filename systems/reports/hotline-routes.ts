import type { Http } from '../../platform/http/index.ts';
import { reportsHotlineApi } from './api.ts';
import * as desk from './hotline.ts';
import { hotlineFigures } from './hotline-figures.ts';
import { type Article, listArticles, saveArticle, searchArticles } from './hotline-knowledge.ts';
import type { Parts } from './parts.ts';

const maybeIso = (at: Date | null): string | null => at?.toISOString() ?? null;
const articleOf = (one: Article) => ({ ...one, keywords: [...one.keywords], updatedAt: one.updatedAt.toISOString() });

export function serveHotline(http: Http, parts: Parts): void {
  http.serve('reports', reportsHotlineApi, {
    'GET /api/reports/hotline': async () => {
      const { server } = await parts.notify.health('sms');
      return { sms: { carrier: parts.notify.carrier('sms'), isDown: server === 'unreachable' } };
    },
    'POST /api/reports/hotline/calls': async ({ principal, body }) => {
      const taken = await desk.takeCall(parts, principal, body);
      return {
        ...taken,
        reports: taken.reports.map((one) => ({
          ...one,
          receivedAt: one.receivedAt.toISOString(),
          dueAt: maybeIso(one.dueAt),
          said: one.said && { ...one.said, at: one.said.at.toISOString() },
        })),
        calls: taken.calls.map((one) => ({ ...one, at: one.at.toISOString() })),
      };
    },
    'POST /api/reports/hotline/calls/:id/nearby': async ({ principal, params, body }) => ({
      items: (await desk.nearCall(parts, principal, params.id, body)).map((one) => ({
        ...one,
        receivedAt: one.receivedAt.toISOString(),
      })),
    }),
    'POST /api/reports/hotline/calls/:id/report': async ({ principal, params, body, request }) => {
      const sent = await desk.reportByCall(parts, principal, params.id, body, request.ip);
      const unit = sent.organisationId === null ? null : await parts.identity.organisation(sent.organisationId);
      return {
        number: sent.number,
        code: sent.code,
        organisationName: unit?.name ?? null,
        dueAt: maybeIso(sent.dueAt),
        sms: sent.sms,
      };
    },
    'POST /api/reports/hotline/calls/:id/join': ({ principal, params, body }) =>
      desk.joinByCall(parts, principal, params.id, body),
    'POST /api/reports/hotline/calls/:id/code': async ({ principal, params, body }) => ({
      sms: await desk.resendCode(parts, principal, params.id, body.number),
    }),
    'POST /api/reports/hotline/calls/:id/matters': async ({ principal, params, body }) => ({
      kinds: await desk.record(parts, principal, params.id, body),
    }),
    'POST /api/reports/hotline/calls/:id/end': async ({ principal, params }) => ({
      kinds: await desk.endCall(parts, principal, params.id),
    }),
    'GET /api/reports/hotline/articles': async ({ principal, query }) => ({
      items: (await searchArticles(parts, principal, query.q, query.limit)).map(articleOf),
    }),
    'GET /api/reports/hotline/figures': async ({ principal, query }) => {
      const figures = await hotlineFigures(parts, principal, query);
      return {
        ...figures,
        unanswered: figures.unanswered.map((one) => ({ ...one, at: one.at.toISOString() })),
      };
    },
    'GET /api/reports/knowledge': async ({ principal, query }) => {
      const found = await listArticles(parts, principal, query);
      return { ...found, items: found.items.map(articleOf) };
    },
    'POST /api/reports/knowledge': async ({ principal, body }) => articleOf(await saveArticle(parts, principal, body)),
    'PUT /api/reports/knowledge/:id': async ({ principal, params, body }) =>
      articleOf(await saveArticle(parts, principal, { ...body, id: params.id })),
  });
}
