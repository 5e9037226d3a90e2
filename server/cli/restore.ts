import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createAudit } from '../../platform/audit/index.ts';
import { giveAll, openDatabase } from '../../platform/database/index.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { bringFromBucket, openBucket } from '../back-up-bucket.ts';
import { isBucket, restoreBackUp } from '../back-ups.ts';
import { type Command, wrongCall } from './command.ts';
import { withEmbedded } from './open.ts';

/** A province as it was at a moment, out of a back-up, into a place where none is. */
export const restore: Command = {
  name: 'restore',
  usage: 'restore --from DIR|s3://BUCKET/PREFIX [--at 2026-11-24T08:00:00+07:00] [--to DIR] [--clean]',
  summary: {
    vi: 'Khôi phục cơ sở dữ liệu nhúng và các tệp như tại một thời điểm (mặc định: mới nhất, vào DATA_DIRECTORY)',
    en: 'Restores the embedded database and the files as of a moment (default: the latest, into DATA_DIRECTORY)',
  },
  async run(args, io, _open, placeOf) {
    const values = options(args);
    const at = values?.at ? new Date(values.at) : null;
    // A moment without its zone would mean another one on each machine.
    const zoned = !values?.at || /(Z|[+-]\d{2}:?\d{2})$/.test(values.at);
    if (!values?.from || !zoned || Number.isNaN(at?.getTime() ?? 0)) return wrongCall(restore, io);
    const place = placeOf();
    const { config } = place;
    const directory = values.to ? join(resolve(values.to), config.mode) : place.directory;
    const bucket = isBucket(values.from) ? await openBucket(values.from, config) : null;
    const brought = `${directory}.brought`;
    const root = bucket ? brought : join(resolve(values.from), config.mode);
    if (bucket) {
      await rm(brought, { recursive: true, force: true });
      await bringFromBucket(bucket, at, brought);
      // The server's account reads the archived WAL while it recovers.
      await giveAll(brought);
    }
    const { from, lastCommitAt } = await restoreBackUp({ root, at, dataDirectory: directory });
    if (bucket) await rm(brought, { recursive: true });
    const away = await withEmbedded({ config, directory, backUps: null }, async (url) => {
      const database = openDatabase(url, { max: 2, onError: (error) => io.err(String(error)) });
      try {
        const audit = createAudit({ db: database.db, now: () => new Date(), directory: join(directory, 'audit') });
        return await audit.restored(systemPrincipal('cli', []), {
          backUp: from.name,
          line: from.line,
          at: at?.toISOString() ?? null,
          lastCommitAt: lastCommitAt?.toISOString() ?? null,
        });
      } finally {
        await database.close();
      }
    });
    io.out(`Đã khôi phục vào / restored into ${directory}`);
    io.out(`Bản gốc / base: ${from.folder}`);
    io.out(`Giao dịch cuối / last transaction: ${lastCommitAt?.toISOString() ?? from.manifest.endedAt}`);
    if (away > 0) io.out(`${away} mốc neo về sau được để riêng / later audit anchors were set aside`);
    return 0;
  },
};

function options(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, at: { type: 'string' }, to: { type: 'string' } },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
