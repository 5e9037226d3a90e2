/** The composition root: makes the rooms, hands them to one another once, as plain arguments, and nothing else. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createAlerts, serveAlerts } from '../platform/alerts/index.ts';
import { createAudit, serveAudit } from '../platform/audit/index.ts';
import { createCalendar, serveCalendar } from '../platform/calendar/index.ts';
import { createCases, serveCases } from '../platform/cases/index.ts';
import { createCitizens, type EIdOptions, serveCitizens } from '../platform/citizens/index.ts';
import { createContext, serveContext } from '../platform/context/index.ts';
import type { Database } from '../platform/database/index.ts';
import { type Platform, type System, serveDeclarations } from '../platform/declaration/index.ts';
import { createCompaction, createLog } from '../platform/events/index.ts';
import { createFiles, serveFiles } from '../platform/files/index.ts';
import {
  createCorrections,
  createHistory,
  createRetention,
  serveGaps,
  serveHistory,
  serveRetention,
} from '../platform/history/index.ts';
import { createHttp } from '../platform/http/index.ts';
import { createIdentity, serveIdentity } from '../platform/identity/index.ts';
import { createIndicators, serveIndicators } from '../platform/indicators/index.ts';
import {
  createConnectors,
  createGuard,
  createIngest,
  createOnce,
  createSeal,
  createUploads,
  deviceAuthenticator,
  serveConnectors,
  serveIngest,
  serveUploads,
} from '../platform/ingest/index.ts';
import { createJobs, serveJobs } from '../platform/jobs/index.ts';
import { createLive } from '../platform/live/index.ts';
import { createNotify, serveNotify } from '../platform/notify/index.ts';
import { systemPrincipal } from '../platform/rights/index.ts';
import { createRules, serveRules } from '../platform/rules/index.ts';
import { createSources, rememberFiles, serveSources } from '../platform/sources/index.ts';
import { createTerritory, serveTerritory } from '../platform/territory/index.ts';
import type { Config } from './config.ts';
import { careJob } from './database-care.ts';
import { recipientsOf } from './recipients.ts';
import { registerSources } from './sources.ts';
import { systems as allSystems } from './systems.ts';
import type { Tracing } from './tracing.ts';

export type Composed = Awaited<ReturnType<typeof compose>>;

export type ComposeOptions = {
  config: Config;
  database: Database;
  databaseUrl: string;
  logger: Logger;
  now: () => Date;
  systems?: readonly System[];
  /** Makes spans of what the rooms do, where a collector is configured. */
  tracing?: Tracing | null;
};

/** The national identity, where it is connected. */
function eIdOf(config: Config): { eId?: EIdOptions } {
  const { E_ID_ISSUER, E_ID_CLIENT_ID, E_ID_CLIENT_SECRET, PUBLIC_URL } = config;
  if (!E_ID_ISSUER || !E_ID_CLIENT_ID || !E_ID_CLIENT_SECRET || !PUBLIC_URL) return {};
  return {
    eId: {
      issuer: E_ID_ISSUER,
      clientId: E_ID_CLIENT_ID,
      clientSecret: E_ID_CLIENT_SECRET,
      publicUrl: PUBLIC_URL,
      scope: config.E_ID_SCOPE,
      numberClaim: config.E_ID_NUMBER_CLAIM,
      residenceClaim: config.E_ID_RESIDENCE_CLAIM,
    },
  };
}

