import type { Command, Io } from './command.ts';

/** Prints every command with its usage, in both languages. */
export function printHelp(commands: readonly Command[], print: Io['out']): void {
  print('npm run -s cli -- <lệnh / command> …');
  for (const { usage, summary } of commands) {
    print('');
    print(`  ${usage}`);
    print(`      ${summary.vi}`);
    print(`      ${summary.en}`);
  }
  print('');
  print('  --clean   dùng cơ sở dữ liệu của tỉnh trống thay cho bản trình diễn');
  print('            uses the database of the empty province in place of the demo');
}
