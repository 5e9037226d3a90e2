/** From formula and sources to figures. */
import { type CompiledFormula, compile } from '../formula/index.ts';
import type { Principal } from '../rights/index.ts';
import { type Flaw, refuse } from '../words/index.ts';
import type { Period } from './periods.ts';
import type { Input, Source, Version } from './types.ts';

/** Compiles a version's formula over the sources. Refuses 422 with the place of each error. */
export function compileVersion(version: Version, sources: ReadonlyMap<string, Source>): CompiledFormula {
  const env = Object.fromEntries(
    [...sources.values()].map(({ name, unit, title }) => [name, { type: 'number' as const, unit, title }]),
  );
  const compiled = compile(version.formula, env);
  if (!compiled.ok) {
    throw badFormula(
      version,
      compiled.errors.map((error) => ({ at: String(error.at), reason: error.message })),
    );
  }
  const { formula } = compiled;
  if (formula.type !== 'number') {
    throw badFormula(version, [
      { at: '0', reason: { vi: 'kết quả phải là một số', en: 'the result must be a number' } },
    ]);
  }
  // A plain number may be shown in any unit ('vụ', 'lượt'); a measured one must be in the unit that it is shown in.
  if (formula.unit !== '' && formula.unit !== version.unit) {
    throw badFormula(version, [
      {
        at: '0',
        reason: {
          vi: `kết quả theo đơn vị ${formula.unit}, chỉ tiêu khai đơn vị ${version.unit}`,
          en: `the result is in ${formula.unit}, the indicator declares ${version.unit}`,
        },
      },
    ]);
  }
  return formula;
}

function badFormula(version: Version, flaws: Flaw[]) {
  const first = flaws[0]?.reason;
  return refuse(
    422,
    'bad-formula',
    {
      vi: `Công thức của chỉ tiêu ${version.code} (bản ${version.version}) không dùng được: ${first?.vi}.`,
      en: `The formula of indicator ${version.code} (version ${version.version}) cannot be used: ${first?.en}.`,
    },
    flaws,
  );
}

/** Asks each source once for each period, however many formulas use it. */
export function createReader(principal: Principal, areaCode: string | undefined) {
  const asked = new Map<string, Promise<number | null>>();
  return (source: Source, period: Period): Promise<number | null> => {
    const key = `${source.name} ${period.key}`;
    const known = asked.get(key) ?? source.figure(principal, period, areaCode);
    asked.set(key, known);
    return known;
  };
}

export async function evaluate(
  formula: CompiledFormula,
  sources: ReadonlyMap<string, Source>,
  read: (source: Source, period: Period) => Promise<number | null>,
  period: Period,
): Promise<{ value: number | null; inputs: Input[] }> {
  const used = formula.names.flatMap((name) => sources.get(name) ?? []);
  const inputs = await Promise.all(
    used.map(async (source): Promise<Input> => {
      const { name, title, unit } = source;
      return { name, title, unit, value: await read(source, period) };
    }),
  );
  const value = formula.evaluate(valuesOf(inputs));
  return { value: typeof value === 'number' ? value : null, inputs };
}

export function valuesOf(inputs: readonly Input[]): Record<string, number | null> {
  return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
}

/** Equal but for the rounding of floating-point sums. */
export function differs(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a !== b;
  return Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
