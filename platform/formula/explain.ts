/** Says a checked formula in plain words, with the values it met where they are given. */
import type { Language, Text } from '../words/index.ts';
import type { CallName, Checked } from './checked.ts';
import { exactNumber, roundedNumber, withUnit } from './numbers.ts';
import type { FormulaValues, Value } from './run.ts';
import type { Arithmetic, Comparison, Logic } from './syntax.ts';

/** What a part is made like; it decides where brackets are needed. */
type Shape = 'simple' | 'phrase' | Arithmetic | 'compare' | 'not' | Logic | 'if';
type Said = { words: string; shape: Shape };

export function explain(node: Checked, language: Language, values?: FormulaValues): string {
  return new Speaker(language, values).say(node).words;
}

const arithmeticWords: Record<Arithmetic, Text> = {
  '+': { vi: 'cộng', en: 'plus' },
  '-': { vi: 'trừ', en: 'minus' },
  '*': { vi: 'nhân', en: 'times' },
  '/': { vi: 'chia cho', en: 'divided by' },
};

const comparisonWords: Record<Comparison, Text> = {
  '=': { vi: 'bằng', en: 'equals' },
  '!=': { vi: 'khác', en: 'does not equal' },
  '<': { vi: 'nhỏ hơn', en: 'is less than' },
  '<=': { vi: 'nhỏ hơn hoặc bằng', en: 'is at most' },
  '>': { vi: 'lớn hơn', en: 'is greater than' },
  '>=': { vi: 'lớn hơn hoặc bằng', en: 'is at least' },
};

/** For texts and conditions. */
const sameWords: Record<'=' | '!=', Text> = {
  '=': { vi: 'là', en: 'is' },
  '!=': { vi: 'không phải là', en: 'is not' },
};

const logicWords: Record<Logic, Text> = { and: { vi: 'và', en: 'and' }, or: { vi: 'hoặc', en: 'or' } };
const truth: Record<'true' | 'false', Text> = { true: { vi: 'đúng', en: 'true' }, false: { vi: 'sai', en: 'false' } };
const noData: Text = { vi: 'chưa có số liệu', en: 'no data' };

/** Functions of one value: {} is where it stands. */
const phrases: Record<Exclude<CallName, 'if' | 'coalesce' | 'between' | 'round' | 'share'>, Text> = {
  known: { vi: 'có số liệu {}', en: '{} is known' },
  min: { vi: 'giá trị nhỏ nhất của {}', en: 'the smallest of {}' },
  max: { vi: 'giá trị lớn nhất của {}', en: 'the largest of {}' },
  abs: { vi: 'trị tuyệt đối của {}', en: 'the absolute value of {}' },
  sum: { vi: 'tổng của {}', en: 'the sum of {}' },
  mean: { vi: 'trung bình của {}', en: 'the mean of {}' },
  count: { vi: 'số giá trị có trong {}', en: 'the number of known values of {}' },
  completeness: { vi: 'tỷ lệ đủ số liệu của {}', en: 'the completeness of {}' },
};

class Speaker {
  readonly #language: Language;
  readonly #values: FormulaValues | undefined;

  constructor(language: Language, values: FormulaValues | undefined) {
    this.#language = language;
    this.#values = values;
  }

