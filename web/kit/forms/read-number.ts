import type { Language } from '../../../platform/words/index.ts';

/** A number typed the reader's way: '1.315,5' in Vietnamese, '1,315.5' in English; null for what is none. */
export function readNumber(text: string, language: Language): number | null {
  const bare = language === 'vi' ? text.replace(/[.\s]/g, '').replace(',', '.') : text.replace(/[,\s]/g, '');
  const plain = bare.replace('−', '-');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}
