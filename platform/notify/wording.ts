/** What a person is told of an event, in plain words. Pure. */
import type { LogEvent } from '../events/index.ts';
import type { Text } from '../words/index.ts';

export type Subject = { kind: 'alert' | 'alert-group' | 'case' | 'report' | 'task' | 'source'; id: string };

export type Wording = {
  title: Text;
  text: Text;
  subject: Subject;
  /** worth an e-mail too: somebody has to act although they may not be looking */
  mail: boolean;
};

const both = (text: string): Text => ({ vi: text, en: text });

/** A text from a payload, in both languages or as a plain string; null where it is neither. */
export function textOf(value: unknown): Text | null {
  if (typeof value === 'string') return both(value);
  if (typeof value !== 'object' || value === null) return null;
  const { vi, en } = value as Partial<Record<string, unknown>>;
  return typeof vi === 'string' && typeof en === 'string' ? { vi, en } : null;
}

const taskTitles: Record<string, Text> = {
  'task.assigned': { vi: 'Nhiệm vụ mới', en: 'New task' },
  'task.accepted': { vi: 'Đã nhận nhiệm vụ', en: 'Task accepted' },
  'task.answered': { vi: 'Nhiệm vụ đã được trả lời', en: 'Task answered' },
  'task.returned': { vi: 'Nhiệm vụ bị trả lại', en: 'Task returned' },
  'task.approved': { vi: 'Trả lời đã được duyệt', en: 'Answer approved' },
  'task.cancelled': { vi: 'Nhiệm vụ đã hủy', en: 'Task cancelled' },
};

const mailed = new Set(['task.assigned', 'task.returned', 'task.answered', 'task.cancelled']);
const GRAVE = 4;

/** The words for an event, or null where nobody needs to be told of it. */
export function wordingOf(event: Pick<LogEvent, 'kind' | 'subject' | 'payload'>): Wording | null {
  const { kind, payload } = event;
  const id = event.subject ?? '';
  const title = textOf(payload.title) ?? both('');
  const number = typeof payload.number === 'string' ? payload.number : '';
  const severity = Number(payload.severity ?? 0);
  // One of a storm is told of with its storm.
  if (payload.quiet === true) return null;
  if (kind === 'alert.grouped') {
    const count = Number(payload.count ?? 0);
    return {
      title: {
        vi: `Đợt cảnh báo: ${count} cảnh báo cùng lúc, nặng nhất mức ${severity}: ${title.vi}`,
        en: `Storm of alerts: ${count} at once, the worst of level ${severity}: ${title.en}`,
      },
      text: {
        vi: 'Các cảnh báo được gộp thành một dòng trong hàng đợi; cảnh báo mới cùng loại vào đợt này mà không báo riêng.',
        en: 'They are one line in the queue; new ones of the kind join it and are not told of by themselves.',
      },
      subject: { kind: 'alert-group', id },
      mail: severity >= GRAVE,
    };
  }
  if (kind === 'alert.assigned') {
    return {
      title: {
        vi: `Được giao xử lý cảnh báo mức ${severity}: ${title.vi}`,
        en: `Given to you, level ${severity}: ${title.en}`,
      },
      text: textOf(payload.text) ?? both(''),
      subject: { kind: 'alert', id },
      mail: severity >= GRAVE,
    };
  }
  if (kind === 'alert.opened') {
    return {
      title: { vi: `Cảnh báo mức ${severity}: ${title.vi}`, en: `Alert, level ${severity}: ${title.en}` },
      text: textOf(payload.text) ?? both(''),
      subject: { kind: 'alert', id },
      mail: severity >= GRAVE,
    };
  }
  if (kind === 'alert.reminded' && typeof payload.groupId === 'string') {
    const since = localTime(payload.happenedAt);
    return {
      title: {
        vi: `Nhắc: đợt cảnh báo chưa có người nhận hết, nặng nhất mức ${severity}: ${title.vi}`,
        en: `Reminder: a storm of alerts is not all taken, the worst of level ${severity}: ${title.en}`,
      },
      text: { vi: since ? `Từ ${since}` : '', en: since ? `Since ${since}` : '' },
      subject: { kind: 'alert-group', id: payload.groupId },
      mail: severity >= GRAVE,
    };
  }
  if (kind === 'alert.reminded') {
    const since = localTime(payload.happenedAt);
    return {
      title: {
        vi: `Nhắc lần ${payload.reminders}: cảnh báo mức ${severity} chưa ai tiếp nhận: ${title.vi}`,
        en: `Reminder ${payload.reminders}: nobody has the level ${severity} alert: ${title.en}`,
      },
      text: {
        vi: lines(textOf(payload.text)?.vi, since ? `Từ ${since}` : ''),
        en: lines(textOf(payload.text)?.en, since ? `Since ${since}` : ''),
      },
      subject: { kind: 'alert', id },
      mail: severity >= GRAVE,
    };
  }
  const taskTitle = taskTitles[kind];
  if (taskTitle) {
    const said = textOf(payload.reason) ?? textOf(payload.text);
    const of = textOf(payload.caseTitle) ?? both('');
    const due = localTime(payload.dueAt);
    const isOpen = kind === 'task.assigned' || kind === 'task.returned';
    return {
      title: { vi: `${taskTitle.vi}: ${title.vi}`, en: `${taskTitle.en}: ${title.en}` },
      text: {
        vi: lines(`${number} – ${of.vi}`, said?.vi, isOpen && due ? `Hạn trả lời: ${due}` : ''),
        en: lines(`${number} – ${of.en}`, said?.en, isOpen && due ? `Due: ${due}` : ''),
      },
      subject: { kind: 'task', id },
      mail: mailed.has(kind),
    };
  }
  if (kind === 'clock.rung') {
    const rung = Number(payload.rung);
    const said = textOf(payload.text) ?? both('');
    const due = localTime(payload.dueAt);
    return {
      title: { vi: `${number}: ${said.vi}`, en: `${number}: ${said.en}` },
      text: {
        vi: lines(title.vi, due ? `Hạn: ${due}` : ''),
        en: lines(title.en, due ? `Due: ${due}` : ''),
      },
      subject:
        typeof payload.taskId === 'string'
          ? { kind: 'task', id: payload.taskId }
          : // A citizen's report has a page of its own.
            { kind: payload.type === 'report' ? 'report' : 'case', id },
      mail: rung >= 80,
    };
  }
  if (kind === 'source.reminded') {
    return {
      title: { vi: `Nhắc kiểm tra nguồn dữ liệu: ${title.vi}`, en: `Please check a source of data: ${title.en}` },
      text: textOf(payload.text) ?? both(''),
      subject: { kind: 'source', id },
      mail: true,
    };
  }
  if (kind === 'case.opened' || kind === 'case.moved') {
    return {
      title: { vi: `${number} – ${title.vi}`, en: `${number} – ${title.en}` },
      text: textOf(payload.text) ?? both(''),
      subject: { kind: 'case', id },
      mail: kind === 'case.opened' && severity >= GRAVE,
    };
  }
  return null;
}

