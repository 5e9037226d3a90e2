import { csvCell, type Language } from '../words/index.ts';
import { localTime } from './local-time.ts';
import type { Case, CaseView } from './types.ts';

const heads: Record<Language, string[]> = {
  vi: ['Xảy ra lúc', 'Ghi nhận lúc', 'Người', 'Việc', 'Nội dung', 'Tệp', 'Số hồ sơ', 'Nguồn dữ liệu'],
  en: ['Happened at', 'Known at', 'Who', 'What', 'Text', 'Files', 'Case', 'Provenance'],
};

const provenances: Record<Case['provenance'], Record<Language, string>> = {
  measured: { vi: 'Thực tế', en: 'Real' },
  simulated: { vi: 'DỮ LIỆU MÔ PHỎNG', en: 'SIMULATED DATA' },
  replayed: { vi: 'DỮ LIỆU PHÁT LẠI', en: 'REPLAYED DATA' },
};

/**
 * A case's timeline as CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs), times in local time.
 * A text that a spreadsheet would take for a formula is given as text.
 */
export function timelineCsv(view: Pick<CaseView, 'timeline' | 'number' | 'provenance'>, language: Language): string {
  const rows = view.timeline.map((entry) => [
    localTime(entry.happenedAt),
    localTime(entry.knownAt),
    entry.whoName,
    entry.what,
    entry.text[language],
    entry.fileIds.join(' '),
    view.number,
    provenances[view.provenance][language],
  ]);
  const lines = [heads[language], ...rows].map((row) => row.map(csvCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}
