/** The functions of the language: what each takes and gives. */
import type { Text } from '../words/index.ts';
import type { CallName, Checked, NodeType } from './checked.ts';
import { bad, type Checking, expect, logarithmic, nearest, typeWords, wholeSeries } from './faults.ts';
import { meet } from './meet.ts';
import type { Syntax } from './syntax.ts';
import { isLogarithmic, percentUnit, plainUnit, type Unit } from './units.ts';

/** A function as the editor of rules shows it. */
export type FunctionGuide = { form: string; means: Text };

const guide: Record<CallName, FunctionGuide & { least: number; most: number }> = {
  if: {
    form: 'if(điều_kiện, a, b)',
    least: 3,
    most: 3,
    means: {
      vi: 'a khi điều kiện đúng, b khi sai; không biết khi điều kiện không biết',
      en: 'a where the condition is true, b where it is false; unknown where it is unknown',
    },
  },
  coalesce: {
    form: 'coalesce(a, b, ...)',
    least: 2,
    most: 20,
    means: { vi: 'giá trị đầu tiên có số liệu', en: 'the first value that is known' },
  },
  known: { form: 'known(x)', least: 1, most: 1, means: { vi: 'đúng khi x có số liệu', en: 'true where x is known' } },
  between: {
    form: 'between(x, a, b)',
    least: 3,
    most: 3,
    means: { vi: 'đúng khi x từ a đến b, kể cả a và b', en: 'true where x is from a to b, both included' },
  },
  min: {
    form: 'min(a, b, ...) | min(chuỗi)',
    least: 1,
    most: 20,
    means: {
      vi: 'nhỏ nhất của các số (không biết nếu thiếu một số), hoặc của các giá trị có trong chuỗi',
      en: 'the smallest of the numbers (unknown if one is missing), or of the known values of a series',
    },
  },
  max: {
    form: 'max(a, b, ...) | max(chuỗi)',
    least: 1,
    most: 20,
    means: {
      vi: 'lớn nhất của các số (không biết nếu thiếu một số), hoặc của các giá trị có trong chuỗi',
      en: 'the largest of the numbers (unknown if one is missing), or of the known values of a series',
    },
  },
  abs: { form: 'abs(x)', least: 1, most: 1, means: { vi: 'trị tuyệt đối', en: 'the value without its sign' } },
  round: {
    form: 'round(x, số_chữ_số)',
    least: 1,
    most: 2,
    means: {
      vi: 'làm tròn đến 0 đến 10 chữ số thập phân (không ghi: hàng đơn vị); nửa thì làm tròn ra xa số 0',
      en: 'rounded to 0 to 10 decimals (absent: to a whole number); halves away from zero',
    },
  },
  share: {
    form: 'share(phần, tổng)',
    least: 2,
    most: 2,
    means: {
      vi: '100 × phần / tổng, đơn vị %; không biết khi tổng là 0',
      en: '100 × part / whole, in %; unknown where the whole is 0',
    },
  },
  sum: {
    form: 'sum(chuỗi)',
    least: 1,
    most: 1,
    means: { vi: 'tổng các giá trị có trong chuỗi', en: 'the sum of the known values of a series' },
  },
  mean: {
    form: 'mean(chuỗi)',
    least: 1,
    most: 1,
    means: { vi: 'trung bình các giá trị có trong chuỗi', en: 'the mean of the known values of a series' },
  },
  count: {
    form: 'count(chuỗi)',
    least: 1,
    most: 1,
    means: { vi: 'số giá trị có trong chuỗi', en: 'how many values of a series are known' },
  },
  completeness: {
    form: 'completeness(chuỗi)',
    least: 1,
    most: 1,
    means: {
      vi: 'tỷ lệ % giá trị có số liệu trên số giá trị phải có của chuỗi',
      en: 'the % of a series that is known, of all that should be there',
    },
  },
};

/** All functions, for the editor of rules and for the handbook. */
export const functions: readonly FunctionGuide[] = Object.values(guide).map(({ form, means }) => ({ form, means }));

const isCall = (name: string): name is CallName => Object.hasOwn(guide, name);

