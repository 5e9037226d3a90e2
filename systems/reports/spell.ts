/** A follow code as it is read out over the telephone. Pure; also used in the browser. */
import type { Text } from '../../platform/words/index.ts';

/** Names of the letters as Vietnamese schools teach them, and the international spelling alphabet. */
const names: Record<string, Text> = {
  '0': { vi: 'không', en: 'zero' },
  '1': { vi: 'một', en: 'one' },
  '2': { vi: 'hai', en: 'two' },
  '3': { vi: 'ba', en: 'three' },
  '4': { vi: 'bốn', en: 'four' },
  '5': { vi: 'năm', en: 'five' },
  '6': { vi: 'sáu', en: 'six' },
  '7': { vi: 'bảy', en: 'seven' },
  '8': { vi: 'tám', en: 'eight' },
  '9': { vi: 'chín', en: 'nine' },
  A: { vi: 'a', en: 'Alfa' },
  B: { vi: 'bê bò', en: 'Bravo' },
  C: { vi: 'xê', en: 'Charlie' },
  D: { vi: 'dê', en: 'Delta' },
  E: { vi: 'e', en: 'Echo' },
  F: { vi: 'ép phờ', en: 'Foxtrot' },
  G: { vi: 'giê', en: 'Golf' },
  H: { vi: 'hát', en: 'Hotel' },
  J: { vi: 'gi', en: 'Juliett' },
  K: { vi: 'ca', en: 'Kilo' },
  M: { vi: 'em mờ', en: 'Mike' },
  N: { vi: 'en nờ', en: 'November' },
  P: { vi: 'pê phở', en: 'Papa' },
  Q: { vi: 'quy', en: 'Quebec' },
  R: { vi: 'e rờ', en: 'Romeo' },
  S: { vi: 'ét sì', en: 'Sierra' },
  T: { vi: 'tê', en: 'Tango' },
  V: { vi: 'vê', en: 'Victor' },
  W: { vi: 'vê kép', en: 'Whiskey' },
  X: { vi: 'ích xì', en: 'X-ray' },
  Y: { vi: 'y dài', en: 'Yankee' },
  Z: { vi: 'dét', en: 'Zulu' },
};

/** Groups of the code, each with the names of its letters in order. */
export function spellCode(code: string, language: keyof Text): { group: string; said: string }[] {
  return code.split('-').map((group) => ({
    group,
    said: [...group].map((letter) => names[letter]?.[language] ?? letter).join(' – '),
  }));
}
