import { describe, expect, it } from 'vitest';
import { resolvePredecessors } from './predecessors.ts';
import { readSource } from './source.ts';

const { units } = readSource();
const links = resolvePredecessors(units);
const of = (successorId: string) =>
  Object.fromEntries(links.filter((link) => link.successorId === successorId).map((link) => [link.name, link]));

describe('predecessors of the units of 1 July 2025', () => {
  it('finds a unit by its name in the district in which the new one mainly lies', () => {
    // Xã Nguyễn Du (12532) lies in the former Quỳnh Phụ (338).
    expect(of('12532@2025-07-01')['Xã Quỳnh Khê']).toMatchObject({ basis: 'named' });
  });

  it('lets the district in brackets decide where a name repeats', () => {
    // There was a Xã Tân Hòa in Hưng Hà (339) and one in Vũ Thư (344).
    const parentOf = (id: string | null | undefined) =>
      units.find((unit) => `${unit.code}@origin` === id && unit.validFrom === null)?.parent;
    expect(parentOf(of('12595@2025-07-01')['Xã Tân Hòa (huyện Hưng Hà)']?.predecessorId)).toBe('339');
    expect(parentOf(of('13225@2025-07-01')['Xã Tân Hòa (huyện Vũ Thư)']?.predecessorId)).toBe('344');
  });

  it('says so where only the spelling of the name differs', () => {
    expect(of('13141@2025-07-01')['Xã Vũ Quý']).toMatchObject({ predecessorId: '13141@origin', basis: 'spelling' });
    expect(of('12586@2025-07-01')['Xã Kim Trung']).toMatchObject({ basis: 'spelling' });
    expect(of('12817@2025-07-01')['Xã Đông Hoà']).toMatchObject({ basis: 'spelling' });
  });

  it('marks as to confirm what no checked source says', () => {
    expect(of('12826@2025-07-01')['Thị trấn Diêm Điền']).toMatchObject({
      predecessorId: '12826@origin',
      basis: 'to-confirm',
    });
  });

  it('never takes a namesake in Thái Bình for a unit of the former Hưng Yên', () => {
    // Xã Tân Hưng (11977) of Hưng Yên is formed of units that the list does not hold.
    expect(Object.values(of('11977@2025-07-01')).map((link) => link.basis)).toEqual([
      'not-listed',
      'not-listed',
      'not-listed',
    ]);
    expect(of('33@2025-07-01')).toMatchObject({
      'Tỉnh Hưng Yên': { predecessorId: null, basis: 'not-listed' },
      'Tỉnh Thái Bình': { predecessorId: '34@origin', basis: 'named' },
    });
  });

  it('places each of the 242 communes of March 2025 in exactly one commune of today', () => {
    const communes = units.filter((unit) => unit.validTo !== null && !['34', null].includes(unit.parent));
    expect(communes).toHaveLength(242);
    const taken = links.flatMap((link) => (link.predecessorId ? [link.predecessorId] : []));
    expect(communes.map((unit) => taken.filter((id) => id === `${unit.code}@origin`).length)).toEqual(
      communes.map(() => 1),
    );
    expect(links.filter((link) => link.basis === 'unresolved')).toEqual([]);
  });

  it('leaves a name that several units of the province carry unresolved rather than guess', () => {
    const old = (code: string, name: string, type: string, parent: string) => ({
      code,
      name,
      type,
      parent,
      validFrom: null,
      validTo: '2025-07-01',
    });
    const found = resolvePredecessors([
      old('1', 'Huyện A', 'Huyện', '34'),
      old('2', 'Huyện B', 'Huyện', '34'),
      old('3', 'Huyện C', 'Huyện', '34'),
      old('11', 'Xã Tân Hòa', 'Xã', '1'),
      old('12', 'Xã Tân Hòa', 'Xã', '2'),
      {
        code: '99',
        name: 'Xã Mới',
        type: 'Xã',
        parent: '33',
        validFrom: '2025-07-01',
        validTo: null,
        formedFrom: ['Xã Tân Hòa'],
        inFormerThaiBinh: true,
        formerDistrict: '3',
      },
    ]);
    expect(found).toEqual([
      { successorId: '99@2025-07-01', name: 'Xã Tân Hòa', predecessorId: null, basis: 'unresolved' },
    ]);
  });
});
