import type { Context, NamedType, Observed } from '../context/index.ts';
import { type CompiledFormula, compile, type FormulaEnv } from '../formula/index.ts';
import { type Flaw, refuse, type Text } from '../words/index.ts';
import { durationMs, durationWords } from './duration.ts';
import { checkBlanks } from './fill.ts';
import type { Verdict } from './run.ts';
import type { RuleDeclaration } from './types.ts';

type Condition = CompiledFormula<'boolean'>;
type Values = Readonly<Record<string, number | null>>;

/** A rule that can be judged. Durations in ms. */
export type CompiledRule = {
  id: string;
  version: number;
  definition: RuleDeclaration;
  type: string;
  property: string;
  observed: Observed;
  forMs: number;
  everyMs: number;
  /** the other properties that its formulas name, with their intervals */
  others: readonly string[];
  othersEveryMs: ReadonlyMap<string, number>;
  holds(values: Values): Verdict;
  ends(values: Values): Verdict;
  worse: 'higher' | 'lower';
  /** the number that the rule's property is compared with; null where there is none */
  threshold: number | null;
  words: Text;
};

/**
 * Makes a rule that can be judged, or refuses it (422) with the place of each error: `/when:6-13` is characters 6 to 13
 * of the formula.
 */
export function compileRule(rule: RuleDeclaration, version: number, context: Pick<Context, 'type'>): CompiledRule {
  const [typeName = '', property = ''] = split(rule.on);
  const type = context.type(typeName);
  const observed = type && Object.hasOwn(type.observes, property) ? type.observes[property] : undefined;
  if (!type || !observed) throw unknownProperty(rule);
  const forMs = durationMs(rule.for);
  const env = envOf(type);
  const flaws: Flaw[] = [];
  const when = check(rule.when, '/when', env, flaws);
  const clear = rule.clear === undefined ? null : check(rule.clear, '/clear', env, flaws);
  if (when && !when.names.includes(property)) flaws.push({ at: '/when', reason: mustName(property) });
  if (!when || flaws.length > 0) throw wrongFormula(rule, flaws);

  const limit = limitOf(when, property);
  const threshold = limit?.value ?? null;
  checkBlanks(rule.id, rule.title, threshold !== null);
  checkBlanks(rule.id, rule.text, threshold !== null);
  const others = [...new Set([...when.names, ...(clear?.names ?? [])])].filter((name) => name !== property);
  const holds = (values: Values): Verdict => when.evaluate(values);
  const ends = (values: Values): Verdict => {
    if (clear) return clear.evaluate(values);
    const held = holds(values);
    return held === null ? null : !held;
  };
  const everyMs = observed.everySeconds * 1000;
  return {
    id: rule.id,
    version,
    definition: rule,
    type: typeName,
    property,
    observed,
    forMs,
    everyMs,
    others,
    othersEveryMs: new Map(others.map((name) => [name, (type.observes[name]?.everySeconds ?? 0) * 1000])),
    holds,
    ends,
    // Oxygen below a limit is worse the lower it is.
    worse: limit?.operator.startsWith('<') ? 'lower' : 'higher',
    threshold,
    words: wordsOf(rule, when, clear, forMs, everyMs),
  };
}

function split(on: string): [string, string] {
  const dot = on.indexOf('.');
  return dot < 0 ? [on, ''] : [on.slice(0, dot), on.slice(dot + 1)];
}

function envOf(type: NamedType): FormulaEnv {
  return Object.fromEntries(
    Object.entries(type.observes).map(([name, { unit, title }]) => [name, { type: 'number', unit, title }]),
  );
}

function check(source: string, at: string, env: FormulaEnv, flaws: Flaw[]): Condition | null {
  const compiled = compile(source, env, { type: 'boolean' });
  if (compiled.ok) return compiled.formula;
  for (const error of compiled.errors) {
    flaws.push({ at: `${at}:${error.at}-${error.at + error.length}`, reason: error.message });
  }
  return null;
}

/** The first limit that the property is compared with. */
const limitOf = (when: Condition, property: string) => when.thresholds.find((one) => one.name === property);

function wordsOf(
  rule: RuleDeclaration,
  when: Condition,
  clear: Condition | null,
  forMs: number,
  everyMs: number,
): Text {
  const held = durationWords(forMs);
  const every = durationWords(everyMs);
  const long = forMs > everyMs;
  const over = clear && { vi: clear.explain('vi'), en: clear.explain('en') };
  return {
    vi:
      `Khi ${when.explain('vi')}${long ? ` liên tục ${held.vi}` : ''} thì mở một cảnh báo mức ${rule.severity}; ` +
      `hết khi ${over ? over.vi : 'điều kiện không còn đúng'}. Số liệu mỗi ${every.vi}; không xét số liệu hiệu chuẩn và lỗi thiết bị.`,
    en:
      `When ${when.explain('en')}${long ? ` for ${held.en} without a break` : ''}, one alert of severity ${rule.severity} is opened; ` +
      `it is over when ${over ? over.en : 'the condition is not true any more'}. Data every ${every.en}; calibration and faults are not judged.`,
  };
}

function unknownProperty(rule: RuleDeclaration) {
  return refuse(422, 'rule-property', {
    vi: `Luật ${rule.id}: không có thuộc tính đo “${rule.on}”. Hãy ghi dạng “Loại.thuộc_tính” của một loại đã khai báo.`,
    en: `Rule ${rule.id}: no observed property “${rule.on}”. Write “Type.property” of a declared type.`,
  });
}

function mustName(property: string): Text {
  return {
    vi: `điều kiện phải dùng đến “${property}”, thuộc tính mà luật theo dõi`,
    en: `the condition must name “${property}”, which the rule watches`,
  };
}

function wrongFormula(rule: RuleDeclaration, flaws: Flaw[]) {
  const first = flaws[0]?.reason;
  return refuse(
    422,
    'rule-formula',
    {
      vi: `Luật ${rule.id} có công thức chưa đúng: ${first?.vi ?? ''}. Xem vị trí từng lỗi.`,
      en: `Rule ${rule.id} has a formula that is not right: ${first?.en ?? ''}. See the place of each error.`,
    },
    flaws,
  );
}
