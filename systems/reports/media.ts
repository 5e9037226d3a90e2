/** Pictures that came as addresses: fetched after the report was taken, through the guard, and examined like any other. */
import { randomUUID } from 'node:crypto';
import { fetchWithin } from '../../platform/ingest/index.ts';
import { Refusal } from '../../platform/words/index.ts';
import { openTablesOf } from './open-tables.ts';
import { citizen, type Parts, tablesOf } from './parts.ts';
import { PHOTO } from './photos.ts';

const AT_ONCE = 50;
const MOST_ATTEMPTS = 5;
const MOST_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/** Fetches what waits, once each; what is no picture or may not be asked is refused for good, with the reason. */
export async function fetchMedia(parts: Parts, signal?: AbortSignal): Promise<void> {
  const { db, now } = parts;
  const waiting = await openTablesOf(db)
    .selectFrom('report_media')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now())
    .orderBy('next_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of waiting) {
    if (signal?.aborted) return;
    try {
      const answer = await fetchWithin(parts.guard, {
        url: row.url,
        headers: { accept: 'image/*' },
        timeoutMs: TIMEOUT_MS,
        maxBytes: MOST_BYTES,
        ...(signal ? { signal } : {}),
      });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      await take(parts, row, answer.body);
    } catch (error) {
      if (signal?.aborted) return;
      await failed(parts, row, error);
    }
  }
}

async function take(parts: Parts, row: { id: string; case_id: string; n: number }, content: Buffer): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const upload = randomUUID();
    const about = { name: 'anh', subject: `${PHOTO}:${upload}`, areaCode: null, organisationId: null };
    const file = await parts.files.take(citizen, content, about, tx);
    if (!file.isImage) throw new Error('no picture');
    await tablesOf(tx)
      .insertInto('report_photos')
      .values({ file_id: file.id, upload_id: upload, case_id: row.case_id, n: row.n, part: 'before', is_public: false })
      .execute();
    await openTablesOf(tx)
      .updateTable('report_media')
      .set({ state: 'taken', reason: null })
      .where('id', '=', row.id)
      .execute();
  });
}

async function failed(parts: Parts, row: { id: string; attempts: number }, error: unknown): Promise<void> {
  const attempts = row.attempts + 1;
  // A line that was down may come back; an address that may not be asked, or content of another kind, does not.
  const mayPass = error instanceof Refusal ? error.status === 503 || error.code === 'pull-not-reached' : false;
  const again = mayPass && attempts < MOST_ATTEMPTS;
  await openTablesOf(parts.db)
    .updateTable('report_media')
    .set({
      attempts,
      state: again ? 'waiting' : 'refused',
      next_at: new Date(parts.now().getTime() + 2 ** attempts * 60_000),
      reason: error instanceof Error ? error.message.slice(0, 300) : 'failed',
    })
    .where('id', '=', row.id)
    .execute();
}
