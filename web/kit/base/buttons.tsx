import { Button as MantineButton, Menu as MantineMenu, Tooltip } from '@mantine/core';
import type { ComponentType, ReactNode, Ref } from 'react';
import { useFollow } from './link.tsx';
import { useNavigateTo } from './provider.tsx';

/** A Tabler icon. */
export type Icon = ComponentType<{ size?: number | string; stroke?: number | string; className?: string }>;

/** An icon in the kit's line width; it never speaks, the word beside it does. */
export function Glyph({ icon: Shape, size = 18 }: { icon: Icon; size?: number }) {
  return (
    <span aria-hidden="true" style={{ display: 'inline-flex' }}>
      <Shape size={size} stroke={1.5} className="k-icon" />
    </span>
  );
}

export type ButtonProps = {
  children: ReactNode;
  /** One `primary` a view, in words of the task. `danger` for what destroys or cannot be undone. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: Icon;
  onClick?: () => void;
  /** A link that looks like a button. */
  href?: string;
  type?: 'button' | 'submit';
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  'aria-label'?: string;
  'aria-expanded'?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

const variants = { primary: 'filled', plain: 'default', quiet: 'subtle', danger: 'filled' } as const;

export function Button({
  children,
  kind = 'plain',
  icon,
  onClick,
  href,
  type = 'button',
  busy = false,
  disabled = false,
  wide = false,
  ref,
  ...aria
}: ButtonProps) {
  const follow = useFollow(href);
  const common = {
    className: kind === 'danger' ? 'k-button k-button-danger' : 'k-button',
    variant: variants[kind],
    fullWidth: wide,
    leftSection: icon ? <Glyph icon={icon} size={16} /> : undefined,
    ...aria,
  };
  if (href) {
    return (
      <MantineButton component="a" href={href} onClick={follow} {...common}>
        {children}
      </MantineButton>
    );
  }
  return (
    <MantineButton
      type={type}
      loading={busy}
      disabled={disabled}
      {...common}
      {...(onClick ? { onClick } : {})}
      {...(ref ? { ref } : {})}
    >
      {children}
    </MantineButton>
  );
}

export type IconButtonProps = {
  icon: Icon;
  /** Its word: shown as a tooltip, spoken by screen readers. */
  title: string;
  onClick?: () => void;
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

/** Only in tool bars; elsewhere an icon stands beside its word. */
export function IconButton({ icon, title, onClick, pressed, ref }: IconButtonProps) {
  return (
    <Tooltip label={title} openDelay={400} events={{ hover: true, focus: true, touch: false }}>
      <button
        type="button"
        className="k-icon-button"
        aria-label={title}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...(onClick ? { onClick } : {})}
        {...(ref ? { ref } : {})}
      >
        <Glyph icon={icon} />
      </button>
    </Tooltip>
  );
}

export type MenuItem = { title: string; icon?: Icon; onClick?: () => void; href?: string; danger?: boolean };

/** A menu behind a button; `trigger` is a `<button>` or a kit button. */
export function Menu({ trigger, items, label }: { trigger: ReactNode; items: readonly MenuItem[]; label?: string }) {
  const navigate = useNavigateTo();
  return (
    <MantineMenu position="bottom-end" shadow="md" withinPortal returnFocus>
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
