import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Audit, createAudit } from '../../platform/audit/index.ts';
import { type Applied, type Database, openDatabase, startEmbedded } from '../../platform/database/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { archiveFolder, backUpRoot } from '../back-ups.ts';
import type { Config } from '../config.ts';
import { migrationFolders } from '../migrations.ts';
import { demandMode } from '../mode.ts';

/** What a command gets: the database, brought up to date, and the audit log that its changes enter. */
export type Opened = { database: Database; audit: Audit; applied: readonly Applied[]; now: () => Date };

export type OpenPlatform = <R>(work: (opened: Opened) => Promise<R>, options?: { mustExist?: boolean }) => Promise<R>;

/** The configuration and the data directory of the mode; read only when a command asks. */
export type Place = () => { config: Config; directory: string; backUps: string | null };

export const noPlace: Place = () => {
  throw new Error('this command line has no configuration');
};

export function placeOf(config: Config, root: string): ReturnType<Place> {
  return { config, directory: resolve(root, config.dataDirectory), backUps: backUpRoot(config, root) };
}

/**
 * The server of the configuration as it is, for one piece of work; with `make`, an embedded one is made where none
 * is. Nothing is migrated.
 */
export async function withServer<R>(
  place: ReturnType<Place>,
  make: boolean,
  work: (url: string) => Promise<R>,
): Promise<R> {
  const { config, directory } = place;
  if (config.DATABASE_URL) return work(config.DATABASE_URL);
  const fresh = make && !existsSync(join(directory, 'postgres', 'PG_VERSION'));
  if (fresh) {
    await mkdir(directory, { recursive: true });
    await (await startEmbedded({ directory: join(directory, 'postgres') })).stop();
  }
  return withEmbedded(place, work);
}

/** The embedded server of a data directory as it is, for one piece of work: nothing is migrated, nothing is made. */
export async function withEmbedded<R>(place: ReturnType<Place>, work: (url: string) => Promise<R>): Promise<R> {
  const { directory, backUps } = place;
  const postgres = join(directory, 'postgres');
  if (!existsSync(join(postgres, 'PG_VERSION'))) throw noDatabase(directory);
  const archive = backUps ? { archive: await archiveFolder(backUps, directory) } : {};
  const embedded = await startEmbedded({ directory: postgres, ...archive });
  try {
    return await work(embedded.url);
  } finally {
    if (!embedded.adopted) await embedded.stop();
  }
}

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
    const backUps = backUpRoot(config, root);
    const archive = backUps ? { archive: await archiveFolder(backUps, directory) } : {};
    const embedded = config.DATABASE_URL ? null : await startEmbedded({ directory: postgres, ...archive });
    try {
      const lost: Error[] = [];
      const database = openDatabase(config.DATABASE_URL ?? embedded?.url ?? '', {
        max: 4,
        onError: (error) => lost.push(error),
      });
      try {
        await demandMode(database.db, config.mode);
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
