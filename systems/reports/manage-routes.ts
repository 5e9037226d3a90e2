import type { TObject } from 'typebox';
import type { Http } from '../../platform/http/index.ts';
import { reportsManageApi } from './api.ts';
import type { StoredCategory } from './catalogue.ts';
import { editCategory, listRoutes, saveRoute } from './manage.ts';
import type { Parts } from './parts.ts';

const category = (one: StoredCategory) => ({
  ...one,
  words: [...one.words],
  form: one.form as unknown as Record<string, unknown>,
});

export function serveManage(http: Http, parts: Parts): void {
  http.serve('reports', reportsManageApi, {
    'GET /api/reports/manage/categories': async () => ({ items: (await parts.catalogue.all()).map(category) }),
    'PUT /api/reports/manage/categories/:category': async ({ principal, params, body }) => {
      // Whether it is a schema is asked by compiling it.
      const edit = { ...body, form: body.form as unknown as TObject };
      return category(await editCategory(parts, principal, params.category, edit));
    },
    'GET /api/reports/manage/routes': async () => ({ items: await listRoutes(parts) }),
    'POST /api/reports/manage/routes': async ({ principal, body }) => ({
      items: await saveRoute(parts, principal, body),
    }),
    'PUT /api/reports/manage/routes/:id': async ({ principal, params, body }) => ({
      items: await saveRoute(parts, principal, { ...body, id: params.id }),
    }),
  });
}
