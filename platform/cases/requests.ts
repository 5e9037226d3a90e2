import { createHash } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import type { CasesTables } from './tables.ts';

/**
 * Claims a request key for a piece of work. Null: it is new, go on. Otherwise the subject that the first request
 * with this key made (a double tap, a resend after a lost answer). A twin still running is waited for.
 * Refuses with 409 where the same key comes with other content.
 */
export async function claim(
  tx: Tx,
  principal: Principal,
  key: string | undefined,
  work: { what: string; subject: string; content: unknown },
  at: Date,
): Promise<string | null> {
  if (!key) return null;
  const fingerprint = createHash('sha256').update(JSON.stringify(work.content)).digest('hex');
  const tables = tx.withTables<CasesTables>();
  const claimed = await tables
    .insertInto('case_requests')
    .values({
      principal_id: principal.id,
      key,
      what: work.what,
      fingerprint,
      subject: work.subject,
      made_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('subject')
    .executeTakeFirst();
  if (claimed) return null;
  const first = await tables
    .selectFrom('case_requests')
    .selectAll()
    .where('principal_id', '=', principal.id)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (first.what !== work.what || first.fingerprint !== fingerprint) {
    throw refuse(409, 'request-id-reused', {
      vi: 'Mã yêu cầu này đã dùng cho một nội dung khác. Hãy tải lại trang rồi gửi lại.',
      en: 'This request id was used for something else. Reload the page and send again.',
    });
  }
  return first.subject;
}
