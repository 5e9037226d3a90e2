/** The limits a condition compares names with: for the line on a chart and the words of an alert. */
import { type Checked, namesIn } from './checked.ts';
import { toUnit } from './meet.ts';
import { numberOf } from './run.ts';
import type { Comparison } from './syntax.ts';

/** `name operator value` must hold (or, beside an `or`, may hold) for the condition to be true; value in the name's unit. */
export type Threshold = { name: string; operator: Exclude<Comparison, '=' | '!='>; value: number };

const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** Those that are joined by `and` and `or` only, in the order of the source; what stands in not or if says less. */
export function thresholdsOf(node: Checked): Threshold[] {
  if (node.kind === 'logic') return [...thresholdsOf(node.left), ...thresholdsOf(node.right)];
  if (node.kind === 'compare') {
    const { operator, left, right } = node;
    if (operator === '=' || operator === '!=') return [];
    return [...limit(left, operator, right), ...limit(right, turned[operator], left)];
  }
  if (node.kind === 'call' && node.name === 'between') {
    const [of, low, high] = node.arguments;
    return of && low && high ? [...limit(of, '>=', low), ...limit(of, '<=', high)] : [];
  }
  return [];
}

function limit(side: Checked, operator: Threshold['operator'], other: Checked): Threshold[] {
  const name = side.kind === 'converted' ? side.of : side;
  if (name.kind !== 'name' || name.type !== 'number' || namesIn(other).length > 0) return [];
  const inItsUnit = toUnit(other, name.unit);
  const value = inItsUnit && numberOf(inItsUnit)({});
  return value === null ? [] : [{ name: name.name, operator, value }];
}
