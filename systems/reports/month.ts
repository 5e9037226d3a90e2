/** The month's report on citizens' reports: a paper in the layout of Decree 30/2020, or a table as CSV. */
import { inTransaction } from '../../platform/database/index.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { csvCell } from '../../platform/words/index.ts';
import { letterhead } from './answer-docx.ts';
import { type FigureItem, type FigureRow, type FiguresView, figuresOf } from './figures.ts';
import { paragraph, table, writePaper } from './official-paper.ts';
import type { Parts } from './parts.ts';

const number = (value: number | null, decimals = 0): string =>
  value === null ? '–' : value.toLocaleString('vi-VN', { maximumFractionDigits: decimals });
const percent = (value: number | null): string => (value === null ? '–' : `${number(value * 100, 1)} %`);
const warning = 'Báo cáo có số liệu mô phỏng, không dùng làm số liệu chính thức.';

const head = [
  'Tên',
  'Tiếp nhận',
  'Đã trả lời',
  'Đúng hạn',
  'Mức chung cùng lĩnh vực',
  'Trung vị (giờ)',
  'Mở lại',
  'Đánh giá',
];
const cells = (title: string, one: FigureRow): string[] => [
  title,
  number(one.received),
  number(one.answered),
  percent(one.inTimeShare),
  percent(one.expectedShare),
  number(one.solutionHours?.median ?? null, 1),
  number(one.reopened),
  one.rating ? `${number(one.rating.mean, 1)} (${number(one.rating.n)})` : '–',
];

/** The days of a month `yyyy-mm`. */
function daysOf(month: string): { from: string; to: string } {
  const [year = 0, n = 0] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, n, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(last).padStart(2, '0')}` };
}

export async function monthReport(
  parts: Parts,
  principal: Principal,
  month: string,
  as: 'docx' | 'csv',
): Promise<{ name: string; content: Buffer | string }> {
  const days = daysOf(month);
  const [units, families] = await Promise.all([
    figuresOf(parts, principal, { ...days, by: 'organisation' }),
    figuresOf(parts, principal, { ...days, by: 'family' }),
  ]);
  await inTransaction(parts.db, (tx) =>
    parts.audit.record(tx, {
      principal,
      action: 'report.download',
      subject: `report:reports-${month}`,
      detail: { as },
    }),
  );
  const name = `phan-anh-${month}.${as}`;
  return { name, content: as === 'csv' ? asCsv(units) : await asPaper(parts, principal, month, units, families) };
}

function asCsv(view: FiguresView): string {
  const columns = [
    'Đơn vị',
    'Tiếp nhận',
    'Đã trả lời',
    'Đúng hạn',
    'Tỷ lệ đúng hạn',
    'Mức chung cùng lĩnh vực',
    'Trả lời đầu tiên: trung vị (giờ)',
    'Trả lời đầu tiên: p90 (giờ)',
    'Giải quyết: trung vị (giờ)',
    'Giải quyết: p90 (giờ)',
    'Mở lại',
    'Không xử lý',
    'Điểm đánh giá',
    'Số đánh giá',
    'Trên 1.000 dân',
    'Xếp thứ',
    'Số liệu mô phỏng',
  ];
  const raw = (value: number | null | undefined): string =>
    value === null || value === undefined ? '' : String(value);
  const line = (title: string, one: FigureRow & Partial<FigureItem>): string =>
    [
      csvCell(title),
      ...[
        one.received,
        one.answered,
        one.inTime,
        one.inTimeShare,
        one.expectedShare,
        one.firstAnswerHours?.median,
        one.firstAnswerHours?.p90,
        one.solutionHours?.median,
        one.solutionHours?.p90,
        one.reopened,
        one.refused,
        one.rating?.mean,
        one.rating?.n,
        one.perThousand,
        one.rank,
        one.simulated,
      ].map(raw),
    ].join(',');
  const rows = [...view.items.map((one) => line(one.title.vi, one)), line('Toàn bộ', view.total)];
  return `\uFEFF${[columns.map(csvCell).join(','), ...rows].join('\r\n')}\r\n`;
}

async function asPaper(
  parts: Parts,
  principal: Principal,
  month: string,
  units: FiguresView,
  families: FiguresView,
): Promise<Buffer> {
  const tree = await parts.identity.tree();
  const { total } = units;
  const label = `tháng ${Number(month.slice(5))} năm ${month.slice(0, 4)}`;
  const ranked = units.items.filter((one) => one.rank !== null);
  const few = units.items.length - ranked.length;
  const widths = [30, 10, 10, 11, 13, 11, 8, 11];
  return writePaper({
    ...letterhead(tree, principal.organisationId ? tree.get(principal.organisationId) : null),
    kind: { title: 'Báo cáo', subject: `Tình hình tiếp nhận, xử lý phản ánh hiện trường ${label}` },
    date: parts.now(),
    body: [
      ...(total.simulated > 0 ? [paragraph(warning, { bold: true })] : []),
      paragraph('1. Tình hình chung', { bold: true }),
      paragraph(
        `Trong ${label}, tiếp nhận ${number(total.received)} phản ánh; đã trả lời ${number(total.answered)}, ` +
          `trong đó đúng hạn ${number(total.inTime)} (${percent(total.inTimeShare)}); đang xử lý ${number(total.open)}, ` +
          `quá hạn ${number(total.late)}; không xử lý ${number(total.refused)}; người dân mở lại ${number(total.reopened)}.`,
      ),
      paragraph(
        `Thời gian trả lời đầu tiên: trung vị ${number(total.firstAnswerHours?.median ?? null, 1)} giờ, ` +
          `90 % trong ${number(total.firstAnswerHours?.p90 ?? null, 1)} giờ. ` +
          `Thời gian giải quyết: trung vị ${number(total.solutionHours?.median ?? null, 1)} giờ, ` +
          `90 % trong ${number(total.solutionHours?.p90 ?? null, 1)} giờ (giờ đồng hồ, tính từ khi tiếp nhận).`,
      ),
      paragraph('2. Theo đơn vị', { bold: true }),
      paragraph(
        `Tỷ lệ đúng hạn được so với mức chung của toàn tỉnh ở cùng lĩnh vực. Đơn vị trả lời dưới ${units.leastRanked} ` +
          `phản ánh không xếp thứ tự (${number(few)} đơn vị).`,
      ),
      table(
        head,
        units.items.map((one) => cells(one.rank === null ? one.title.vi : `${one.rank}. ${one.title.vi}`, one)),
        widths,
      ),
      paragraph('3. Theo lĩnh vực', { bold: true }),
      table(
        head,
        families.items.map((one) => cells(one.title.vi, one)),
        widths,
      ),
      paragraph('Trên đây là báo cáo tình hình tiếp nhận, xử lý phản ánh hiện trường./.'),
    ],
    recipients: ['UBND tỉnh;', 'Lưu: VT.'],
  });
}
