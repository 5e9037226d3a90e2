import type { ReactNode } from 'react';
import { Glyph, type Icon } from '../base/glyph.tsx';
import { Link } from '../base/link.tsx';
import { useOnline } from '../client/use-live.ts';
import { type Provenance, SimulatedBanner } from '../figures/badges.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { currentHref } from './paths.ts';
import './shells.css';

export type CitizenShellProps = {
  product: string;
  /** Three to five places: the bottom bar on a phone, a line of words above on a wide screen. */
  nav: readonly { href: string; title: string; icon: Icon; count?: number }[];
  path: string;
  provenance?: Provenance;
  /** Who runs it, how to reach them: the foot of every page. */
  foot?: ReactNode;
  children: ReactNode;
};

/** The public's shell: large and plain, one thing a page, places under the thumb. */
export function CitizenShell({ product, nav, path, provenance, foot, children }: CitizenShellProps) {
  const t = useTexts(kitWords);
  const online = useOnline();
  const current = currentHref(
    path,
    nav.map((item) => item.href),
  );
  return (
    <div className="k-citizen">
      <a className="k-skip" href="#main">
        {t('skip')}
      </a>
      <header className="k-citizen-top">
        <Link href="/" quiet>
          <span className="k-brand-name">{product}</span>
        </Link>
        <LanguageSwitch />
      </header>
      <SimulatedBanner provenance={provenance} />
      {online ? null : (
        <div className="k-citizen-offline" role="status">
          <strong>{t('offline')}.</strong> {t('offlineDo')}
        </div>
      )}
      <main id="main" tabIndex={-1} className="k-citizen-main">
        {children}
      </main>
      {foot ? <footer className="k-citizen-foot">{foot}</footer> : null}
      <nav className="k-bottom" aria-label={t('mainMenu')}>
        <ul>
          {nav.map((item) => (
            <li key={item.href}>
              <Link
                href={item.href}
                className="k-bottom-link"
                {...(item.href === current ? { 'aria-current': 'page' as const } : {})}
              >
                <Glyph icon={item.icon} size={24} />
                <span>{item.title}</span>
                {item.count ? <span className="k-nav-count k-num">{item.count}</span> : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

/** One large target of the citizen's first screen or the leader's phone: a word, a line under it, a place to go. */
export function BigDoor({
  href,
  title,
  text,
  icon,
  primary = false,
}: {
  href: string;
  title: string;
  text?: ReactNode;
  icon?: Icon;
  /** The one that most come for. */
  primary?: boolean;
}) {
  return (
    <Link href={href} className={primary ? 'k-bigdoor k-bigdoor-primary' : 'k-bigdoor'}>
      {icon ? <Glyph icon={icon} size={26} /> : null}
      <span className="k-bigdoor-words">
        <span className="k-bigdoor-title">{title}</span>
        {text ? <span className="k-bigdoor-text">{text}</span> : null}
      </span>
      <span aria-hidden="true" className="k-bigdoor-arrow">
        ›
      </span>
    </Link>
  );
}

/** The leader's phone: a heading, the day, then figures and lists one below the other, thumb-wide. */
export function PhoneLayout({ title, sub, children }: { title: string; sub?: ReactNode; children: ReactNode }) {
  return (
    <div className="k-phone">
      <header className="k-phone-head">
        <h1 className="k-heading k-heading-1">{title}</h1>
        {sub ? <div className="k-text-soft">{sub}</div> : null}
      </header>
      {children}
    </div>
  );
}

/** A titled part of the phone view. */
export function PhonePart({ title, href, children }: { title: string; href?: string; children: ReactNode }) {
  return (
    <section className="k-phone-part">
      <h2 className="k-heading">{href ? <Link href={href}>{title}</Link> : title}</h2>
      {children}
    </section>
  );
}