export function checkCall(node: Syntax & { kind: 'call' }, checking: Checking): Checked {
  const { report } = checking;
  const { name } = node;
  const nodes = node.arguments.map((one) => checking.check(one));
  if (!isCall(name)) {
    const near = nearest(name, Object.keys(guide));
    const all = Object.keys(guide).join(', ');
    report(
      { at: node.at, length: name.length },
      near
        ? { vi: `Không có hàm “${name}”. Có phải là ${near}?`, en: `There is no function “${name}”. Is it ${near}?` }
        : { vi: `Không có hàm “${name}”. Các hàm: ${all}.`, en: `There is no function “${name}”. There are: ${all}.` },
    );
    return bad(node);
  }
  const { least, most, form } = guide[name];
  if (nodes.length < least || nodes.length > most) {
    report(node, {
      vi: `Hàm này viết là ${form}; ở đây có ${nodes.length} giá trị.`,
      en: `This function is written ${form}; here it has ${nodes.length} values.`,
    });
    return bad(node);
  }
  if (nodes.some((one) => one.type === 'bad')) return bad(node);
  const finish = (list: readonly Checked[], type: NodeType, unit: Unit, bare: boolean): Checked => ({
    kind: 'call',
    name,
    arguments: list,
    type,
    unit,
    bare,
    at: node.at,
    length: node.length,
  });
  const result = answer(name, nodes, checking, finish);
  return result ?? bad(node);
}

type Finish = (list: readonly Checked[], type: NodeType, unit: Unit, bare: boolean) => Checked;

/** The call with its type; null where it was refused. */
function answer(name: CallName, nodes: Checked[], { report }: Checking, finish: Finish): Checked | null {
  const [first, second] = nodes;
  if (!first) return null;
  const numbers = (): boolean => !nodes.map((one) => expect(one, 'number', report)).includes(false);
  switch (name) {
    case 'if': {
      if (!expect(first, 'boolean', report)) return null;
      const alike = likeEachOther(nodes.slice(1), report);
      return alike && finish([first, ...alike.nodes], alike.type, alike.unit, alike.bare);
    }
    case 'coalesce': {
      const alike = likeEachOther(nodes, report);
      return alike && finish(alike.nodes, alike.type, alike.unit, alike.bare);
    }
    case 'known':
      if (first.type === 'series') {
        report(first, wholeSeries);
        return null;
      }
      return finish(nodes, 'boolean', plainUnit, false);
    case 'between': {
      if (!numbers()) return null;
      const met = meet(nodes, report);
      return met && finish(met.nodes, 'boolean', plainUnit, false);
    }
    case 'min':
    case 'max': {
      if (nodes.length === 1 && first.type === 'series') return finish(nodes, 'number', first.unit, false);
      if (!numbers()) return null;
      const met = meet(nodes, report);
      return met && finish(met.nodes, 'number', met.unit, met.bare);
    }
    case 'abs':
      return numbers() ? finish(nodes, 'number', first.unit, first.bare) : null;
    case 'round':
      if (!numbers()) return null;
      if (second && !isPlaces(second)) {
        report(second, {
          vi: 'Số chữ số thập phân là một số nguyên từ 0 đến 10.',
          en: 'The decimals are a whole number from 0 to 10.',
        });
        return null;
      }
      return finish(nodes, 'number', first.unit, first.bare);
    case 'share': {
      if (!numbers()) return null;
      const met = meet(nodes, report);
      return met && finish(met.nodes, 'number', percentUnit, false);
    }
    case 'sum':
    case 'mean':
      if (!expect(first, 'series', report)) return null;
      if (isLogarithmic(first.unit)) {
        report(first, logarithmic);
        return null;
      }
      return finish(nodes, 'number', first.unit, false);
    case 'count':
      return expect(first, 'series', report) ? finish(nodes, 'number', plainUnit, false) : null;
    case 'completeness':
      return expect(first, 'series', report) ? finish(nodes, 'number', percentUnit, false) : null;
  }
}

function isPlaces(node: Checked): boolean {
  return node.kind === 'number' && node.bare && Number.isInteger(node.value) && node.value <= 10;
}

/** Several values of which one will be the answer: of one type (null fits all), numbers in one unit. */
function likeEachOther(
  nodes: readonly Checked[],
  report: Checking['report'],
): { nodes: Checked[]; type: NodeType; unit: Unit; bare: boolean } | null {
  const series = nodes.find((one) => one.type === 'series');
  if (series) {
    report(series, wholeSeries);
    return null;
  }
  const first = nodes.find((one) => one.type !== 'null');
  if (!first) return { nodes: [...nodes], type: 'null', unit: plainUnit, bare: false };
  const other = nodes.find((one) => one.type !== 'null' && one.type !== first.type);
  if (other) {
    const [want, have] = [typeWords(first), typeWords(other)];
    report(other, {
      vi: `Các giá trị phải cùng kiểu: giá trị trước là ${want.vi}, đây là ${have.vi}.`,
      en: `The values must be alike: the one before is ${want.en}, this is ${have.en}.`,
    });
    return null;
  }
  if (first.type !== 'number') return { nodes: [...nodes], type: first.type, unit: plainUnit, bare: false };
  const met = meet(nodes, report);
  return met && { ...met, type: 'number' };
}
