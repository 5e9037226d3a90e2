import { expect, it } from 'vitest';
import { type HandoverShown, handoverPage } from './handover-page.ts';

const shown: HandoverShown = {
  number: 'PA-2026-000123',
  category: 'Mất điện',
  text: 'Mất điện từ sáng <b>ở thôn ba</b>',
  lon: 106.2677,
  lat: 20.4447,
  areaName: 'Vũ Thư',
  step: 'Đã giao',
  dueAt: '08:00 24/11/26',
  isLate: false,
  expiresAt: '08:00 23/12/26',
  provenance: 'simulated',
  photos: [],
  hasVideo: false,
  may: ['accept', 'answer', 'decline'],
  state: 'sent',
  reason: null,
  at: '/handover/abc',
};
const firstButtons = (page: string): number => page.split('class="first"').length - 1;

it('a receiver’s page has one first act in the words of the task, and shows what was written as text', () => {
  const page = handoverPage(shown, 'vi');
  expect(page).toContain('<button class="first">Nhận xử lý</button>');
  expect(firstButtons(page)).toBe(1);
  expect(page).toContain('&lt;b&gt;ở thôn ba&lt;/b&gt;');
  expect(page).toContain('DỮ LIỆU MÔ PHỎNG');
  expect(page).not.toContain('video');
  const accepted = handoverPage({ ...shown, state: 'accepted', may: ['answer', 'decline'], hasVideo: true }, 'vi');
  expect(accepted).toContain('<button class="first">Gửi trả lời</button>');
  expect(firstButtons(accepted)).toBe(1);
  expect(accepted).toContain('Người dân có gửi kèm video');
});

it('it says how it ended: answered, handed back with the reason, or gone elsewhere', () => {
  const ended = (state: string, reason: string | null = null) =>
    handoverPage({ ...shown, may: [], state, reason }, 'vi');
  expect(ended('answered')).toContain('Đơn vị đã gửi trả lời.');
  expect(ended('declined', 'Lưới điện của khu công nghiệp')).toContain('<p>Lý do: Lưới điện của khu công nghiệp</p>');
  expect(ended('withdrawn', 'answered 500')).toContain('Phản ánh đã chuyển đi nơi khác hoặc đã kết thúc');
  expect(ended('withdrawn', 'answered 500')).not.toContain('answered 500');
  expect(ended('answered')).not.toContain('<form');
});
