import type { SourceUnit } from './source.ts';
import type { Level } from './types.ts';

const LEVELS: Record<string, Level> = {
  Tỉnh: 'province',
  'Thành phố': 'district',
  'Thị xã': 'district',
  Huyện: 'district',
  Quận: 'district',
  Xã: 'commune',
  Phường: 'commune',
  'Thị trấn': 'commune',
};

/** The level of a unit by its type; a type that the table does not know is an error of the data. */
export function levelOf(unit: Pick<SourceUnit, 'type' | 'code'>): Level {
  const level = LEVELS[unit.type];
  if (!level) throw new Error(`territory data: unit ${unit.code} has the unknown type '${unit.type}'`);
  return level;
}

/** '12454@2025-07-01', '12454@origin': a code alone may name two units of different times. */
export function idOf(unit: Pick<SourceUnit, 'code' | 'validFrom'>): string {
  return `${unit.code}@${unit.validFrom ?? 'origin'}`;
}
