/**
 * Finds the units that a unit was formed from. The decisions give names, and names repeat between districts: the
 * district in brackets decides ('Xã Minh Quang (huyện Vũ Thư)'), then the district in which the new unit mainly
 * lies, then there being only one unit of that name in the former province.
 */
import { plain } from '../words/index.ts';
import { idOf, levelOf } from './levels.ts';
import type { SourceUnit } from './source.ts';
import type { Basis, Link } from './types.ts';

export function resolvePredecessors(units: readonly SourceUnit[]): Link[] {
  const older = units.filter((unit) => unit.validTo !== null);
  const districts = new Map(
    older.filter((unit) => levelOf(unit) === 'district').map((unit) => [unit.code, withoutType(unit.name)]),
  );
  const links: Link[] = [];
  for (const unit of units) {
    const named = (unit.formedFrom ?? []).map((name) => ({ name, confirmed: true }));
    const toConfirm = (unit.formedFromToConfirm ?? []).map((name) => ({ name, confirmed: false }));
    for (const { name, confirmed } of [...named, ...toConfirm]) {
      const found = find(unit, name, older, districts);
      links.push({
        successorId: idOf(unit),
        name,
        predecessorId: found.unit ? idOf(found.unit) : null,
        basis: found.unit && !confirmed ? 'to-confirm' : found.basis,
      });
    }
  }
  return links;
}

function find(
  unit: SourceUnit,
  name: string,
  older: readonly SourceUnit[],
  districts: ReadonlyMap<string, string>,
): { unit: SourceUnit | null; basis: Basis } {
  const [, bare = name, hint] = /^(.*?)\s*(?:\((?:huyện|thành phố|thị xã)\s+(.+)\))?$/.exec(name) ?? [];
  const level = levelOf(unit);
  // Units of the former Hưng Yên before the merger are not in the list: their namesakes in Thái Bình are not they.
  if (level === 'commune' && !unit.inFormerThaiBinh) return { unit: null, basis: 'not-listed' };
  const candidates = older.filter((one) => levelOf(one) === level);
  const district = hint ? [...districts].find(([, title]) => plain(title) === plain(hint))?.[0] : unit.formerDistrict;
  const within = candidates.filter((one) => one.parent === district);

  const pick = (same: (one: SourceUnit) => boolean): SourceUnit | null => {
    const near = within.filter(same);
    if (near.length === 1) return near[0] as SourceUnit;
    // A district named in brackets is binding; the main district is only a hint, for a few communes crossed borders.
    if (hint) return null;
    const all = candidates.filter(same);
    return near.length === 0 && all.length === 1 ? (all[0] as SourceUnit) : null;
  };

  const exact = pick((one) => one.name === bare);
  if (exact) return { unit: exact, basis: 'named' };
  const spelled = pick((one) => sound(one.name) === sound(bare)) ?? pick((one) => chForTr(one.name, bare));
  if (spelled) return { unit: spelled, basis: 'spelling' };
  return { unit: null, basis: level === 'province' ? 'not-listed' : 'unresolved' };
}

const TONES = /\u0300|\u0301|\u0303|\u0309|\u0323/g;

/** Spellings that differ by place of the tone mark (Hoà, Hòa) or by i and y (Quí, Quý) sound the same. */
function sound(name: string): string {
  const decomposed = name.normalize('NFD');
  const tones = decomposed.match(TONES)?.join('') ?? '';
  return `${decomposed.replace(TONES, '').toLowerCase().replaceAll('y', 'i')}|${tones}`;
}

/** 'Kim Trung' for 'Kim Chung': ch and tr sound alike in the north and are confused in lists. */
function chForTr(a: string, b: string): boolean {
  return plain(a).replaceAll('tr', 'ch') === plain(b).replaceAll('tr', 'ch');
}

function withoutType(name: string): string {
  return name.replace(/^(?:Huyện|Thành phố|Thị xã)\s+/, '');
}
