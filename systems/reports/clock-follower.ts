import { sql } from 'kysely';
import type { Follower, LogEvent } from '../../platform/events/index.ts';
import { tablesOf } from './parts.ts';

/**
 * Keeps a report's deadline and how much of its time is used as its case's own clock has them: when that rings, when
 * an edited calendar moves it, when a reopened report gets a new one.
 */
export const clockFollower: Follower = {
  name: 'reports.clocks',
  kinds: ['clock.rung', 'case.changed', 'report.reopened'],
  startAt: 'beginning',
  async handle(tx, events) {
    for (const event of events) {
      const set = changeOf(event);
      if (set)
        await tablesOf(tx).updateTable('reports').set(set).where('case_id', '=', String(event.subject)).execute();
    }
  },
};

function changeOf({ kind, payload }: LogEvent) {
  if (kind === 'report.reopened') return { rung: 0 };
  // Steps and tasks have clocks of their own.
  if (payload.type !== 'report' || payload.clock !== 'case' || payload.taskId !== undefined) return null;
  const rung = Number(payload.rung);
  if (kind === 'clock.rung') return { rung: sql<number>`greatest(rung, ${rung})` };
  if (payload.what !== 'deadline-moved') return null;
  return { rung, due_at: typeof payload.to === 'string' ? new Date(payload.to) : null };
}
