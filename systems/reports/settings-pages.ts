import type { Page } from '../../platform/declaration/index.ts';

/** Pages of administration. One stands in the navigation for all; they are linked from one another. */
export const settingsPages: readonly Page[] = [
  {
    path: 'reports/settings',
    file: 'settings',
    access: 'report:manage',
    shell: 'console',
    order: 39,
    icon: 'settings',
    title: { vi: 'Cấu hình phản ánh', en: 'Settings of reports' },
  },
  {
    path: 'reports/settings/categories/$code',
    file: 'settings-category',
    access: 'report:manage',
    shell: 'console',
    title: { vi: 'Một loại phản ánh', en: 'A category' },
  },
];
