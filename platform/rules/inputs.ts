/** Figures that a rule's formulas name beside the properties of its type: checked, titled and computed. */
import type { Context, NamedType, Observed } from '../context/index.ts';
import type { Flaw, Text } from '../words/index.ts';
import { durationMs, durationWords } from './duration.ts';
import { GAP } from './run.ts';
import { hoursLikeThis, unusual } from './season.ts';
import type { Value } from './states.ts';
import type { RuleInput } from './types.ts';

const WEEKS = 8;
const LEAST = 4;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** A figure of a rule that can be computed. `type`: whose property it is of. Durations in ms. */
export type CompiledInput = {
  name: string;
  given: RuleInput | { kind: 'last' };
  type: string;
  property: string;
  observed: Observed;
  everyMs: number;
  overMs: number;
  title: Text;
  unit: string;
};

/** Which series a figure of one entity is computed from. */
export type Source = { input: CompiledInput; seriesIds: readonly number[] };

/** What was read for judging: values of series oldest first, and hourly means by series and hour (ms). */
export type Data = {
  values: ReadonlyMap<number, readonly Value[]>;
  hours: ReadonlyMap<number, ReadonlyMap<number, number>>;
};

/** A property of the type itself that a formula names: its last good value that is not older than the gap. */
export function lastOf(type: NamedType, property: string, observed: Observed): CompiledInput {
  return {
    name: property,
    given: { kind: 'last' },
    type: type.name,
    property,
    observed,
    everyMs: observed.everySeconds * 1000,
    overMs: 0,
    title: observed.title,
    unit: observed.unit,
  };
}

/** Checks the declared figures; what is wrong is added to `flaws` with its place. */
export function compileInputs(
  given: Readonly<Record<string, RuleInput>>,
  type: NamedType,
  context: Pick<Context, 'type'>,
  flaws: Flaw[],
): CompiledInput[] {
  return Object.entries(given).flatMap(([name, input]) => {
    const at = `/inputs/${name}`;
    if (!NAME.test(name) || Object.hasOwn(type.observes, name) || name in Object.prototype) {
      flaws.push({ at, reason: badName(name) });
      return [];
    }
    const [typeName, property] = input.kind === 'area' ? splitRef(input.of) : [type.name, input.of];
    const observes = context.type(typeName)?.observes;
    const observed = observes && Object.hasOwn(observes, property) ? observes[property] : undefined;
    if (!observed) {
      flaws.push({ at, reason: notObserved(input.of) });
      return [];
    }
    if (input.kind === 'area' && (input.take === 'count') !== (input.above !== undefined)) {
      flaws.push({ at, reason: countsAbove });
      return [];
    }
    const overMs = input.kind === 'change' ? durationMs(input.over) : 0;
    if (input.kind === 'change' && overMs < observed.everySeconds * 1000) {
      flaws.push({ at, reason: tooShort(durationWords(observed.everySeconds * 1000)) });
      return [];
    }
    const plain = input.kind === 'unusual' || (input.kind === 'area' && input.take === 'count');
    const everyMs = observed.everySeconds * 1000;
    const title = titleOf(input, observed);
    return [
      {
        name,
        given: input,
        type: typeName,
        property,
        observed,
        everyMs,
        overMs,
        title,
        unit: plain ? '' : observed.unit,
      },
    ];
  });
}

export function splitRef(on: string): [type: string, property: string] {
  const dot = on.indexOf('.');
  return dot < 0 ? [on, ''] : [on.slice(0, dot), on.slice(dot + 1)];
}

/** How far before an observation values of its series are looked at, in ms. */
export const reachOf = (input: CompiledInput): number => input.overMs + GAP * input.everyMs;

/** The hours whose means are needed at an instant. */
export function hoursOf(input: CompiledInput, at: number): number[] {
  return input.given.kind === 'unusual' ? hoursLikeThis(at, input.given.weeks ?? WEEKS) : [];
}

