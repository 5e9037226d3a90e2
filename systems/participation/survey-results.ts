/** What a survey asks, and what its answers come to. Pure. */
import { csvCell, type Language } from '../../platform/words/index.ts';

export type SurveyQuestion = {
  id: string;
  title: string;
  kind: 'scale' | 'choice' | 'text';
  options?: string[];
  /** how the city gets on as a whole (indicator L1.N3.PN1.01), not this service */
  measures?: 'progress';
};
export type SurveyAnswers = Record<string, number | string>;

/** Fewer answers than this are not shown: they would tell what single people said. */
export const LEAST_SHOWN = 5;
export const SCALE = [1, 2, 3, 4, 5] as const;
/** 'satisfied' and 'very satisfied' */
export const GOOD_FROM = 4;

export type QuestionResult = {
  id: string;
  title: string;
  kind: SurveyQuestion['kind'];
  /** how many answered this question */
  n: number;
  /** null: too few to be shown */
  counts: { value: string; n: number }[] | null;
  mean: number | null;
  /** the share of 4 and 5, in percent */
  good: number | null;
  texts: string[] | null;
};

export function resultsOf(questions: readonly SurveyQuestion[], answers: readonly SurveyAnswers[]): QuestionResult[] {
  return questions.map(({ id, title, kind, options = [] }) => {
    const given = answers.flatMap((one) => one[id] ?? []);
    const n = given.length;
    const few = n < LEAST_SHOWN;
    const base = { id, title, kind, n, counts: null, mean: null, good: null, texts: null };
    if (few) return base;
    // In an order that tells nothing of who wrote when.
    if (kind === 'text') return { ...base, texts: given.map(String).sort((a, b) => a.localeCompare(b, 'vi')) };
    const values = kind === 'scale' ? SCALE.map(String) : options;
    const counts = values.map((value) => ({ value, n: given.filter((one) => String(one) === value).length }));
    if (kind === 'choice') return { ...base, counts };
    const stars = given.map(Number);
    return {
      ...base,
      counts,
      mean: stars.reduce((sum, one) => sum + one, 0) / n,
      good: (100 * stars.filter((one) => one >= GOOD_FROM).length) / n,
    };
  });
}

/** What is wrong with answers, by the question's id; none where they may be taken. */
export function wrongAnswers(questions: readonly SurveyQuestion[], answers: SurveyAnswers): string[] {
  const wrong = Object.keys(answers).filter((id) => !questions.some((one) => one.id === id));
  for (const { id, kind, options = [] } of questions) {
    const given = answers[id];
    if (given === undefined) {
      // Free text is free to be left out.
      if (kind !== 'text') wrong.push(id);
    } else if (kind === 'scale' && !SCALE.some((one) => one === given)) wrong.push(id);
    else if (kind === 'choice' && !options.some((one) => one === given)) wrong.push(id);
    else if (kind === 'text' && typeof given !== 'string') wrong.push(id);
  }
  return wrong;
}

const heads = {
  vi: ['cau_hoi', 'phuong_an', 'so_tra_loi', 'tong_tra_loi', 'nguon'],
  en: ['question', 'value', 'answers', 'of', 'source'],
} as const;

const sources = {
  vi: { measured: 'người dân trả lời', simulated: 'DỮ LIỆU MÔ PHỎNG' },
  en: { measured: 'answers of people', simulated: 'SIMULATED DATA' },
} as const;

/** One line for each value with the number of answers beside it; what is too few to be shown stands as empty. */
export function resultsCsv(
  results: readonly QuestionResult[],
  provenance: 'measured' | 'simulated',
  language: Language,
): string {
  const source = sources[language][provenance];
  const rows = results.flatMap((one): (string | number)[][] => {
    if (one.texts) return one.texts.map((text) => [one.title, text, 1, one.n, source]);
    if (one.counts) return one.counts.map(({ value, n }) => [one.title, value, n, one.n, source]);
    return [[one.title, '', '', one.n, source]];
  });
  return [heads[language], ...rows].map((row) => `${row.map((cell) => csvCell(String(cell))).join(',')}\r\n`).join('');
}
