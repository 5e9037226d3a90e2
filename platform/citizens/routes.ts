import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Http } from '../http/index.ts';
import { publicPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { citizensApi } from './api.ts';
import { SESSION_COOKIE } from './cookie.ts';
import type { Citizen, Citizens } from './index.ts';

const STATE_COOKIE = 'dttm_e_id';
const SESSION_SECONDS = 30 * 24 * 3600;

export function serveCitizens(http: Http, citizens: Citizens, options: { publicUrl?: string } = {}): void {
  const secure = options.publicUrl?.startsWith('https:') ?? false;
  // Lax: the way back from the national identity is a navigation from another site.
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;

  const answer = async (citizen: Citizen | null) => {
    const { id: _id, ...profile } = citizen ? await citizens.profile(citizen) : { id: null };
    return {
      citizen: citizen ? (profile as Omit<Awaited<ReturnType<Citizens['profile']>>, 'id'>) : null,
      eId: citizens.eId.configured,
    };
  };
  const begin = (reply: FastifyReply, token: string): void =>
    void reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_SECONDS });

  http.serve('citizens', citizensApi, {
    'GET /api/citizens/me': async ({ request }) => answer(await citizens.of(request)),
    'POST /api/citizens/codes': ({ request, body }) => {
      demandOwnPage(request);
      return citizens.sendCode(body.contact, request.ip);
    },
    'POST /api/citizens/session': async ({ request, reply, body }) => {
      demandOwnPage(request);
      const present = await citizens.of(request);
      const { citizen, token } = await citizens.confirm(body.contact, body.code, request.ip, present);
      begin(reply, token);
      return answer(citizen);
    },
    'DELETE /api/citizens/session': async ({ request, reply }) => {
      demandOwnPage(request);
      const token = request.cookies[SESSION_COOKIE];
      if (token) await citizens.signOut(token);
      reply.clearCookie(SESSION_COOKIE, cookie);
      return answer(null);
    },
    'PUT /api/citizens/me/residence': async ({ request, body }) =>
      answer(await citizens.setResidence(await demandCitizen(citizens, request), body.unitCode)),
    'DELETE /api/citizens/me': async ({ request, reply }) => {
      const citizen = await demandCitizen(citizens, request);
      await citizens.erase(publicPrincipal, citizen.id);
      reply.clearCookie(SESSION_COOKIE, cookie);
      return answer(null);
    },
    'GET /api/citizens/e-id': async ({ query, reply }) => {
      const { url, state } = await citizens.eId.begin(query.returnTo);
      reply.setCookie(STATE_COOKIE, state, { ...cookie, path: '/api/citizens/e-id', maxAge: 900 });
      return reply.redirect(url);
    },
    'GET /api/citizens/e-id/callback': async ({ request, reply }) => {
      const at = request.url.indexOf('?');
      const query = at < 0 ? '' : request.url.slice(at);
      const { token, returnTo } = await citizens.eId.end(query, request.cookies[STATE_COOKIE]);
      begin(reply, token);
      reply.clearCookie(STATE_COOKIE, { ...cookie, path: '/api/citizens/e-id' });
      return reply.redirect(returnTo);
    },
  });
}

/** A form on another site can send the cookie but not this header. */
export function demandOwnPage(request: FastifyRequest): void {
  if (request.headers['x-requested-with'] === 'dttm') return;
  throw refuse(403, 'cross-site', {
    vi: 'Yêu cầu không đến từ trang của hệ thống này.',
    en: 'The request does not come from a page of this system (header x-requested-with: dttm).',
  });
}

/** Whose session it is, for what needs a person who confirmed a contact. */
export async function demandCitizen(citizens: Pick<Citizens, 'of'>, request: FastifyRequest): Promise<Citizen> {
  demandOwnPage(request);
  const citizen = await citizens.of(request);
  if (!citizen) throw confirmFirst();
  return citizen;
}

export function confirmFirst() {
  return refuse(401, 'confirm-first', {
    vi: 'Hãy xác nhận số điện thoại hoặc thư điện tử trước.',
    en: 'Confirm a phone number or e-mail first.',
  });
}
