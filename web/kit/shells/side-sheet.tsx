import { lazy, type ReactNode, Suspense, useState } from 'react';

const SideDrawer = lazy(() => import('./side-drawer.tsx').then((loaded) => ({ default: loaded.SideDrawer })));

export type SideSheetProps = {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  /** The acts of the thing shown, at the foot, always in sight. */
  foot?: ReactNode;
  width?: number;
  /** A sheet over a map leaves the map alive; a modal one takes the page. */
  modal?: boolean;
  children: ReactNode;
};

/** Opens from the side; the page under it stays where it was. */
export function SideSheet(props: SideSheetProps) {
  // Once opened it stays mounted, so that it can close with its movement.
  const [wanted, setWanted] = useState(props.opened);
  if (props.opened && !wanted) setWanted(true);
  return wanted ? (
    <Suspense fallback={null}>
      <SideDrawer {...props} />
    </Suspense>
  ) : null;
}
