import { Link } from '../base/link.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './shells.css';

export type Crumb = { title: string; href?: string };

/** Where the page lies, from the top down. */
export function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useTexts(kitWords);
  if (crumbs.length === 0) return null;
  return (
    <nav aria-label={t('crumbs')} className="k-crumbs">
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={crumb.href ?? crumb.title}>
            {crumb.href && index < crumbs.length - 1 ? (
              <Link href={crumb.href} quiet>
                {crumb.title}
              </Link>
            ) : (
              <span aria-current={index === crumbs.length - 1 ? 'page' : undefined}>{crumb.title}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
