import { refuse, type Text } from '../words/index.ts';

const PATTERN = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds ('PT1H', 'P1DT30M', 'PT0S'). */
export function durationMs(text: string): number {
  const match = PATTERN.exec(text);
  if (!match || text.endsWith('P') || text.endsWith('T')) {
    throw refuse(422, 'bad-duration', {
      vi: `Thời lượng “${text}” không đúng dạng ISO 8601, ví dụ PT1H (một giờ), PT15M (mười lăm phút).`,
      en: `“${text}” is not an ISO 8601 duration such as PT1H or PT15M.`,
    });
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** A duration in words: 5,400,000 -> '1 giờ 30 phút'. */
export function durationWords(ms: number): Text {
  const seconds = Math.round(ms / 1000);
  const parts: [number, string, string][] = [
    [Math.floor(seconds / 86_400), 'ngày', 'day'],
    [Math.floor((seconds % 86_400) / 3600), 'giờ', 'hour'],
    [Math.floor((seconds % 3600) / 60), 'phút', 'minute'],
    [seconds % 60, 'giây', 'second'],
  ];
  const said = parts.filter(([n]) => n > 0);
  if (said.length === 0) return { vi: '0 giây', en: '0 seconds' };
  return {
    vi: said.map(([n, vi]) => `${n} ${vi}`).join(' '),
    en: said.map(([n, , en]) => `${n} ${en}${n === 1 ? '' : 's'}`).join(' '),
  };
}
