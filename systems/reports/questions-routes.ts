import type { FastifyRequest } from 'fastify';
import type { Http } from '../../platform/http/index.ts';
import { publicArticles } from './hotline-knowledge.ts';
import type { Parts } from './parts.ts';
import { QUESTION } from './question-categories.ts';
import { type Answered, findAlike, findAnswered, placeOfQuestion } from './questions.ts';
import { questionsApi } from './questions-api.ts';
import { type Sender, submit } from './submit.ts';

const item = (one: Answered) => ({ ...one, answeredAt: one.answeredAt.toISOString() });

export function serveQuestions(http: Http, parts: Parts, senderOf: (request: FastifyRequest) => Promise<Sender>): void {
  http.serve('reports', questionsApi, {
    'GET /api/reports/questions': async ({ query }) => {
      const { items, total } = await findAnswered(parts, query);
      return { items: items.map(item), total };
    },
    'GET /api/reports/questions/common': async ({ query }) => ({
      items: (await publicArticles(parts, query.q ?? '', query.limit)).map((one) => ({
        id: one.id,
        question: one.question,
        answer: one.answer,
        organisationName: one.organisationName,
        updatedAt: one.updatedAt.toISOString(),
      })),
    }),
    'GET /api/reports/questions/fields': async () => ({
      items: (await parts.catalogue.all())
        .filter((one) => one.active && one.parent === QUESTION)
        .map(({ code, title }) => ({ code, title })),
    }),
    'POST /api/reports/questions/similar': async ({ body, request }) => {
      await parts.citizens.limit([{ key: `question-similar:${request.ip}`, most: 120, withinSeconds: 600 }]);
      return { items: (await findAlike(parts, body.text)).map(item) };
    },
    'POST /api/reports/questions': async ({ principal, body, request }) => {
      const { requestId, field, areaCode, text, publish } = body;
      const category = await parts.catalogue.leaf(field);
      const sent = await submit(
        parts,
        { principal, ...(await senderOf(request)) },
        {
          requestId,
          text,
          // A code of another family is none here.
          category: category.parent === QUESTION ? field : `${QUESTION}.${field}`,
          location: placeOfQuestion(parts, areaCode),
          urgency: 'normal',
          fields: { publish },
          channel: 'web',
        },
      );
      const unit = sent.organisationId === null ? null : await parts.identity.organisation(sent.organisationId);
      return {
        number: sent.number,
        code: sent.code,
        organisationName: unit?.name ?? null,
        dueAt: sent.dueAt?.toISOString() ?? null,
      };
    },
  });
}
