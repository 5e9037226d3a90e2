import type { Static } from 'typebox';
import type { Severity } from '../alerts/index.ts';
import type { Text } from '../words/index.ts';
import type { serviceState } from './api.ts';

export type ServiceState = Static<typeof serviceState>;

/** A thing about the platform itself that is wrong now. `key` is the same as long as it is the same thing. */
export type Fault = { key: string; severity: Severity; title: Text; text: Text; value?: number; unit?: string };

const FOLLOWER_SECONDS = 300;
const MAIL_SECONDS = 900;
const HOUR_MS = 3_600_000;

/** What of a state is worth an alert. Limits: the constants here, and the age of back-ups from the configuration. */
export function faultsOf(state: ServiceState): Fault[] {
  const now = Date.parse(state.at);
  const faults: Fault[] = [];
  for (const { name, behind, behindSeconds, error } of state.followers) {
    if (behindSeconds <= FOLLOWER_SECONDS) continue;
    const why = error ? `: ${error}` : '';
    faults.push({
      key: `follower:${name}`,
      severity: 3,
      title: { vi: `Bộ theo dõi “${name}” bị chậm`, en: `Follower “${name}” is behind` },
      text: {
        vi: `Chậm ${behind} sự kiện, ${Math.round(behindSeconds / 60)} phút${why}. Dữ liệu an toàn trong dòng sự kiện; màn hình và cảnh báo đến muộn.`,
        en: `${behind} events, ${Math.round(behindSeconds / 60)} minutes behind${why}. Data is safe in the log; screens and alerts are late.`,
      },
      value: Math.round(behindSeconds),
      unit: 's',
    });
  }
  if (state.refused > 0) {
    faults.push({
      key: 'door',
      severity: 3,
      title: { vi: 'Cửa nhận dữ liệu đang từ chối vì quá tải', en: 'Doors refuse data: too much at once' },
      text: {
        vi: `${state.refused} lần gửi bị yêu cầu gửi lại trong 5 phút; ${state.waiting} số liệu đang chờ ghi. Thiết bị sẽ gửi lại.`,
        en: `${state.refused} requests were told to come back within 5 minutes; ${state.waiting} observations wait for their commit. Devices send again.`,
      },
      value: state.refused,
    });
  }
  for (const disk of state.disks) {
    const share = disk.freeBytes / disk.totalBytes;
    const days = disk.daysLeft ?? Number.POSITIVE_INFINITY;
    if (share >= 0.1 && days >= 7) continue;
    const where = disk.name === 'data' ? { vi: 'dữ liệu', en: 'data' } : { vi: 'sao lưu', en: 'back-up' };
    const left = Number.isFinite(days) ? days.toFixed(1) : null;
    faults.push({
      key: `disk:${disk.name}`,
      severity: share < 0.05 || days < 2 ? 5 : 4,
      title: { vi: `Sắp hết chỗ trên ổ ${where.vi}`, en: `The ${where.en} disk is getting full` },
      text: {
        vi: `Còn ${(share * 100).toFixed(1)} % (${gigabytes(disk.freeBytes)} GB)${left ? `, theo đà hiện nay đủ ${left.replace('.', ',')} ngày` : ''}.`,
        en: `${(share * 100).toFixed(1)} % (${gigabytes(disk.freeBytes)} GB) left${left ? `, ${left} days at the present rate` : ''}.`,
      },
      value: Math.round(share * 1000) / 10,
      unit: '%',
    });
  }
  faults.push(...backUpFaults(state, now));
  for (const job of state.jobs) {
    if (job.lastState !== 'failed') continue;
    faults.push({
      key: `job:${job.name}`,
      severity: 3,
      title: { vi: `Công việc “${job.name}” bị hỏng`, en: `Job “${job.name}” failed` },
      text: {
        vi: `Đã thử hết số lần. Lỗi cuối: ${job.error ?? '(không rõ)'}`,
        en: `All tries are used up. Last error: ${job.error ?? '(unknown)'}`,
      },
    });
  }
  const oldestMail = state.mail.oldestWaitingAt ? (now - Date.parse(state.mail.oldestWaitingAt)) / 1000 : 0;
  if (state.mail.server === 'unreachable' && oldestMail > MAIL_SECONDS) {
    faults.push({
      key: 'mail',
      severity: 2,
      title: { vi: 'Không gửi được thư điện tử', en: 'E-mails cannot be sent' },
      text: {
        vi: `${state.mail.waiting} thư đang chờ; lỗi cuối: ${state.mail.lastError ?? ''}`,
        en: `${state.mail.waiting} messages wait; last error: ${state.mail.lastError ?? ''}`,
      },
    });
  }
  return faults;
}

function backUpFaults(state: ServiceState, now: number): Fault[] {
  const { configured, lastAt, maxAgeHours } = state.backUp;
  const faults: Fault[] = [];
  if (state.database.archiving === 'failing') {
    faults.push({
      key: 'archive',
      severity: 4,
      title: { vi: 'Không lưu trữ được nhật ký WAL', en: 'WAL cannot be archived' },
      text: {
        vi: 'Máy chủ cơ sở dữ liệu không chép được WAL sang nơi sao lưu: kiểm tra ổ đĩa, quyền ghi, và có hai máy chủ dùng chung một kho không.',
        en: 'The database server cannot copy WAL to the back-up: check the disk, the right to write, and whether two servers share one archive.',
      },
    });
  }
  if (!configured) return faults;
  if (state.database.archiving === 'off') {
    faults.push({
      key: 'archive',
      severity: 4,
      title: { vi: 'WAL chưa được lưu trữ', en: 'WAL is not archived' },
      text: {
        vi: 'Đã đặt nơi sao lưu nhưng máy chủ cơ sở dữ liệu đang chạy với cấu hình cũ. Hãy dừng hẳn nền tảng rồi khởi động lại.',
        en: 'A place for back-ups is set, but the database server runs with the old settings. Stop the platform fully and start it again.',
      },
    });
  }
  // A platform that has just been set up gets as long for its first back-up as for any other.
  const hours = (now - Date.parse(lastAt ?? state.startedAt)) / HOUR_MS;
  if (hours > maxAgeHours) {
    faults.push({
      key: 'back-up',
      severity: 4,
      title: { vi: 'Bản sao lưu đã quá cũ', en: 'The last back-up is too old' },
      text: lastAt
        ? {
            vi: `Bản tốt gần nhất cách đây ${Math.floor(hours)} giờ (giới hạn ${maxAgeHours} giờ).`,
            en: `The last good one is ${Math.floor(hours)} hours old (limit ${maxAgeHours} hours).`,
          }
        : { vi: 'Chưa có bản sao lưu nào.', en: 'There is none at all.' },
      value: Math.floor(hours),
      unit: 'h',
    });
  }
  return faults;
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
