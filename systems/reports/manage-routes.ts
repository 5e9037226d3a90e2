import type { TObject } from 'typebox';
import type { Http } from '../../platform/http/index.ts';
import { reportsManageApi } from './api.ts';
import type { StoredCategory } from './catalogue.ts';
import { addCategory, editCategory, listCategories } from './category-edit.ts';
import { listRoutes, type StoredRoute, saveRoute, tryRoutes } from './manage.ts';
import type { Parts } from './parts.ts';

const category = <C extends StoredCategory>(one: C) => ({
  ...one,
  words: [...one.words],
  form: one.form as unknown as Record<string, unknown>,
});

/** Whether it is a schema is asked by compiling it. */
const asForm = (given: object): TObject => given as TObject;

export function serveManage(http: Http, parts: Parts): void {
  const named = async (routes: readonly StoredRoute[]) => {
    const tree = await parts.identity.tree();
    const communes = parts.territory.units({ level: 'commune' });
    return {
      items: routes.map((one) => ({
        ...one,
        organisationName: one.organisationId === null ? null : (tree.get(one.organisationId)?.name ?? null),
        areaName: communes.find((unit) => unit.code === one.areaCode)?.name ?? null,
      })),
    };
  };
  http.serve('reports', reportsManageApi, {
    'GET /api/reports/manage/categories': async ({ principal }) => ({
      items: (await listCategories(parts, principal)).map(category),
    }),
    'POST /api/reports/manage/categories': async ({ principal, body }) =>
      category(await addCategory(parts, principal, { ...body, form: asForm(body.form) })),
    'PUT /api/reports/manage/categories/:category': async ({ principal, params, body }) => {
      const edit = { ...body, form: asForm(body.form) };
      return category(await editCategory(parts, principal, params.category, edit));
    },
    'GET /api/reports/manage/routes': async () => named(await listRoutes(parts)),
    'POST /api/reports/manage/routes': async ({ principal, body }) => named(await saveRoute(parts, principal, body)),
    'PUT /api/reports/manage/routes/:id': async ({ principal, params, body }) =>
      named(await saveRoute(parts, principal, { ...body, id: params.id })),
    'POST /api/reports/manage/routes/try': async ({ principal, body }) => {
      const { category: found, routed, ...rest } = await tryRoutes(parts, principal, body);
      const { organisationId, why } = routed;
      return { ...rest, organisationId, why, category: { code: found.code, title: found.title } };
    },
  });
}
