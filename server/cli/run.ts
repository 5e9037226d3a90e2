import { Refusal } from '../../platform/words/index.ts';
import { aqi } from './aqi.ts';
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import type { Command, Io } from './command.ts';
import { printHelp } from './help.ts';
import { law } from './law.ts';
import { migrate } from './migrate.ts';
import { exportCommand, importCommand } from './move.ts';
import { noPlace, type OpenPlatform, type Place } from './open.ts';
import { restore } from './restore.ts';
import { territoryCommand } from './territory.ts';
import { wqi } from './wqi.ts';

const help: Command = {
  name: 'help',
  usage: 'help',
  summary: { vi: 'In danh sách lệnh này', en: 'Prints this list of commands' },
  async run(_args, io) {
    printHelp(commands, io.out);
    return 0;
  },
};

/** Every command there is, in the order in which `help` tells them. */
export const commands: readonly Command[] = [
  aqi,
  wqi,
  law,
  territoryCommand,
  audit,
  migrate,
  backup,
  restore,
  exportCommand,
  importCommand,
  help,
];

/** Runs one call of the command line, without `--clean`; answers its exit code. Refusals are told, not thrown. */
export async function runCli(
  argv: readonly string[],
  io: Io,
  open: OpenPlatform,
  place: Place = noPlace,
): Promise<number> {
  const [name = 'help', ...args] = argv;
  const command = commands.find((one) => one.name === name || (one === help && ['--help', '-h'].includes(name)));
  if (!command) {
    io.err(`Không có lệnh ${name} / no command ${name}.`);
    printHelp(commands, io.err);
    return 2;
  }
  try {
    return await command.run(args, io, open, place);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    io.err(`${error.text.vi} / ${error.text.en}`);
    for (const { at, reason } of error.flaws) io.err(`  ${at}: ${reason.vi} / ${reason.en}`);
    return 1;
  }
}