/** Makes and wires everything; nothing runs yet, nothing listens. The database is migrated. */
export async function compose(options: ComposeOptions) {
  const { config, database, logger, now } = options;
  const { db, pool } = database;
  const systems = options.systems ?? allSystems;
  const failed = (what: string) => (error: unknown) => logger.error({ err: error, what }, 'background work failed');

  const written = createLog({
    db,
    pool,
    now,
    onError: (follower, error) => failed(`follower ${follower}`)(error),
    // What another process commits is not heard here but looked for.
    ...(config.ROLES === 'all' ? {} : { idleMs: 250 }),
  });
  const log = options.tracing?.followers(written) ?? written;
  const audit = createAudit({ db, now, directory: join(config.dataDirectory, 'audit'), onError: failed('audit') });
  const territory = createTerritory({ db, audit, now });
  const append: typeof log.append = (tx, events) => log.append(tx, events);
  const identity = createIdentity({
    db,
    now,
    audit,
    announce: (tx, events) => append(tx, events),
    areaClosure: (code) => territory.areaClosure(code),
    ...(config.PUBLIC_URL ? { publicUrl: config.PUBLIC_URL } : {}),
  });
  const calendar = createCalendar({
    db,
    audit,
    now,
    append: (tx, events) => append(tx, events),
  });
  const files = createFiles({ db, audit, now, directory: join(config.dataDirectory, 'files') });
  const jobs = createJobs({
    databaseUrl: options.databaseUrl,
    now,
    onError: (error, job) => failed(`job ${job}`)(error),
  });
  const context = createContext({
    db,
    log,
    audit,
    now,
    systems,
    areaOf: (lon, lat, at) => territory.pointToUnit(lon, lat, at)?.code ?? null,
  });
  const retention = createRetention({ db, log, audit, context, now });
  const ingest = createIngest({
    db,
    log,
    context,
    audit,
    now,
    doors: systems.flatMap((system) => system.doors ?? []),
    keptSince: retention.keptSince,
    onError: (what, error) => failed(`door ${what}`)(error),
    onFile: rememberFiles(db),
  });
  const guard = createGuard(config.PULL_NETWORKS.split(',').flatMap((network) => network.trim() || []));
  const connectors = createConnectors({
    db,
    ingest,
    context,
    audit,
    now,
    guard,
    seal: createSeal(config.dataDirectory),
    onError: (what, error) => failed(what)(error),
  });
  const uploads = createUploads({
    db,
    log,
    context,
    audit,
    intake: ingest.intake,
    now,
    directory: join(config.dataDirectory, 'uploads'),
    onError: (what, error) => failed(what)(error),
  });
  const history = createHistory({
    db,
    log,
    context,
    now,
    derivations: systems.flatMap((system) => system.derive ?? []),
  });
  const alerts = createAlerts({
    db,
    log,
    audit,
    context,
    now,
    holders: async (place) =>
      (await identity.holders('alert:act', place)).map((user) => ({ id: user.id, name: user.name })),
    areaName: (code) => territory.units({ q: code }).find((unit) => unit.code === code)?.name ?? code,
  });
  const rules = createRules({
    db,
    log,
    context,
    alerts,
    audit,
    now,
    rules: systems.flatMap((system) => system.rules ?? []),
  });
  const cases = createCases({
    db,
    log,
    audit,
    now,
    context,
    files,
    calendar,
    alerts,
    identity,
    systems,
  });
  const notify = createNotify({
    db,
    log,
    now,
    recipients: recipientsOf(identity),
    ...(config.SMTP_URL ? { smtpUrl: config.SMTP_URL } : {}),
    ...(config.SMS_URL ? { smsUrl: config.SMS_URL } : {}),
    ...(config.SMS_TOKEN ? { smsToken: config.SMS_TOKEN } : {}),
    ...(config.mode === 'demo' ? { smsFolder: join(config.dataDirectory, 'sms') } : {}),
    ...(config.PUBLIC_URL ? { publicUrl: config.PUBLIC_URL } : {}),
    pathOf: ({ kind, id }) =>
      `/console/${{ alert: 'alerts', 'alert-group': 'alerts/groups', case: 'incidents', report: 'reports', task: 'tasks', source: 'sources' }[kind] ?? kind}/${id}`,
    from: config.MAIL_FROM,
    // Without PULL_NETWORKS: a stranger's browser names the address.
    guard: createGuard([]),
    onError: failed('notify'),
  });
  const citizens = createCitizens({
    db,
    audit,
    notify,
    now,
    isUnit: (code) => territory.areaClosure(code).length > 0,
    ...eIdOf(config),
  });
  const sources = createSources({ db, log, audit, context, history, ingest, now });
  const indicators = createIndicators({
    db,
    audit,
    now,
    declarations: systems
      .flatMap((system) => system.indicators ?? [])
      .filter(({ needs = [] }) => needs.every((name) => systems.some((system) => system.name === name))),
  });
  const http = await createHttp({
    logger: false,
    trustProxy: config.TRUST_PROXY,
    version: '0.1.0',
    authenticators: [deviceAuthenticator(ingest), identity.authenticate],
  });
  options.tracing?.requests(http);
  const live = createLive({ db, log, context, http, onError: failed('live') });
  log.tail({
    kinds: ['identity.changed', 'entity.', 'calendar.changed', 'retention.changed'],
    handle(events) {
      if (events.some((event) => event.kind === 'identity.changed')) identity.forget();
      if (events.some((event) => event.kind.startsWith('entity.'))) ingest.intake.forget();
      if (events.some((event) => event.kind === 'calendar.changed')) calendar.refresh().catch(failed('calendar'));
      if (events.some((event) => event.kind === 'retention.changed')) retention.refresh().catch(failed('retention'));
    },
  });

  const platform: Platform = {
    db,
    now,
    log,
    audit,
    context,
    history,
    ingest,
    alerts,
    cases,
    citizens,
    notify,
    files,
    indicators,
    territory,
    identity,
    calendar,
    guard,
    site: {
      mode: config.mode,
      publicUrl: config.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      jurisdiction: config.OPEN311_JURISDICTION,
      embeddedBy: config.EMBEDDED_BY.split(',').flatMap((site) => site.trim() || []),
    },
  };
  registerSources(platform, indicators);
  serveIdentity(http, db, identity, audit);
  serveAudit(http, db, audit);
  serveTerritory(http, territory);
  serveCalendar(http, calendar);
  serveFiles(http, db, files, audit);
  serveJobs(http, jobs);
  serveContext(http, db, context, now);
  serveIngest(http, db, ingest);
  serveConnectors(http, connectors);
  serveUploads(http, { uploads, context, once: createOnce(db, now) });
  serveHistory(http, history, createCorrections({ db, log, audit, context, now }), context);
  serveGaps(http, { db, context, now });
  serveRetention(http, db, retention);
  serveAlerts(http, alerts);
  serveRules(http, rules);
  serveCases(http, cases);
  serveNotify(http, notify);
  serveCitizens(http, citizens, config.PUBLIC_URL ? { publicUrl: config.PUBLIC_URL } : {});
  serveSources(http, sources);
  serveIndicators(http, indicators);
  serveDeclarations(http, systems, config.mode);
  for (const system of systems) system.routes?.(http, platform);

  return {
    ...platform,
    platform,
    config,
    database,
    logger,
    http,
    live,
    connectors,
    jobs,
    rules,
    sources,
    uploads,
    systems,
    /** Puts in what every start needs; before anything runs. */
    async prepare() {
      await territory.seed();
      await calendar.seed();
      await identity.prepare();
      await rules.start();
      await cases.seed();
      await indicators.prepare();
      await retention.refresh();
      for (const system of systems) {
        await system.prepare?.(platform);
        for (const job of system.jobs?.(platform) ?? []) jobs.schedule(job);
      }
      jobs.schedule(indicators.job());
      jobs.schedule(sources.job());
      jobs.schedule(careJob(database.pool, now, logger));
      jobs.schedule(retention.job());
      jobs.schedule(createCompaction({ db, pool, now }).job());
      jobs.schedule({
        name: 'files.sweep',
        cron: '20 * * * *',
        principal: systemPrincipal('files', []),
        async run() {
          await files.sweep();
        },
      });
    },
  };
}
