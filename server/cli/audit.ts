import { type Command, wrongCall } from './command.ts';

export const audit: Command = {
  name: 'audit',
  usage: 'audit verify [--clean]',
  summary: {
    vi: 'Kiểm tra chuỗi băm của nhật ký kiểm toán và các mốc neo đã ký',
    en: 'Verifies the hash chain of the audit log and its signed anchors',
  },
  async run(args, io, open) {
    if (args.length !== 1 || args[0] !== 'verify') return wrongCall(audit, io);
    const found = await open(({ audit }) => audit.verify(), { mustExist: true });
    const anchored = found.lastAnchorAt
      ? `${found.anchors} mốc neo, mốc cuối ${found.lastAnchorAt} / ${found.anchors} anchors, the last at ${found.lastAnchorAt}`
      : 'chưa có mốc neo: đuôi bị cắt sẽ không thấy được / no anchor yet: a cut tail could not be seen';
    if (found.ok) {
      io.out(`Nguyên vẹn: ${found.rows} mục / Whole: ${found.rows} entries`);
      io.out(anchored);
      return 0;
    }
    const { sequence, entryId, anchorLine } = found.brokenAt ?? { sequence: null, entryId: null };
    const places = [
      sequence === null ? '' : `mắt xích / link ${sequence}`,
      entryId === null ? '' : `mục / entry ${entryId}`,
      anchorLine === undefined ? '' : `dòng mốc neo / anchor line ${anchorLine}`,
    ];
    io.err(`HỎNG / BROKEN: ${places.filter(Boolean).join(', ')}`);
    if (found.reason) io.err(`${found.reason.vi} / ${found.reason.en}`);
    io.err(`Đúng đến mắt xích ${found.rows} / Right up to link ${found.rows}`);
    io.err(anchored);
    return 1;
  },
};
