import { describe, expect, it } from 'vitest';
import type { OpenPlatform } from './open.ts';
import { commands, runCli } from './run.ts';

const noPlatform: OpenPlatform = async () => {
  throw new Error('this command opened the platform');
};

async function call(...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(argv, { out: (line) => out.push(line), err: (line) => err.push(line) }, noPlatform);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('the command line', () => {
  it('tells every command in both languages, without a command and when asked for help', async () => {
    for (const argv of [[], ['help'], ['--help']]) {
      const { code, out } = await call(...argv);
      expect(code).toBe(0);
      for (const { usage, summary } of commands) {
        expect(out).toContain(usage);
        expect(out).toContain(summary.vi);
        expect(out).toContain(summary.en);
      }
    }
  });

  it('names the unknown command, lists the known ones on standard error and ends with 2', async () => {
    const { code, out, err } = await call('aquí');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('aquí');
    expect(err).toContain('audit verify');
  });

  it('ends with 2 and the usage where a command is called wrongly, before it opens anything', async () => {
    for (const argv of [['aqi'], ['wqi'], ['audit'], ['audit', 'repair'], ['migrate', 'down'], ['territory']]) {
      const { code, err } = await call(...argv);
      expect([argv, code]).toEqual([argv, 2]);
      expect(err).toContain(`Usage: ${argv[0]}`);
    }
  });

  it('has no two commands of one name', () => {
    expect(new Set(commands.map((one) => one.name)).size).toBe(commands.length);
  });
});
