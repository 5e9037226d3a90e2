/**
 * Reads a formula by operator precedence (Pratt). From loosest to tightest: or; and; not; = != < <= > >= (not
 * chained); + -; * /; sign.
 */
import type { Text } from '../words/index.ts';
import { lex, type Token } from './lexer.ts';
import {
  type Arithmetic,
  type Comparison,
  type Logic,
  limits,
  type Place,
  type Syntax,
  SyntaxFault,
} from './syntax.ts';

const power = { or: 1, and: 2, not: 3, compare: 4, add: 5, multiply: 6, sign: 7 } as const;

type Infix =
  | { kind: 'logic'; operator: Logic; power: number }
  | { kind: 'compare'; operator: Comparison; power: number }
  | { kind: 'arithmetic'; operator: Arithmetic; power: number };

const infixes: Readonly<Record<string, Infix>> = {
  or: { kind: 'logic', operator: 'or', power: power.or },
  and: { kind: 'logic', operator: 'and', power: power.and },
  '=': { kind: 'compare', operator: '=', power: power.compare },
  '!=': { kind: 'compare', operator: '!=', power: power.compare },
  '<': { kind: 'compare', operator: '<', power: power.compare },
  '<=': { kind: 'compare', operator: '<=', power: power.compare },
  '>': { kind: 'compare', operator: '>', power: power.compare },
  '>=': { kind: 'compare', operator: '>=', power: power.compare },
  '+': { kind: 'arithmetic', operator: '+', power: power.add },
  '-': { kind: 'arithmetic', operator: '-', power: power.add },
  '*': { kind: 'arithmetic', operator: '*', power: power.multiply },
  '/': { kind: 'arithmetic', operator: '/', power: power.multiply },
};

/** Throws a SyntaxFault at the first thing that cannot be read. */
export function parse(source: string): Syntax {
  const reader = new Reader(lex(source));
  const tree = reader.expression(0);
  reader.finish();
  return tree;
}

class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(floor: number): Syntax {
    let left = this.#deeper(() => this.#prefix());
    for (;;) {
      const infix = this.#infix();
      if (!infix || infix.power <= floor) return left;
      if (infix.kind === 'compare' && left.kind === 'compare' && !this.#bracketed.has(left)) {
        throw new SyntaxFault(this.#peek(), {
          vi: 'Không so sánh nối tiếp. Hãy viết between(x, 1, 5), hoặc nối hai phép so sánh bằng and.',
          en: 'Comparisons are not chained. Write between(x, 1, 5), or join two comparisons by and.',
        });
      }
      this.#take();
      const right = this.expression(infix.power);
      left = { ...infix, ...place(left, right), left, right };
    }
  }

  /** Comparisons that stand in brackets, so that (a > 1) = (b > 1) is no chain. */
  readonly #bracketed = new WeakSet<Syntax>();

  finish(): void {
    const token = this.#peek();
    if (token.kind === 'end') return;
    if (isSign(token, ',')) {
      throw new SyntaxFault(token, {
        vi: 'Dấu phẩy chỉ dùng giữa các giá trị của một hàm. Số thập phân viết dấu chấm: 1.5.',
        en: 'A comma only stands between the values of a function. Decimals take a point: 1.5.',
      });
    }
    if (token.kind === 'unit') {
      throw new SyntaxFault(token, {
        vi: 'Đơn vị chỉ đứng ngay sau một con số: 150 [µg/m³].',
        en: 'A unit only stands right behind a number: 150 [µg/m³].',
      });
    }
    throw new SyntaxFault(token, {
      vi: `Trước ${shown(token).vi} thiếu một phép tính hoặc and, or.`,
      en: `Before ${shown(token).en} an operator, and, or or is missing.`,
    });
  }

  #prefix(): Syntax {
    const token = this.#take();
    switch (token.kind) {
      case 'number':
        return this.#number(token);
      case 'text':
        return { kind: 'text', value: token.text, at: token.at, length: token.length };
      case 'name':
        return isSign(this.#peek(), '(') ? this.#call(token) : { kind: 'name', name: token.text, ...spot(token) };
      case 'keyword':
        if (token.text === 'not') {
          const of = this.expression(power.not);
          return { kind: 'not', of, ...place(token, of) };
        }
        if (token.text === 'true' || token.text === 'false') {
          return { kind: 'boolean', value: token.text === 'true', ...spot(token) };
        }
        if (token.text === 'null') return { kind: 'null', ...spot(token) };
        break;
      case 'sign':
        if (token.text === '-') {
          const of = this.expression(power.sign);
          return { kind: 'negate', of, ...place(token, of) };
        }
        if (token.text === '(') return this.#brackets(token);
        break;
    }
    throw new SyntaxFault(token, {
      vi: `Ở đây cần một con số, một tên hoặc một hàm, nhưng lại gặp ${shown(token).vi}.`,
      en: `A number, a name or a function is expected here, not ${shown(token).en}.`,
    });
  }

  #number(token: Token & { kind: 'number' }): Syntax {
    if (!Number.isFinite(token.value)) {
      throw new SyntaxFault(token, { vi: 'Con số quá lớn.', en: 'The number is too large.' });
    }
    const unit = this.#peek();
    if (unit.kind !== 'unit') return { kind: 'number', value: token.value, unit: null, ...spot(token) };
    this.#take();
    return { kind: 'number', value: token.value, unit: { text: unit.text, ...spot(unit) }, ...place(token, unit) };
  }

  #brackets(open: Token): Syntax {
    const inner = this.expression(0);
    const close = this.#close(open);
    const whole = { ...inner, ...place(open, close) };
    this.#bracketed.add(whole);
    return whole;
  }

  #call(token: Token & { kind: 'name' | 'text' | 'unit' | 'sign' }): Syntax {
    const open = this.#take();
    const list: Syntax[] = [];
    if (!isSign(this.#peek(), ')')) {
      list.push(this.expression(0));
      while (isSign(this.#peek(), ',')) {
        this.#take();
        list.push(this.expression(0));
      }
    }
    const close = this.#close(open);
    return { kind: 'call', name: token.text, arguments: list, ...place(token, close) };
  }

  #close(open: Token): Token {
    const token = this.#peek();
    if (isSign(token, ')')) return this.#take();
    this.finish();
    throw new SyntaxFault(open, {
      vi: 'Thiếu dấu đóng ngoặc ).',
      en: 'The closing bracket ) is missing.',
    });
  }

  #infix(): Infix | null {
    const token = this.#peek();
    if (token.kind !== 'sign' && token.kind !== 'keyword') return null;
    return Object.hasOwn(infixes, token.text) ? (infixes[token.text] ?? null) : null;
  }

  #deeper(read: () => Syntax): Syntax {
    this.#depth += 1;
    if (this.#depth > limits.depth) {
      throw new SyntaxFault(this.#peek(), {
        vi: `Công thức lồng nhau quá ${limits.depth} lớp. Hãy viết gọn lại.`,
        en: `The formula is nested deeper than ${limits.depth} levels. Make it simpler.`,
      });
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  /** The token 'end' is never passed. */
  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }
}

const isSign = (token: Token, text: string): boolean => token.kind === 'sign' && token.text === text;
const spot = ({ at, length }: Place): Place => ({ at, length });
const place = (from: Place, to: Place): Place => ({ at: from.at, length: to.at + to.length - from.at });

function shown(token: Token): Text {
  if (token.kind === 'end') return { vi: 'chỗ kết thúc', en: 'the end' };
  if (token.kind === 'number') return { vi: `“${token.value}”`, en: `“${token.value}”` };
  return { vi: `“${token.text}”`, en: `“${token.text}”` };
}
