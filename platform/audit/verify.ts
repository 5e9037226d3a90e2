import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import type { AnchorLine } from './anchors.ts';
import { type EntryText, entryColumns, GENESIS, linkHash } from './chain.ts';

/**
 * What a verification found. `rows` are the links that were recomputed and right; `brokenAt` is the first place that
 * is not: the link's number, the entry's id, or the anchor's line in its file.
 */
export type Verification = {
  ok: boolean;
  rows: number;
  /** entries committed but not chained yet (normally a second's worth) */
  waiting: number;
  /** signed anchors that were compared; 0 says that a cut-off tail could not have been seen */
  anchors: number;
  lastAnchorAt?: string;
  brokenAt?: { sequence: number | null; entryId: number | null; anchorLine?: number };
  reason?: Text;
};

type Link = { sequence: number; entry_id: number; chained_at: string; hash: Buffer } & {
  [K in keyof EntryText]: EntryText[K] | null;
};

const PAGE = 2000;

/** Recomputes the whole chain from the entries and compares it with the signed anchors, in one snapshot. */
export async function verifyChain(db: Db, anchors: readonly AnchorLine[]): Promise<Verification> {
  const anchored = new Map(anchors.map((one) => [one.anchor.sequence, one]));
  const base = { anchors: anchors.length, ...lastOf(anchors) };
  const badAnchor = anchors.find((one) => !one.signed || !one.joined);
  if (badAnchor) {
    const brokenAt = { sequence: badAnchor.anchor.sequence || null, entryId: null, anchorLine: badAnchor.line };
    return { ...base, ok: false, rows: 0, waiting: 0, brokenAt, reason: badAnchor.signed ? cutAnchor : falseAnchor };
  }

  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const counted = await sql<{ n: number }>`select count(*) as n from audit_waiting`.execute(tx);
      const waiting = counted.rows[0]?.n ?? 0;
      const broken = (rows: number, sequence: number | null, entryId: number | null, reason: Text, line?: number) => ({
        ...base,
        ok: false,
        rows,
        waiting,
        brokenAt: { sequence, entryId, ...(line === undefined ? {} : { anchorLine: line }) },
        reason,
      });

      let hash: Buffer = GENESIS;
      let passed = 0;
      for (;;) {
        const { rows } = await sql<Link>`select c.sequence, c.entry_id, c.hash,
            to_char(c.chained_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as chained_at, ${entryColumns}
          from audit_chain c left join audit_entries e on e.id = c.entry_id
          where c.sequence > ${passed} order by c.sequence limit ${PAGE}`.execute(tx);
        for (const link of rows) {
          if (link.sequence !== passed + 1) return broken(passed, passed + 1, null, missingLink);
          if (!isWhole(link)) return broken(passed, link.sequence, link.entry_id, missingEntry);
          const expected = linkHash(hash, link.sequence, link.chained_at, link);
          if (!expected.equals(link.hash)) return broken(passed, link.sequence, link.entry_id, changed);
          const anchor = anchored.get(link.sequence);
          if (anchor && anchor.anchor.hash !== expected.toString('hex')) {
            return broken(passed, link.sequence, link.entry_id, rewritten(anchor), anchor.line);
          }
          hash = expected;
          passed += 1;
        }
        if (rows.length < PAGE) break;
      }

      const beyond = anchors.find((one) => one.anchor.sequence > passed);
      if (beyond) return broken(passed, passed + 1, null, tailCut(beyond, passed), beyond.line);

      const stray = await sql<{ id: number }>`select e.id from audit_entries e
        where not exists (select from audit_chain c where c.entry_id = e.id)
          and not exists (select from audit_waiting w where w.entry_id = e.id) order by e.id limit 1`.execute(tx);
      const first = stray.rows[0];
      if (first) return broken(passed, null, first.id, slippedIn);
      return { ...base, ok: true, rows: passed, waiting };
    });
}

function lastOf(anchors: readonly AnchorLine[]): { lastAnchorAt?: string } {
  const last = anchors.at(-1);
  return last ? { lastAnchorAt: last.anchor.at } : {};
}

/** Whether the link's entry is there; the left join leaves all its columns null otherwise. */
function isWhole(link: Link): link is Link & EntryText {
  return link.id !== null;
}

const missingLink: Text = {
  vi: 'Thiếu một mắt xích: dòng này đã bị xóa khỏi chuỗi.',
  en: 'A link is missing: it was deleted from the chain.',
};
const missingEntry: Text = {
  vi: 'Mục nhật ký của mắt xích này đã bị xóa.',
  en: 'The entry of this link was deleted.',
};
const changed: Text = {
  vi: 'Nội dung không khớp mã băm: mục này hoặc mắt xích của nó đã bị sửa, hoặc có mục bị chèn vào hay đổi chỗ tại đây.',
  en: 'The content does not match its hash: the entry or its link was changed, or something was put in or moved here.',
};
const slippedIn: Text = {
  vi: 'Mục này không nằm trong chuỗi và cũng không chờ vào chuỗi: nó đã bị chèn vòng qua hệ thống.',
  en: 'This entry is neither chained nor waiting to be: it was put in around the system.',
};
const falseAnchor: Text = {
  vi: 'Chữ ký của mốc neo không đúng: tệp mốc neo (hoặc khóa) đã bị sửa.',
  en: 'The signature of an anchor is wrong: the file of anchors (or its key) was changed.',
};
const cutAnchor: Text = {
  vi: 'Mốc neo không nối với mốc trước: đã có dòng bị xóa hoặc chèn trong tệp mốc neo.',
  en: 'An anchor does not join the one before: a line of the file of anchors was removed or put in.',
};
const rewritten = ({ anchor }: AnchorLine): Text => ({
  vi: `Chuỗi đã bị viết lại: mã băm khác với mốc neo ký ngày ${anchor.at}.`,
  en: `The chain was rewritten: its hash differs from the anchor signed at ${anchor.at}.`,
});
const tailCut = ({ anchor }: AnchorLine, passed: number): Text => ({
  vi: `Đuôi chuỗi đã bị xóa: mốc neo ký ngày ${anchor.at} có ${anchor.sequence} mục, nay chỉ còn ${passed}.`,
  en: `The tail was deleted: the anchor signed at ${anchor.at} counted ${anchor.sequence} entries, ${passed} are left.`,
});
