import { Button as MantineButton } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { Glyph, type Icon } from './glyph.tsx';
import { useFollow } from './link.tsx';

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
