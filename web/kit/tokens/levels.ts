/**
 * Levels of the air and water indexes: colours and words as the decisions set them (VN_AQI: 1459/QĐ-TCMT; VN_WQI:
 * 1460/QĐ-TCMT, both of 12/11/2019). The colours are law, so they are drawn with a dark outline and always with their
 * word; the index itself is computed by the environment system.
 */
import type { Text } from '../../../platform/words/index.ts';
import { inkOn } from './colour-math.ts';

export type Level = { name: Text; color: string };

/** A level of a scale that runs upwards: it holds for values up to and including `upTo`. */
export type LevelUpTo = Level & { upTo: number };

/** From best to worst; above 500 the index stays 500. */
export const aqiLevels: readonly LevelUpTo[] = [
  { upTo: 50, name: { vi: 'Tốt', en: 'Good' }, color: '#00e400' },
  { upTo: 100, name: { vi: 'Trung bình', en: 'Moderate' }, color: '#ffff00' },
  { upTo: 150, name: { vi: 'Kém', en: 'Poor' }, color: '#ff7e00' },
  { upTo: 200, name: { vi: 'Xấu', en: 'Bad' }, color: '#ff0000' },
  { upTo: 300, name: { vi: 'Rất xấu', en: 'Very bad' }, color: '#8f3f97' },
  { upTo: 500, name: { vi: 'Nguy hại', en: 'Hazardous' }, color: '#7e0023' },
];

/** From worst to best, because a high water index is good. */
export const wqiLevels: readonly LevelUpTo[] = [
  { upTo: 9, name: { vi: 'Ô nhiễm rất nặng', en: 'Very heavily polluted' }, color: '#7e0023' },
  { upTo: 25, name: { vi: 'Kém', en: 'Very poor' }, color: '#ff0000' },
  { upTo: 50, name: { vi: 'Xấu', en: 'Poor' }, color: '#ff7e00' },
  { upTo: 75, name: { vi: 'Trung bình', en: 'Moderate' }, color: '#ffff00' },
  { upTo: 90, name: { vi: 'Tốt', en: 'Good' }, color: '#00e400' },
  { upTo: 100, name: { vi: 'Rất tốt', en: 'Very good' }, color: '#3333ff' },
];

/** The level that a value falls into; the last one for values beyond the scale, null for no value. */
export function levelOf<L extends { upTo: number }>(levels: readonly L[], value: number | null | undefined): L | null {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  return levels.find((level) => value <= level.upTo) ?? levels.at(-1) ?? null;
}

/** Black or white, whichever reads better on the level's colour. */
export function levelInk(level: Level): string {
  return inkOn(level.color, '#000000', '#ffffff');
}
