import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { type Citizen, demandOwnPage } from '../../platform/citizens/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { covers, type Principal } from '../../platform/rights/index.ts';
import { Refusal, refuse } from '../../platform/words/index.ts';
import {
  type CommentRow,
  comment,
  commentAsAgency,
  commentsToModerate,
  decideComment,
  findComments,
  reportComment,
} from './comments.ts';
import { readConsultation } from './consultations.ts';
import {
  answerInitiative,
  draftConsultation,
  dueAt,
  raiseIfSupported,
  removeInitiative,
} from './initiative-answers.ts';
import {
  decide,
  findForDesk,
  findInitiatives,
  findOwn,
  type InitiativeRow,
  noInitiative,
  propose,
  readInitiative,
  readWritten,
  seesAll,
  setTerms,
  support,
  supports,
  termsFor,
  voicePlace,
  withdraw,
} from './initiatives.ts';
import { type commentSchema, type initiativeSchema, voiceApi } from './voice-api.ts';

type Shown = Static<typeof initiativeSchema>;
type ShownComment = Static<typeof commentSchema>;

export function serveVoice(http: Http, platform: Platform): void {
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  const citizenOf = (request: FastifyRequest) => platform.citizens.of(request);
  /** Who writes: a confirmed account, from our own page. */
  const demandCitizen = async (request: FastifyRequest): Promise<Citizen> => {
    demandOwnPage(request);
    const citizen = await citizenOf(request);
    if (!citizen) throw confirmFirst();
    return citizen;
  };

  const show = async (principal: Principal, citizen: Citizen | null, row: InitiativeRow): Promise<Shown> => {
    const [unit, supported, consultation] = await Promise.all([
      platform.identity.organisation(row.organisation_id),
      citizen ? supports(platform, citizen, row) : null,
      row.consultation_id ? readConsultation(platform, principal, row.consultation_id).catch(ifSeen) : null,
    ]);
    const due = dueAt(platform, row);
    const desk = seesAll(principal, row);
    // What was taken off leaves its place and the reason, not its words.
    const gone = row.state === 'removed' && !desk;
    return {
      id: row.id,
      title: gone ? '' : row.title,
      body: gone ? '' : row.body,
      category: row.category,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      organisationName: unit?.name ?? null,
      state: row.state,
      reason: row.reason,
      publishedAt: iso(row.published_at),
      collectsUntil: iso(row.collects_until),
      supporters: row.supporters,
      supportersVerified: row.supporters_verified,
      supportNeeded: row.support_needed,
      answerDays: row.answer_days,
      dueAt: iso(due),
      late: row.state === 'due' && due !== null && due < platform.now(),
      answer: row.answer,
      answeredAt: iso(row.answered_at),
      answeredByName: row.answered_by_name,
      inTime: row.in_time,
      consultationId: consultation && consultation.state !== 'draft' ? consultation.id : null,
      provenance: row.provenance,
      createdAt: row.created_at.toISOString(),
      own: citizen?.id === row.citizen_id,
      supported,
      version: row.version,
      may: desk ? actsOf(principal, row) : [],
    };
  };
  const shown = async (principal: Principal, citizen: Citizen | null, id: string): Promise<Shown> =>
    show(principal, citizen, await readInitiative(platform, principal, citizen, id));
  const forDesk = async (principal: Principal, row: InitiativeRow) => {
    const seen = await show(principal, null, row);
    return {
      ...seen,
      caseNumber: row.case_number,
      hasOriginal: row.written_sealed !== null,
      draftId: seen.consultationId === null ? row.consultation_id : null,
    };
  };
  const oneForDesk = async (principal: Principal, id: string) => {
    const row = await readInitiative(platform, principal, null, id);
    if (!seesAll(principal, row)) throw noInitiative();
    return forDesk(principal, row);
  };
  const showComment = (row: CommentRow, citizen: Citizen | null): ShownComment => ({
    id: row.id,
    parent: row.parent,
    author: row.author,
    role: row.role,
    text: row.state === 'removed' ? null : row.text,
    state: row.state,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    own: row.citizen_id !== null && row.citizen_id === citizen?.id,
    provenance: row.provenance,
  });
  const areaOf = (given: string): string | null => {
    if (given === 'province') return null;
    if (platform.territory.areaClosure(given).length === 0) throw noPlace();
    return given;
  };

  http.serve('participation', voiceApi, {
    'GET /api/participation/initiatives': async ({ principal, query, request }) => {
      const citizen = await citizenOf(request);
      const { items, total } = await findInitiatives(platform, query);
      return { items: await Promise.all(items.map((row) => show(principal, citizen, row))), total };
    },
    'POST /api/participation/initiatives': async ({ principal, body, request }) => {
      const citizen = await demandCitizen(request);
      const areaCode = areaOf(body.areaCode ?? 'province');
      return shown(principal, citizen, await propose(platform, citizen, { ...body, areaCode }));
    },
    'GET /api/participation/my-initiatives': async ({ principal, request }) => {
      const citizen = await citizenOf(request);
      const rows = citizen ? await findOwn(platform, citizen) : [];
      return { items: await Promise.all(rows.map((row) => show(principal, citizen, row))) };
    },
    'GET /api/participation/initiatives/:id': async ({ principal, params, request }) =>
      shown(principal, await citizenOf(request), params.id),
    'POST /api/participation/initiatives/:id/support': async ({ principal, params, request }) => {
      const citizen = await demandCitizen(request);
      await support(platform, citizen, params.id);
      await raiseIfSupported(platform, params.id);
      return shown(principal, citizen, params.id);
    },
    'POST /api/participation/initiatives/:id/withdraw': async ({ principal, params, request }) => {
      const citizen = await demandCitizen(request);
      await withdraw(platform, citizen, params.id);
      return shown(principal, citizen, params.id);
    },
    'GET /api/participation/desk/initiatives': async ({ principal, query }) => {
      const rows = await findForDesk(platform, principal, query.state);
      return { items: await Promise.all(rows.map((row) => forDesk(principal, row))) };
    },
    'GET /api/participation/desk/initiatives/:id': ({ principal, params }) => oneForDesk(principal, params.id),
    'POST /api/participation/initiatives/:id/written': ({ principal, params, body }) =>
      readWritten(platform, principal, params.id, body.purpose),
    'POST /api/participation/initiatives/:id/publish': async ({ principal, params, body }) => {
      const { expectedVersion, ...rest } = body;
      await decide(platform, principal, params.id, { verdict: 'publish', ...rest }, expectedVersion);
      return oneForDesk(principal, params.id);
    },
    'POST /api/participation/initiatives/:id/refuse': async ({ principal, params, body }) => {
      const decision = { verdict: 'refuse', reason: body.reason } as const;
      await decide(platform, principal, params.id, decision, body.expectedVersion);
      return oneForDesk(principal, params.id);
    },
    'POST /api/participation/initiatives/:id/remove': async ({ principal, params, body }) => {
      await removeInitiative(platform, principal, params.id, body.reason);
      return oneForDesk(principal, params.id);
    },
    'POST /api/participation/initiatives/:id/answer': async ({ principal, params, body }) => {
      await answerInitiative(platform, principal, params.id, body.text, body.expectedVersion);
      return oneForDesk(principal, params.id);
    },
    'POST /api/participation/initiatives/:id/consultation': async ({ principal, params }) => {
      await oneForDesk(principal, params.id);
      return { id: await draftConsultation(platform, principal, params.id) };
    },
    'GET /api/participation/terms/:area': ({ params }) => termsFor(platform, areaOf(params.area)),
    'PUT /api/participation/terms/:area': async ({ principal, params, body }) => {
      await setTerms(platform, principal, areaOf(params.area), body);
      return body;
    },
    'GET /api/participation/discussions/:kind/:id': async ({ params, request }) => {
      const citizen = await citizenOf(request);
      const rows = await findComments(platform, citizen, params);
      return { items: rows.map((row) => showComment(row, citizen)) };
    },
    'POST /api/participation/discussions/:kind/:id': async ({ params, body, request }) => {
      const citizen = await demandCitizen(request);
      return showComment(await comment(platform, citizen, params, body), citizen);
    },
    'POST /api/participation/discussions/:kind/:id/agency': async ({ principal, params, body }) =>
      showComment(await commentAsAgency(platform, principal, params, body), null),
    'POST /api/participation/comments/:id/report': async ({ params, body, request }) => {
      await reportComment(platform, await demandCitizen(request), params.id, body.reason);
      return { ok: true as const };
    },
    'GET /api/participation/desk/comments': async ({ principal }) => ({
      items: (await commentsToModerate(platform, principal)).map(({ row, reasons }) => ({
        ...showComment(row, null),
        kind: row.on_kind,
        onId: row.on_id,
        signs: row.signs,
        reasons,
      })),
    }),
    'POST /api/participation/comments/:id/show': async ({ principal, params }) => {
      await decideComment(platform, principal, params.id, { verdict: 'show' });
      return { ok: true as const };
    },
    'POST /api/participation/comments/:id/remove': async ({ principal, params, body }) => {
      await decideComment(platform, principal, params.id, { verdict: 'remove', reason: body.reason });
      return { ok: true as const };
    },
  });
}

