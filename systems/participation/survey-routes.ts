import { inTransaction } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { surveyApi } from './survey-api.ts';
import { resultsCsv, resultsOf } from './survey-results.ts';
import {
  answerSurvey,
  answersOf,
  closeSurvey,
  countsOf,
  findSurveys,
  invite,
  isOpen,
  openSurvey,
  readInvitation,
  readSurvey,
  type SurveyRow,
  surveyPlace,
} from './surveys.ts';

export function serveSurveys(http: Http, platform: Platform): void {
  const show = async (row: SurveyRow) => ({
    id: row.id,
    title: row.title,
    intro: row.intro,
    service: row.service,
    organisationId: row.organisation_id,
    questions: row.questions,
    closesAt: row.closes_at.toISOString(),
    open: isOpen(platform, row),
    ...(await countsOf(platform, row.id)),
    provenance: row.provenance,
    createdAt: row.created_at.toISOString(),
  });
  http.serve('participation', surveyApi, {
    'GET /api/participation/surveys': async ({ principal }) => ({
      items: await Promise.all((await findSurveys(platform, principal)).map(show)),
    }),
    'POST /api/participation/surveys': async ({ principal, body }) => {
      const id = await openSurvey(platform, principal, { ...body, closesAt: new Date(body.closesAt) });
      return show(await readSurvey(platform, principal, id));
    },
    'GET /api/participation/surveys/:id': async ({ principal, params }) => {
      const row = await readSurvey(platform, principal, params.id);
      return { ...(await show(row)), results: resultsOf(row.questions, await answersOf(platform, row.id)) };
    },
    'GET /api/participation/surveys/:id/results.csv': async ({ principal, params, query, reply }) => {
      const row = await readSurvey(platform, principal, params.id);
      const results = resultsOf(row.questions, await answersOf(platform, row.id));
      await inTransaction(platform.db, (tx) =>
        platform.audit.record(tx, {
          principal,
          action: 'survey.export',
          subject: `survey:${row.id}`,
          ...surveyPlace(row),
          detail: {},
        }),
      );
      reply.header('content-disposition', `attachment; filename="khao-sat-${row.id.slice(0, 8)}.csv"`);
      // With a byte order mark: Excel would take the letters for others.
      return reply.type('text/csv; charset=utf-8').send(`\uFEFF${resultsCsv(results, row.provenance, query.language)}`);
    },
    'POST /api/participation/surveys/:id/invitations': async ({ principal, params, body }) => ({
      tokens: await invite(platform, principal, params.id, body.count),
    }),
    'POST /api/participation/surveys/:id/close': async ({ principal, params }) => {
      await closeSurvey(platform, principal, params.id);
      return show(await readSurvey(platform, principal, params.id));
    },
    'POST /api/participation/survey/read': async ({ body, request }) => {
      const row = await readInvitation(platform, body.token, request.ip);
      const unit = await platform.identity.organisation(row.organisation_id);
      const { title, intro, service, questions, provenance } = row;
      return { title, intro, service, organisationName: unit?.name ?? null, questions, provenance };
    },
    'POST /api/participation/survey/answer': async ({ body, request }) => {
      await answerSurvey(platform, body.token, request.ip, body.answers);
      return { ok: true as const };
    },
  });
}
