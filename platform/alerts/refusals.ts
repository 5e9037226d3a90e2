/** What this room refuses, and why. */
import { notFound, refuse } from '../words/index.ts';

export function noSuchAlert(id: string) {
  return notFound({ vi: `cảnh báo ${id}`, en: `alert ${id}` });
}

export function mayNotAct() {
  return refuse(403, 'forbidden', {
    vi: 'Bạn xem được cảnh báo này nhưng không có quyền tiếp nhận hoặc đóng. Hãy báo trực ban của đơn vị.',
    en: 'You may see this alert but not acknowledge or close it. Tell the operator on duty.',
  });
}

export function pauseOver() {
  return refuse(409, 'pause-over', {
    vi: 'Đợt tạm dừng này đã kết thúc.',
    en: 'This pause is over already.',
  });
}

export function mayNotBeGiven() {
  return refuse(422, 'may-not-be-given', {
    vi: 'Người được chọn không có quyền xử lý cảnh báo này (khác địa bàn hoặc đơn vị). Hãy chọn người khác.',
    en: 'The chosen person may not act on this alert (another area or unit). Choose another.',
  });
}

export function reasonNeeded() {
  return refuse(422, 'reason-needed', {
    vi: 'Hãy ghi lý do đóng hoặc hoãn cảnh báo (ít nhất 3 ký tự), ví dụ: báo giả, đã xử lý xong, chờ thợ đến.',
    en: 'Say why the alert is closed or put off (at least 3 characters), such as: false alarm, dealt with, waiting for repair.',
  });
}

export function linkedElsewhere(caseId: string) {
  return refuse(409, 'already-linked', {
    vi: `Cảnh báo này đã gắn với sự cố ${caseId}. Hãy mở sự cố đó.`,
    en: `This alert belongs to case ${caseId} already. Open that case.`,
  });
}
