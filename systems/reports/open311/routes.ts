import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Http, languageOf, type Problem } from '../../../platform/http/index.ts';
import { refuse } from '../../../platform/words/index.ts';
import { baseOf } from '../links.ts';
import type { Parts } from '../parts.ts';
import { open311Api } from './api.ts';
import { findRequest, findRequests, findUpdates, noSuchService, shownRequests } from './find.ts';
import { type Format, inFormat, mediaTypes, splitFormat, type Value } from './format.ts';
import { byToken, clientOf, readForm, sendRequest } from './send.ts';
import { definitionOf, serviceOf } from './services.ts';
import { takeUpdate } from './updates.ts';

const formatOf = (request: FastifyRequest): Format => (/\.json(\?|$)/.test(request.url) ? 'json' : 'xml');

function answer(request: FastifyRequest, reply: FastifyReply, root: string, value: Value): FastifyReply {
  const format = formatOf(request);
  return reply
    .header('content-type', mediaTypes[format])
    .header('access-control-allow-origin', '*')
    .send(inFormat(format, root, value));
}

/** The standard's statuses: 403 for a key, 404 for what is not there, 400 for all else that the sender can change. */
function error(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status: known, errors = [] } = problem;
  const status = known === 401 ? 403 : known === 409 || known === 413 || known === 415 || known === 422 ? 400 : known;
  const parts = errors.map((one) => `${one.at}: ${one.reason}`);
  const description = [problem.detail, ...parts].join(' ');
  reply.status(status);
  return answer(request, reply, 'errors', [{ code: status, description }]);
}

/** The name in an address, with its format taken off. */
function nameOf(file: string): string {
  const found = splitFormat(file);
  if (found) return found[0];
  throw refuse(404, 'no-such-format', {
    vi: 'Địa chỉ phải kết thúc bằng .xml hoặc .json.',
    en: 'The address must end in .xml or .json.',
  });
}

