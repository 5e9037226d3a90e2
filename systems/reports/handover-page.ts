/** A receiver's page of one report: plain HTML without scripts, for any browser of any company. Pure. */
import type { Language } from '../../platform/words/index.ts';
import { xmlText as safe } from './xml.ts';

export type HandoverShown = {
  number: string;
  category: string;
  text: string;
  lon: number;
  lat: number;
  areaName: string;
  step: string;
  dueAt: string;
  isLate: boolean;
  expiresAt: string;
  provenance: string;
  photos: readonly string[];
  /** a video came with it, which only those with an account watch */
  hasVideo: boolean;
  may: readonly string[];
  state: string;
  /** why it was handed back */
  reason: string | null;
  /** where the forms go: the page's own address */
  at: string;
};

const words = {
  title: { vi: 'Phản ánh chuyển đến đơn vị', en: 'A report handed over to you' },
  simulated: { vi: 'DỮ LIỆU MÔ PHỎNG', en: 'SIMULATED DATA' },
  place: { vi: 'Vị trí', en: 'Place' },
  due: { vi: 'Hạn của đơn vị', en: 'To be answered by' },
  late: { vi: 'đã quá hạn', en: 'late' },
  step: { vi: 'Trạng thái', en: 'State' },
  accept: { vi: 'Nhận xử lý', en: 'Take it on' },
  answer: { vi: 'Gửi trả lời', en: 'Send the answer' },
  answerText: { vi: 'Đã làm gì, kết quả ra sao', en: 'What was done, with what result' },
  photos: { vi: 'Ảnh sau khi xử lý (tối đa 3)', en: 'Photos of after (three at most)' },
  decline: { vi: 'Trả lại', en: 'Hand it back' },
  notOurs: { vi: 'Không thuộc trách nhiệm của đơn vị?', en: 'Not yours?' },
  why: { vi: 'Lý do', en: 'Why' },
  video: {
    vi: 'Người dân có gửi kèm video. Cần xem, hãy liên hệ cơ quan đã chuyển phản ánh.',
    en: 'The citizen sent a video too. To see it, ask the office that handed the report over.',
  },
  answered: {
    vi: 'Đơn vị đã gửi trả lời. Cơ quan phụ trách duyệt rồi gửi người dân; đơn vị không phải làm gì thêm. Cảm ơn.',
    en: 'You have answered. The office in charge approves it and tells the citizen; nothing more is asked of you. Thank you.',
  },
  declined: {
    vi: 'Đơn vị đã trả lại phản ánh này. Cơ quan tại địa bàn xử lý tiếp; đơn vị không phải làm gì thêm.',
    en: 'You have handed this report back. The authority of the place goes on with it; nothing more is asked of you.',
  },
  over: {
    vi: 'Phản ánh đã chuyển đi nơi khác hoặc đã kết thúc; đơn vị không phải làm gì thêm. Cảm ơn.',
    en: 'The report has gone elsewhere or is closed; nothing more is asked of you. Thank you.',
  },
  link: {
    vi: 'Đường dẫn này chỉ dùng cho phản ánh trên, đến',
    en: 'This link is for this report only, until',
  },
} as const;

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1f2328;background:#f6f7f8;margin:0}
main{max-width:640px;margin:0 auto;padding:24px 16px}h1{font-size:20px;margin:0 0 4px}h2{font-size:16px;margin:0 0 8px}
section{background:#fff;border:1px solid #d8dce0;border-radius:8px;padding:16px;margin:16px 0}
p{margin:0 0 8px}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:12px 0}dt{color:#57606a}
dd{margin:0}img{max-width:100%;border-radius:6px;margin:8px 0 0}
label{display:block;margin:0 0 12px}textarea,input[type=file]{display:block;width:100%;box-sizing:border-box;margin-top:4px;font:inherit}
textarea{padding:8px;border:1px solid #8c959f;border-radius:6px}
button{font:inherit;min-height:44px;padding:0 20px;border:1px solid #57606a;border-radius:6px;background:#fff;color:#1f2328}
button.first{background:#0b6e6e;border-color:#0b6e6e;color:#fff}a{color:#0b6e6e}:focus-visible{outline:2px solid #0b6e6e;outline-offset:2px}.mark{font-weight:600;color:#8a5300}.late{color:#b3261e;font-weight:600}
details summary{cursor:pointer;min-height:44px;line-height:44px}footer{color:#57606a;font-size:14px}`;

export function handoverPage(shown: HandoverShown, language: Language): string {
  const t = (key: keyof typeof words): string => safe(words[key][language]);
  const form = (what: string, inside: string, more = ''): string =>
    `<form method="post" action="${safe(shown.at)}/${what}"${more}>${inside}</form>`;
  const acts = [
    ...(shown.may.includes('accept')
      ? [`<section>${form('accept', `<button class="first">${t('accept')}</button>`)}</section>`]
      : []),
    ...(shown.may.includes('answer')
      ? [
          `<section><h2>${t('answer')}</h2>${form(
            'answer',
            `<label>${t('answerText')}<textarea name="text" rows="5" minlength="5" maxlength="4000" required></textarea></label>
<label>${t('photos')}<input type="file" name="photo" accept="image/jpeg,image/png,image/webp" multiple></label>
<button${shown.may.includes('accept') ? '' : ' class="first"'}>${t('answer')}</button>`,
            ' enctype="multipart/form-data"',
          )}</section>`,
        ]
      : []),
    ...(shown.may.includes('decline')
      ? [
          `<section><details><summary>${t('notOurs')}</summary>${form(
            'decline',
            `<label>${t('why')}<textarea name="reason" rows="3" minlength="5" maxlength="1000" required></textarea></label>
<button>${t('decline')}</button>`,
          )}</details></section>`,
        ]
      : []),
  ];
  const ended = shown.state === 'answered' || shown.state === 'declined' ? shown.state : 'over';
  const why = shown.state === 'declined' && shown.reason ? `<p>${t('why')}: ${safe(shown.reason)}</p>` : '';
  const where = `${shown.lat.toFixed(6)}, ${shown.lon.toFixed(6)}`;
  return page(
    `${shown.number}`,
    language,
    `<h1>${t('title')}</h1><p>${safe(shown.number)} · ${safe(shown.category)}</p>
${shown.provenance === 'measured' ? '' : `<p class="mark">${t('simulated')}</p>`}
<section><p>${safe(shown.text).replaceAll('\n', '<br>')}</p>
<dl><dt>${t('place')}</dt><dd>${safe(shown.areaName)} (<a href="geo:${shown.lat},${shown.lon}">${where}</a>)</dd>
<dt>${t('due')}</dt><dd>${safe(shown.dueAt)}${shown.isLate ? ` <span class="late">${t('late')}</span>` : ''}</dd>
<dt>${t('step')}</dt><dd>${safe(shown.step)}</dd></dl>
${shown.photos.map((url, n) => `<img src="${safe(url)}" alt="${language === 'vi' ? 'Ảnh' : 'Photo'} ${n + 1}">`).join('')}
${shown.hasVideo ? `<p>${t('video')}</p>` : ''}</section>
${acts.length > 0 ? acts.join('\n') : `<section><p>${t(ended)}</p>${why}</section>`}
<footer><p>${t('link')} ${safe(shown.expiresAt)}.</p></footer>`,
  );
}

export function messagePage(title: string, text: string, language: Language, back?: string): string {
  const link = back ? `<p><a href="${safe(back)}">${language === 'vi' ? 'Quay lại' : 'Back'}</a></p>` : '';
  return page(title, language, `<h1>${safe(title)}</h1><section><p>${safe(text)}</p>${link}</section>`);
}

function page(title: string, language: Language, inside: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${safe(title)}</title><style>${style}</style></head><body><main>${inside}</main></body></html>`;
}
