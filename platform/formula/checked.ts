/** A formula whose names, types and units are known; conversions stand in it as nodes of their own. */
import type { Text } from '../words/index.ts';
import type { Arithmetic, Comparison, Logic, Place } from './syntax.ts';
import type { Unit } from './units.ts';

/** What a formula may know under a name. */
export type Declared = {
  type: 'number' | 'boolean' | 'text' | 'series';
  /** of a number or a series; absent or '' is a plain number */
  unit?: string;
  title: Text;
  /** places shown in explanations with values */
  decimals?: number;
};

export type ValueType = Declared['type'];

/** 'null' is the type of the word null, which fits every other; 'bad' was refused already and is not refused again. */
export type NodeType = ValueType | 'null' | 'bad';

export type CallName =
  | 'if'
  | 'coalesce'
  | 'known'
  | 'between'
  | 'min'
  | 'max'
  | 'abs'
  | 'round'
  | 'share'
  | 'sum'
  | 'mean'
  | 'count'
  | 'completeness';

export type Checked = Place & {
  type: NodeType;
  /** of numbers and series; a plain number otherwise */
  unit: Unit;
  /** made of bare numbers only: it takes the unit of what it meets */
  bare: boolean;
} & ( // `written`: its unit stands in the source; else it was taken from what the number meets, and is not said
    | { kind: 'number'; value: number; written: boolean }
    | { kind: 'text'; value: string }
    | { kind: 'boolean'; value: boolean }
    | { kind: 'null' | 'bad' }
    | { kind: 'name'; name: string; declared: Declared }
    | { kind: 'converted'; factor: number; of: Checked }
    | { kind: 'negate' | 'not'; of: Checked }
    | { kind: 'arithmetic'; operator: Arithmetic; factor: number; left: Checked; right: Checked }
    | { kind: 'compare'; operator: Comparison; left: Checked; right: Checked }
    | { kind: 'logic'; operator: Logic; left: Checked; right: Checked }
    | { kind: 'call'; name: CallName; arguments: readonly Checked[] }
  );

/** The parts that a node is made of. */
export function partsOf(node: Checked): readonly Checked[] {
  switch (node.kind) {
    case 'converted':
    case 'negate':
    case 'not':
      return [node.of];
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return [node.left, node.right];
    case 'call':
      return node.arguments;
    default:
      return [];
  }
}

/** The names that a node uses, each once, in the order in which they stand. */
export function namesIn(node: Checked): string[] {
  const names = new Set<string>();
  const visit = (one: Checked): void => {
    if (one.kind === 'name') names.add(one.name);
    for (const part of partsOf(one)) visit(part);
  };
  visit(node);
  return [...names];
}
