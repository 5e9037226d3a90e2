/**
 * The log's order on another server. Events are ordered by (xid, id), and readers take nothing whose transaction may
 * still run there; numbers of the old server would be in the future of the new one, and no follower would ever see
 * them. So the log is cut at the cursors: what lies between two neighbouring cursors gets one small number, older
 * than any transaction of a new server (the first ones up to about 700 are spent by its own making). Each cursor then
 * stands exactly between what its follower has passed and what it has not; within a piece, where transactions ran
 * side by side, the order is that of the ids, which follows cause and effect as well.
 */
const FIRST = 3;

const pieceOf = (alias: string): string =>
  `(${FIRST} + (select count(*) from cursors c where (c.xid, c.id) < (${alias}.xid, ${alias}.id)))::text::xid8`;

/** For `exportDatabase`: table -> column -> expression. */
export const logTranslations: Record<string, Record<string, string>> = {
  events: { xid: pieceOf('events') },
  cursors: { xid: pieceOf('cursors'), id: 'greatest((select max(e.id) from events e), 0)' },
};
