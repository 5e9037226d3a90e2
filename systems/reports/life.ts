/** The life of a report as a type of case: its steps, who brings it into each, and its clock. */
import Type from 'typebox';
import type { CaseType } from '../../platform/cases/index.ts';
import type { StepName } from './types.ts';

const step = (title: { vi: string; en: string }, may: CaseType['steps'][string]['may'], to: StepName[], more = {}) => ({
  title,
  may,
  to,
  ...more,
});

const steps: Record<StepName, CaseType['steps'][string]> = {
  received: step({ vi: 'Đã tiếp nhận', en: 'Received' }, 'report:act', ['assigned', 'refused'], { within: 'PT4H' }),
  assigned: step(
    { vi: 'Đã giao đơn vị', en: 'With the unit' },
    'report:act',
    ['in-progress', 'asked', 'proposed', 'refused'],
    {
      within: 'P1D',
    },
  ),
  'in-progress': step({ vi: 'Đang xử lý', en: 'Being handled' }, 'report:act', [
    'asked',
    'proposed',
    'assigned',
    'refused',
  ]),
  asked: step({ vi: 'Chờ người dân bổ sung', en: 'Waiting for the citizen' }, 'report:act', [
    'in-progress',
    'proposed',
    'assigned',
    'refused',
  ]),
  proposed: step({ vi: 'Chờ duyệt trả lời', en: 'Answer waits for approval' }, 'report:act', [
    'in-progress',
    'published',
  ]),
  published: step({ vi: 'Đã trả lời', en: 'Answered' }, 'report:approve', ['closed', 'reopened'], { closed: true }),
  closed: step({ vi: 'Đã kết thúc', en: 'Closed' }, 'report:act', ['reopened'], { closed: true }),
  reopened: step({ vi: 'Mở lại', en: 'Reopened' }, 'report:act', [
    'in-progress',
    'asked',
    'proposed',
    'assigned',
    'refused',
  ]),
  refused: step({ vi: 'Không xử lý', en: 'Not taken up' }, 'report:act', [], { closed: true }),
};

export const report: CaseType = {
  title: { vi: 'Phản ánh', en: 'Report' },
  prefix: 'PA',
  form: Type.Object({}, { additionalProperties: false }),
  start: 'received',
  steps,
  // Each report's own clock is its category's; this is the kind in which steps and tasks are counted.
  clock: { budget: 'P5D', kind: 'working' },
  own: { act: 'report:act' },
};

/** What a step means to the one who reported, in plain words. */
export const stepWords: Record<StepName, { vi: string; en: string }> = {
  received: {
    vi: 'Phản ánh đã được tiếp nhận và đang được kiểm tra trước khi giao đơn vị xử lý.',
    en: 'Your report was received and is being checked before a unit gets it.',
  },
  assigned: { vi: 'Phản ánh đã được giao cho đơn vị xử lý.', en: 'Your report is with the unit that handles it.' },
  'in-progress': { vi: 'Đơn vị đang xử lý.', en: 'The unit is working on it.' },
  asked: {
    vi: 'Đơn vị cần bạn bổ sung thông tin. Thời hạn tạm dừng cho đến khi bạn trả lời.',
    en: 'The unit needs more from you. The time allowed stands until you answer.',
  },
  proposed: {
    vi: 'Đơn vị đã có trả lời, đang chờ lãnh đạo duyệt.',
    en: 'There is an answer; the head of the unit must approve it.',
  },
  published: { vi: 'Đã có trả lời. Hãy đánh giá kết quả.', en: 'There is an answer. Please rate the result.' },
  closed: { vi: 'Phản ánh đã kết thúc.', en: 'The report is closed.' },
  reopened: { vi: 'Phản ánh được mở lại theo yêu cầu của bạn.', en: 'The report was reopened at your request.' },
  refused: {
    vi: 'Phản ánh không được xử lý; lý do ghi bên dưới.',
    en: 'The report was not taken up; the reason is below.',
  },
};
