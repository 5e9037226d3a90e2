import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Http } from '../platform/http/index.ts';
import type { ServiceState } from '../platform/service/index.ts';

export type Metrics = {
  registry: Registry;
  /** Gauges of the platform's own state, read once when a scraper comes. */
  watch(read: () => Promise<ServiceState>): void;
};

type Row = [labels: Record<string, string>, value: number];
const one = (value: number): Row[] => [[{}, value]];
const seconds = (iso: string | null): Row[] => (iso ? one(Date.parse(iso) / 1000) : []);

/** Each gauge: its name, what it says, its labels, and its rows out of the state. */
const gauges: [name: string, help: string, labels: string[], rows: (state: ServiceState) => Row[]][] = [
  [
    'dttm_follower_behind',
    'Events that a follower has not passed yet',
    ['follower'],
    (state) => state.followers.map((follower) => [{ follower: follower.name }, follower.behind]),
  ],
  [
    'dttm_follower_behind_seconds',
    'Age of the oldest event that a follower has not passed',
    ['follower'],
    (state) => state.followers.map((follower) => [{ follower: follower.name }, follower.behindSeconds]),
  ],
  [
    'dttm_follower_failures',
    'Failed tries of a follower since it last succeeded',
    ['follower'],
    (state) => state.followers.map((follower) => [{ follower: follower.name }, follower.failures]),
  ],
  ['dttm_observations_waiting', 'Observations that wait for their commit', [], (state) => one(state.waiting)],
  ['dttm_refused_recently', 'Requests refused for overload within five minutes', [], (state) => one(state.refused)],
  ['dttm_live_clients', 'Open live streams', [], (state) => one(state.live)],
  ['dttm_database_bytes', 'Size of the database', [], (state) => one(state.database.bytes)],
  ['dttm_database_connections', 'Connections to the database server', [], (state) => one(state.database.connections)],
  ['dttm_database_connections_max', 'Most connections', [], (state) => one(state.database.maxConnections)],
  [
    'dttm_database_wraparound_ratio',
    'Age of the oldest transaction number as a share of autovacuum_freeze_max_age',
    [],
    (state) => one(state.database.wraparound),
  ],
  [
    'dttm_database_longest_transaction_seconds',
    'Age of the oldest open transaction',
    [],
    (state) => one(state.database.longestTransactionSeconds),
  ],
  [
    'dttm_database_archive_failing',
    '1 where the last WAL segment could not be archived',
    [],
    (state) => one(state.database.archiving === 'failing' ? 1 : 0),
  ],
  [
    'dttm_disk_free_bytes',
    'Free bytes',
    ['disk'],
    (state) => state.disks.map((disk) => [{ disk: disk.name }, disk.freeBytes]),
  ],
  [
    'dttm_disk_total_bytes',
    'Size',
    ['disk'],
    (state) => state.disks.map((disk) => [{ disk: disk.name }, disk.totalBytes]),
  ],
  [
    'dttm_disk_days_left',
    'Days until the disk is full at the rate of the last week; absent where it does not fill',
    ['disk'],
    (state) =>
      state.disks.flatMap((disk): Row[] => (disk.daysLeft === null ? [] : [[{ disk: disk.name }, disk.daysLeft]])),
  ],
  ['dttm_back_up_timestamp_seconds', 'When the last good back-up ended', [], (state) => seconds(state.backUp.lastAt)],
  [
    'dttm_job_failed',
    '1 where the last run of a job failed for good',
    ['job'],
    (state) => state.jobs.map((job) => [{ job: job.name }, job.lastState === 'failed' ? 1 : 0]),
  ],
  [
    'dttm_job_waiting',
    'Runs of a job that wait',
    ['job'],
    (state) => state.jobs.map((job) => [{ job: job.name }, job.waiting]),
  ],
  ['dttm_mail_waiting', 'E-mails that wait', [], (state) => one(state.mail.waiting)],
];

/** Prometheus metrics of the process and of every route. */
export function createMetrics(http: Http): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_seconds',
    help: 'Time of requests by route and status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'http_failures_total',
    help: 'Requests answered with 5xx',
    registers: [registry],
  });
  http.app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.observe({ route, method: request.method, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    if (reply.statusCode >= 500) failures.inc();
  });
  return {
    registry,
    watch(read) {
      // All gauges of one scrape are of one look.
      let look: { at: number; state: Promise<ServiceState> } | null = null;
      const state = (): Promise<ServiceState> => {
        if (!look || performance.now() - look.at > 1000) look = { at: performance.now(), state: read() };
        return look.state;
      };
      for (const [name, help, labelNames, rows] of gauges) {
        new Gauge({
          name,
          help,
          labelNames,
          registers: [registry],
          async collect() {
            const found = rows(await state());
            this.reset();
            for (const [labels, value] of found) this.set(labels, value);
          },
        });
      }
    },
  };
}
