/** Sample articles of the demo's hotline, each of them named a sample: no authority has approved them. */
import { systemPrincipal } from '../platform/rights/index.ts';
import { listArticles, saveArticle } from '../systems/reports/hotline-knowledge.ts';
import { partsOf } from '../systems/reports/make-parts.ts';
import type { Composed } from './compose.ts';

const seeder = { ...systemPrincipal('demo', ['report:knowledge']), name: 'Bộ mô phỏng (bài mẫu)' };
const SAMPLE = 'Bài mẫu của bản trình diễn, chưa được cơ quan nào duyệt.';

const samples = [
  {
    question: 'Mất điện thì báo ở đâu, bao giờ có lại?',
    answer:
      'Hỏi số nhà hoặc mã khách hàng in trên hóa đơn tiền điện, ghi phản ánh “Mất điện” để chuyển cho điện lực. Nếu thấy dây điện đứt, rơi: dặn người gọi đứng xa ít nhất 10 mét, không chạm vào vật gì dính vào dây.',
    keywords: ['cúp điện', 'cắt điện', 'đứt dây điện', 'điện lực'],
    category: 'power.outage',
    organisationId: null,
  },
  {
    question: 'Đổ rác cồng kềnh (giường tủ, đệm cũ) ở đâu?',
    answer:
      'Không để ra lề đường. Báo UBND xã, phường nơi ở trước một ngày để đơn vị thu gom hẹn giờ; có thể phải trả phí theo giá của địa phương.',
    keywords: ['rác to', 'bỏ giường tủ', 'đệm cũ', 'thu gom rác'],
    category: 'environment.litter',
    organisationId: 'so-nnmt',
  },
  {
    question: 'Tra cứu hồ sơ một cửa đã nộp thế nào?',
    answer:
      'Hỏi mã hồ sơ trên giấy hẹn, hướng dẫn người gọi tra cứu trên Cổng Dịch vụ công quốc gia. Quá ngày hẹn mà chưa có kết quả thì ghi phản ánh “Hồ sơ chậm” cho bộ phận một cửa.',
    keywords: ['giấy hẹn', 'mã hồ sơ', 'trễ hẹn', 'dịch vụ công'],
    category: 'administration.dossier',
    organisationId: null,
  },
] as const;

/** Once, into an empty knowledge base. */
export async function seedKnowledge(composed: Composed): Promise<void> {
  const parts = partsOf(composed.platform);
  const { total } = await listArticles(parts, seeder, { limit: 1, offset: 0 });
  if (total > 0) return;
  for (const { answer, ...one } of samples) {
    await saveArticle(parts, seeder, {
      ...one,
      answer: `${answer}\n\n${SAMPLE}`,
      isPublic: false,
      active: true,
      validUntil: null,
    });
  }
}
