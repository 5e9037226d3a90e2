import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Audit, createAudit } from '../../platform/audit/index.ts';
import { type Applied, type Database, openDatabase, startEmbedded } from '../../platform/database/index.ts';
import { refuse } from '../../platform/words/index.ts';
import type { Config } from '../config.ts';
import { migrationFolders } from '../migrations.ts';
import { demandMode } from '../mode.ts';

/** What a command gets: the database, brought up to date, and the audit log that its changes enter. */
export type Opened = { database: Database; audit: Audit; applied: readonly Applied[]; now: () => Date };

export type OpenPlatform = <R>(work: (opened: Opened) => Promise<R>, options?: { mustExist?: boolean }) => Promise<R>;

/**
 * Opens the database of the configuration for one command: `DATABASE_URL`, or the embedded server of the data
 * directory. A server that already runs there is used and left running; one that was started for the command is
 * stopped after it.
 */
export function openPlatform(config: Config, root: string): OpenPlatform {
  return async (work, { mustExist = false } = {}) => {
    const directory = resolve(root, config.dataDirectory);
    const postgres = join(directory, 'postgres');
    if (mustExist && !config.DATABASE_URL && !existsSync(join(postgres, 'PG_VERSION'))) throw noDatabase(directory);
    await mkdir(directory, { recursive: true });
    const embedded = config.DATABASE_URL ? null : await startEmbedded({ directory: postgres });
    try {
      const lost: Error[] = [];
      const database = openDatabase(config.DATABASE_URL ?? embedded?.url ?? '', {
        max: 4,
        onError: (error) => lost.push(error),
      });
      try {
        await demandMode(database.pool, config.mode);
        const applied = await database.migrate(await migrationFolders());
        const now = () => new Date();
        const audit = createAudit({ db: database.db, now, directory: join(directory, 'audit') });
        return await work({ database, audit, applied, now });
      } finally {
        await database.close();
      }
    } finally {
      if (embedded && !embedded.adopted) await embedded.stop();
    }
  };
}

function noDatabase(directory: string) {
  return refuse(404, 'no-database', {
    vi: `Chưa có cơ sở dữ liệu trong ${directory}. Hãy khởi động nền tảng một lần, hoặc chọn đúng --clean, DATA_DIRECTORY, DATABASE_URL.`,
    en: `There is no database in ${directory}. Start the platform once, or choose --clean, DATA_DIRECTORY or DATABASE_URL rightly.`,
  });
}
