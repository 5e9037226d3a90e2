import { defaultFlapping, type FlappingTerms, type Severity } from '../alerts/index.ts';
import { periodWords, withinPeriods } from '../calendar/index.ts';
import type { Context, NamedType, Observed } from '../context/index.ts';
import { type CompiledFormula, compile, type FormulaEnv, type Threshold } from '../formula/index.ts';
import { type Flaw, refuse, type Text } from '../words/index.ts';
import { durationMs, durationWords } from './duration.ts';
import { checkBlanks } from './fill.ts';
import { type CompiledInput, compileInputs, lastOf, splitRef } from './inputs.ts';
import type { Verdict } from './run.ts';
import type { Grade, RuleDeclaration } from './types.ts';

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
  /** the figures that its formulas name beside the property itself */
  inputs: readonly CompiledInput[];
  /** when it counts as flapping; null: as the platform says */
  flapping: FlappingTerms | null;
  /** whether it is judged at this time of the day and week */
  isActive(at: number): boolean;
  /** the severity at an observation, of a condition that has lasted so long (ms) */
  severityAt(values: Values, lastedMs: number): Severity;
  /**
   * Where the condition is nothing but a limit on its property: its direction and number. Such a rule need not be
   * asked about a value on the other side.
   */
  plain: { side: 'above' | 'below'; limit: number } | null;
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
  const [typeName, property] = splitRef(rule.on);
  const type = context.type(typeName);
  const observed = type && Object.hasOwn(type.observes, property) ? type.observes[property] : undefined;
  if (!type || !observed) throw unknownProperty(rule);
  const forMs = durationMs(rule.for);
  const flaws: Flaw[] = [];
  const given = compileInputs(rule.inputs ?? {}, type, context, flaws);
  const env = envOf(type, given);
  const when = check(rule.when, '/when', env, flaws);
  const clear = rule.clear === undefined ? null : check(rule.clear, '/clear', env, flaws);
  const grades = (rule.grades ?? []).map((grade, n) => compileGrade(grade, n, env, flaws));
  const formulas = [when, clear, ...grades.map((grade) => grade.when)].filter((one) => one !== null);
  const names = new Set(formulas.flatMap((one) => one.names));
  if (
    when &&
    !when.names.includes(property) &&
    !given.some((one) => one.property === property && when.names.includes(one.name))
  ) {
    flaws.push({ at: '/when', reason: mustName(property) });
  }
  if (!when || flaws.length > 0) throw wrongFormula(rule, flaws);

  const limit = limitOf(when, property);
  const threshold = limit?.value ?? null;
  checkBlanks(rule.id, rule.title, threshold !== null);
  checkBlanks(rule.id, rule.text, threshold !== null);
  const others = [...names].filter((name) => name !== property);
  const holds = (values: Values): Verdict => when.evaluate(values);
  const ends = (values: Values): Verdict => {
    if (clear) return clear.evaluate(values);
    const held = holds(values);
    return held === null ? null : !held;
  };
  const everyMs = observed.everySeconds * 1000;
  const flapping = rule.flapping && {
    times: rule.flapping.times,
    withinMs: durationMs(rule.flapping.within),
    quietMs: durationMs(rule.flapping.quiet),
  };
  return {
    id: rule.id,
    version,
    definition: rule,
    type: typeName,
    property,
    observed,
    forMs,
    everyMs,
    inputs: others.flatMap((name) => {
      const own = type.observes[name];
      return given.find((one) => one.name === name) ?? (own ? lastOf(type, name, own) : []);
    }),
    flapping: flapping ?? null,
    isActive: rule.active ? withinPeriods(rule.active) : () => true,
    severityAt: (values, lastedMs) =>
      grades.reduce<Severity>(
        (worst, grade) =>
          grade.severity > worst && lastedMs >= grade.afterMs && (!grade.when || grade.when.evaluate(values) === true)
            ? grade.severity
            : worst,
        rule.severity,
      ),
    plain: limit && !rule.active && isPlain(rule.when) ? asPlain(limit) : null,
    holds,
    ends,
    // Oxygen below a limit is worse the lower it is.
    worse: limit?.operator.startsWith('<') ? 'lower' : 'higher',
    threshold,
    words: wordsOf(rule, { when, clear, grades, forMs, everyMs, flapping: flapping ?? defaultFlapping }),
  };
}

function envOf(type: NamedType, inputs: readonly CompiledInput[]): FormulaEnv {
  const own = Object.entries(type.observes).map(([name, { unit, title }]) => [name, { type: 'number', unit, title }]);
  return Object.fromEntries([
    ...own,
    ...inputs.map(({ name, unit, title }) => [name, { type: 'number', unit, title }]),
  ]);
}

type CompiledGrade = { severity: Severity; when: Condition | null; afterMs: number };

