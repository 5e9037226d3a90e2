import type { MouseEvent, ReactNode } from 'react';
import { useNavigateTo } from './provider.tsx';

/** Follows a plain click inside the product; new tabs, downloads and other sites are left to the browser. */
export function useFollow(href: string | undefined): (event: MouseEvent<HTMLAnchorElement>) => void {
  const navigate = useNavigateTo();
  return (event) => {
    if (!href?.startsWith('/') || event.defaultPrevented) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (event.currentTarget.target !== '' || event.currentTarget.hasAttribute('download')) return;
    event.preventDefault();
    navigate(href);
  };
}

export type LinkProps = {
  href: string;
  children: ReactNode;
  /** Without colour and line until pointed at: names in tables, whole cards. */
  quiet?: boolean;
  className?: string;
  'aria-label'?: string;
  'aria-current'?: 'page';
  target?: '_blank';
  download?: boolean;
};

export function Link({ href, children, quiet, className, download, target, ...aria }: LinkProps) {
  const follow = useFollow(href);
  return (
    <a
      href={href}
      className={className ?? (quiet ? 'k-link-quiet' : 'k-link')}
      onClick={follow}
      {...(download ? { download: '' } : {})}
      {...(target ? { target, rel: 'noreferrer' } : {})}
      {...aria}
    >
      {children}
    </a>
  );
}
