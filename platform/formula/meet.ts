/** Brings quantities that meet (added, compared, chosen between) to one unit. */
import type { Text } from '../words/index.ts';
import { type Checked, namesIn } from './checked.ts';
import { named, type Report } from './faults.ts';
import { numberOf } from './run.ts';
import { factorBetween, isPercent, isPlain, plainUnit, type Unit } from './units.ts';

/**
 * All numbers in the unit of the first that has a fixed one. A bare number takes that unit; another is converted; what
 * measures something else is reported, and null is the answer.
 */
export function meet(
  nodes: readonly Checked[],
  report: Report,
): { nodes: Checked[]; unit: Unit; bare: boolean } | null {
  const first = nodes.find((node) => numeric(node) && !node.bare);
  if (!first) return { nodes: [...nodes], unit: plainUnit, bare: true };
  const met: Checked[] = [];
  let fits = true;
  for (const node of nodes) {
    const converted = numeric(node) ? toUnit(node, first.unit) : node;
    if (!converted) {
      fits = false;
      report(node, differs(first.unit, node.unit));
    } else met.push(converted);
  }
  return fits ? { nodes: met, unit: first.unit, bare: false } : null;
}

const numeric = (node: Checked): boolean => node.type === 'number' || node.type === 'series';

/** The same quantity in another unit; null where it measures something else. */
export function toUnit(node: Checked, unit: Unit): Checked | null {
  if (node.bare) return adapt(node, unit);
  const factor = factorBetween(node.unit, unit);
  if (factor === null) return null;
  if (factor === 1) return node;
  const { type, at, length } = node;
  // A converted number of the source is shown as it was written, so it stays inside.
  return { kind: 'converted', factor, of: node, type, unit, bare: false, at, length };
}

/** A bare number in the unit of what it meets: in `pm25 > 10 * 15` the right side becomes 150 µg/m³. */
function adapt(node: Checked, unit: Unit): Checked {
  const { type, at, length } = node;
  // What depends on data (if(open, 10, 20)) is not known yet; it takes the unit as a whole.
  const value = isPlain(unit) || namesIn(node).length > 0 ? null : numberOf(node)({});
  if (value === null) return { ...node, unit, bare: false };
  return { kind: 'number', value, written: false, type, unit, bare: false, at, length };
}

function differs(expected: Unit, found: Unit): Text {
  const [want, have] = [named(expected), named(found)];
  const vi = `Hai đơn vị không cùng loại: một bên là ${want.vi}, bên kia là ${have.vi}.`;
  const en = `The units do not fit: one side is ${want.en}, the other ${have.en}.`;
  if (isPercent(expected) || isPercent(found)) {
    return {
      vi: `${vi} Tỷ lệ phần trăm tính bằng share(phần, tổng).`,
      en: `${en} A percentage is computed by share(part, whole).`,
    };
  }
  return { vi, en };
}
