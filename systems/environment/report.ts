/** The month's report as XLSX (tables) and DOCX (text in the layout of official papers). */
import {
  AlignmentType,
  Document,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import ExcelJS from 'exceljs';
import type { Entity } from '../../platform/context/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { DAY_MS, LOCAL_OFFSET_MS } from '../../platform/history/index.ts';
import type { Visible } from '../../platform/rights/index.ts';
import { aqiLevels } from './entities.ts';
import { daysOf, exceedancesOf } from './register.ts';

type StationMonth = {
  entity: Entity;
  days: (number | null)[];
  mean: number | null;
  max: number | null;
  /** days by level, best first */
  levels: number[];
  completeness: number;
};

type Month = {
  month: string;
  stations: StationMonth[];
  exceedances: Awaited<ReturnType<typeof exceedancesOf>>;
  simulated: boolean;
  madeAt: Date;
};

const provenanceWords = {
  measured: 'Đo thực tế',
  simulated: 'Dữ liệu mô phỏng',
  replayed: 'Dữ liệu phát lại',
} as const;

/** Reads what the report says; only stations that the reader may see. */
export async function monthOf(platform: Platform, rights: Visible, month: string): Promise<Month> {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const range = daysOf(`${month}-01`, `${month}-${String(length).padStart(2, '0')}`);
  const { items } = await platform.context.find(rights, { type: 'AirQualityStation', limit: 5000 });
  const ids = items.map((one) => one.id);
  const daily = await platform.history.buckets(rights, ids, ['vn_aqi_daily'], 'hour', range.from, range.to);
  const raw = await platform.history.buckets(rights, ids, ['pm25'], 'day', range.from, range.to);
  const now = platform.now().getTime();
  const passed = Math.max(1, Math.min(length, Math.ceil((now - range.from.getTime()) / DAY_MS)));
  const stations = items.map((entity): StationMonth => {
    const days = Array<number | null>(length).fill(null);
    for (const row of daily) {
      if (row.entityId === entity.id) days[Math.floor((row.at - range.from.getTime()) / DAY_MS)] = row.mean;
    }
    const known = days.filter((value): value is number => value !== null);
    const levels = aqiLevels.map(
      (level, index) =>
        known.filter((value) => value <= level.upTo && value > (aqiLevels[index - 1]?.upTo ?? -1)).length,
    );
    const share = raw
      .filter((row) => row.entityId === entity.id)
      .reduce((sum, row) => sum + Math.min(1, row.n / row.expected), 0);
    return {
      entity,
      days,
      mean: known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : null,
      max: known.length > 0 ? Math.max(...known) : null,
      levels,
      completeness: share / passed,
    };
  });
  return {
    month,
    stations,
    exceedances: await exceedancesOf(platform, rights, range),
    simulated: items.some((one) => one.provenance !== 'measured'),
    madeAt: platform.now(),
  };
}

const title = (month: string): string =>
  `BÁO CÁO QUAN TRẮC MÔI TRƯỜNG THÁNG ${Number(month.slice(5))} NĂM ${month.slice(0, 4)}`;
const local = (at: number): string => {
  const date = new Date(at + LOCAL_OFFSET_MS);
  return `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()} ${String(date.getUTCHours()).padStart(2, '0')}:00`;
};
const say = (value: number | null, decimals = 0): string =>
  value === null ? '–' : value.toLocaleString('vi-VN', { maximumFractionDigits: decimals });
const warning = 'Báo cáo có dữ liệu mô phỏng hoặc phát lại, không dùng làm số liệu chính thức.';

export async function asXlsx(report: Month): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const summary = book.addWorksheet('Tổng hợp');
  summary.addRow([title(report.month)]).font = { bold: true, size: 14 };
  if (report.simulated) summary.addRow([warning]).font = { color: { argb: 'FFB00020' }, bold: true };
  summary.addRow([]);
  summary.addRow([
    'Trạm',
    'Nguồn số liệu',
    'VN_AQI ngày trung bình',
    'VN_AQI ngày lớn nhất',
    ...aqiLevels.map((level) => `Số ngày ${level.name.vi}`),
    'Độ đầy đủ',
  ]).font = { bold: true };
  for (const one of report.stations) {
    summary
      .addRow([
        one.entity.name,
        provenanceWords[one.entity.provenance],
        one.mean === null ? null : Math.round(one.mean),
        one.max,
        ...one.levels,
        one.completeness,
      ])
      .getCell(5 + aqiLevels.length).numFmt = '0%';
  }
  summary.columns.forEach((column, index) => {
    column.width = index === 0 ? 34 : 18;
  });
  const days = book.addWorksheet('VN_AQI ngày');
  days.addRow(['Trạm', ...(report.stations[0]?.days ?? []).map((_, index) => index + 1)]).font = { bold: true };
  for (const one of report.stations) days.addRow([one.entity.name, ...one.days]);
  const over = book.addWorksheet('Vượt quy chuẩn');
  over.addRow([
    'Thời gian',
    'Trạm',
    'Nguồn số liệu',
    'Thông số',
    'Trung bình',
    'Giá trị',
    'Giới hạn',
    'Số lần',
    'Quy chuẩn',
  ]).font = { bold: true };
  for (const { entity, found } of report.exceedances.slice(0, 5000)) {
    over.addRow([
      local(found.at),
      entity.name,
      provenanceWords[entity.provenance],
      found.property,
      found.averaging,
      found.value,
      found.limit.high ?? found.limit.low,
      found.times,
      found.limit.standard,
    ]);
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}

export async function asDocx(report: Month): Promise<Buffer> {
  const cell = (text: string, bold = false) =>
    new TableCell({ children: [new Paragraph({ children: [new TextRun({ text, bold, size: 22 })] })] });
  const centre = (text: string, bold = false) =>
    new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ text, bold, size: 26 })] });
  const rows = report.stations.map(
    (one) =>
      new TableRow({
        children: [
          cell(one.entity.name),
          cell(say(one.mean)),
          cell(say(one.max)),
          cell(String(one.levels.slice(2).reduce((a, b) => a + b, 0))),
          cell(`${say(one.completeness * 100)} %`),
          cell(provenanceWords[one.entity.provenance]),
        ],
      }),
  );
  const document = new Document({
    styles: { default: { document: { run: { font: 'Times New Roman', size: 28 } } } },
    sections: [
      {
        properties: { page: { margin: { top: 1134, bottom: 1134, left: 1701, right: 850 } } },
        children: [
          centre('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', true),
          centre('Độc lập - Tự do - Hạnh phúc', true),
          new Paragraph(''),
          new Paragraph({
            heading: HeadingLevel.HEADING_1,
            alignment: AlignmentType.CENTER,
            children: [new TextRun({ text: title(report.month), bold: true, size: 28, color: '000000' })],
          }),
          ...(report.simulated ? [centre(warning, true)] : []),
          new Paragraph(''),
          new Paragraph({ children: [new TextRun({ text: '1. Chất lượng không khí', bold: true })] }),
          new Table({
            width: { size: 100, type: WidthType.PERCENTAGE },
            rows: [
              new TableRow({
                tableHeader: true,
                children: [
                  'Trạm',
                  'VN_AQI trung bình',
                  'VN_AQI lớn nhất',
                  'Số ngày từ mức Kém',
                  'Độ đầy đủ',
                  'Nguồn số liệu',
                ].map((text) => cell(text, true)),
              }),
              ...rows,
            ],
          }),
          new Paragraph(''),
          new Paragraph({ children: [new TextRun({ text: '2. Vượt quy chuẩn', bold: true })] }),
          new Paragraph(
            report.exceedances.length === 0
              ? 'Trong tháng không ghi nhận giá trị vượt quy chuẩn.'
              : `Trong tháng ghi nhận ${say(report.exceedances.length)} lượt giá trị vượt giới hạn theo đúng thời gian trung bình của từng quy chuẩn; danh sách đầy đủ ở bảng tính kèm theo.`,
          ),
          new Paragraph(''),
          new Paragraph({
            children: [
              new TextRun({
                text: `Lập lúc ${local(report.madeAt.getTime())} từ nền tảng đô thị thông minh.`,
                italics: true,
                size: 24,
              }),
            ],
          }),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}
