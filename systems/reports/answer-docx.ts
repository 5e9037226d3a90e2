/** The answer to a report as an official letter that the unit's clerk edits, numbers and has signed. */
import { inTransaction } from '../../platform/database/index.ts';
import type { Organisation, OrganisationTree } from '../../platform/identity/index.ts';
import { demand, type Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { seen } from './desk-view.ts';
import { dateWords, paragraph, writePaper } from './official-paper.ts';
import { type Parts, type ReportRow, tablesOf } from './parts.ts';

const through: Record<ReportRow['channel'], string> = {
  app: 'ứng dụng di động',
  web: 'trang phản ánh hiện trường',
  hotline: 'tổng đài 1022',
  open311: 'cổng Open311',
  widget: 'cổng thông tin điện tử',
};

/** Who stands above the unit on paper, how it signs, and its sign after the number; what we do not know is dots. */
export function letterhead(tree: OrganisationTree, unit: Organisation | null | undefined) {
  const parent = unit?.parentId ? tree.get(unit.parentId) : undefined;
  const isCommittee = unit?.kind === 'commune' || unit?.kind === 'province';
  const name = (one: Organisation): string => one.name.vi.replace(/^UBND\b/, 'Ủy ban nhân dân');
  return {
    issuer: unit ? name(unit) : 'Ủy ban nhân dân tỉnh',
    // A committee of a commune stands under none on paper; a department stands under the province's.
    above: parent && !isCommittee ? name(parent) : null,
    sign: isCommittee ? 'UBND-…' : '…',
    signer: isCommittee ? 'Chủ tịch' : unit?.kind === 'department' ? 'Giám đốc' : 'Thủ trưởng đơn vị',
    place: isCommittee && unit ? unit.name.vi.replace(/^UBND (xã|phường|thị trấn|tỉnh) /, '') : 'Thái Bình',
  };
}

export async function answerLetter(
  parts: Parts,
  principal: Principal,
  id: string,
): Promise<{ name: string; content: Buffer }> {
  const report = await seen(parts, principal, id);
  demand(principal, 'report:act', { areaCode: report.rights_area, organisationId: report.organisation_id });
  const answer = await tablesOf(parts.db)
    .selectFrom('report_answers')
    .selectAll()
    .where('case_id', '=', id)
    .where('state', 'in', ['proposed', 'approved'])
    .orderBy('proposed_at', 'desc')
    .executeTakeFirst();
  if (!answer) throw noAnswerYet(report.number);
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  const unit = report.organisation_id ? tree.get(report.organisation_id) : null;
  const head = letterhead(tree, unit);
  const category = categories.find((one) => one.code === report.category)?.title.vi ?? report.category;
  const area = parts.territory.units({ level: 'commune' }).find((one) => one.code === report.area_code)?.name;
  const where = [report.address, area].filter(Boolean).join(', ');
  const received = dateWords(report.received_at);
  const content = await writePaper({
    ...head,
    kind: { letter: `trả lời phản ánh ${report.number}` },
    date: answer.decided_at ?? parts.now(),
    to: `Ông (Bà) gửi phản ánh số ${report.number}`,
    body: [
      paragraph(
        `${head.issuer} nhận được phản ánh số ${report.number} gửi ${received} qua ${through[report.channel]}, ` +
          `về lĩnh vực “${category}”${where ? `, tại ${where}` : ''}.`,
      ),
      paragraph(`Sau khi kiểm tra, ${head.issuer} trả lời như sau:`),
      ...answer.text
        .split(/\n+/)
        .filter((line) => line.trim())
        .map((line) => paragraph(line.trim())),
      paragraph(`Trên đây là nội dung trả lời của ${head.issuer}. Trân trọng cảm ơn Ông (Bà) đã phản ánh./.`),
    ],
    recipients: ['Như trên;', 'UBND tỉnh (để báo cáo);', 'Lưu: VT.'],
  });
  await inTransaction(parts.db, (tx) =>
    parts.audit.record(tx, {
      principal,
      action: 'report.letter',
      subject: `case:${id}`,
      areaCode: report.rights_area,
      organisationId: report.organisation_id,
      detail: { number: report.number, state: answer.state },
    }),
  );
  return { name: `tra-loi-${report.number}.docx`, content };
}

function noAnswerYet(number: string) {
  return refuse(409, 'no-answer-yet', {
    vi: `${number} chưa có dự thảo trả lời, nên chưa lập được văn bản. Hãy trình trả lời trước.`,
    en: `${number} has no answer yet, so there is no letter. Propose an answer first.`,
  });
}
