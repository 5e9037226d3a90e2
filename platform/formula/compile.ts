/** From the source of a formula to something that can be evaluated and explained. */
import type { Language } from '../words/index.ts';
import { checkFormula, type FormulaEnv } from './check.ts';
import { type Checked, namesIn } from './checked.ts';
import { explain } from './explain.ts';
import { named, typeWords } from './faults.ts';
import { toUnit } from './meet.ts';
import { parse } from './parser.ts';
import { booleanOf, type FormulaValues, numberOf, textOf } from './run.ts';
import { type FormulaError, SyntaxFault } from './syntax.ts';
import { type Threshold, thresholdsOf } from './thresholds.ts';
import { ownUnit, readUnit, unitWords } from './units.ts';

/** What each type of formula answers. */
export type Answers = { number: number; boolean: boolean; text: string };
export type AnswerType = keyof Answers;

export type CompiledFormula<T extends AnswerType = AnswerType> = {
  readonly source: string;
  readonly type: T;
  /** of a number, as it is shown; '' for a plain number and for other types */
  readonly unit: string;
  /** the names used, each once, in the order in which they stand */
  readonly names: readonly string[];
  /** the limits that names are compared with */
  readonly thresholds: readonly Threshold[];
  /** Null: not known. FormulaValues are in the units that the environment declares; a value of another type is refused. */
  evaluate(values: FormulaValues): Answers[T] | null;
  /** The formula in plain words; with `values`, each name is followed by its value. */
  explain(language: Language, values?: FormulaValues): string;
};

export type Compiled<T extends AnswerType = AnswerType> =
  | { ok: true; formula: CompiledFormula<T> }
  | { ok: false; errors: FormulaError[] };

/** What the formula must answer; a number is converted into `unit` where one is given. */
export type Expectation<T extends AnswerType = AnswerType> = { type: T; unit?: string };

/**
 * Reads, checks and compiles a formula; never throws on any source. Errors stand in the order of the source; a fault
 * of writing hides those that would come after it.
 */
export function compile<T extends AnswerType = AnswerType>(
  source: string,
  environment: FormulaEnv,
  expectation?: Expectation<T>,
): Compiled<T> {
  const result = read(source, environment);
  if (!result.ok) return result;
  const wanted = asExpected(result.checked, expectation);
  if ('message' in wanted) return { ok: false, errors: [wanted] };
  const type = wanted.type;
  if (type !== 'number' && type !== 'boolean' && type !== 'text') {
    return { ok: false, errors: [{ at: 0, length: source.length, message: noAnswer(wanted) }] };
  }
  const evaluate = { number: numberOf, boolean: booleanOf, text: textOf }[type](wanted);
  return {
    ok: true,
    formula: {
      source,
      // The check above has made sure that the type is the expected one, or that any was welcome.
      type: type as T,
      unit: type === 'number' ? unitWords(wanted.unit, 'vi') : '',
      names: namesIn(wanted),
      thresholds: thresholdsOf(wanted),
      evaluate: evaluate as CompiledFormula<T>['evaluate'],
      explain: (language, values) => explain(wanted, language, values),
    },
  };
}

function read(
  source: string,
  environment: FormulaEnv,
): { ok: true; checked: Checked } | { ok: false; errors: FormulaError[] } {
  try {
    const { checked, errors } = checkFormula(parse(source), environment);
    return errors.length > 0 ? { ok: false, errors: errors.toSorted((a, b) => a.at - b.at) } : { ok: true, checked };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, errors: [error.error] };
    throw error;
  }
}

function asExpected(checked: Checked, expectation: Expectation | undefined): Checked | FormulaError {
  if (!expectation || checked.type === 'null' || checked.type === 'series') return checked;
  const { at, length } = checked;
  if (checked.type !== expectation.type) {
    const have = typeWords(checked);
    const want = {
      number: { vi: 'một con số', en: 'a number' },
      boolean: { vi: 'một điều kiện đúng/sai (ví dụ x > 5)', en: 'a condition (for example x > 5)' },
      text: { vi: 'một chữ', en: 'a text' },
    }[expectation.type];
    return {
      at,
      length,
      message: {
        vi: `Công thức này phải cho ${want.vi}, nhưng lại cho ${have.vi}.`,
        en: `This formula must give ${want.en}, but it gives ${have.en}.`,
      },
    };
  }
  if (expectation.type !== 'number' || expectation.unit === undefined) return checked;
  const unit = readUnit(expectation.unit) ?? ownUnit(expectation.unit);
  const converted = toUnit(checked, unit);
  if (converted) return converted;
  const [want, have] = [named(unit), named(checked.unit)];
  return {
    at,
    length,
    message: {
      vi: `Công thức này phải cho ${want.vi}, nhưng lại cho ${have.vi}.`,
      en: `This formula must give ${want.en}, but it gives ${have.en}.`,
    },
  };
}

function noAnswer(checked: Checked): FormulaError['message'] {
  if (checked.type === 'series') {
    return {
      vi: 'Công thức phải cho một giá trị, không phải cả chuỗi. Hãy dùng mean, sum, count, min, max hoặc completeness.',
      en: 'A formula must give one value, not a whole series. Use mean, sum, count, min, max or completeness.',
    };
  }
  return { vi: 'Công thức này không bao giờ cho giá trị nào.', en: 'This formula never gives a value.' };
}
