/**
 * Ballots: what may be chosen, and how the choices are counted. Pure; the browser and whoever counts again use the
 * same functions as the server.
 */
import type { Text } from '../../platform/words/index.ts';

export type Option = {
  /** kebab-case, stays the same while a consultation lives */
  id: string;
  title: string;
  text?: string;
  /** đồng; only where a budget is shared out */
  costVnd?: number;
};

/**
 * `choice`: exactly one option; `approval`: any of them up to `mostChoices`; `budget`: any of them whose costs
 * together stay within `budgetVnd`.
 */
export type Question = {
  kind: 'choice' | 'approval' | 'budget';
  options: readonly Option[];
  mostChoices?: number;
  budgetVnd?: number;
};

/** How surely we know who voted: the national identity, a checked paper ballot, or a code sent to a phone or mailbox. */
export type Assurance = 'national-id' | 'paper' | 'code';

/** Why these choices are no valid ballot; null where they are. */
export function refusedChoices(question: Question, choices: readonly string[]): Text | null {
  const chosen = new Map(question.options.map((option) => [option.id, option]));
  if (choices.length === 0) return { vi: 'Hãy chọn ít nhất một phương án.', en: 'Choose at least one option.' };
  if (new Set(choices).size !== choices.length) {
    return { vi: 'Một phương án chỉ được chọn một lần.', en: 'An option can be chosen once only.' };
  }
  if (choices.some((id) => !chosen.has(id))) {
    return {
      vi: 'Có phương án không thuộc lần lấy ý kiến này. Hãy tải lại trang rồi chọn lại.',
      en: 'An option is not of this consultation. Reload the page and choose again.',
    };
  }
  if (question.kind === 'choice' && choices.length !== 1) {
    return { vi: 'Chỉ được chọn một phương án.', en: 'Choose exactly one option.' };
  }
  const most = question.mostChoices ?? question.options.length;
  if (question.kind === 'approval' && choices.length > most) {
    return { vi: `Chỉ được chọn nhiều nhất ${most} phương án.`, en: `Choose at most ${most} options.` };
  }
  if (question.kind === 'budget') {
    const total = costOf(question, choices);
    const limit = question.budgetVnd ?? 0;
    if (total > limit) {
      return {
        vi: `Các dự án đã chọn cần ${money(total, 'vi-VN')} đồng, vượt ngân sách ${money(limit, 'vi-VN')} đồng. Hãy bỏ bớt.`,
        en: `The chosen projects need ${money(total, 'en-GB')} dong, over the budget of ${money(limit, 'en-GB')}. Take some out.`,
      };
    }
  }
  return null;
}

const money = (vnd: number, locale: string): string => new Intl.NumberFormat(locale).format(vnd);

/** What the chosen projects cost together, in đồng. */
export function costOf(question: Question, choices: readonly string[]): number {
  return question.options.reduce((sum, one) => (choices.includes(one.id) ? sum + (one.costVnd ?? 0) : sum), 0);
}

export type Counts = Record<string, number>;

/** Votes for each option, those without any among them. */
export function countBallots(question: Question, ballots: Iterable<readonly string[]>): Counts {
  const counts: Counts = Object.fromEntries(question.options.map((option) => [option.id, 0]));
  for (const choices of ballots) for (const id of choices) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const counts of all) for (const [id, n] of Object.entries(counts)) sum[id] = (sum[id] ?? 0) + n;
  return sum;
}

/**
 * Which options win. `choice`: the one with most votes, none where two have as many (a person decides, openly).
 * `approval`: all with votes, most first. `budget`: by votes, each that still fits into what is left, so that the
 * total is never exceeded; of two with as many votes the cheaper goes first, then the one that stands first.
 */
export function winners(question: Question, counts: Counts): string[] {
  const ranked = question.options
    .map((option, place) => ({ ...option, place, votes: counts[option.id] ?? 0 }))
    .filter((option) => option.votes > 0)
    .sort((a, b) => b.votes - a.votes || (a.costVnd ?? 0) - (b.costVnd ?? 0) || a.place - b.place);
  if (question.kind === 'approval') return ranked.map((option) => option.id);
  if (question.kind === 'choice') {
    const [first, second] = ranked;
    return first && first.votes !== second?.votes ? [first.id] : [];
  }
  let left = question.budgetVnd ?? 0;
  const won: string[] = [];
  for (const option of ranked) {
    if ((option.costVnd ?? 0) > left) continue;
    left -= option.costVnd ?? 0;
    won.push(option.id);
  }
  return won;
}
