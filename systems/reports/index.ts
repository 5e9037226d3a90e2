/** Citizens' reports (system 4): received, routed, answered, rated, on top of `platform/cases`. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { seedCategories } from './catalogue.ts';
import { reportJobs } from './jobs.ts';
import { report } from './life.ts';
import { serveReports } from './routes.ts';

export const reports = declareSystem({
  name: 'reports',
  title: { vi: 'Phản ánh hiện trường', en: 'Citizens’ reports' },
  entities: {},
  cases: { report },
  routes: serveReports,
  jobs: reportJobs,
  prepare: ({ db, now }) => seedCategories(db, now()),
});
