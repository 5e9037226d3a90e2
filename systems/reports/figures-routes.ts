import type { Http } from '../../platform/http/index.ts';
import { reportsFiguresApi } from './api.ts';
import { figuresOf } from './figures.ts';
import { listInhabitants, saveInhabitants } from './inhabitants.ts';
import { monthReport } from './month.ts';
import type { Parts } from './parts.ts';

const media = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv; charset=utf-8',
};

export function serveFigures(http: Http, parts: Parts): void {
  http.serve('reports', reportsFiguresApi, {
    'GET /api/reports/figures': ({ principal, query }) => figuresOf(parts, principal, query),
    'GET /api/reports/figures/:month': async ({ principal, params, query, reply }) => {
      const { name, content } = await monthReport(parts, principal, params.month, query.as);
      reply.header('content-type', media[query.as]);
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(content);
    },
    'GET /api/reports/manage/inhabitants': async ({ query }) => ({ items: await listInhabitants(parts, query.year) }),
    'PUT /api/reports/manage/inhabitants': async ({ principal, body }) => {
      await saveInhabitants(parts, principal, body);
      return { items: await listInhabitants(parts, body.year) };
    },
  });
}
