import type { ComponentType } from 'react';

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
