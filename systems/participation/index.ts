/** Participation (system 4, dân bàn và quyết định): consultations and votes that anybody can count again. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { initiativeCase, workInitiatives } from './initiative-answers.ts';
import { serveParticipation } from './routes.ts';
import { voiceIndicators } from './survey-sources.ts';

export const participation = declareSystem({
  name: 'participation',
  title: { vi: 'Lấy ý kiến nhân dân', en: 'Participation' },
  entities: {},
  cases: { initiative: initiativeCase },
  indicators: voiceIndicators,
  routes: serveParticipation,
  jobs: (platform) => [
    {
      name: 'participation.initiatives',
      cron: '*/5 * * * *',
      principal: systemPrincipal('participation', []),
      run: () => workInitiatives(platform),
    },
  ],
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
      path: 'participation/initiatives',
      file: 'initiatives',
      access: 'voice:answer',
      shell: 'console',
      order: 39,
      icon: 'list',
      title: { vi: 'Sáng kiến của dân', en: 'Initiatives' },
    },
    {
      path: 'participation/comments',
      file: 'comments',
      access: 'voice:moderate',
      shell: 'console',
      order: 42,
      icon: 'list',
      title: { vi: 'Kiểm duyệt', en: 'Moderation' },
    },
    {
      path: 'participation/initiatives/$id',
      file: 'initiative',
      access: 'signed-in',
      shell: 'console',
      title: { vi: 'Một sáng kiến', en: 'An initiative' },
    },
    {
      path: 'participation/surveys',
      file: 'surveys',
      access: 'consultation:manage',
      shell: 'console',
      order: 43,
      icon: 'list',
      title: { vi: 'Khảo sát hài lòng', en: 'Surveys' },
    },
    {
      path: 'participation/surveys/new',
      file: 'survey-form',
      access: 'consultation:manage',
      shell: 'console',
      title: { vi: 'Mở khảo sát', en: 'New survey' },
    },
    {
      path: 'participation/surveys/$id',
      file: 'survey',
      access: 'consultation:manage',
      shell: 'console',
      title: { vi: 'Một khảo sát', en: 'A survey' },
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
