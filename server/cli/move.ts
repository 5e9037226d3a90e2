import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  exportDatabase,
  importDatabase,
  inTransaction,
  openDatabase,
  readExport,
} from '../../platform/database/index.ts';
import { logTranslations } from '../../platform/events/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { migrationFolders } from '../migrations.ts';
import { createModeTable } from '../mode.ts';
import { type Command, wrongCall } from './command.ts';
import { withServer } from './open.ts';

/** The whole database as text, for another server. */
export const exportCommand: Command = {
  name: 'export-database',
  usage: 'export-database --to DIR [--clean]',
  summary: {
    vi: 'Xuất toàn bộ cơ sở dữ liệu để chuyển sang máy chủ hoặc phiên bản PostgreSQL khác (dừng nền tảng trước)',
    en: 'Exports the whole database for another server or version of PostgreSQL (stop the platform first)',
  },
  async run(args, io, _open, placeOf) {
    const to = folderOf(args, 'to');
    if (!to) return wrongCall(exportCommand, io);
    const place = placeOf();
    const about = { mode: place.config.mode };
    const made = await withServer(place, false, (url) =>
      exportDatabase({ url, to, translations: logTranslations, about }),
    );
    const rows = made.tables.reduce((sum, table) => sum + table.rows, 0);
    io.out(`${made.tables.length} bảng, ${rows} dòng, tại ${made.at} / tables, rows, as of`);
    return 0;
  },
};

/** Reads an export into the empty database of the configuration. */
export const importCommand: Command = {
  name: 'import-database',
  usage: 'import-database --from DIR [--clean]',
  summary: {
    vi: 'Nhập bản xuất vào cơ sở dữ liệu trống của cấu hình (DATABASE_URL, hoặc bản nhúng)',
    en: 'Imports an export into the empty database of the configuration (DATABASE_URL, or the embedded one)',
  },
  async run(args, io, _open, placeOf) {
    const from = folderOf(args, 'from');
    if (!from) return wrongCall(importCommand, io);
    const place = placeOf();
    const exported = await readExport(from);
    if (exported.about.mode !== place.config.mode) throw otherMode(exported.about.mode ?? '?', place.config.mode);
    const rows = await withServer(place, true, async (url) => {
      const database = openDatabase(url, { max: 2, onError: (error) => io.err(String(error)) });
      try {
        await inTransaction(database.db, createModeTable);
        const used = await database.pool.query('select 1 from platform_mode');
        if (used.rowCount) throw notEmpty();
        await database.migrate(await migrationFolders());
      } finally {
        await database.close();
      }
      return importDatabase({ url, from, exported });
    });
    io.out(`${rows} dòng đã nhập / rows imported`);
    return 0;
  },
};

function folderOf(args: readonly string[], name: 'to' | 'from'): string | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { [name]: { type: 'string' } } });
    const folder = values[name];
    return typeof folder === 'string' ? resolve(folder) : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function otherMode(found: string, wanted: string) {
  return refuse(409, 'other-mode', {
    vi: `Bản xuất thuộc chế độ “${found}”, không nhập vào “${wanted}” được. Hãy đổi --clean.`,
    en: `The export is of mode “${found}” and does not go into “${wanted}”. Change --clean.`,
  });
}

function notEmpty() {
  return refuse(409, 'import-not-empty', {
    vi: 'Cơ sở dữ liệu đích đã có dữ liệu của nền tảng. Hãy tạo cơ sở dữ liệu trống khác.',
    en: 'The target database holds a platform already. Make another, empty one.',
  });
}