/** What this principal may do with it now; the acts demand the same. */
function actsOf(principal: Principal, row: InitiativeRow): string[] {
  const place = voicePlace(row);
  const moderates = covers(principal, 'voice:moderate', place);
  const answers = covers(principal, 'voice:answer', place);
  const running = row.state === 'open' || row.state === 'due';
  const acts: [string, boolean][] = [
    ['publish', moderates && row.state === 'waiting'],
    ['refuse', moderates && row.state === 'waiting'],
    ['written', moderates && row.written_sealed !== null],
    ['remove', moderates && row.state !== 'waiting' && row.state !== 'refused' && row.state !== 'removed'],
    ['answer', answers && running],
    ['consult', answers && running && row.consultation_id === null && covers(principal, 'consultation:manage', place)],
    ['talk', answers && row.published_at !== null && row.state !== 'removed'],
  ];
  return acts.flatMap(([act, is]) => (is ? [act] : []));
}

/** A draft of another organisation is none to this reader; anything else that failed is told. */
function ifSeen(error: unknown): null {
  if (error instanceof Refusal && error.status === 404) return null;
  throw error;
}

function confirmFirst() {
  return refuse(401, 'confirm-first', {
    vi: 'Để mỗi người chỉ tính một lần, hãy xác nhận bằng định danh điện tử, số điện thoại hoặc thư điện tử trước.',
    en: 'So that each person counts once, confirm yourself first: by the national identity, a phone number or e-mail.',
  });
}

function noPlace() {
  const text = { vi: 'Không có xã, phường này. Hãy chọn trong danh sách.', en: 'There is no such commune or ward.' };
  return refuse(422, 'no-such-unit', text, [{ at: '/areaCode', reason: text }]);
}
