import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { refuse } from '../../platform/words/index.ts';
import { expireInBucket, openBucket, sendBase, sendFiles, sendWal } from '../back-up-bucket.ts';
import { expire, isBucket, makeBackUp } from '../back-ups.ts';
import { type Command, wrongCall } from './command.ts';
import { withEmbedded } from './open.ts';

/** A base back-up of the embedded database, running or not, with the files. */
export const backup: Command = {
  name: 'backup',
  usage: 'backup [--to DIR|s3://BUCKET/PREFIX] [--clean]',
  summary: {
    vi: 'Sao lưu cơ sở dữ liệu nhúng và các tệp, không cần dừng nền tảng (mặc định vào BACKUP_DIRECTORY)',
    en: 'Backs up the embedded database and the files without stopping (by default into BACKUP_DIRECTORY)',
  },
  async run(args, io, _open, placeOf) {
    const values = options(args);
    if (!values) return wrongCall(backup, io);
    const place = placeOf();
    const { config, directory } = place;
    if (config.DATABASE_URL) throw outsideServer();
    const address = values.to ?? config.BACKUP_DIRECTORY;
    const bucket = address !== undefined && isBucket(address) ? await openBucket(address, config) : null;
    const root =
      bucket || !values.to
        ? (place.backUps ?? join(directory, 'back-up-outbox'))
        : join(resolve(values.to), config.mode);
    if (address === undefined) throw noPlaceForIt();
    const made = await withEmbedded(place, async (url) => {
      if (!bucket) return makeBackUp({ root, dataDirectory: directory, url });
      await sendWal(bucket, root);
      await sendFiles(bucket, directory);
      return sendBase(bucket, { outbox: root, dataDirectory: directory, url });
    });
    const bytes = made.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    io.out(made.folder);
    io.out(`${made.manifest.files.length} tệp, ${(bytes / 1e6).toFixed(1)} MB / files`);
    io.out(`Khôi phục được từ ${made.manifest.endedAt} / can be restored to moments from there on`);
    if (root === place.backUps) {
      const own = await expire(root, config.BACKUP_KEEP_DAYS, new Date());
      const gone = bucket ? await expireInBucket(bucket, config.BACKUP_KEEP_DAYS, new Date()) : own;
      io.out(`Đã bỏ ${gone.bases} bản cũ, ${gone.segments} đoạn WAL / old back-ups and WAL segments removed`);
    }
    return 0;
  },
};

function options(args: readonly string[]): { to?: string } | null {
  try {
    return parseArgs({ args: [...args], options: { to: { type: 'string' } } }).values;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function outsideServer() {
  return refuse(409, 'outside-server', {
    vi: 'Cơ sở dữ liệu ở máy chủ riêng (DATABASE_URL): hãy sao lưu bằng pgBackRest, xem docs/operations.md.',
    en: 'The database is a server of its own (DATABASE_URL): back it up with pgBackRest, see docs/operations.md.',
  });
}

function noPlaceForIt() {
  return refuse(422, 'no-back-up-directory', {
    vi: 'Chưa có nơi để sao lưu: hãy đặt BACKUP_DIRECTORY, hoặc dùng --to.',
    en: 'There is no place for back-ups: set BACKUP_DIRECTORY, or use --to.',
  });
}
