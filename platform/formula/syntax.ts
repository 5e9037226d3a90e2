/** From text to a tree. A Pratt parser: small, without recursion deeper than `DEEPEST`, and it never throws outwards. */
import type { Text } from '../words/index.ts';

export type FormulaError = { at: number; length: number; message: Text };

export type Node =
  | { kind: 'number'; value: number; unit: string | null; at: number; length: number }
  | { kind: 'text'; value: string; at: number; length: number }
  | { kind: 'boolean'; value: boolean; at: number; length: number }
  | { kind: 'name'; name: string; at: number; length: number }
  | { kind: 'unary'; operator: '-' | 'not'; of: Node; at: number; length: number }
  | { kind: 'binary'; operator: Operator; left: Node; right: Node; at: number; length: number }
  | { kind: 'call'; name: string; args: Node[]; at: number; length: number };

export type Operator = '+' | '-' | '*' | '/' | '=' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

type Token = { kind: 'number' | 'text' | 'unit' | 'name' | 'sign' | 'end'; text: string; at: number };

export class Stop extends Error {
  readonly error: FormulaError;
  constructor(error: FormulaError) {
    super(error.message.en);
    this.error = error;
  }
}

export const LONGEST = 2000;
const DEEPEST = 60;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|"([^"]*)"|\[([^\]]{1,30})\]|([A-Za-z_][A-Za-z0-9_.]*)|(<=|>=|!=|[-+*/=<>(),]))/y;

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const start = TOKEN.lastIndex;
    if (/^\s*$/.test(source.slice(start))) break;
    const match = TOKEN.exec(source);
    if (!match) {
      const at = start + (/^\s*/.exec(source.slice(start))?.[0].length ?? 0);
      const sign = source[at] ?? '';
      throw new Stop({
        at,
        length: 1,
        message: { vi: `không hiểu ký tự “${sign}”`, en: `unknown character “${sign}”` },
      });
    }
    const [all, number, text, unit, name, sign] = match;
    const value = number ?? text ?? unit ?? name ?? sign ?? '';
    const kind =
      number !== undefined
        ? 'number'
        : text !== undefined
          ? 'text'
          : unit !== undefined
            ? 'unit'
            : name !== undefined
              ? 'name'
              : 'sign';
    found.push({ kind, text: value, at: start + all.length - all.trimStart().length });
  }
  found.push({ kind: 'end', text: '', at: source.length });
  return found;
}

const strength: Record<string, number> = {
  or: 1,
  and: 2,
  '=': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
};

/** Parses a formula; throws `Stop` with the place of the first error. */
export function parse(source: string): Node {
  if (source.length > LONGEST) {
    throw new Stop({
      at: LONGEST,
      length: source.length - LONGEST,
      message: { vi: `công thức dài quá ${LONGEST} ký tự`, en: `the formula is longer than ${LONGEST} characters` },
    });
  }
  const list = tokens(source.normalize('NFC'));
  let place = 0;
  let depth = 0;
  const peek = (): Token => list[place] as Token;
  const next = (): Token => list[place++] as Token;
  const fail = (token: Token, message: Text): never => {
    throw new Stop({ at: token.at, length: Math.max(1, token.text.length), message });
  };
  const expect = (sign: string): Token => {
    const token = next();
    if (token.kind !== 'sign' || token.text !== sign)
      fail(token, { vi: `ở đây cần “${sign}”`, en: `“${sign}” is needed here` });
    return token;
  };
  const span = (from: number): { at: number; length: number } => {
    const last = list[place - 1] as Token;
    return { at: from, length: Math.max(1, last.at + Math.max(1, last.text.length) - from) };
  };

  const first = (): Node => {
    const token = next();
    const { at } = token;
    if (token.kind === 'number') {
      const unit = peek().kind === 'unit' ? next().text : null;
      return { kind: 'number', value: Number(token.text), unit, ...span(at) };
    }
    if (token.kind === 'text') return { kind: 'text', value: token.text, ...span(at) };
    if (token.kind === 'name') {
      const word = token.text;
      if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', ...span(at) };
      if (word === 'not') return { kind: 'unary', operator: 'not', of: expression(3), ...span(at) };
      if (word === 'and' || word === 'or')
        return fail(token, { vi: `thiếu vế trước “${word}”`, en: `nothing before “${word}”` });
      if (peek().kind === 'sign' && peek().text === '(') {
        next();
        const args: Node[] = [];
        if (!(peek().kind === 'sign' && peek().text === ')')) {
          args.push(expression(0));
          while (peek().kind === 'sign' && peek().text === ',') {
            next();
            args.push(expression(0));
          }
        }
        expect(')');
        return { kind: 'call', name: word, args, ...span(at) };
      }
      return { kind: 'name', name: word, ...span(at) };
    }
    if (token.text === '-') return { kind: 'unary', operator: '-', of: expression(7), ...span(at) };
    if (token.text === '(') {
      const inner = expression(0);
      expect(')');
      return inner;
    }
    return fail(
      token,
      token.kind === 'end' ? ends : { vi: `“${token.text}” đứng sai chỗ`, en: `“${token.text}” is out of place` },
    );
  };

  const expression = (least: number): Node => {
    depth += 1;
    if (depth > DEEPEST) fail(peek(), { vi: 'công thức lồng nhau quá sâu', en: 'the formula is nested too deeply' });
    let left = first();
    for (;;) {
      const token = peek();
      const power = token.kind === 'sign' || token.kind === 'name' ? strength[token.text] : undefined;
      if (power === undefined || power <= least) break;
      next();
      const right = expression(power);
      left = { kind: 'binary', operator: token.text as Operator, left, right, ...span(left.at) };
    }
    depth -= 1;
    return left;
  };

  const tree = expression(0);
  if (peek().kind !== 'end') fail(peek(), { vi: `thừa “${peek().text}”`, en: `“${peek().text}” is too much` });
  return tree;
}

const ends: Text = { vi: 'công thức chưa hết', en: 'the formula ends too early' };