  say(node: Checked): Said {
    switch (node.kind) {
      case 'number':
        return simple(this.#number(node));
      case 'text':
        return simple(`“${node.value}”`);
      case 'boolean':
        return simple(truth[`${node.value}`][this.#language]);
      case 'null':
      case 'bad':
        return simple(this.#of({ vi: 'không có số liệu', en: 'no data' }));
      case 'name':
        return simple(this.#name(node));
      case 'converted':
        return this.say(node.of);
      case 'negate':
        return this.#negate(node);
      case 'not':
        return {
          words: `${this.#of({ vi: 'không phải', en: 'not' })} ${this.#inner(node.of, ['simple'])}`,
          shape: 'not',
        };
      case 'arithmetic':
        return this.#arithmetic(node);
      case 'compare':
        return this.#compare(node);
      case 'logic':
        return this.#logic(node);
      case 'call':
        return this.#call(node);
    }
  }

  #of(text: Text): string {
    return text[this.#language];
  }

  /** A part in brackets unless it is made in one of the ways that read well without. */
  #inner(node: Checked, without: readonly Shape[]): string {
    const { words, shape } = this.say(node);
    return without.includes(shape) ? words : `(${words})`;
  }

  /** As it stands in the source: with a unit only where the author wrote one. */
  #number(node: Checked & { kind: 'number' }): string {
    const digits = exactNumber(node.value, this.#language);
    return node.written ? withUnit(digits, node.unit, this.#language) : digits;
  }

  #name(node: Checked & { kind: 'name' }): string {
    const title = this.#of(node.declared.title);
    if (!this.#values) return title;
    const value = Object.hasOwn(this.#values, node.name) ? this.#values[node.name] : null;
    return `${title} (${this.#value(node, value)})`;
  }

  #value(node: Checked & { kind: 'name' }, value: Value): string {
    if (value === null || value === undefined) return this.#of(noData);
    if (typeof value === 'boolean') return truth[`${value}`][this.#language];
    if (typeof value === 'string') return `“${value}”`;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return this.#of(noData);
      return withUnit(roundedNumber(value, this.#language, node.declared.decimals), node.unit, this.#language);
    }
    const all = exactNumber(value.length, this.#language);
    const present = value.filter((one) => one !== null && Number.isFinite(one)).length;
    if (present === value.length) return this.#of({ vi: `${all} giá trị`, en: `${all} values` });
    const some = exactNumber(present, this.#language);
    return this.#of({ vi: `có ${some} trên ${all} giá trị`, en: `${some} of ${all} values` });
  }

  #negate(node: { of: Checked }): Said {
    if (node.of.kind === 'number') return simple(`\u2212${this.say(node.of).words}`);
    return {
      words: `${this.#of({ vi: 'số đối của', en: 'minus' })} ${this.#inner(node.of, ['simple'])}`,
      shape: 'phrase',
    };
  }

  /** a + b + c and a × b × c read well; all else that is nested is bracketed, for words have no precedence. */
  #arithmetic(node: Checked & { kind: 'arithmetic' }): Said {
    const { operator } = node;
    const family: Shape[] = operator === '+' || operator === '-' ? ['+', '-'] : ['*', '/'];
    const left = this.#inner(node.left, ['simple', ...family]);
    const right = this.#inner(node.right, ['simple']);
    return { words: `${left} ${this.#of(arithmeticWords[operator])} ${right}`, shape: operator };
  }

  #compare(node: Checked & { kind: 'compare' }): Said {
    const { operator, left, right } = node;
    const fine: Shape[] = ['simple', 'phrase', '+', '-', '*', '/'];
    const equality = operator === '=' || operator === '!=';
    const words = equality && left.type !== 'number' ? sameWords[operator] : comparisonWords[operator];
    return {
      words: `${this.#inner(left, fine)} ${this.#of(words)} ${this.#inner(right, fine)}`,
      shape: 'compare',
    };
  }

  #logic(node: Checked & { kind: 'logic' }): Said {
    const fine: Shape[] = ['simple', 'phrase', 'compare', 'not', node.operator];
    const [left, right] = [this.#inner(node.left, fine), this.#inner(node.right, fine)];
    return { words: `${left} ${this.#of(logicWords[node.operator])} ${right}`, shape: node.operator };
  }

  #call(node: Checked & { kind: 'call' }): Said {
    const [first, second, third] = node.arguments;
    if (!first) return simple('');
    const one = this.#inner(first, ['simple']);
    const two = second ? this.#inner(second, ['simple']) : '';
    const three = third ? this.#inner(third, ['simple']) : '';
    switch (node.name) {
      case 'if': {
        const condition = this.say(first).words;
        return {
          words: this.#of({
            vi: `nếu ${condition} thì ${two}, nếu không thì ${three}`,
            en: `if ${condition} then ${two}, otherwise ${three}`,
          }),
          shape: 'if',
        };
      }
      case 'coalesce': {
        const rest = node.arguments.slice(1).map((part) => this.#inner(part, ['simple']));
        const link = this.#of({ vi: ', nếu chưa có số liệu thì ', en: ', or where it is missing ' });
        return { words: [one, ...rest].join(link), shape: 'if' };
      }
      case 'between':
        return {
          words: this.#of({ vi: `${one} nằm từ ${two} đến ${three}`, en: `${one} is between ${two} and ${three}` }),
          shape: 'compare',
        };
      case 'share':
        return {
          words: this.#of({ vi: `tỷ lệ phần trăm của ${one} trên ${two}`, en: `the percentage of ${one} in ${two}` }),
          shape: 'phrase',
        };
      case 'round': {
        const places = second?.kind === 'number' ? second.value : 0;
        return {
          words:
            places === 0
              ? this.#of({ vi: `${one} làm tròn đến hàng đơn vị`, en: `${one} rounded to a whole number` })
              : this.#of({
                  vi: `${one} làm tròn đến ${places} chữ số thập phân`,
                  en: `${one} rounded to ${places} ${places === 1 ? 'decimal' : 'decimals'}`,
                }),
          shape: 'phrase',
        };
      }
      default: {
        const list = node.arguments.map((part) => this.#inner(part, ['simple']));
        // The decimal comma leaves the semicolon to part the values.
        const inside = list.length === 1 ? one : `(${list.join('; ')})`;
        return { words: this.#of(phrases[node.name]).replace('{}', () => inside), shape: 'phrase' };
      }
    }
  }
}

const simple = (words: string): Said => ({ words, shape: 'simple' });
