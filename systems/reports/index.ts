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
  pages: [
    {
      path: 'reports',
      file: 'inbox',
      access: 'case:read',
      shell: 'console',
      order: 30,
      icon: 'report',
      title: { vi: 'Phản ánh', en: 'Reports' },
    },
    {
      path: 'reports/figures',
      file: 'figures',
      access: 'indicator:read',
      shell: 'console',
      order: 31,
      icon: 'chart',
      title: { vi: 'Số liệu phản ánh', en: 'Figures of reports' },
    },
    {
      path: 'reports/$id',
      file: 'report',
      access: 'case:read',
      shell: 'console',
      title: { vi: 'Một phản ánh', en: 'A report' },
    },
  ],
  prepare: ({ db, now }) => seedCategories(db, now()),
});
