import { Menu as MantineMenu } from '@mantine/core';
import type { ReactNode } from 'react';
import { Glyph, type Icon } from './glyph.tsx';
import { useNavigateTo } from './provider.tsx';
import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/Menu.layer.css';

export type MenuItem = { title: string; icon?: Icon; onClick?: () => void; href?: string; danger?: boolean };

/** A menu behind a button; `trigger` is a `<button>` or a kit button. */
export function Menu({ trigger, items, label }: { trigger: ReactNode; items: readonly MenuItem[]; label?: string }) {
  const navigate = useNavigateTo();
  return (
    <MantineMenu position="bottom-end" shadow="md" withinPortal={false} withInitialFocusPlaceholder={false} returnFocus>
      <MantineMenu.Target>{trigger}</MantineMenu.Target>
      <MantineMenu.Dropdown {...(label ? { 'aria-label': label } : {})}>
        {items.map((item) => (
          <MantineMenu.Item
            key={item.title}
            leftSection={item.icon ? <Glyph icon={item.icon} size={16} /> : undefined}
            onClick={() => {
              item.onClick?.();
              if (item.href) navigate(item.href);
            }}
            {...(item.danger ? { c: 'var(--k-sev-4-text)' } : {})}
          >
            {item.title}
          </MantineMenu.Item>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}
