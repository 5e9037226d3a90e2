import { Link } from '../base/link.tsx';
import './page.css';

/** The same things looked at in another way: as links, so that a view can be sent and gone back to. */
export function ViewSwitch({
  label,
  views,
}: {
  label: string;
  views: readonly { title: string; href: string; current: boolean }[];
}) {
  return (
    <nav className="k-view-switch" aria-label={label}>
      {views.map((view) => (
        <Link
          key={view.title}
          href={view.href}
          className={view.current ? 'k-view k-view-current' : 'k-view'}
          {...(view.current ? { 'aria-current': 'page' as const } : {})}
        >
          {view.title}
        </Link>
      ))}
    </nav>
  );
}
