import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { type Principal, systemPrincipal, visible } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { type FollowerRow, type ReportRow, tablesOf } from './parts.ts';

/** The kind of subject under which `files` keeps photos and videos of reports; the id is the upload's. */
export const PHOTO = 'report-photo';

const PHOTOS_A_REPORT = 5;
/** How long an address of a photo that was handed to its sender opens it. */
const SIGNED_MS = 3600_000;

/** Reads files in the name of whoever holds a signed address or sees what is public; checked before. */
const reader = systemPrincipal('reports', []);

export type Photos = {
  /**
   * Gives finished uploads to a report: photos, and before it one short video. Refuses what is unfinished, neither, or
   * given to another already. @returns the photos' file ids
   */
  tie(
    tx: Tx,
    report: Pick<ReportRow, 'case_id'>,
    uploads: readonly string[],
    part: 'before' | 'after',
  ): Promise<string[]>;
  /** Shows the public these photos of the part, and no others. */
  publish(tx: Tx, caseId: string, part: 'before' | 'after', fileIds: readonly string[]): Promise<void>;
  /** The file id of the report's video: for its sender and who handles it, never for the public. */
  videoOf(db: Db | Tx, caseId: string): Promise<string | null>;
  of(db: Db | Tx, caseId: string): Promise<{ fileId: string; part: 'before' | 'after'; isPublic: boolean }[]>;
  /** An address that opens the photo for a while, for the follower who was shown it. */
  sign(follower: FollowerRow, fileId: string): string;
  /** Whether the photo is public, or the signature is the follower's own. */
  mayOpen(fileId: string, given: { by?: string; until?: number; sign?: string }): Promise<boolean>;
  reader: Principal;
};

