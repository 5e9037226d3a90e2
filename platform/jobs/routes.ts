import type { Http } from '../http/index.ts';
import { jobsApi } from './api.ts';
import type { Jobs, Run } from './index.ts';

export function serveJobs(http: Http, jobs: Jobs): void {
  http.serve('jobs', jobsApi, {
    'GET /api/jobs': async ({ query }) => {
      const [items, recent, dead] = await Promise.all([jobs.list(), jobs.recent(query.limit ?? 50), jobs.dead()]);
      return {
        items: items.map((one) => ({ ...one, last: one.last ? shown(one.last) : null })),
        total: items.length,
        recent: recent.map(shown),
        dead: dead.map(shown),
      };
    },
  });
}

const shown = (run: Run) => ({
  ...run,
  requestedAt: run.requestedAt.toISOString(),
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});
