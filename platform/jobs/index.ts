/**
 * Jobs: work that runs by the clock or after a request, in the same database, by pg-boss. Promise: of one name only
 * one runs at a time, over all processes; a failed run is tried again a few times and then shown as dead; each run
 * has a named principal; a job carries ids, never data; stopping waits for what runs.
 */
import PgBoss from 'pg-boss';
import { type Db, statement, type Tx } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { type Run, ranSince, recentRuns, waitingOf } from './runs.ts';

export { serveJobs } from './routes.ts';
export type { Run } from './runs.ts';

export type Ids = Record<string, string>;

export type Work = {
  ids: Ids;
  principal: Principal;
  /** 1 for the first try */
  attempt: number;
  /** Aborted when the platform stops or the run takes longer than it may: long work should look at it. */
  signal: AbortSignal;
};

export type Job = {
  /** kebab-case with dots between: 'indicators.snapshot' */
  name: string;
  /** five fields, in Vietnam's time (Asia/Ho_Chi_Minh); absent: runs only when asked for */
  cron?: string;
  /** who acts, for the audit */
  principal: Principal;
  /** tries after the first failed one (default 3, each later than the last) */
  retries?: number;
  /** longest time of one run in minutes (default 15); after it the run counts as failed */
  minutes?: number;
  run(work: Work): Promise<void>;
};

export type JobState = {
  name: string;
  cron: string | null;
  principal: string;
  /** runs asked for that wait, and failed ones that wait to be tried again */
  waiting: number;
  last: Run | null;
};

export type Jobs = {
  /** Registers a job; all before `start`. */
  schedule(job: Job): void;
  /** Asks for a run with ids; with a transaction, the run is asked for only if that commits. */
  request(db: Db | Tx, name: string, ids?: Ids): Promise<void>;
  /** Starts; where `work` is false runs are only asked for here, and done by another process. */
  start(options?: { work: boolean }): Promise<void>;
  /** Takes no new work and waits for what runs (30 s at most; what is cut off is tried again after its time). */
  stop(): Promise<void>;
  /** This and the two below need a started room. */
  list(): Promise<JobState[]>;
  /** Runs that failed for good in the last week, newest first. */
  dead(): Promise<Run[]>;
  /** The last runs of all jobs, newest first. */
  recent(limit: number): Promise<Run[]>;
  health(): Promise<{ running: boolean; dead: number; error: string | null }>;
};

export type JobsOptions = {
  databaseUrl: string;
  now: () => Date;
  /** Hears of each failed run and of pg-boss's own troubles (then `job` is `pg-boss`). */
  onError: (error: unknown, job: string) => void;
  /** Seconds between looks for work (default 2) and at the clock (default 30). */
  everySeconds?: number;
  cronEverySeconds?: number;
};

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const STOP_MS = 30_000;
const WEEK_MS = 7 * 24 * 3_600_000;

export function createJobs(options: JobsOptions): Jobs {
  const { now, onError } = options;
  const jobs = new Map<string, Job>();
  let boss: PgBoss | null = null;
  let stopping = new AbortController();
  let error: string | null = null;

  const started = (): PgBoss => {
    if (!boss) throw new Error('jobs: not started');
    return boss;
  };

  const take = (job: Job) => async (batch: PgBoss.JobWithMetadata<{ ids?: Ids }>[]) => {
    for (const one of batch) {
      const ids = one.data?.ids ?? {};
      // Slots of the clock that passed while a run was on its way are done by the run that began after them.
      if (job.cron && Object.keys(ids).length === 0 && (await ranSince(started().getDb(), job.name, one.createdOn)))
        return;
      const limit = AbortSignal.timeout((job.minutes ?? 15) * 60_000);
      try {
        await job.run({
          ids,
          principal: job.principal,
          attempt: one.retryCount + 1,
          signal: AbortSignal.any([stopping.signal, limit]),
        });
      } catch (failure) {
        onError(failure, job.name);
        throw failure;
      }
    }
  };

  const dead = (): Promise<Run[]> =>
    recentRuns(started().getDb(), {
      names: [...jobs.keys()],
      state: 'failed',
      since: new Date(now().getTime() - WEEK_MS),
      limit: 200,
    });

  return {
    schedule(job) {
      if (boss) throw new Error(`jobs: '${job.name}' must be registered before the start`);
      if (jobs.has(job.name)) throw new Error(`jobs: '${job.name}' is registered twice`);
      jobs.set(job.name, job);
    },

    async request(within, name, ids = {}) {
      if (!jobs.has(name)) throw new Error(`jobs: no job '${name}'`);
      await started().send(
        name,
        { ids },
        {
          db: {
            executeSql: async (text, values) => {
              const result = await within.executeQuery<object>(statement(text, values));
              return { rows: result.rows };
            },
          },
        },
      );
    },

    async start({ work } = { work: true }) {
      stopping = new AbortController();
      const made = new PgBoss({
        connectionString: options.databaseUrl,
        application_name: 'dttm-jobs',
        max: 4,
        schedule: work,
        supervise: work,
        cronMonitorIntervalSeconds: options.cronEverySeconds ?? 30,
        cronWorkerIntervalSeconds: options.everySeconds ?? 2,
        // Runs are kept for a week, so that who comes back after a weekend sees what failed.
        archiveCompletedAfterSeconds: 24 * 3600,
        archiveFailedAfterSeconds: 7 * 24 * 3600,
        deleteAfterDays: 7,
      });
      made.on('error', (failure) => {
        error = failure.message;
        onError(failure, 'pg-boss');
      });
      await made.start();
      boss = made;
      error = null;
      if (!work) return;
      for (const stored of await made.getSchedules()) {
        if (!jobs.get(stored.name)?.cron) await made.unschedule(stored.name);
      }
      for (const job of jobs.values()) {
        const queue = {
          name: job.name,
          policy: 'singleton' as const,
          retryLimit: job.retries ?? 3,
          retryDelay: 5,
          retryBackoff: true,
          expireInSeconds: (job.minutes ?? 15) * 60,
        };
        await made.createQueue(job.name, queue);
        await made.updateQueue(job.name, queue);
        if (job.cron) await made.schedule(job.name, job.cron, { ids: {} }, { tz: TIME_ZONE });
        await made.work(
          job.name,
          { includeMetadata: true, batchSize: 1, pollingIntervalSeconds: options.everySeconds ?? 2 },
          take(job),
        );
      }
    },

    async stop() {
      const running = boss;
      if (!running) return;
      stopping.abort();
      await running.stop({ graceful: true, wait: true, close: true, timeout: STOP_MS });
      boss = null;
    },

    async list() {
      const names = [...jobs.keys()];
      const waiting = await waitingOf(started().getDb(), names);
      const runs = await recentRuns(started().getDb(), { names, perName: 1 });
      return [...jobs.values()].map((job) => ({
        name: job.name,
        cron: job.cron ?? null,
        principal: job.principal.id,
        waiting: waiting.get(job.name) ?? 0,
        last: runs.find((run) => run.name === job.name) ?? null,
      }));
    },
    dead,
    recent: (limit) => recentRuns(started().getDb(), { names: [...jobs.keys()], limit }),
    async health() {
      return { running: boss !== null, dead: boss ? (await dead()).length : 0, error };
    },
  };
}
