/** Participation (system 4, dân bàn và quyết định): consultations and votes that anybody can count again. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { serveParticipation } from './routes.ts';

export const participation = declareSystem({
  name: 'participation',
  title: { vi: 'Lấy ý kiến nhân dân', en: 'Participation' },
  entities: {},
  routes: serveParticipation,
  pages: [
    {
      path: 'participation',
      file: 'consultations',
      access: 'consultation:manage',
      shell: 'console',
      order: 40,
      icon: 'list',
      title: { vi: 'Lấy ý kiến nhân dân', en: 'Consultations' },
    },
    {
      path: 'participation/paper',
      file: 'consultations',
      access: 'consultation:paper',
      shell: 'console',
      order: 41,
      icon: 'list',
      title: { vi: 'Phiếu giấy', en: 'Paper ballots' },
    },
    {
      path: 'participation/new',
      file: 'consultation-form',
      access: 'consultation:manage',
      shell: 'console',
      title: { vi: 'Soạn lần lấy ý kiến', en: 'New consultation' },
    },
    {
      path: 'participation/$id',
      file: 'consultation',
      access: 'signed-in',
      shell: 'console',
      title: { vi: 'Lấy ý kiến', en: 'Consultation' },
    },
    {
      path: 'participation/$id/edit',
      file: 'consultation-form',
      access: 'consultation:manage',
      shell: 'console',
      title: { vi: 'Sửa lần lấy ý kiến', en: 'Edit a consultation' },
    },
  ],
});
