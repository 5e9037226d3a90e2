import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemPrincipal } from '../../platform/rights/index.ts';
import type { Territory } from '../../platform/territory/index.ts';
import { refuse } from '../../platform/words/index.ts';

/** `territory import FILE.geojson [--valid-from yyyy-mm-dd]`: surveyed borders instead of the approximated ones. */
export const territoryCommand = {
  name: 'territory',
  usage: 'territory import FILE.geojson [--valid-from 2025-07-01]',
  summary: {
    vi: 'Nhập ranh giới thật từ GeoJSON thay cho ranh giới gần đúng',
    en: 'Imports real borders from GeoJSON in place of the approximated ones',
  },
  /** Answers the exit code: 0 all stored, 1 some refused, 2 wrong use. */
  async run(
    args: readonly string[],
    io: { out(line: string): void; err(line: string): void },
    platform: { territory: Territory },
  ): Promise<number> {
    const [action, ...rest] = args;
    const at = rest.indexOf('--valid-from');
    const validFrom = at >= 0 ? rest[at + 1] : undefined;
    const files = rest.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
    const [file] = files;
    if (action !== 'import' || !file || files.length > 1 || (at >= 0 && !validFrom)) {
      io.err(`Cách dùng / Usage: ${territoryCommand.usage}`);
      return 2;
    }
    await platform.territory.seed();
    const report = await platform.territory.importBorders(
      systemPrincipal('cli', ['territory:manage']),
      parse(await readFile(file, 'utf8'), file),
      { source: basename(file), ...(validFrom ? { validFrom } : {}) },
    );
    for (const line of report.items) {
      const what = `#${line.index} ${line.code ?? '-'} ${line.name ?? '-'}`;
      if (line.reason) io.err(`${what}: ${line.reason.vi} / ${line.reason.en}`);
      else io.out(`${what}: đã nhập / stored`);
    }
    io.out(`Đã nhập ${report.stored}, từ chối ${report.refused} / stored ${report.stored}, refused ${report.refused}`);
    return report.refused > 0 || report.stored === 0 ? 1 : 0;
  },
};

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(400, 'not-json', {
      vi: `Tệp ${file} không phải JSON: ${why}`,
      en: `The file ${file} is not JSON: ${why}`,
    });
  }
}