function compileGrade(grade: Grade, n: number, env: FormulaEnv, flaws: Flaw[]): CompiledGrade {
  if (grade.when === undefined && grade.after === undefined) flaws.push({ at: `/grades/${n}`, reason: emptyGrade });
  return {
    severity: grade.severity,
    when: grade.when === undefined ? null : check(grade.when, `/grades/${n}/when`, env, flaws),
    afterMs: grade.after === undefined ? 0 : durationMs(grade.after),
  };
}

/** One comparison of a name with a number. What the compiler made of it says which; this says that there is no more. */
const isPlain = (source: string): boolean => /^\s*[a-z_][\w.]*\s*[<>]=?\s*-?[\d.]+\s*(\[[^\]]*\])?\s*$/i.test(source);

const asPlain = ({ operator, value }: Threshold): CompiledRule['plain'] => ({
  side: operator.startsWith('>') ? 'above' : 'below',
  limit: value,
});

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
  parts: {
    when: Condition;
    clear: Condition | null;
    grades: CompiledGrade[];
    forMs: number;
    everyMs: number;
    flapping: FlappingTerms;
  },
): Text {
  const { when, clear, grades, forMs, everyMs } = parts;
  const held = durationWords(forMs);
  const every = durationWords(everyMs);
  const long = forMs > everyMs;
  const over = clear && { vi: clear.explain('vi'), en: clear.explain('en') };
  const where = placeWords(rule);
  const active = rule.active && periodWords(rule.active);
  const graver = grades.map(gradeWords);
  const within = durationWords(parts.flapping.withinMs);
  const quiet = durationWords(parts.flapping.quietMs);
  return {
    vi: [
      `Khi ${when.explain('vi')}${long ? ` liên tục ${held.vi}` : ''} thì mở một cảnh báo mức ${rule.severity}; ` +
        `hết khi ${over ? over.vi : 'điều kiện không còn đúng'}.`,
      ...graver.map((one) => one.vi),
      active && `Chỉ xét trong khung giờ ${active.vi}; ngoài khung giờ coi như đã hết.`,
      where?.vi,
      `Đóng mở quá ${parts.flapping.times} lần trong ${within.vi} thì coi là chập chờn: giữ một cảnh báo đến khi yên ${quiet.vi}, không báo lại từng lần.`,
      rule.holdsBack && 'Khi cảnh báo này còn, các đối tượng phụ thuộc vào đối tượng bị báo sẽ không báo.',
      `Số liệu mỗi ${every.vi}; không xét số liệu hiệu chuẩn và lỗi thiết bị.`,
    ]
      .filter(Boolean)
      .join(' '),
    en: [
      `When ${when.explain('en')}${long ? ` for ${held.en} without a break` : ''}, one alert of severity ${rule.severity} is opened; ` +
        `it is over when ${over ? over.en : 'the condition is not true any more'}.`,
      ...graver.map((one) => one.en),
      active && `Judged only at ${active.en}; outside it counts as over.`,
      where?.en,
      `Opened more than ${parts.flapping.times} times within ${within.en} it counts as flapping: one alert stays until it has been quiet for ${quiet.en}, and is not told of each time.`,
      rule.holdsBack && 'While it is on, nothing is raised for what depends on the entity it is about.',
      `Data every ${every.en}; calibration and faults are not judged.`,
    ]
      .filter(Boolean)
      .join(' '),
  };
}

function gradeWords({ severity, when, afterMs }: CompiledGrade): Text {
  const after = durationWords(afterMs);
  const vi = [when?.explain('vi'), afterMs > 0 ? `đã kéo dài ${after.vi}` : null].filter(Boolean).join(' và ');
  const en = [when?.explain('en'), afterMs > 0 ? `it has lasted ${after.en}` : null].filter(Boolean).join(' and ');
  return { vi: `Thành mức ${severity} khi ${vi}.`, en: `Severity ${severity} while ${en}.` };
}

function placeWords({ areas, entities }: RuleDeclaration): Text | null {
  const vi = [
    areas && `các xã, phường có mã ${areas.join(', ')}`,
    entities &&
      (entities.length <= 5 ? `các đối tượng ${entities.join(', ')}` : `${entities.length} đối tượng đã chọn`),
  ].filter(Boolean);
  const en = [
    areas && `the communes ${areas.join(', ')}`,
    entities && (entities.length <= 5 ? `the entities ${entities.join(', ')}` : `${entities.length} chosen entities`),
  ].filter(Boolean);
  return vi.length === 0 ? null : { vi: `Chỉ xét ${vi.join(', và ')}.`, en: `Only ${en.join(', and ')}.` };
}

const emptyGrade: Text = {
  vi: 'một mức phải có điều kiện (when) hoặc thời gian kéo dài (after)',
  en: 'a grade needs a condition (when) or how long it has lasted (after)',
};

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
