/** Citizens' reports (system 4): received, routed, answered, rated, on top of `platform/cases`. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { seedCategories } from './catalogue.ts';
import { reportJobs } from './jobs.ts';
import { report } from './life.ts';
import { serveReports } from './routes.ts';
import { settingsPages } from './settings-pages.ts';

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
      path: 'reports/field',
      file: 'field',
      access: 'report:act',
      shell: 'console',
      order: 34,
      icon: 'phone',
      title: { vi: 'Đi hiện trường', en: 'In the field' },
    },
    {
      path: 'hotline',
      file: 'hotline',
      access: 'report:hotline',
      shell: 'console',
      order: 32,
      icon: 'call',
      title: { vi: 'Bàn trực 1022', en: 'Desk 1022' },
    },
    {
      path: 'hotline/knowledge',
      file: 'knowledge',
      access: 'report:knowledge',
      shell: 'console',
      order: 33,
      icon: 'book',
      title: { vi: 'Kho tri thức 1022', en: 'Knowledge base 1022' },
    },
    {
      path: 'reports/$id',
      file: 'report',
      access: 'case:read',
      shell: 'console',
      title: { vi: 'Một phản ánh', en: 'A report' },
    },
    ...settingsPages,
  ],
  prepare: ({ db, now }) => seedCategories(db, now()),
});
