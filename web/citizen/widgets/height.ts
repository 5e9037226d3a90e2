/**
 * Tells the site around a widget how tall it is, so that the site's script can give the frame that height. Only to a
 * site that greeted from a configured address (`EMBEDDED_BY`, written into the page by the server), and only that.
 */

/** `https://*.thaibinh.gov.vn` is every host below; all else is the address itself, as in `frame-ancestors`. */
export function isEmbedder(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => {
    const pattern = one
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace('://\\*', '://*')
      .replace('*', '[^/]+');
    return new RegExp(`^${pattern}$`).test(origin);
  });
}

export function tellHeight(of: HTMLElement): () => void {
  const allowed = (document.querySelector('meta[name=embedded-by]')?.getAttribute('content') ?? '').split(' ');
  let site: string | null = null;
  const tell = () => {
    if (site !== null)
      window.parent.postMessage({ kind: 'dttm-widget-height', height: of.getBoundingClientRect().height }, site);
  };
  const hear = (event: MessageEvent) => {
    if (event.source !== window.parent || event.data?.kind !== 'dttm-widget-hello') return;
    if (!isEmbedder(event.origin, allowed)) return;
    site = event.origin;
    tell();
  };
  window.addEventListener('message', hear);
  // Says nothing but that it is here, so that the site's script may greet; whoever is around may hear it.
  if (window.parent !== window) window.parent.postMessage({ kind: 'dttm-widget-ready' }, '*');
  const sizes = new ResizeObserver(tell);
  sizes.observe(of);
  return () => {
    window.removeEventListener('message', hear);
    sizes.disconnect();
  };
}
