import { Notifications, notifications } from '@mantine/notifications';
import { currentLanguage } from '../words/language.ts';
import type { Notice } from './notify.tsx';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Notification.layer.css';
import '@mantine/notifications/styles.layer.css';

/** Where notices appear; loaded with the first of them. */
export function Notices() {
  return <Notifications position="bottom-right" withinPortal={false} limit={4} autoClose={6000} />;
}

export function show({ title, detail, kind = 'plain' }: Notice): void {
  notifications.show({
    title,
    message: detail ?? '',
    color: kind === 'alarm' ? 'var(--k-sev-4-mark)' : kind === 'done' ? 'var(--k-brand)' : 'var(--k-ink-soft)',
    autoClose: kind === 'alarm' ? false : 6000,
    closeButtonProps: { 'aria-label': currentLanguage() === 'vi' ? 'Đóng thông báo' : 'Close the notice' },
    role: kind === 'alarm' ? 'alert' : 'status',
  });
}
