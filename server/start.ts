import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { type Embedded, openDatabase, startEmbedded } from '../platform/database/index.ts';
import { tidyKeys } from '../platform/ingest/index.ts';
import { lookForSilentConnectors } from '../platform/sources/index.ts';
import { scheduleBackUps } from './back-up-jobs.ts';
import { archiveFolder, backUpRoot } from './back-ups.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { demoAccounts, replayStation, seedDemo, simulatedTime } from './demo.ts';
import { livePast } from './demo-past.ts';
import { seedSensors } from './demo-sensors.ts';
import { serveHealth } from './health.ts';
import { migrationFolders } from './migrations.ts';
import { demandMode } from './mode.ts';
import { type Simulation, startSimulation } from './simulation.ts';
import { serveWeb } from './web.ts';

export type Server = { url: string; greeting: string[]; stop(): Promise<void> };

const root = join(import.meta.dirname, '..');
/** Real hours that lie beside some checkouts; where they are absent the demo shows the simulation only. */
const NEIGHBOUR_FILE = join(root, '..', 'shared', 'data', 'air', 'beijing-dongsi-2013-2017.csv');

/** Starts the whole platform: database, rooms, doors, web, and in the demo the simulated province. */
export async function startServer(config: Config, logger: Logger): Promise<Server> {
  const directory = resolve(root, config.dataDirectory);
  await mkdir(directory, { recursive: true });
  const backUps = backUpRoot(config, root);
  const embedded: Embedded | null = config.DATABASE_URL
    ? null
    : await startEmbedded({
        directory: join(directory, 'postgres'),
        ...(backUps ? { archive: await archiveFolder(backUps, directory) } : {}),
        onLog: (line) => logger.debug({ postgres: line }),
      });
  const url = config.DATABASE_URL ?? embedded?.url ?? '';
  const database = openDatabase(url, { onError: (error) => logger.warn({ err: error }, 'database connection lost') });
  // Loaded only where it is wanted: nobody else pays for it.
  const collector = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracing = collector
    ? (await import('./tracing.ts')).startTracing(collector, config.OTEL_TRACES_SAMPLER_ARG)
    : null;
  const ended: (() => Promise<void>)[] = tracing ? [() => tracing.stop()] : [];
  const stop = async (): Promise<void> => {
    // The last thing begun is the first to end: doors close before the rooms behind them.
    for (const end of ended.reverse()) {
      await end().catch((error) => logger.error({ err: error }, 'a part did not stop well'));
    }
    await database.close();
    await embedded?.stop();
  };

  try {
    await demandMode(database.db, config.mode);
    const applied = await database.migrate(await migrationFolders());
    if (applied.length > 0) logger.info({ applied: applied.length }, 'migrations applied');
    const composed = await compose({
      config: { ...config, dataDirectory: directory },
      database,
      databaseUrl: url,
      logger,
      now: () => new Date(),
      tracing,
    });
    const {
      log,
      audit,
      http,
      history,
      rules,
      alerts,
      cases,
      ingest,
      live,
      jobs,
      notify,
      identity,
      connectors,
      uploads,
    } = composed;
    await composed.prepare();
    const backUpNow = await scheduleBackUps(composed, url, root);
    const seeded = config.mode === 'demo' ? await seedDemo(composed, { replay: replayFile(config) !== null }) : null;

    const service = await serveHealth(composed, embedded, root);
    const hasWeb = await serveWeb(http, composed.platform.site.embeddedBy);
    const work = hasRole(config, 'worker');
    log.start({ follow: work });
    ended.push(() => log.stop());
    await jobs.start({ work });
    // Not only at the next half hour: after a start people look first at what stands badly.
    if (work) await jobs.request(composed.db, 'sources.standing');
    ended.push(() => jobs.stop());
    if (work) {
      audit.start();
      ended.push(() => audit.stop());
      await backUpNow();
      notify.start();
      ended.push(() => notify.stop());
      ended.push(() => connectors.stop());
    }
    const clockWork = [
      { name: 'derived values', everyMs: 1000, run: () => history.tick() },
      { name: 'silence', everyMs: 15_000, run: () => rules.tick(new Date()) },
      { name: 'reminders', everyMs: 15_000, run: () => alerts.remind() },
      { name: 'pauses', everyMs: 15_000, run: () => alerts.release() },
      { name: 'clocks', everyMs: 15_000, run: () => cases.ring(new Date()) },
      { name: 'old events', everyMs: 600_000, run: () => log.tidy() },
      { name: 'connectors', everyMs: 5_000, run: () => connectors.runDue() },
      { name: 'silent connectors', everyMs: 60_000, run: () => lookForSilentConnectors(composed) },
      { name: 'service', everyMs: 60_000, run: () => service.watch() },
      { name: 'old uploads', everyMs: 3_600_000, run: () => uploads.tidy() },
      { name: 'old keys', everyMs: 3_600_000, run: () => tidyKeys(composed.db, new Date()) },
      { name: 'old sessions', everyMs: 3_600_000, run: () => identity.sweep() },
    ];
    const ticks = tick(logger, [
      { name: 'last seen', everyMs: 10_000, run: () => ingest.devices.flushSeen() },
      ...(work ? clockWork : []),
    ]);
    ended.push(ticks);
    const takesIn = hasRole(config, 'ingest');
    if (takesIn) {
      const watcher = await ingest.watch(join(directory, 'stations'));
      ended.push(() => watcher.stop());
      ended.push(uploads.start());
    }
    if (takesIn && config.MQTT_URL) {
      const subscription = ingest.subscribe(config.MQTT_URL, config.MQTT_DEVICE);
      ended.push(() => subscription.stop());
    }
    const broker =
      !takesIn || config.MQTT_PORT < 0 || config.MQTT_URL
        ? null
        : await ingest.broker(config.HOST, config.MQTT_PORT).catch((error) => {
            // Degrade, don't fall: without its broker the platform still takes files and HTTP.
            logger.error({ err: error, port: config.MQTT_PORT }, 'the MQTT broker could not start');
            return null;
          });
    if (broker) ended.push(() => broker.stop());
    const sftp =
      !takesIn || config.SFTP_PORT < 0
        ? null
        : await ingest
            .sftp(config.SFTP_HOST ?? config.HOST, config.SFTP_PORT, join(directory, 'stations'), directory)
            .catch((error) => {
              logger.error({ err: error, port: config.SFTP_PORT }, 'the SFTP door could not start');
              return null;
            });
    if (sftp) ended.push(() => sftp.stop());
    await http.app.listen({ host: config.HOST, port: config.PORT });
    ended.push(async () => {
      live.stop();
      await http.app.close();
    });
    const address = http.app.server.address();
    const port = address !== null && typeof address !== 'string' ? address.port : config.PORT;
    const base = `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
    // Whoever waits for the file finds it whole.
    const addressFile = join(directory, 'address.json');
    await writeFile(
      `${addressFile}.new`,
      JSON.stringify({
        url: base,
        mqttPort: broker?.port ?? null,
        sftpPort: sftp?.port ?? null,
        pid: process.pid,
        postgresPid: embedded?.pid() ?? null,
      }),
    );
    await rename(`${addressFile}.new`, addressFile);

    if (seeded && config.ROLES === 'all' && config.DEMO_SPEED > 0) {
      const now = Date.now();
      const file = replayFile(config);
      const simulation: Simulation = startSimulation(
        {
          http: base,
          mqttPort: broker?.port ?? -1,
          inbox: join(directory, 'stations', 'inbox', 'station-files'),
          device: { id: 'mo-phong', key: seeded.key },
          seed: config.DEMO_SEED,
          speed: config.DEMO_SPEED,
          ...(await simulatedTime(directory, now, config.DEMO_DAYS)),
          citizens: await seedSensors(composed),
          replay: file ? { file, station: replayStation, days: Math.max(config.DEMO_DAYS, 30) } : null,
        },
        logger,
      );
      ended.push(() => simulation.stop());
      if (config.DEMO_DAYS > 0) {
        const stopping = new AbortController();
        const lived = livePast(
          {
            config: { ...config, dataDirectory: directory },
            database,
            databaseUrl: url,
            logger,
            now: () => new Date(),
          },
          { seed: config.DEMO_SEED, logger, signal: stopping.signal },
        ).catch((error) => logger.error({ err: error }, 'the simulated past was not made'));
        ended.push(async () => {
          stopping.abort();
          await lived;
        });
      }
      // The simulated past has come in: sources and citizens' sensors are judged at once, not when their time comes.
      simulation.past
        .then(
          async () => {
            await jobs.request(composed.db, 'sources.standing');
            await jobs.request(composed.db, 'citizen-sensors.judge');
          },
          () => undefined,
        )
        .catch((error) => logger.warn({ err: error }, 'sources were not computed'));
    }

    const greeting = [
      '',
      `  Nền tảng đô thị thông minh Thái Bình đang chạy tại ${base}`,
      `    Người dân      ${base}/`,
      `    Trung tâm      ${base}/console`,
      `    API            ${base}/api/docs`,
    ];
    if (!hasWeb) greeting.push('    (chưa dựng giao diện web / the web front is not built)');
    if (config.mode === 'demo') {
      greeting.push('', '  DỮ LIỆU MÔ PHỎNG. Tài khoản dùng thử (mật khẩu chung DoThi@2520):');
      for (const account of demoAccounts) greeting.push(`    ${account.loginName.padEnd(14)} ${account.who}`);
    } else {
      const token = await identity.setupToken();
      if (token) {
        greeting.push(
          '',
          `  Tạo quản trị viên đầu tiên tại ${base}/console/setup`,
          `    Mã cài đặt (nếu mở từ máy khác): ${token}`,
        );
      }
    }
    greeting.push('');
    return { url: base, greeting, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const hasRole = ({ ROLES }: Config, role: 'api' | 'ingest' | 'worker'): boolean =>
  ROLES === 'all' || ROLES.split(',').includes(role);

function replayFile(config: Config): string | null {
  if (config.REPLAY_FILE) return resolve(config.REPLAY_FILE);
  return existsSync(NEIGHBOUR_FILE) ? NEIGHBOUR_FILE : null;
}

/** Runs each piece of work again and again, never over itself. @returns the function that ends it and waits */
function tick(
  logger: Logger,
  works: readonly { name: string; everyMs: number; run(): Promise<unknown> }[],
): () => Promise<void> {
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<unknown>>();
  for (const work of works) {
    const again = (ms: number): void => {
      if (stopped) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        const run = work
          .run()
          .catch((error) => logger.error({ err: error, work: work.name }, 'periodic work failed'))
          .finally(() => {
            running.delete(run);
            again(work.everyMs);
          });
        running.add(run);
      }, ms);
      timers.add(timer);
    };
    again(work.everyMs);
  }
  return async () => {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(running);
  };
}