export function serveOpen311(http: Http, parts: Parts): void {
  const { catalogue, site } = parts;
  /** One province, one jurisdiction: it may be left out, and another one is not here. */
  const demandJurisdiction = (given: string | undefined): void => {
    if (!given?.trim() || given.trim() === site.jurisdiction) return;
    throw refuse(404, 'no-such-jurisdiction', {
      vi: `Không phục vụ jurisdiction_id “${given}”; tỉnh này là ${site.jurisdiction}.`,
      en: `The jurisdiction_id “${given}” was not found; this is ${site.jurisdiction}.`,
    });
  };
  const seenBy = (request: FastifyRequest) => ({ base: baseOf(site, request), language: languageOf(request) });

  type Call<Q = { jurisdiction_id?: string }> = { query: Q; request: FastifyRequest; reply: FastifyReply };
  type Filters = Parameters<typeof findRequests>[1] & { jurisdiction_id?: string; api_key?: string };

  const discovery = async ({ request, reply }: Omit<Call, 'query'>) => {
    const changed = await catalogue.changedAt();
    return answer(request, reply, 'discovery', {
      changeset: changed.toISOString(),
      contact: `${baseOf(site, request)}/about`,
      key_service:
        languageOf(request) === 'vi'
          ? 'Quản trị hệ thống cấp khóa ở trang Thiết bị (thiết bị không có trạm đo).'
          : 'The administrator makes a key on the page of devices (a device without stations).',
      endpoints: [
        {
          specification: 'http://wiki.open311.org/GeoReport_v2',
          url: `${baseOf(site, request)}/open311/v2`,
          changeset: changed.toISOString(),
          type: site.mode === 'demo' ? 'test' : 'production',
          formats: ['text/xml', 'application/json'],
        },
      ],
    });
  };
  const services = async ({ query, request, reply }: Call) => {
    demandJurisdiction(query.jurisdiction_id);
    const all = (await catalogue.all()).filter((one) => one.active);
    const leaves = all.filter((one) => one.parent !== null);
    const value = leaves.map((one) =>
      serviceOf(
        one,
        all.find((family) => family.code === one.parent),
        languageOf(request),
      ),
    );
    return answer(request, reply, 'services', value);
  };
  const requests = async ({ query, request, reply }: Call<Filters>) => {
    demandJurisdiction(query.jurisdiction_id);
    const rows = await findRequests(parts, query);
    return answer(request, reply, 'service_requests', await shownRequests(parts, rows, seenBy(request)));
  };
  const updates = async ({ query, request, reply }: Call<Filters>) => {
    demandJurisdiction(query.jurisdiction_id);
    return answer(request, reply, 'service_request_updates', await findUpdates(parts, query, seenBy(request)));
  };
  const send = async ({ body, request, reply }: { body: unknown; request: FastifyRequest; reply: FastifyReply }) => {
    const form = readForm(body);
    demandJurisdiction(form.get('jurisdiction_id'));
    const client = await clientOf(parts, form.get('api_key'));
    if (!client) throw wrongKey(form.get('api_key') !== undefined);
    const sent = await sendRequest(parts, client, form, { ip: request.ip, language: languageOf(request) });
    return answer(request, reply, 'service_requests', [sent]);
  };

  const sayUpdate = async ({
    body,
    request,
    reply,
  }: {
    body: unknown;
    request: FastifyRequest;
    reply: FastifyReply;
  }) => {
    const form = readForm(body);
    demandJurisdiction(form.get('jurisdiction_id'));
    const client = await clientOf(parts, form.get('api_key'));
    if (!client) throw wrongKey(form.get('api_key') !== undefined);
    return answer(request, reply, 'service_request_updates', [await takeUpdate(parts, client, form)]);
  };

  http.serve(
    'open311',
    open311Api,
    {
      'GET /open311/discovery.xml': discovery,
      'GET /open311/discovery.json': discovery,
      'GET /open311/v2/services.xml': services,
      'GET /open311/v2/services.json': services,
      'GET /open311/v2/services/:file': async ({ params, query, request, reply }) => {
        demandJurisdiction(query.jurisdiction_id);
        const code = nameOf(params.file);
        const category = (await catalogue.all()).find((one) => one.code === code && one.parent !== null && one.active);
        if (!category) throw noSuchService(code);
        return answer(request, reply, 'service_definition', definitionOf(category, languageOf(request)));
      },
      'GET /open311/v2/requests.xml': requests,
      'GET /open311/v2/requests.json': requests,
      'POST /open311/v2/requests.xml': send,
      'POST /open311/v2/requests.json': send,
      'GET /open311/v2/requests/:file': async ({ params, query, request, reply }) => {
        demandJurisdiction(query.jurisdiction_id);
        const client = await clientOf(parts, query.api_key);
        const row = await findRequest(parts, nameOf(params.file), client?.id ?? null);
        return answer(request, reply, 'service_requests', await shownRequests(parts, [row], seenBy(request)));
      },
      'GET /open311/v2/tokens/:file': async ({ params, query, request, reply }) => {
        demandJurisdiction(query.jurisdiction_id);
        return answer(request, reply, 'service_requests', [await byToken(parts, request.ip, nameOf(params.file))]);
      },
      'GET /open311/v2/servicerequestupdates.xml': updates,
      'GET /open311/v2/servicerequestupdates.json': updates,
      'POST /open311/v2/servicerequestupdates.xml': sayUpdate,
      'POST /open311/v2/servicerequestupdates.json': sayUpdate,
    },
    { error },
  );
}

function wrongKey(given: boolean) {
  return refuse(403, given ? 'wrong-api-key' : 'api-key-missing', {
    vi: given ? 'api_key không đúng, hoặc là khóa của một trạm đo.' : 'Thiếu api_key.',
    en: given ? 'The api_key is not valid, or is the key of a station.' : 'The api_key was not provided.',
  });
}