export function createPhotos({ db, files, now }: Pick<Platform, 'db' | 'files' | 'now'>): Photos {
  files.registerSubject(PHOTO, async (principal, uploadId) => {
    // Whether a stranger may see it was asked by `mayOpen`.
    if (principal === reader) return true;
    const own = tablesOf(db);
    const tied = own
      .selectFrom('report_photos')
      .select(['file_id', 'upload_id', 'case_id'])
      .unionAll(own.selectFrom('report_videos').select(['file_id', 'upload_id', 'case_id']));
    const row = await own
      .selectFrom(tied.as('tied'))
      .innerJoin('reports', 'reports.case_id', 'tied.case_id')
      .select('tied.file_id')
      .where('tied.upload_id', '=', uploadId)
      .where(
        visible(principal, 'case:read').where({ area: 'reports.rights_area', organisation: 'reports.organisation_id' }),
      )
      .executeTakeFirst();
    return row !== undefined;
  });

  const signature = (follower: FollowerRow, fileId: string, until: number): string =>
    createHmac('sha256', follower.code_hash).update(`${fileId} ${until}`).digest('base64url');

  return {
    reader,
    async tie(tx, report, uploads, part) {
      const ids = [...new Set(uploads)];
      if (ids.length > PHOTOS_A_REPORT + 1) throw tooMany();
      const fileIds: string[] = [];
      for (const [n, id] of ids.entries()) {
        const upload = await files.uploads.get(id, tx);
        if (upload.fileId === null) throw unfinished();
        if (upload.mediaType?.startsWith('video/')) {
          if (part === 'after') throw onlyPhotos();
          await tieVideo(tx, { file_id: upload.fileId, upload_id: id, case_id: report.case_id });
          continue;
        }
        if (!upload.mediaType?.startsWith('image/')) throw onlyPhotos();
        if (fileIds.length === PHOTOS_A_REPORT) throw tooMany();
        const kept = await tablesOf(tx)
          .insertInto('report_photos')
          .values({ file_id: upload.fileId, upload_id: id, case_id: report.case_id, n, part, is_public: false })
          .onConflict((conflict) => conflict.doNothing())
          .returning('file_id')
          .executeTakeFirst();
        if (!kept) throw ofAnother();
        fileIds.push(kept.file_id);
      }
      return fileIds;
    },
    async publish(tx, caseId, part, fileIds) {
      await sql`update report_photos set is_public = file_id = any(${[...fileIds]}::uuid[])
        where case_id = ${caseId} and part = ${part}`.execute(tx);
    },
    async videoOf(from, caseId) {
      const row = await tablesOf(from)
        .selectFrom('report_videos')
        .select('file_id')
        .where('case_id', '=', caseId)
        .executeTakeFirst();
      return row?.file_id ?? null;
    },
    async of(from, caseId) {
      const rows = await tablesOf(from)
        .selectFrom('report_photos')
        .selectAll()
        .where('case_id', '=', caseId)
        .orderBy('part', 'desc')
        .orderBy('n')
        .execute();
      return rows.map((row) => ({ fileId: row.file_id, part: row.part, isPublic: row.is_public }));
    },
    sign(follower, fileId) {
      const until = now().getTime() + SIGNED_MS;
      return `/api/reports/photos/${fileId}?by=${follower.id}&until=${until}&sign=${signature(follower, fileId, until)}`;
    },
    async mayOpen(fileId, { by, until, sign }) {
      const row = await tablesOf(db)
        .selectFrom('report_photos')
        .innerJoin('reports', 'reports.case_id', 'report_photos.case_id')
        .select(['report_photos.case_id', 'report_photos.is_public', 'reports.published_at'])
        .where('report_photos.file_id', '=', fileId)
        .executeTakeFirst();
      if (row?.is_public && row.published_at !== null) return true;
      const video = await tablesOf(db)
        .selectFrom('report_videos')
        .select('case_id')
        .where('file_id', '=', fileId)
        .executeTakeFirst();
      const caseId = row?.case_id ?? video?.case_id;
      if (caseId === undefined) return false;
      if (by === undefined || until === undefined || sign === undefined || until < now().getTime()) return false;
      const follower = await tablesOf(db)
        .selectFrom('report_followers')
        .selectAll()
        .where('id', '=', by)
        .where('case_id', '=', caseId)
        .executeTakeFirst();
      if (!follower || (video && follower.role !== 'sender')) return false;
      const expected = Buffer.from(signature(follower, fileId, until));
      const given = Buffer.from(sign);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** At most one of a report, and of one report. */
async function tieVideo(tx: Tx, row: { file_id: string; upload_id: string; case_id: string }): Promise<void> {
  const kept = await tablesOf(tx)
    .insertInto('report_videos')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('file_id')
    .executeTakeFirst();
  if (kept) return;
  const another = await tablesOf(tx)
    .selectFrom('report_videos')
    .select('file_id')
    .where('case_id', '=', row.case_id)
    .executeTakeFirst();
  throw another ? tooManyVideos() : ofAnother();
}

export const noSuchPhoto = () => notFound({ vi: 'ảnh này', en: 'photo' });

function unfinished() {
  const text = {
    vi: 'Có ảnh hoặc video chưa tải lên xong. Hãy đợi tải xong rồi gửi.',
    en: 'A photo or video has not arrived whole yet. Wait until it has, then send.',
  };
  return refuse(409, 'upload-unfinished', text, [{ at: '/uploads', reason: text }]);
}

function ofAnother() {
  const text = {
    vi: 'Có ảnh hoặc video đã thuộc một phản ánh khác. Hãy tải lên lại.',
    en: 'A photo or video belongs to another report already. Upload it again.',
  };
  return refuse(409, 'upload-taken', text, [{ at: '/uploads', reason: text }]);
}

function tooManyVideos() {
  const text = { vi: 'Mỗi phản ánh nhận một video ngắn.', en: 'A report takes one short video.' };
  return refuse(422, 'too-many-videos', text, [{ at: '/uploads', reason: text }]);
}

function onlyPhotos() {
  const text = {
    vi: 'Phản ánh chỉ nhận ảnh và một video ngắn; ảnh sau xử lý chỉ nhận ảnh.',
    en: 'A report takes photos and one short video; after the work, photos only.',
  };
  return refuse(422, 'not-a-photo', text, [{ at: '/uploads', reason: text }]);
}

function tooMany() {
  const text = {
    vi: `Mỗi phản ánh nhận tối đa ${PHOTOS_A_REPORT} ảnh.`,
    en: `A report takes at most ${PHOTOS_A_REPORT} photos.`,
  };
  return refuse(422, 'too-many-photos', text, [{ at: '/uploads', reason: text }]);
}
