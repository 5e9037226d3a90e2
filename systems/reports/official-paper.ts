/**
 * The layout of an official paper by Decree 30/2020/NĐ-CP, Annex I: A4, margins 20/20/30/15 mm, Times New Roman,
 * national name and motto top right, issuing body top left, number and sign, place and date, recipients bottom left,
 * the signer bottom right, page numbers centred above from the second page on. What a clerk fills in is left open.
 */
import {
  AlignmentType,
  BorderStyle,
  Document,
  Header,
  Packer,
  PageNumber,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';

export type Paper = {
  /** the body above it (UBND tỉnh), null where there is none */
  above: string | null;
  issuer: string;
  /** after `Số:      /`, e.g. `UBND-VP`; what is not known is left as dots */
  sign: string;
  /** letters have their subject under the number (V/v …); other kinds have a title in the middle */
  kind: { letter: string } | { title: string; subject: string };
  place: string;
  date: Date;
  /** Kính gửi; letters only */
  to?: string;
  body: readonly (Paragraph | Table)[];
  signer: string;
  recipients: readonly string[];
};

// Half points and twentieths of a point, as the format counts.
const BODY = 28;
const HEAD = 26;
const RECIPIENTS = 22;
const mm = (length: number): number => Math.round((length / 25.4) * 1440);
const margin = { top: mm(20), bottom: mm(20), left: mm(30), right: mm(15) };
const TEXT_WIDTH = mm(210 - 30 - 15);

const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const borders = { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none };

type Look = { bold?: boolean; italics?: boolean; size?: number };
const run = (text: string, look: Look = {}) => new TextRun({ text, size: BODY, ...look });
const centred = (text: string, look: Look = {}, before = 0) =>
  new Paragraph({ alignment: AlignmentType.CENTER, spacing: { before }, children: [run(text, look)] });
/** The thin line under the issuer and the motto, as long as the indents leave it. */
const line = (indent: number) =>
  new Paragraph({
    indent: { left: indent, right: indent },
    spacing: { line: 40, lineRule: 'exact', after: 60 },
    border: { bottom: { style: BorderStyle.SINGLE, size: 6, space: 0, color: '000000' } },
    children: [],
  });

/** A paragraph of the body: justified, first line in by 1 cm, 6 pt after. */
export function paragraph(text: string, look: Look = {}): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.JUSTIFIED,
    indent: { firstLine: mm(10) },
    spacing: { after: 120, line: 276 },
    children: [run(text, look)],
  });
}

/** A table of the body, its head repeated on each page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], widths: readonly number[]): Table {
  const whole = widths.reduce((sum, one) => sum + one, 0);
  const sizes = widths.map((one) => Math.round((one / whole) * TEXT_WIDTH));
  const cell = (text: string, n: number, bold: boolean) =>
    new TableCell({
      width: { size: sizes[n] ?? 0, type: WidthType.DXA },
      children: [
        new Paragraph({
          alignment: bold ? AlignmentType.CENTER : n === 0 ? AlignmentType.LEFT : AlignmentType.RIGHT,
          children: [run(text, { bold, size: 24 })],
        }),
      ],
    });
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: sizes,
    rows: [
      new TableRow({ tableHeader: true, cantSplit: true, children: head.map((text, n) => cell(text, n, true)) }),
      ...rows.map((row) => new TableRow({ cantSplit: true, children: row.map((text, n) => cell(text, n, false)) })),
    ],
  });
}

function two(left: readonly Paragraph[], right: readonly Paragraph[], leftShare: number): Table {
  const sizes = [Math.round(TEXT_WIDTH * leftShare), Math.round(TEXT_WIDTH * (1 - leftShare))];
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: sizes,
    borders,
    rows: [
      new TableRow({
        children: [left, right].map(
          (children, n) =>
            new TableCell({ borders, width: { size: sizes[n] ?? 0, type: WidthType.DXA }, children: [...children] }),
        ),
      }),
    ],
  });
}

/** "ngày 05 tháng 02 năm 2026": days below ten and the months 1 and 2 with a nought before, as the decree says. */
export function dateWords(at: Date): string {
  const local = new Date(at.getTime() + 7 * 3_600_000);
  const pad = (n: number, below: number): string => (n < below ? `0${n}` : String(n));
  return `ngày ${pad(local.getUTCDate(), 10)} tháng ${pad(local.getUTCMonth() + 1, 3)} năm ${local.getUTCFullYear()}`;
}

export function writePaper(paper: Paper): Promise<Buffer> {
  const { kind } = paper;
  const letter = 'letter' in kind ? kind.letter : null;
  const children: (Paragraph | Table)[] = [
    two(
      [
        ...(paper.above ? [centred(paper.above.toUpperCase(), { size: HEAD })] : []),
        centred(paper.issuer.toUpperCase(), { bold: true, size: HEAD }),
        line(mm(18)),
        centred(`Số:        /${paper.sign}`, { size: HEAD }),
        ...(letter ? [centred(`V/v ${letter}`, { size: 24 }, 120)] : []),
      ],
      [
        centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { bold: true, size: HEAD }),
        centred('Độc lập - Tự do - Hạnh phúc', { bold: true, size: BODY }),
        line(mm(20)),
        centred(`${paper.place}, ${dateWords(paper.date)}`, { italics: true, size: BODY }, 60),
      ],
      0.42,
    ),
    new Paragraph({ spacing: { before: 120 }, children: [] }),
  ];
  if ('title' in kind) {
    children.push(
      centred(kind.title.toUpperCase(), { bold: true }),
      centred(kind.subject, { bold: true }),
      line(mm(60)),
    );
  }
  if (paper.to) children.push(centred(`Kính gửi: ${paper.to}`, {}, 120), new Paragraph({ children: [] }));
  children.push(...paper.body, new Paragraph({ children: [] }), foot(paper));
  const number: ParagraphChild[] = [new TextRun({ children: [PageNumber.CURRENT], size: BODY })];
  const document = new Document({
    creator: paper.issuer,
    styles: { default: { document: { run: { font: 'Times New Roman', size: BODY, color: '000000' } } } },
    sections: [
      {
        properties: { titlePage: true, page: { size: { width: mm(210), height: mm(297) }, margin } },
        headers: {
          default: new Header({ children: [new Paragraph({ alignment: AlignmentType.CENTER, children: number })] }),
          first: new Header({ children: [new Paragraph({ children: [] })] }),
        },
        children,
      },
    ],
  });
  return Packer.toBuffer(document);
}

function foot(paper: Paper): Table {
  const small = (text: string, look: Look = {}) =>
    new Paragraph({ children: [run(text, { size: RECIPIENTS, ...look })] });
  return two(
    [small('Nơi nhận:', { bold: true, italics: true, size: 24 }), ...paper.recipients.map((one) => small(`- ${one}`))],
    [
      centred(paper.signer.toUpperCase(), { bold: true }),
      ...Array.from({ length: 4 }, () => new Paragraph({ children: [] })),
      centred('…………………………', { bold: true }),
    ],
    0.5,
  );
}
