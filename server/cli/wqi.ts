import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import {
  type WaterSample,
  waterParameters,
  waterQualityIndex,
  wqiLevel,
} from '../../systems/environment/water-quality.ts';
import { type Command, wrongCall } from './command.ts';

export const wqi: Command = {
  name: 'wqi',
  usage: 'wqi FILE.csv [--weighted]',
  summary: {
    vi: 'VN_WQI của từng mẫu nước (--weighted: nước nhận chất thải hữu cơ, sinh hoạt)',
    en: 'VN_WQI of each water sample (--weighted: waters taking organic and domestic waste)',
  },
  async run(args, io) {
    const weighted = args.includes('--weighted');
    const [file, ...rest] = args.filter((one) => one !== '--weighted');
    if (!file || rest.length > 0) return wrongCall(wqi, io);
    let rows: string[][];
    try {
      rows = parse(await readFile(file), { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
    } catch (error) {
      io.err(`${file}: ${(error as Error).message}`);
      return 2;
    }
    const header = (rows.shift() ?? []).map((name) => name.toLowerCase());
    const columns = waterParameters
      .map((parameter) => ({ parameter, column: header.indexOf(parameter.toLowerCase()) }))
      .filter(({ column }) => column !== -1);
    if (columns.length === 0) {
      io.err(`${file}: không có cột thông số nào / no parameter column (${waterParameters.join(', ')})`);
      return 2;
    }
    io.out('row,wqi,level');
    rows.forEach((row, index) => {
      const sample: WaterSample = {};
      for (const { parameter, column } of columns) {
        const text = row[column] ?? '';
        if (text === '' || /^(na|nan|null)$/i.test(text)) continue;
        const value = Number(text);
        if (Number.isFinite(value)) sample[parameter] = value;
        else io.err(`${file}: mẫu ${index + 1}: ${parameter}: “${text}” không phải số / is no number`);
      }
      const { value } = waterQualityIndex(sample, { weighted });
      io.out(`${index + 1},${value ?? ''},${value === null ? '' : wqiLevel(value).vi}`);
    });
    return 0;
  },
};
