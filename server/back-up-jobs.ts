import { join, resolve } from 'node:path';
import { systemPrincipal } from '../platform/rights/index.ts';
import { expireInBucket, openBucket, sendBase, sendFiles, sendWal } from './back-up-bucket.ts';
import { backUpRoot, expire, isBucket, lineOf, listBackUps, makeBackUp, mirrorFiles } from './back-ups.ts';
import type { Composed } from './compose.ts';

const principal = systemPrincipal('back-up', []);

/**
 * Registers the back-up jobs where a place for back-ups is configured: the base back-up by its clock, and every five
 * minutes what is new among the files.
 * @returns to be called once the jobs run: asks for a base back-up where the database's line has none yet
 */
export async function scheduleBackUps(
  composed: Composed,
  url: string,
  projectRoot: string,
): Promise<() => Promise<void>> {
  const { config, jobs, logger, now, db } = composed;
  const { dataDirectory } = config;
  if (!config.BACKUP_DIRECTORY) return async () => undefined;
  const bucket = isBucket(config.BACKUP_DIRECTORY) ? await openBucket(config.BACKUP_DIRECTORY, config) : null;
  const filesRoot = join(resolve(projectRoot, config.BACKUP_DIRECTORY), config.mode);
  jobs.schedule({
    name: 'back-up.files',
    cron: '*/5 * * * *',
    principal,
    async run() {
      const copied = bucket ? await sendFiles(bucket, dataDirectory) : await mirrorFiles(filesRoot, dataDirectory);
      if (copied > 0) logger.info({ copied }, 'files backed up');
    },
  });
  const root = backUpRoot(config, projectRoot);
  if (!root) return async () => undefined;
  jobs.schedule({
    name: 'back-up',
    cron: config.BACKUP_CRON,
    principal,
    minutes: 12 * 60,
    async run({ signal }) {
      const made = bucket
        ? await sendBase(bucket, { outbox: root, dataDirectory, url, signal })
        : await makeBackUp({ root, dataDirectory, url, signal });
      const gone = await expire(root, config.BACKUP_KEEP_DAYS, now());
      if (bucket) await expireInBucket(bucket, config.BACKUP_KEEP_DAYS, now());
      logger.info({ folder: made.folder, files: made.manifest.files.length, gone }, 'backed up');
    },
  });
  if (bucket) {
    jobs.schedule({
      name: 'back-up.wal',
      cron: '* * * * *',
      principal,
      run: async () => {
        await sendWal(bucket, root);
      },
    });
  }
  return async () => {
    // WAL alone is no back-up: a line of its own begins with a base.
    const line = await lineOf(dataDirectory);
    if (!(await listBackUps(root)).some((one) => one.line === line)) await jobs.request(db, 'back-up');
  };
}
