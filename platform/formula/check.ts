/** Finds out what every part of a formula is, refuses what does not fit together, and puts in the conversions. */
import type { Text } from '../words/index.ts';
import { checkCall } from './check-call.ts';
import type { Checked, Declared } from './checked.ts';
import { bad, type Checking, expect, logarithmic, nearest, type Report, typeWords, wholeSeries } from './faults.ts';
import { meet } from './meet.ts';
import type { FormulaError, Place, Syntax } from './syntax.ts';
import { combine, isLogarithmic, ownUnit, plainUnit, readUnit, type Unit } from './units.ts';

export type FormulaEnv = Readonly<Record<string, Declared>>;

/** The checked formula with every error that was found; where there is one, the formula must not be run. */
export function checkFormula(tree: Syntax, environment: FormulaEnv): { checked: Checked; errors: FormulaError[] } {
  const errors: FormulaError[] = [];
  const report: Report = ({ at, length }, message) => {
    errors.push({ at, length, message });
  };
  const units = new Map<string, Unit>();
  for (const name of Object.keys(environment)) {
    const text = environment[name]?.unit ?? '';
    units.set(name, readUnit(text) ?? ownUnit(text));
  }
  const checking: Checking = { report, check: (node) => checkNode(node, checking, environment, units) };
  return { checked: checking.check(tree), errors };
}

const spot = ({ at, length }: Place): Place => ({ at, length });
const no = { unit: plainUnit, bare: false } as const;

function checkNode(node: Syntax, checking: Checking, environment: FormulaEnv, units: Map<string, Unit>): Checked {
  switch (node.kind) {
    case 'number':
      return checkNumber(node, checking, units);
    case 'text':
      return { kind: 'text', value: node.value, type: 'text', ...no, ...spot(node) };
    case 'boolean':
      return { kind: 'boolean', value: node.value, type: 'boolean', ...no, ...spot(node) };
    case 'null':
      return { kind: 'null', type: 'null', ...no, ...spot(node) };
    case 'name': {
      const declared = Object.hasOwn(environment, node.name) ? environment[node.name] : undefined;
      const unit = units.get(node.name);
      if (declared && unit) {
        return { kind: 'name', name: node.name, declared, type: declared.type, unit, bare: false, ...spot(node) };
      }
      checking.report(node, unknownName(node.name, Object.keys(environment)));
      return bad(node);
    }
    case 'negate': {
      const of = checking.check(node.of);
      if (!expect(of, 'number', checking.report)) return bad(node);
      return { kind: 'negate', of, type: 'number', unit: of.unit, bare: of.bare, ...spot(node) };
    }
    case 'not': {
      const of = checking.check(node.of);
      if (!expect(of, 'boolean', checking.report)) return bad(node);
      return { kind: 'not', of, type: 'boolean', ...no, ...spot(node) };
    }
    case 'logic': {
      const [left, right] = [checking.check(node.left), checking.check(node.right)];
      const fits = [left, right].map((side) => expect(side, 'boolean', checking.report));
      if (fits.includes(false)) return bad(node);
      return { kind: 'logic', operator: node.operator, left, right, type: 'boolean', ...no, ...spot(node) };
    }
    case 'arithmetic':
      return checkArithmetic(node, checking);
    case 'compare':
      return checkComparison(node, checking);
    case 'call':
      return checkCall(node, checking);
  }
}

function checkNumber(node: Syntax & { kind: 'number' }, { report }: Checking, units: Map<string, Unit>): Checked {
  const { value } = node;
  if (node.unit === null)
    return { kind: 'number', value, written: false, type: 'number', unit: plainUnit, bare: true, ...spot(node) };
  const own = ownUnit(node.unit.text);
  const [name] = Object.keys(own.dimensions);
  // A unit of its own may be written where some name is measured in it.
  const unit = readUnit(node.unit.text) ?? [...units.values()].find((one) => name && one.dimensions[name] === 1);
  if (unit) return { kind: 'number', value, written: true, type: 'number', unit, bare: false, ...spot(node) };
  report(node.unit, {
    vi: `Không có đơn vị “${node.unit.text}”. Ví dụ viết đúng: µg/m³, mg/l, °C, km/h, %.`,
    en: `There is no unit “${node.unit.text}”. Written right are for example: µg/m³, mg/l, °C, km/h, %.`,
  });
  return bad(node);
}

