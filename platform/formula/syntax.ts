/** What a formula looks like once it is read, before anything is known about its names. */
import type { Text } from '../words/index.ts';

/** A place in the source, in UTF-16 code units. */
export type Place = { at: number; length: number };

/** What is wrong with a formula, where, and what to do. */
export type FormulaError = Place & { message: Text };

export type Arithmetic = '+' | '-' | '*' | '/';
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Logic = 'and' | 'or';

export type Syntax = Place &
  (
    | { kind: 'number'; value: number; unit: (Place & { text: string }) | null }
    | { kind: 'text'; value: string }
    | { kind: 'boolean'; value: boolean }
    | { kind: 'null' }
    | { kind: 'name'; name: string }
    | { kind: 'negate' | 'not'; of: Syntax }
    | { kind: 'arithmetic'; operator: Arithmetic; left: Syntax; right: Syntax }
    | { kind: 'compare'; operator: Comparison; left: Syntax; right: Syntax }
    | { kind: 'logic'; operator: Logic; left: Syntax; right: Syntax }
    | { kind: 'call'; name: string; arguments: Syntax[] }
  );

/** Longest source, in characters; most words and signs; deepest nesting of brackets, functions and signs. */
export const limits = { characters: 4000, tokens: 1000, depth: 40 } as const;

/** Stops the reading at the first error; `compile` turns it into its answer. */
export class SyntaxFault extends Error {
  readonly error: FormulaError;

  constructor(place: Place, message: Text) {
    super(message.en);
    this.error = { at: place.at, length: place.length, message };
  }
}
