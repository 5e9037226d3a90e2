import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { createTerritory } from '../../platform/territory/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { type Command, wrongCall } from './command.ts';

/** Surveyed borders instead of the approximated ones. Ends with 1 where some features were refused. */
export const territoryCommand: Command = {
  name: 'territory',
  usage: 'territory import FILE.geojson [--valid-from 2025-07-01] [--clean]',
  summary: {
    vi: 'Nhập ranh giới thật từ GeoJSON thay cho ranh giới gần đúng',
    en: 'Imports real borders from GeoJSON in place of the approximated ones',
  },
  async run(args, io, open) {
    const [action, ...rest] = args;
    const at = rest.indexOf('--valid-from');
    const validFrom = at >= 0 ? rest[at + 1] : undefined;
    const [file, ...more] = rest.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
    if (action !== 'import' || !file || more.length > 0 || (at >= 0 && !validFrom)) {
      return wrongCall(territoryCommand, io);
    }
    const geojson = parse(await readFile(file, 'utf8'), file);
    const report = await open(async ({ database, audit, now }) => {
      const territory = createTerritory({ db: database.db, audit, now });
      await territory.seed();
      return territory.importBorders(systemPrincipal('cli', ['territory:manage']), geojson, {
        source: basename(file),
        ...(validFrom ? { validFrom } : {}),
      });
    });
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
