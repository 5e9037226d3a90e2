import { refuse, type Text } from '../words/index.ts';

/** What a rule's title and text may name. */
export type Blanks = {
  entity: string;
  property: Text;
  value: number;
  unit: string;
  threshold: number | null;
  for: Text;
  since: Date;
};

const NAMES = ['entity', 'property', 'value', 'unit', 'threshold', 'for', 'since'];
const BLANK = /\{([^{}]*)\}/g;

/** Refuses a text with a blank that nothing fills, at start or at the edit rather than at the alert. */
export function checkBlanks(ruleId: string, text: Text, hasThreshold: boolean): void {
  for (const written of [text.vi, text.en]) {
    for (const [blank, name = ''] of written.matchAll(BLANK)) {
      if (NAMES.includes(name) && (name !== 'threshold' || hasThreshold)) continue;
      throw refuse(422, 'rule-text', {
        vi: `Luật ${ruleId}: không có gì để điền vào ${blank}. Các chỗ trống dùng được: ${NAMES.join(', ')} (threshold chỉ khi luật so sánh với một con số).`,
        en: `Rule ${ruleId}: nothing fills ${blank}. Known are: ${NAMES.join(', ')} (threshold only where the rule compares with a number).`,
      });
    }
  }
}

/** Fills the blanks in both languages: 1315.5 is '1.315,5' in Vietnamese; times are of Asia/Ho_Chi_Minh. */
export function fill(text: Text, blanks: Blanks, decimals: number): Text {
  return { vi: fillOne(text.vi, blanks, decimals, 'vi'), en: fillOne(text.en, blanks, decimals, 'en') };
}

function fillOne(text: string, blanks: Blanks, decimals: number, language: 'vi' | 'en'): string {
  const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
  const number = (n: number): string => n.toLocaleString(locale, { maximumFractionDigits: decimals });
  const values: Record<string, string> = {
    entity: blanks.entity,
    property: blanks.property[language],
    value: number(blanks.value),
    unit: blanks.unit,
    threshold: blanks.threshold === null ? '' : blanks.threshold.toLocaleString(locale, { maximumFractionDigits: 6 }),
    for: blanks.for[language],
    since: localMinute(blanks.since),
  };
  return text.replace(BLANK, (blank, name: string) => values[name] ?? blank);
}

const minute = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: 'numeric',
  month: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** '08:00 23/11/2026', local time of the province. */
export function localMinute(at: Date): string {
  const part = Object.fromEntries(minute.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.hour}:${part.minute} ${Number(part.day)}/${Number(part.month)}/${part.year}`;
}
