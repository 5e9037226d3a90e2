/** Fields in which people ask the authorities something: categories of reports, each with its unit and clock. Pure data. */
import Type from 'typebox';
import type { Category, UnitOf } from './types.ts';

/** The family of questions; the report form leaves it out, the page 'Hỏi đáp' shows nothing else. */
export const QUESTION = 'question';

const deadlines: Category['deadlines'] = {
  normal: { budget: 'P5D', kind: 'working' },
  urgent: { budget: 'P2D', kind: 'working' },
  emergency: { budget: 'PT8H', kind: 'working' },
};
const form = Type.Object(
  {
    publish: Type.Optional(
      Type.Boolean({
        'x-text': { vi: 'Đồng ý đăng câu hỏi và trả lời', en: 'The question and its answer may be published' },
      }),
    ),
  },
  { additionalProperties: false },
);
const own: UnitOf = { to: 'commune' };
const body = (id: string): UnitOf => ({ to: 'organisation', id });
const ask = (code: string, vi: string, en: string, unit: UnitOf, parent: string | null = QUESTION): Category => ({
  code,
  parent,
  title: { vi, en },
  unit,
  deadlines,
  isPublic: true,
  // Where somebody lives who asks is nobody's business.
  blurred: true,
  aboutUnit: false,
  form,
  words: [],
});

export const questionCategories: readonly Category[] = [
  ask(QUESTION, 'Hỏi đáp', 'Questions', own, null),
  ask('question.papers', 'Hộ tịch, chứng thực, giấy tờ', 'Civil status and papers', own),
  ask('question.land', 'Đất đai, môi trường, nông nghiệp', 'Land, environment, farming', body('so-nnmt')),
  ask('question.building', 'Xây dựng, nhà ở, giao thông', 'Building, housing, traffic', body('so-xd')),
  ask('question.health', 'Y tế, bảo hiểm y tế', 'Health and health insurance', body('so-yt')),
  ask('question.school', 'Giáo dục, tuyển sinh', 'Schools and admission', body('so-gdt')),
  ask('question.police', 'Cư trú, căn cước, an ninh trật tự', 'Residence, identity cards, order', body('cong-an-tinh')),
  ask('question.digital', 'Dịch vụ công trực tuyến, viễn thông', 'Online services, telecom', body('so-khcn')),
  ask('question.other', 'Việc khác', 'Something else', own),
];
