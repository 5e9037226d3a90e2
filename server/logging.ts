import { type Logger, pino } from 'pino';

export type LoggedError = { at: Date; what: string; message: string };

const ERROR = 50;
const KEPT = 50;
const kept: LoggedError[] = [];

/** The last errors that this process logged, newest first; the service page shows them. */
export const recentErrors = (): readonly LoggedError[] => kept;

function keep(args: readonly unknown[]): void {
  const [first, second] = args;
  const about = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
  const error = first instanceof Error ? first : about.err;
  const message = error instanceof Error ? error.message : String(typeof first === 'string' ? first : (error ?? ''));
  const what = [about.what, about.work, typeof second === 'string' ? second : null].find(
    (one) => typeof one === 'string',
  );
  kept.unshift({ at: new Date(), what: String(what ?? 'server'), message: message.slice(0, 500) });
  kept.length = Math.min(kept.length, KEPT);
}

/** Structured logs as JSON lines on standard error; secrets are cut out by name wherever they stand. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      hooks: {
        logMethod(args, method, weight) {
          if (weight >= ERROR) keep(args);
          method.apply(this, args);
        },
      },
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
