import { type Command, wrongCall } from './command.ts';

export const migrate: Command = {
  name: 'migrate',
  usage: 'migrate [--clean]',
  summary: {
    vi: 'Áp dụng các thay đổi cấu trúc cơ sở dữ liệu còn thiếu',
    en: 'Applies the database migrations that are missing',
  },
  async run(args, io, open) {
    if (args.length > 0) return wrongCall(migrate, io);
    const applied = await open(async (opened) => opened.applied);
    for (const { scope, number, name } of applied) io.out(`${scope}/${String(number).padStart(4, '0')}-${name}`);
    io.out(`Đã áp dụng ${applied.length} / applied ${applied.length}`);
    return 0;
  },
};