/** The figure at an instant; null where it is not known. */
export function figureAt({ input, seriesIds }: Source, at: number, data: Data): number | null {
  const last = (seriesId: number, when: number): number | null => {
    const found = lastBefore(data.values.get(seriesId) ?? [], when);
    return found && when - found.at <= GAP * input.everyMs ? found.value : null;
  };
  const { given } = input;
  const [own = 0] = seriesIds;
  switch (given.kind) {
    case 'last':
      return last(own, at);
    case 'change': {
      const [now, then] = [last(own, at), last(own, at - input.overMs)];
      return now === null || then === null ? null : now - then;
    }
    case 'unusual': {
      const now = last(own, at);
      const means = data.hours.get(own);
      if (now === null || !means) return null;
      const usual = hoursOf(input, at).flatMap((hour) => means.get(hour) ?? []);
      return unusual(now, usual, given.least ?? LEAST);
    }
    case 'area': {
      const known = seriesIds.flatMap((id) => last(id, at) ?? []);
      const { above } = given;
      if (given.take === 'count') return known.filter((value) => value > (above ?? 0)).length;
      if (known.length === 0) return null;
      if (given.take === 'min') return known.reduce((a, b) => Math.min(a, b));
      if (given.take === 'max') return known.reduce((a, b) => Math.max(a, b));
      const sum = known.reduce((a, b) => a + b, 0);
      return given.take === 'sum' ? sum : sum / known.length;
    }
  }
}

function lastBefore(rows: readonly Value[], at: number): Value | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

function titleOf(input: RuleInput, observed: Observed): Text {
  const { vi, en } = observed.title;
  if (input.kind === 'change') {
    const over = durationWords(durationMs(input.over));
    return { vi: `mức thay đổi của ${vi} sau ${over.vi}`, en: `change of ${en} over ${over.en}` };
  }
  if (input.kind === 'unusual') {
    const [weeks, least] = [input.weeks ?? WEEKS, input.least ?? LEAST];
    return {
      vi: `độ lệch của ${vi} so với thường lệ cùng giờ, cùng thứ (${weeks} tuần trước, cần ít nhất ${least} tuần có số liệu)`,
      en: `deviation of ${en} from the usual of this hour of the week (${weeks} weeks before, at least ${least} of them known)`,
    };
  }
  if (input.take === 'count') {
    const above = { vi: (input.above ?? 0).toLocaleString('vi-VN'), en: (input.above ?? 0).toLocaleString('en-GB') };
    return {
      vi: `số điểm đo cùng xã có ${vi} trên ${above.vi}`,
      en: `points in the same commune whose ${en} is above ${above.en}`,
    };
  }
  const take = {
    mean: { vi: 'trung bình', en: 'mean' },
    min: { vi: 'nhỏ nhất', en: 'smallest' },
    max: { vi: 'lớn nhất', en: 'largest' },
    sum: { vi: 'tổng', en: 'sum' },
  }[input.take];
  return { vi: `${vi} ${take.vi} của các điểm đo cùng xã`, en: `${take.en} ${en} of the points in the same commune` };
}

function badName(name: string): Text {
  return {
    vi: `“${name}” không đặt tên được cho một số liệu: dùng chữ thường không dấu, chữ số và gạch dưới, khác tên các thuộc tính đo`,
    en: `“${name}” cannot name a figure: use small letters, digits and underscores, and no property's name`,
  };
}

const notObserved = (of: string): Text => ({
  vi: `không có thuộc tính đo “${of}”`,
  en: `there is no observed property “${of}”`,
});

const countsAbove: Text = {
  vi: 'đếm số điểm đo (count) thì phải nói trên mức nào (above), các cách gộp khác thì không',
  en: 'count needs the limit above which it counts (above), and nothing else takes one',
};

const tooShort = (every: Text): Text => ({
  vi: `khoảng so sánh ngắn hơn chu kỳ số liệu (${every.vi})`,
  en: `it compares over less than the interval of the data (${every.en})`,
});
