import type { Http } from '../../platform/http/index.ts';
import { reportsAbuseApi } from './abuse-api.ts';
import { appeal, block, lift, listBlocks } from './blocks.ts';
import type { Parts } from './parts.ts';
import { findFlagged, judge } from './spam.ts';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function serveAbuse(http: Http, parts: Parts): void {
  http.serve('reports', reportsAbuseApi, {
    'GET /api/reports/flagged': async ({ principal, query }) => ({
      items: (await findFlagged(parts, principal, query.past)).map((one) => ({
        ...one,
        receivedAt: one.receivedAt.toISOString(),
        judgedAt: iso(one.judgedAt),
        flags: one.flags.map((flag) => ({ ...flag, at: flag.at.toISOString() })),
      })),
    }),
    'POST /api/reports/flagged/:id/judge': async ({ principal, params, body }) => {
      await judge(parts, principal, params.id, body.verdict);
      return { done: true };
    },
    'GET /api/reports/blocks': async ({ principal, query }) => ({
      items: (await listBlocks(parts, principal, query.past)).map((one) => ({
        ...one,
        madeAt: one.madeAt.toISOString(),
        until: one.until.toISOString(),
        appealedAt: iso(one.appealedAt),
        liftedAt: iso(one.liftedAt),
      })),
    }),
    'POST /api/reports/blocks': async ({ principal, body }) => ({ made: await block(parts, principal, body) }),
    'POST /api/reports/blocks/:id/lift': async ({ principal, params, body }) => {
      await lift(parts, principal, params.id, body.why);
      return { done: true };
    },
    'POST /api/reports/blocks/:id/appeal': async ({ params, body, request }) => {
      await appeal(parts, request.ip, params.id, body.text);
      return { done: true };
    },
  });
}
