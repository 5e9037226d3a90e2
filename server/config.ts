import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

/** Configuration by environment: checked at start, and the table in docs/operations.md is generated from it. */
const schema = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on; loopback unless told otherwise' }),
  PORT: Type.Integer({ default: 8520, minimum: 0, maximum: 65535, description: 'HTTP port (0: any free one)' }),
  MQTT_PORT: Type.Integer({
    default: 1883,
    minimum: -1,
    maximum: 65535,
    description: 'Port of the embedded MQTT broker (0: any free one, -1: no broker)',
  }),
  ROLES: Type.String({
    default: 'all',
    pattern: '^(all|(api|ingest|worker)(,(api|ingest|worker))*)$',
    description:
      'What this process does: all, or some of api (pages and API), ingest (MQTT, station folders) and worker (followers of the log, jobs, clocks, mail). Every process answers HTTP; anything but all needs DATABASE_URL',
  }),
  MQTT_URL: Type.Optional(
    Type.String({
      pattern: '^mqtts?://',
      description:
        'An outside MQTT broker to listen at (topics dttm/<entity>/observations) instead of the embedded one; by one process only',
    }),
  ),
  MQTT_DEVICE: Type.String({
    default: 'mqtt-ngoai',
    pattern: '^[A-Za-z0-9_-]{1,100}$',
    description: 'The registered device as which messages of the outside broker count: only its entities are taken',
  }),
  SFTP_PORT: Type.Integer({
    default: -1,
    minimum: -1,
    maximum: 65535,
    description: 'Port of the SFTP door for stations’ files (-1: none, 0: any free one)',
  }),
  SFTP_HOST: Type.Optional(
    Type.String({
      description: 'Address of the SFTP door, where it is another than HOST: 0.0.0.0 for stations outside',
    }),
  ),
  PULL_NETWORKS: Type.String({
    default: '',
    pattern: '^[0-9a-fA-F:./, ]*$',
    description:
      'Private networks and single addresses that connectors may ask besides the public internet, with commas between: 10.20.0.0/16, 10.30.1.5. Name agencies’ systems only: whoever may define connectors reaches all of it',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL 15 or newer; without it the embedded server is used',
    }),
  ),
  DATA_DIRECTORY: Type.String({
    default: '.data',
    description: 'Where the embedded database, files and station folders live',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Address under which people reach the platform; https makes the session cookie Secure',
    }),
  ),
  TRUST_PROXY: Type.Boolean({ default: false, description: 'true behind a load balancer that sets X-Forwarded-For' }),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least level that is logged (JSON lines on standard error)' },
  ),
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://',
      description: 'Mail server; without it e-mails wait and the service page says so',
    }),
  ),
  SMS_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'SMS gateway that takes POST {id, to, text} and answers 2xx; without it text messages wait (the demo writes them into its data directory instead)',
    }),
  ),
  SMS_TOKEN: Type.Optional(Type.String({ description: 'Bearer token for the SMS gateway' })),
  E_ID_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'OpenID Connect provider of the national electronic identity, for citizens; with E_ID_CLIENT_ID, E_ID_CLIENT_SECRET and PUBLIC_URL',
    }),
  ),
  E_ID_CLIENT_ID: Type.Optional(Type.String({ description: 'This platform’s name at that provider' })),
  E_ID_CLIENT_SECRET: Type.Optional(Type.String({ description: 'Its secret there' })),
  E_ID_SCOPE: Type.String({ default: 'openid profile', description: 'Scopes that are asked for' }),
  E_ID_NUMBER_CLAIM: Type.String({
    default: 'citizen_id',
    description: 'Claim that carries the citizen’s number (12 digits)',
  }),
  E_ID_RESIDENCE_CLAIM: Type.String({
    default: 'residence_unit',
    description: 'Claim that carries the code of the unit of residence',
  }),
  OPEN311_JURISDICTION: Type.String({
    default: 'thaibinh.gov.vn',
    pattern: '^[a-z0-9.-]{3,100}$',
    description: 'jurisdiction_id of the Open311 API: the domain of the province’s own site',
  }),
  EMBEDDED_BY: Type.String({
    default: '',
    pattern: '^(https?://[A-Za-z0-9.*:-]+)?( *, *https?://[A-Za-z0-9.*:-]+)*$',
    description:
      'Sites that may show the widgets (report form, map, warnings) in a frame, with commas between: https://thaibinh.gov.vn. Nobody, where it is empty',
  }),
  MAIL_FROM: Type.String({ default: 'no-reply@localhost', description: 'Sender of e-mails' }),
  BACKUP_DIRECTORY: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder on another disk or machine for back-ups of the embedded database and its WAL, and of the files; the account of the server (nobody, where the platform runs as root) must reach it. With DATABASE_URL: of the files only. Or s3://bucket/prefix in an S3-compatible store',
    }),
  ),
  BACKUP_S3_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Address of the S3-compatible store, such as https://s3.example.vn',
    }),
  ),
  BACKUP_S3_REGION: Type.String({ default: 'auto', description: 'Its region, where it has some' }),
  BACKUP_S3_KEY: Type.Optional(Type.String({ minLength: 1, description: 'Access key of the store; never logged' })),
  BACKUP_S3_SECRET: Type.Optional(Type.String({ minLength: 1, description: 'Its secret; never logged' })),
  BACKUP_CRON: Type.String({
    default: '30 1 * * *',
    pattern: '^\\S+( \\S+){4}$',
    description: 'When a base back-up is made: minute, hour, day, month, weekday, in Vietnam’s time',
  }),
  BACKUP_KEEP_DAYS: Type.Integer({
    default: 14,
    minimum: 1,
    maximum: 3650,
    description: 'Days to any moment of which one can go back; older back-ups are removed',
  }),
  BACKUP_MAX_AGE_HOURS: Type.Number({
    default: 26,
    minimum: 1,
    maximum: 8784,
    description: 'Age of the last good back-up above which an alert opens',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'OpenTelemetry collector (OTLP over HTTP, such as http://127.0.0.1:4318) to which traces are sent',
    }),
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 1,
    description: 'Share of the traces that are sent',
  }),
  DEMO_SEED: Type.Integer({ default: 2520, description: 'Seed of the simulated province' }),
  DEMO_SPEED: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 3600,
    description: 'Simulated seconds for each real second (0: no simulation)',
  }),
  DEMO_DAYS: Type.Integer({
    default: 7,
    minimum: 0,
    maximum: 400,
    description: 'Days of simulated past made at the first start',
  }),
  REPLAY_FILE: Type.Optional(
    Type.String({ description: 'Hourly station CSV replayed as a station of the demo, moved to the present' }),
  ),
});

