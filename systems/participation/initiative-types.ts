/** What an initiative is about, and the terms that hold where nobody set others. Browser-safe. */
import type { Text } from '../../platform/words/index.ts';

export const initiativeFields = {
  'giao-thong': { vi: 'Giao thông', en: 'Traffic' },
  'moi-truong': { vi: 'Môi trường', en: 'Environment' },
  'do-thi': { vi: 'Đô thị, chiếu sáng, cây xanh', en: 'Streets, lights, trees' },
  'giao-duc': { vi: 'Giáo dục', en: 'Education' },
  'y-te': { vi: 'Y tế', en: 'Health' },
  'van-hoa': { vi: 'Văn hóa, thể thao', en: 'Culture and sport' },
  'kinh-te': { vi: 'Sản xuất, kinh doanh', en: 'Farming and business' },
  'hanh-chinh': { vi: 'Thủ tục hành chính', en: 'Public services' },
  khac: { vi: 'Việc khác', en: 'Other' },
} as const satisfies Record<string, Text>;
export type InitiativeField = keyof typeof initiativeFields;

export const initiativeStates = [
  'waiting',
  'refused',
  'open',
  'due',
  'answered',
  'consulted',
  'lapsed',
  'removed',
] as const;
export type InitiativeState = (typeof initiativeStates)[number];

export type Terms = { supportNeeded: number; collectDays: number; answerDays: number };

/** Where nobody set others: a commune's initiative, and one of the whole province. Answer days are working days. */
export const defaultTerms: Record<'commune' | 'province', Terms> = {
  commune: { supportNeeded: 50, collectDays: 60, answerDays: 15 },
  province: { supportNeeded: 500, collectDays: 90, answerDays: 30 },
};

/** So many different people who report a comment hide it until a person has looked. */
export const REPORTS_THAT_HIDE = 3;
