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
  {
    path: 'reports/settings/routes',
    file: 'settings-routes',
    access: 'report:manage',
    shell: 'console',
    title: { vi: 'Quy tắc chuyển xử lý', en: 'Rules of routing' },
  },
  {
    path: 'reports/settings/templates',
    file: 'settings-templates',
    access: 'report:manage',
    shell: 'console',
    title: { vi: 'Mẫu câu trả lời', en: 'Ready texts' },
  },
  {
    path: 'reports/settings/people',
    file: 'settings-people',
    access: 'report:manage',
    shell: 'console',
    title: { vi: 'Số dân', en: 'Inhabitants' },
  },
  {
    path: 'reports/settings/receivers',
    file: 'settings-receivers',
    access: 'report:manage',
    shell: 'console',
    title: { vi: 'Đơn vị ngoài cơ quan nhà nước', en: 'Bodies outside the authorities' },
  },
  // Daily work of a moderator, who sets nothing else.
  {
    path: 'reports/abuse',
    file: 'abuse',
    access: 'report:moderate',
    shell: 'console',
    order: 38,
    icon: 'shield',
    title: { vi: 'Lạm dụng và chặn', en: 'Abuse and blocks' },
  },
];
