import { type Logger, pino } from 'pino';

/** Structured logs as JSON lines on standard error; secrets are cut out by name wherever they stand. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      redact: {
        paths: [
          'password',
          'token',
          'key',
          'authorization',
          '*.password',
          '*.token',
          '*.key',
          '*.authorization',
          'req.headers',
        ],
        censor: '***',
      },
    },
    pino.destination(2),
  );
}
