import type { Static } from 'typebox';
import { demandOwnPage } from '../../platform/citizens/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { covers, type Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { type consultationSchema, participationApi } from './api.ts';
import {
  type ConsultationRow,
  cancelConsultation,
  countConsultation,
  createConsultation,
  editConsultation,
  findConsultations,
  placeOf,
  publishConsultation,
  publishedBoard,
  readConsultation,
  stageOf,
  turnout,
} from './consultations.ts';
import { answeredByConsultation } from './initiative-answers.ts';
import { type BatchRow, checkBatch, enterBatch, findBatches, removeBatch } from './paper.ts';
import { serveSurveys } from './survey-routes.ts';
import { surveySources } from './survey-sources.ts';
import { serveVoice } from './voice-routes.ts';
import { castBallot, giveBallot, type Voter } from './voting.ts';

type Shown = Static<typeof consultationSchema>;

export function serveParticipation(http: Http, platform: Platform): void {
  serveVoice(http, platform);
  serveSurveys(http, platform);
  for (const source of surveySources(platform)) platform.indicators.registerSource(source);
  const show = async (principal: Principal, row: ConsultationRow): Promise<Shown> => {
    const stage = stageOf(row, platform.now());
    const own = covers(principal, 'consultation:manage', placeOf(row));
    const acts = {
      draft: ['edit', 'publish', 'cancel'],
      announced: ['cancel'],
      open: ['cancel'],
      over: ['count', 'cancel'],
    };
    return {
      id: row.id,
      title: row.title,
      body: row.body,
      organisationId: row.organisation_id,
      areaCode: row.area_code,
      question: row.question as Shown['question'],
      binding: row.binding,
      quorum: row.quorum,
      stage,
      opensAt: row.opens_at.toISOString(),
      closesAt: row.closes_at.toISOString(),
      publicKeys: { 'national-id': row.signers['national-id'].publicKey, code: row.signers.code.publicKey },
      receiptPublicKey: row.receipt_public_key,
      turnout: await turnout(platform, row.id),
      result: row.result,
      countedAt: row.counted_at?.toISOString() ?? null,
      cancelReason: row.cancel_reason,
      provenance: row.provenance,
      version: row.version,
      may: own ? (acts[stage as keyof typeof acts] ?? []) : [],
    };
  };
  const shown = async (principal: Principal, id: string): Promise<Shown> =>
    show(principal, await readConsultation(platform, principal, id));

  const showBatch = (principal: Principal, row: BatchRow) => {
    const place = { areaCode: row.area_code, organisationId: row.organisation_id };
    const counter = covers(principal, 'consultation:paper', place);
    const own = row.entered_by === principal.id;
    // Who counts again must not know what was counted first.
    const open = row.checked_at !== null || own;
    return {
      id: row.id,
      areaCode: row.area_code,
      place: row.place,
      counts: open ? row.counts : null,
      spoiled: open ? row.spoiled : null,
      voters: row.voters,
      enteredByName: row.entered_by_name,
      enteredAt: row.entered_at.toISOString(),
      checkedByName: row.checked_by_name,
      checkedAt: row.checked_at?.toISOString() ?? null,
      may: counter ? ['remove', ...(row.checked_at === null && !own ? ['check'] : [])] : [],
    };
  };

  const inputOf = (body: {
    title: string;
    body: string;
    organisationId: string;
    areaCode: string | null;
    question: Shown['question'];
    binding: boolean;
    quorum: number;
    opensAt: string;
    closesAt: string;
  }) => ({ ...body, opensAt: new Date(body.opensAt), closesAt: new Date(body.closesAt) });

  http.serve('participation', participationApi, {
    'GET /api/participation/consultations': async ({ principal, query }) => {
      const { items, total } = await findConsultations(platform, principal, query);
      return { items: await Promise.all(items.map((row) => show(principal, row))), total };
    },
    'POST /api/participation/consultations': async ({ principal, body }) =>
      shown(principal, await createConsultation(platform, principal, inputOf(body))),
    'GET /api/participation/consultations/:id': ({ principal, params }) => shown(principal, params.id),
    'PUT /api/participation/consultations/:id': async ({ principal, params, body }) => {
      const { expectedVersion, ...input } = body;
      await editConsultation(platform, principal, params.id, inputOf(input), expectedVersion);
      return shown(principal, params.id);
    },
    'POST /api/participation/consultations/:id/publish': async ({ principal, params, body }) => {
      await publishConsultation(platform, principal, params.id, body.expectedVersion, (tx, row) =>
        answeredByConsultation(platform, tx, principal, row),
      );
      return shown(principal, params.id);
    },
    'POST /api/participation/consultations/:id/cancel': async ({ principal, params, body }) => {
      await cancelConsultation(platform, principal, params.id, body.reason);
      return shown(principal, params.id);
    },
    'POST /api/participation/consultations/:id/count': async ({ principal, params }) => {
      await countConsultation(platform, principal, params.id);
      return shown(principal, params.id);
    },
    'POST /api/participation/consultations/:id/ballot': async ({ request, params, body }) => {
      demandOwnPage(request);
      const citizen = await platform.citizens.of(request);
      if (!citizen) throw confirmFirst();
      const { value } = await platform.citizens.subjectOf(citizen);
      const { assurance, residence } = citizen;
      const voter: Voter = { assurance, subject: value, account: citizen.id, residence };
      return { list: voter.assurance, signature: await giveBallot(platform, voter, params.id, body.blinded) };
    },
    // The ballot carries its own right: no cookie is read here, and nothing of the caller is kept.
    'POST /api/participation/consultations/:id/ballots': ({ params, body }) =>
      castBallot(platform, params.id, body.list, body.ballot),
    'GET /api/participation/consultations/:id/board': async ({ principal, params }) => {
      const board = await publishedBoard(platform, principal, params.id);
      return { ...board, question: board.question as Shown['question'] };
    },
    'GET /api/participation/consultations/:id/paper': async ({ principal, params }) => {
      const row = await readConsultation(platform, principal, params.id);
      const batches = await findBatches(platform, principal, row);
      return { items: batches.map((batch) => showBatch(principal, batch)) };
    },
    'POST /api/participation/consultations/:id/paper': async ({ principal, params, body }) => ({
      id: await enterBatch(platform, principal, params.id, body),
    }),
    'POST /api/participation/paper/:id/check': async ({ principal, params, body }) => {
      await checkBatch(platform, principal, params.id, body);
      return { ok: true as const };
    },
    'POST /api/participation/paper/:id/remove': async ({ principal, params, body }) => {
      await removeBatch(platform, principal, params.id, body.reason);
      return { ok: true as const };
    },
  });
}

function confirmFirst() {
  return refuse(401, 'confirm-first', {
    vi: 'Để mỗi người chỉ có một phiếu, hãy xác nhận bằng định danh điện tử, số điện thoại hoặc thư điện tử trước.',
    en: 'So that each person has one vote, confirm yourself first: by the national identity, a phone number or e-mail.',
  });
}