function checkArithmetic(node: Syntax & { kind: 'arithmetic' }, checking: Checking): Checked {
  const { operator } = node;
  const { report } = checking;
  const sides = [checking.check(node.left), checking.check(node.right)] as const;
  const fits = sides.map((side) => expect(side, 'number', report));
  if (fits.includes(false)) return bad(node);
  const [left, right] = sides;
  const common = { kind: 'arithmetic', operator, type: 'number', ...spot(node) } as const;
  const levels = sides.filter((side) => isLogarithmic(side.unit));
  if (operator === '+' || operator === '-') {
    const met = meet(sides, (_, message) => report(node, message));
    const [a, b] = met?.nodes ?? [];
    if (!met || !a || !b) return bad(node);
    if (operator === '+' && levels.length === 2) {
      report(node, logarithmic);
      return bad(node);
    }
    return { ...common, factor: 1, left: a, right: b, unit: met.unit, bare: met.bare };
  }
  if (levels.length > 0) {
    report(node, logarithmic);
    return bad(node);
  }
  const { unit, factor } = combine(left.unit, right.unit, operator === '*' ? 1 : -1);
  return { ...common, factor, left, right, unit, bare: left.bare && right.bare };
}

function checkComparison(node: Syntax & { kind: 'compare' }, checking: Checking): Checked {
  const { operator } = node;
  const { report } = checking;
  const sides = [checking.check(node.left), checking.check(node.right)] as const;
  if (sides.some((side) => side.type === 'bad')) return bad(node);
  const wrong = sides.find((side) => side.type === 'null' || side.type === 'series');
  if (wrong) {
    report(wrong, wrong.type === 'null' ? comparedWithNull : wholeSeries);
    return bad(node);
  }
  const [left, right] = sides;
  const common = { kind: 'compare', operator, type: 'boolean', ...no, ...spot(node) } as const;
  if (left.type !== right.type) {
    const [a, b] = [typeWords(left), typeWords(right)];
    report(node, {
      vi: `Không so sánh được ${a.vi} với ${b.vi}.`,
      en: `${a.en} cannot be compared with ${b.en}.`,
    });
    return bad(node);
  }
  if (left.type === 'number') {
    const met = meet(sides, (_, message) => report(node, message));
    const [a, b] = met?.nodes ?? [];
    return a && b ? { ...common, left: a, right: b } : bad(node);
  }
  if (operator !== '=' && operator !== '!=') {
    report(node, {
      vi: 'Chỉ số mới so sánh lớn nhỏ được; ở đây chỉ dùng = hoặc !=.',
      en: 'Only numbers are greater or less; here only = and != can be used.',
    });
    return bad(node);
  }
  return { ...common, left, right };
}

const comparedWithNull: Text = {
  vi: 'So sánh với null luôn không biết đúng hay sai. Hãy viết known(x) hoặc not known(x).',
  en: 'A comparison with null is never known to be true. Write known(x) or not known(x).',
};

function unknownName(name: string, known: readonly string[]): Text {
  const near = nearest(name, known);
  if (near) {
    return { vi: `Không có tên “${name}”. Có phải là “${near}”?`, en: `There is no name “${name}”. Is it “${near}”?` };
  }
  const some = known.slice(0, 8).join(', ');
  const more = known.length > 8 ? ', …' : '';
  return known.length === 0
    ? {
        vi: `Không có tên “${name}”: ở đây không dùng được tên nào.`,
        en: `There is no name “${name}”: no names can be used here.`,
      }
    : {
        vi: `Không có tên “${name}”. Dùng được: ${some}${more}.`,
        en: `There is no name “${name}”. Usable are: ${some}${more}.`,
      };
}
