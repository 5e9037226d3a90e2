import { parseArgs } from 'node:util';
import { Refusal } from '../platform/words/index.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logging.ts';
import { startServer } from './start.ts';

/** `npm start` shows the demo province; `npm start -- --clean` an empty one with a first-administrator page. */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { clean: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

if (values.help) {
  console.log(
    'npm start [-- --clean]\n  --clean  start an empty province with a first-administrator page (its own database)',
  );
  process.exit(0);
}

try {
  const config = readConfig(process.env, values.clean ? 'clean' : 'demo');
  const logger = createLogger(config.LOG_LEVEL);
  const server = await startServer(config, logger);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    server.stop().then(
      () => process.exit(0),
      (error) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught');
    stop('uncaughtException');
  });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  for (const line of server.greeting) console.log(line);
} catch (error) {
  console.error(error instanceof Refusal ? error.text.vi : error instanceof Error ? error.message : error);
  process.exit(1);
}