const lines = (...parts: (string | undefined)[]): string => parts.filter((part) => part).join('\n');

const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: 'numeric',
  month: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `27/8/2020 14:05` in local time; empty where there is no instant. */
function localTime(value: unknown): string {
  if (typeof value !== 'string') return '';
  const parts = Object.fromEntries(format.formatToParts(new Date(value)).map((part) => [part.type, part.value]));
  return `${Number(parts.day)}/${Number(parts.month)}/${parts.year} ${parts.hour}:${parts.minute}`;
}

const provenances: Record<string, Text> = {
  simulated: { vi: 'DỮ LIỆU MÔ PHỎNG', en: 'SIMULATED DATA' },
  replayed: { vi: 'DỮ LIỆU PHÁT LẠI', en: 'REPLAYED DATA' },
};

/** An e-mail in both languages, Vietnamese first; what is not from the real world says so in its subject. */
export function letterOf(
  wording: Pick<Wording, 'title' | 'text'>,
  provenance: string | null,
  link: string | null,
): { subject: string; body: string } {
  const mark = provenance === null ? undefined : provenances[provenance];
  const { title, text } = wording;
  const subject = `${mark ? `[${mark.vi}] ` : ''}${title.vi}`.replace(/\s+/g, ' ').slice(0, 200);
  const body = [
    ...(mark ? [`${mark.vi} / ${mark.en}`, ''] : []),
    title.vi,
    text.vi,
    ...(link ? ['', link] : []),
    '',
    '--',
    title.en,
    text.en,
    '',
    'Thư tự động của nền tảng đô thị thông minh Thái Bình; xin không trả lời thư này.',
  ];
  return { subject, body: `${body.join('\n')}\n` };
}
