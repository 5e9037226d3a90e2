/**
 * Formula: the one language for rules, indicators, report cells, consolidation and derived values. Browser-safe.
 *
 * Promise: a formula that compiles is typed and its units fit; it has no side effects, always ends, and says itself in
 * Vietnamese and English. `compile` never throws on any source; every error has a place. What is not known is null,
 * stays null through every calculation and comparison, and is neither zero nor false: a rule fires only on `true`.
 *
 * The language:
 * - `1.5` `150 [µg/m³]` `80%` (a unit stands in square brackets behind its number; % may stand alone), `'A'` `"A"`,
 *   `true` `false`, `null` (as a result of if or coalesce only)
 * - names with dots: `vn_aqi_hourly`, `alerts.opened`
 * - from tightest to loosest: sign; `*` `/`; `+` `-`; `=` `!=` `<` `<=` `>` `>=` (not chained); `not`; `and`; `or`
 * - functions: see `functions`; a series (values over time or over units) only enters one of them
 * - `and`, `or` know three answers as in SQL: false and unknown is false, true or unknown is true
 * - a result that is no finite number (1/0) is null
 * Units: what meets is brought to the first side's unit (mg/m³ to µg/m³, km to m, min to h); other dimensions are
 * refused. A number without unit takes the unit of what it meets (`pm25 > 150`). A quantity in % and a plain quantity
 * do not meet by themselves (0,5 or 50?): a percentage is made by `share`. Times and by other units % is the share of
 * one that it is (10 m³/h * 80% is 8 m³/h).
 */
export type { FormulaEnv } from './check.ts';
export { type FunctionGuide, functions } from './check-call.ts';
export type { Declared, ValueType } from './checked.ts';
export {
  type Answers,
  type AnswerType,
  type Compiled,
  type CompiledFormula,
  compile,
  type Expectation,
} from './compile.ts';
export type { FormulaValues, Series, Value } from './run.ts';
export { type FormulaError, limits } from './syntax.ts';
export type { Threshold } from './thresholds.ts';
export { convert } from './units.ts';
