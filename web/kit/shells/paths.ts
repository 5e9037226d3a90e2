/** Whether `path` lies at or under `href`. */
export function isUnder(path: string, href: string): boolean {
  return path === href || path.startsWith(href === '/' ? '//' : `${href.replace(/\/$/, '')}/`);
}

/** The address of the nav item that the page belongs to: the longest that begins it. */
export function currentHref(path: string, hrefs: readonly string[]): string | null {
  let best: string | null = null;
  for (const href of hrefs) if (isUnder(path, href) && href.length > (best?.length ?? -1)) best = href;
  return best;
}
