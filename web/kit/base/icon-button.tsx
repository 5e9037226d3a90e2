import { Tooltip } from '@mantine/core';
import type { Ref } from 'react';
import { Glyph, type Icon } from './glyph.tsx';
import '@mantine/core/styles/Tooltip.layer.css';

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
    <Tooltip withinPortal={false} label={title} openDelay={400} events={{ hover: true, focus: true, touch: false }}>
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
