import type { FastifyRequest } from 'fastify';
import { demandCitizen } from '../../platform/citizens/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { findByCode } from './follow.ts';
import { citizenAsked, followerAsked } from './messages.ts';
import type { Parts } from './parts.ts';
import { reportsPushApi } from './push-api.ts';

/** Which browsers are told of a report's steps: by its code, or by the account that sent it. */
export function servePush(http: Http, parts: Parts): void {
  const { push } = parts.notify;
  const aboutOf = async (request: FastifyRequest, code: string | undefined): Promise<string> =>
    code === undefined
      ? citizenAsked((await demandCitizen(parts.citizens, request)).id)
      : followerAsked((await findByCode(parts, { ip: request.ip }, code)).follower.id);

  http.serve('reports', reportsPushApi, {
    'POST /api/reports/push': async ({ request, body: { code, ...subscription } }) => {
      await push.subscribe(await aboutOf(request, code), subscription);
      return { on: true };
    },
    'POST /api/reports/push/state': async ({ request, body }) => ({
      on: await push.isOn(await aboutOf(request, body.code), body.endpoint),
    }),
    'POST /api/reports/push/end': async ({ request, body }) => {
      await push.unsubscribe(await aboutOf(request, body.code), body.endpoint);
      return { on: false };
    },
  });
}
