import { aqiSource } from '../../systems/environment/air-quality.ts';
import { allLimits, toBeEntered } from '../../systems/environment/limits.ts';
import { wqiSource } from '../../systems/environment/water-quality.ts';
import type { Command } from './command.ts';

export const law: Command = {
  name: 'law',
  usage: 'law',
  summary: {
    vi: 'Các hằng số pháp lý chưa đối chiếu',
    en: 'Legal constants that are not yet confirmed',
  },
  async run(_args, io) {
    io.out('id\tvalue\tunit\tsource\tvalid');
    for (const limit of allLimits.filter((one) => one.confirmedBy === null)) {
      const value = [limit.low === null ? '' : `>= ${limit.low}`, limit.high === null ? '' : `<= ${limit.high}`]
        .filter(Boolean)
        .join(' ');
      io.out(`${limit.id}\t${value}\t${limit.unit}\t${limit.source}\t${limit.validFrom}–${limit.validTo ?? ''}`);
    }
    for (const text of [aqiSource, wqiSource, stationFileForm, ...toBeEntered]) io.out(`${text.vi}\t\t\t${text.en}\t`);
    return 0;
  },
};

const stationFileForm = {
  vi: 'Thông tư 10/2021/TT-BTNMT, dạng tệp của trạm tự động: chờ đối chiếu',
  en: 'Circular 10/2021/TT-BTNMT, form of station files: to be confirmed',
};
