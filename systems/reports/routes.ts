import type { FastifyRequest } from 'fastify';
import type { Platform } from '../../platform/declaration/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { serveAbuse } from './abuse-routes.ts';
import { reportsApi } from './api.ts';
import { keepBlockedOut } from './blocks.ts';
import { serveDesk } from './desk-routes.ts';
import { serveFeeds } from './feeds-routes.ts';
import { serveFigures } from './figures-routes.ts';
import { type Followed, follow, rate, reopen, reply } from './follow.ts';
import { followReports } from './followers.ts';
import { serveHandovers } from './handover-routes.ts';
import { serveHotline } from './hotline-routes.ts';
import { reportSources } from './indicator-sources.ts';
import { partsOf } from './make-parts.ts';
import { serveManage } from './manage-routes.ts';
import { serveFieldAndBulk } from './more-routes.ts';
import { categoriesNear, findNear } from './near.ts';
import { serveOpen311 } from './open311/routes.ts';
import { servePhotos } from './photo-routes.ts';
import { photoUrl } from './public.ts';
import { servePublicReports } from './public-routes.ts';
import { servePush } from './push-routes.ts';
import { QUESTION } from './question-categories.ts';
import { serveQuestions } from './questions-routes.ts';
import { areaOf, join, type Sender, submit } from './submit.ts';
import { suggest, withPlace } from './suggest.ts';

/** A name that the app gave itself once, at random; nothing of the device. */
function deviceOf({ headers }: FastifyRequest): string | null {
  const given = headers['x-report-device'];
  return typeof given === 'string' && /^[\w-]{16,100}$/.test(given) ? given : null;
}

const SUGGESTED = 3;
const maybeIso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function serveReports(http: Http, platform: Platform): void {
  const { db, now, territory, identity } = platform;
  const parts = partsOf(platform);
  const { catalogue } = parts;
  serveDesk(http, parts);
  serveFieldAndBulk(http, parts);
  serveFigures(http, parts);
  servePhotos(http, parts);
  servePublicReports(http, parts);
  serveManage(http, parts);
  serveOpen311(http, parts);
  serveAbuse(http, parts);
  serveFeeds(http, parts);
  serveHandovers(http, parts);
  serveHotline(http, parts);
  servePush(http, parts);
  followReports(parts);
  keepBlockedOut(parts);
  for (const source of reportSources(parts)) platform.indicators.registerSource(source);
  const senderOf = async (request: FastifyRequest): Promise<Sender> => ({
    ip: request.ip,
    citizenId: (await platform.citizens.of(request))?.id ?? null,
    device: deviceOf(request),
  });

  serveQuestions(http, parts, senderOf);

  http.serve('reports', reportsApi, {
    'GET /api/reports/categories': async () => ({
      items: (await catalogue.all())
        // Questions have a page of their own.
        .filter((one) => one.active && one.code !== QUESTION && one.parent !== QUESTION)
        .map(({ code, parent, title, isPublic, aboutUnit, form, deadlines, words }) => ({
          code,
          parent,
          title,
          isPublic,
          aboutUnit,
          form,
          deadlines,
          words: [...words],
        })),
    }),
    'GET /api/reports/place': ({ query }) => {
      const unit = territory.pointToUnit(query.lon, query.lat, now());
      return {
        areaCode: unit?.code ?? null,
        areaName: unit?.name ?? null,
        approximate: unit?.approximate ?? false,
      };
    },
    'POST /api/reports/suggest': async ({ body }) => {
      const leaves = (await catalogue.all()).filter((one) => one.active && one.parent !== null);
      const near = body.location ? await categoriesNear(db, body.location, now()) : new Map<string, number>();
      return {
        items: withPlace(suggest(body.text, leaves), near)
          .filter(({ code }) => leaves.some((leaf) => leaf.code === code))
          .slice(0, SUGGESTED)
          .flatMap(({ code, score }) => {
            const leaf = leaves.find((one) => one.code === code);
            return leaf ? [{ code, title: leaf.title, family: leaf.parent ?? code, score }] : [];
          }),
      };
    },
    'POST /api/reports/nearby': async ({ body }) => {
      areaOf(parts, body.location);
      const category = await catalogue.leaf(body.category);
      const about = { family: category.parent ?? category.code, place: body.location, text: body.text };
      return {
        items: (await findNear(db, about, now())).map((one) => ({
          number: one.number,
          category: one.category,
          text: one.text,
          lon: one.lon,
          lat: one.lat,
          step: one.step,
          publishedAt: one.published_at.toISOString(),
          meToo: one.me_too,
          metres: Math.round(one.metres),
          photo: one.photo_id && photoUrl(one.photo_id),
        })),
      };
    },
    'POST /api/reports': async ({ principal, body, request }) => {
      const sent = await submit(parts, { principal, ...(await senderOf(request)) }, body);
      const unit = sent.organisationId === null ? null : await identity.organisation(sent.organisationId);
      return {
        number: sent.number,
        code: sent.code,
        organisationName: unit?.name ?? null,
        dueAt: maybeIso(sent.dueAt),
      };
    },
    'POST /api/reports/by-number/:number/join': async ({ params, body, request }) =>
      join(parts, await senderOf(request), params.number, body),
    'POST /api/reports/follow': async ({ body, request }) =>
      followed(await follow(parts, { ip: request.ip }, body.code)),
    'POST /api/reports/follow/reply': async ({ body, request }) =>
      followed(await reply(parts, { ip: request.ip }, body.code, body.text)),
    'POST /api/reports/follow/rate': async ({ body, request }) =>
      followed(await rate(parts, { ip: request.ip }, body.code, body)),
    'POST /api/reports/follow/reopen': async ({ body, request }) =>
      followed(await reopen(parts, { ip: request.ip }, body.code, body.why)),
  });
}

const followed = (view: Followed) => ({
  ...view,
  receivedAt: view.receivedAt.toISOString(),
  dueAt: maybeIso(view.dueAt),
  reopenUntil: maybeIso(view.reopenUntil),
  steps: view.steps.map((one) => ({ ...one, at: one.at.toISOString() })),
  messages: view.messages.map((one) => ({ ...one, at: one.at.toISOString() })),
});
