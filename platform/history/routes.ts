import type { Context } from '../context/index.ts';
import type { Http } from '../http/index.ts';
import { covers, visible } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { historyApi } from './api.ts';
import type { Corrections } from './correct.ts';
import { curveCsv, curveParquet } from './export.ts';
import type { History, Step } from './index.ts';
import { DAY_MS } from './local-time.ts';

const LONGEST: Record<Step, number> = { raw: 31 * DAY_MS, hour: 400 * DAY_MS, day: 4000 * DAY_MS };

export function serveHistory(http: Http, history: History, corrections: Corrections, context: Context): void {
  http.serve('history', historyApi, {
    'GET /api/history/:entity/:property': ({ principal, params, query }) => {
      const { from, to } = range(query);
      return history.curve(visible(principal, 'entity:read'), params.entity, params.property, from, to, query.step);
    },
    'GET /api/history/:entity/:property/explain': ({ principal, params, query }) =>
      history.explain(visible(principal, 'entity:read'), params.entity, params.property, new Date(query.at)),
    'POST /api/history/:entity/:property/corrections': ({ principal, params, body }) =>
      corrections.correct(principal, params.entity, params.property, {
        from: new Date(body.from),
        to: new Date(body.to),
        reason: body.reason,
        ...body.change,
      }),
    'GET /api/history/:entity/:property/corrections': async ({ principal, params, query }) => {
      const { from, to } = range({ ...query, step: 'raw' });
      const rights = visible(principal, 'entity:read');
      const entity = await context.get(rights, params.entity);
      const found = await corrections.trace(rights, params.entity, params.property, from, to);
      return { ...found, mayCorrect: covers(principal, 'history:correct', entity) };
    },
    'GET /api/history/:entity/:property/export.csv': async ({ principal, params, query, reply }) => {
      const { from, to } = range(query);
      const rights = visible(principal, 'entity:read');
      const entity = await context.get(rights, params.entity);
      const curve = await history.curve(rights, params.entity, params.property, from, to, query.step);
      if (curve.cut) throw tooLong();
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="${params.property}.csv"`);
      return reply.send(curveCsv({ entity, property: params.property, curve }, query.bom));
    },
    'GET /api/history/:entity/:property/export.parquet': async ({ principal, params, query, reply }) => {
      const { from, to } = range(query);
      const rights = visible(principal, 'entity:read');
      const entity = await context.get(rights, params.entity);
      const curve = await history.curve(rights, params.entity, params.property, from, to, query.step);
      if (curve.cut) throw tooLong();
      reply.header('content-type', 'application/vnd.apache.parquet');
      reply.header('content-disposition', `attachment; filename="${params.property}.parquet"`);
      return reply.send(curveParquet({ entity, property: params.property, curve }));
    },
    'GET /api/history/:entity/coverage': async ({ principal, params, query }) => {
      const { from, to } = range({ ...query, step: 'raw' });
      return { items: await history.coverage(visible(principal, 'entity:read'), params.entity, from, to) };
    },
  });
}

function range(query: { from: string; to: string; step: Step }): { from: Date; to: Date } {
  const from = new Date(query.from);
  const to = new Date(query.to);
  const length = to.getTime() - from.getTime();
  if (length <= 0 || length > LONGEST[query.step]) {
    const days = LONGEST[query.step] / DAY_MS;
    throw refuse(400, 'bad-range', {
      vi: `Khoảng thời gian phải từ trước đến sau và không quá ${days} ngày cho bước này.`,
      en: `The range must go forward and be at most ${days} days for this step.`,
    });
  }
  return { from, to };
}

/** A file that ends in the middle would be taken for the whole. */
const tooLong = () =>
  refuse(400, 'too-many-rows', {
    vi: 'Khoảng thời gian này có hơn 50.000 giá trị; hãy chọn khoảng ngắn hơn hoặc bước giờ, ngày.',
    en: 'This period holds more than 50,000 values; choose a shorter one, or hours or days.',
  });
