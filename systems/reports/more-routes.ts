import type { Http } from '../../platform/http/index.ts';
import { reportsBulkApi, reportsFieldApi } from './api.ts';
import { actOnMany } from './bulk.ts';
import { propose } from './desk.ts';
import { deskItem, wholeReport } from './desk-routes.ts';
import { fieldList } from './field.ts';
import type { Parts } from './parts.ts';
import { listTemplates, saveTemplate } from './templates.ts';

/** Many at once, ready texts, and the officer's phone. */
export function serveFieldAndBulk(http: Http, parts: Parts): void {
  http.serve('reports', reportsFieldApi, {
    'GET /api/reports/field': async ({ principal }) => ({
      items: (await fieldList(parts, principal)).map(({ photos, ...one }) => ({ ...deskItem(one), photos })),
      at: parts.now().toISOString(),
    }),
    'POST /api/reports/field/:id/answer': async ({ principal, params, body }) => {
      await propose(parts, principal, params.id, new Date(body.seenAt), body);
      return wholeReport(parts, principal, params.id);
    },
  });
  http.serve('reports', reportsBulkApi, {
    'POST /api/reports/desk/bulk': async ({ principal, body }) => ({ items: await actOnMany(parts, principal, body) }),
    'GET /api/reports/templates': async ({ query }) => ({ items: await listTemplates(parts, query) }),
    'GET /api/reports/manage/templates': async () => ({ items: await listTemplates(parts, { all: true }) }),
    'POST /api/reports/manage/templates': async ({ principal, body }) => {
      await saveTemplate(parts, principal, body);
      return { items: await listTemplates(parts, { all: true }) };
    },
    'PUT /api/reports/manage/templates/:id': async ({ principal, params, body }) => {
      await saveTemplate(parts, principal, { ...body, id: params.id });
      return { items: await listTemplates(parts, { all: true }) };
    },
  });
}
