/** Trials as they stand in the database, so that any process can say how far one is. */
import { randomUUID } from 'node:crypto';
import { notFound, Refusal, type Text } from '../words/index.ts';
import type { CompiledRule } from './condition.ts';
import type { RulesTables } from './tables.ts';
import { type TrialOptions, tryRule } from './trial.ts';
import type { RuleDeclaration, Trial } from './types.ts';

/** How often a running trial says how far it is, and after how long without a word it counts as dead. */
const SAID_EVERY_MS = 300;
const DEAD_AFTER_MS = 60_000;
const KEEP_MS = 30 * 86_400_000;

export type Trials = {
  /** Begins a trial and answers its number at once. */
  start(principal: { id: string }, rule: CompiledRule, from: Date, to: Date): Promise<string>;
  get(id: string): Promise<Trial>;
  /** Ends when the trials of this process have. */
  settled(): Promise<void>;
};

export function createTrials(
  options: TrialOptions & { now: () => Date; wordsOf: (rule: RuleDeclaration) => Text },
): Trials {
  const { db, now } = options;
  const tables = db.withTables<RulesTables>();
  const running = new Set<Promise<void>>();

  const set = async (
    id: string,
    change: Partial<Record<'done' | 'total', number>> & { result?: string; problem?: string },
  ) => {
    await tables
      .updateTable('rule_trials')
      .set({ ...change, moved_at: now() })
      .where('id', '=', id)
      .execute();
  };

  const run = async (id: string, rule: CompiledRule, from: number, to: number): Promise<void> => {
    let saidAt = 0;
    try {
      const result = await tryRule(options, rule, from, to, async (done, total) => {
        if (performance.now() - saidAt < SAID_EVERY_MS) return;
        saidAt = performance.now();
        await set(id, { done, total });
      });
      await set(id, { result: JSON.stringify(result) });
    } catch (error) {
      const problem: Text =
        error instanceof Refusal
          ? error.text
          : { vi: `Lỗi khi chạy thử: ${String(error)}`, en: `The trial failed: ${String(error)}` };
      await set(id, { problem: JSON.stringify(problem) });
    }
  };

  return {
    async start(principal, rule, from, to) {
      const id = randomUUID();
      const at = now();
      await tables
        .deleteFrom('rule_trials')
        .where('started_at', '<', new Date(at.getTime() - KEEP_MS))
        .execute();
      await tables
        .insertInto('rule_trials')
        .values({
          id,
          rule: JSON.stringify(rule.definition),
          from_at: from,
          to_at: to,
          started_by: principal.id,
          started_at: at,
          moved_at: at,
          done: 0,
          total: 1,
          result: null,
          problem: null,
        })
        .execute();
      const work: Promise<void> = run(id, rule, from.getTime(), to.getTime())
        // The database is gone: the trial stays without a word and counts as dead.
        .catch(() => undefined)
        .finally(() => running.delete(work));
      running.add(work);
      return id;
    },
    async get(id) {
      const row = await tables.selectFrom('rule_trials').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw notFound({ vi: `lần chạy thử ${id}`, en: `trial ${id}` });
      const isDead = now().getTime() - row.moved_at.getTime() > DEAD_AFTER_MS;
      return {
        id: row.id,
        from: row.from_at,
        to: row.to_at,
        startedAt: row.started_at,
        state: row.result ? 'done' : row.problem ? 'failed' : isDead ? 'stopped' : 'running',
        done: row.result ? row.total : row.done,
        total: row.total,
        words: options.wordsOf(row.rule),
        result: row.result,
        problem: row.problem,
      };
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
