import type { TObject } from 'typebox';
import type { Http } from '../../platform/http/index.ts';
import { reportsManageApi } from './api.ts';
import type { StoredCategory } from './catalogue.ts';
import { addCategory, editCategory, listCategories } from './category-edit.ts';
import { listRoutes, saveRoute } from './manage.ts';
import type { Parts } from './parts.ts';

const category = <C extends StoredCategory>(one: C) => ({
  ...one,
  words: [...one.words],
  form: one.form as unknown as Record<string, unknown>,
});

/** Whether it is a schema is asked by compiling it. */
const asForm = (given: object): TObject => given as TObject;

export function serveManage(http: Http, parts: Parts): void {
  http.serve('reports', reportsManageApi, {
    'GET /api/reports/manage/categories': async () => ({ items: (await listCategories(parts)).map(category) }),
    'POST /api/reports/manage/categories': async ({ principal, body }) =>
      category(await addCategory(parts, principal, { ...body, form: asForm(body.form) })),
    'PUT /api/reports/manage/categories/:category': async ({ principal, params, body }) => {
      const edit = { ...body, form: asForm(body.form) };
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