export type Config = Static<typeof schema> & { mode: 'demo' | 'clean'; dataDirectory: string };

const secrets = new Set([
  'DATABASE_URL',
  'SMTP_URL',
  'MQTT_URL',
  'SMS_URL',
  'SMS_TOKEN',
  'E_ID_CLIENT_SECRET',
  'BACKUP_S3_KEY',
  'BACKUP_S3_SECRET',
]);

/**
 * Reads and checks the environment.
 * @throws Error with one line for each wrong variable; secrets are not repeated
 */
export function readConfig(environment: Record<string, string | undefined>, mode: 'demo' | 'clean'): Config {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = environment[name];
    const { type, default: fallback } = property as { type?: string; default?: unknown };
    if (text === undefined || text === '') {
      if (fallback !== undefined) values[name] = fallback;
      continue;
    }
    const value = type === 'integer' || type === 'number' ? Number(text) : type === 'boolean' ? text === 'true' : text;
    if (Compile(property).Check(value) && !(type === 'boolean' && !['true', 'false'].includes(text)))
      values[name] = value;
    else wrong.push(`${name}: “${secrets.has(name) ? '***' : text}” is not right: ${describe(property)}`);
  }
  if (wrong.length === 0 && values.ROLES !== 'all' && !values.DATABASE_URL) {
    wrong.push('ROLES: a part of the platform needs DATABASE_URL: the embedded database belongs to one process');
  }
  if (wrong.length > 0) throw new Error(`Cấu hình sai / wrong configuration:\n  ${wrong.join('\n  ')}`);
  const checked = values as Static<typeof schema>;
  // The demo and a clean start never share a database.
  return { ...checked, mode, dataDirectory: join(checked.DATA_DIRECTORY, mode) };
}

/** Rows of the documentation table. */
export function configTable(): { name: string; fallback: string; description: string }[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const { default: fallback, description = '' } = property as { default?: unknown; description?: string };
    return { name, fallback: fallback === undefined ? '' : String(fallback), description };
  });
}

function describe(property: object): string {
  return (property as { description?: string }).description ?? '';
}
