import { IconLogout, IconMenu2, IconMoon, IconSun, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Glyph, type Icon } from '../base/glyph.tsx';
import { IconButton } from '../base/icon-button.tsx';
import { Link } from '../base/link.tsx';
import { Menu, type MenuItem } from '../base/menu.tsx';
import { useTheme } from '../base/provider.tsx';
import type { Provenance } from '../figures/badges.tsx';
import { SimulatedBanner } from '../figures/badges.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useLanguage } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import { ConnectionState } from './connection-state.tsx';
import { type Crumb, Crumbs } from './crumbs.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { currentHref } from './paths.ts';
import './shells.css';

export type NavItem = {
  href: string;
  title: string;
  icon: Icon;
  /** What waits there; shown only above zero. */
  count?: number;
};

export type NavGroup = { title?: string; items: readonly NavItem[] };

export type AppShellProps = {
  /** The product's and the organisation's name, top left. */
  product: string;
  organisation?: string;
  nav: readonly NavGroup[];
  /** The address now; the item whose `href` is the longest beginning of it is marked. */
  path: string;
  crumbs?: readonly Crumb[];
  /** The search field, in the top bar. */
  search?: ReactNode;
  /** Tools at the right of the top bar, before the account (bell, shift ...). */
  tools?: ReactNode;
  user: { name: string; role?: string };
  userMenu?: readonly MenuItem[];
  onLogOut: () => void;
  /** Marks the whole console where its data are not real. */
  provenance?: Provenance;
  children: ReactNode;
};

function Nav({ nav, path, onGo }: { nav: readonly NavGroup[]; path: string; onGo?: () => void }) {
  const current = currentHref(
    path,
    nav.flatMap((group) => group.items.map((item) => item.href)),
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: closes the phone's drawer after a link inside was followed, by mouse or key alike
    <div onClick={onGo}>
      {nav.map((group, index) => (
        <div className="k-nav-group" key={group.title ?? index}>
          {group.title ? <p className="k-nav-title">{group.title}</p> : null}
          <ul>
            {group.items.map((item) => (
              <li key={item.href}>
                <Link
                  href={item.href}
                  className="k-nav-link"
                  {...(item.href === current ? { 'aria-current': 'page' as const } : {})}
                >
                  <Glyph icon={item.icon} />
                  <span className="k-nav-word">{item.title}</span>
                  {item.count ? <span className="k-nav-count k-num">{item.count}</span> : null}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function ThemeButton() {
  const t = useTexts(kitWords);
  const { theme, choose } = useTheme();
  return (
    <IconButton
      icon={theme === 'dark' ? IconSun : IconMoon}
      title={theme === 'dark' ? t('themeLight') : t('themeDark')}
      onClick={() => choose(theme === 'dark' ? 'light' : 'dark')}
    />
  );
}

/** The staff console: nav of words on the left, place and tools above, work in the middle. */
export function AppShell(props: AppShellProps) {
  const {
    product,
    organisation,
    nav,
    path,
    crumbs = [],
    search,
    tools,
    user,
    userMenu = [],
    onLogOut,
    children,
  } = props;
  const t = useTexts(kitWords);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false);
    };
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [open]);
  const logOut: MenuItem = { title: language === 'vi' ? 'Đăng xuất' : 'Sign out', icon: IconLogout, onClick: onLogOut };
  return (
    <div className={open ? 'k-shell k-shell-open' : 'k-shell'}>
      <a className="k-skip" href="#main">
        {t('skip')}
      </a>
      <nav className="k-nav" id="main-nav" aria-label={t('mainMenu')}>
        <div className="k-brand">
          <Link href="/" quiet>
            <span className="k-brand-name">{product}</span>
            {organisation ? <span className="k-brand-unit">{organisation}</span> : null}
          </Link>
          <button
            type="button"
            className="k-icon-button k-nav-close"
            aria-label={t('close')}
            onClick={() => setOpen(false)}
          >
            <Glyph icon={IconX} />
          </button>
        </div>
        <Nav nav={nav} path={path} onGo={() => setOpen(false)} />
      </nav>
      {open ? (
        <button type="button" className="k-nav-veil" aria-label={t('close')} onClick={() => setOpen(false)} />
      ) : null}
      <div className="k-shell-body">
        <header className="k-top">
          <button
            type="button"
            className="k-icon-button k-nav-open"
            aria-label={t('menu')}
            aria-expanded={open}
            aria-controls="main-nav"
            onClick={() => setOpen(true)}
          >
            <Glyph icon={IconMenu2} />
          </button>
          <Crumbs crumbs={crumbs} />
          <div className="k-top-search">{search}</div>
          <div className="k-top-tools">
            <ConnectionState />
            {tools}
            <ThemeButton />
            <LanguageSwitch />
            <Menu
              label={t('account', { name: user.name })}
              items={[...userMenu, logOut]}
              trigger={
                <button type="button" className="k-account">
                  <span className="k-account-letter" aria-hidden="true">
                    {user.name.trim().split(/\s+/).at(-1)?.slice(0, 1) ?? '?'}
                  </span>
                  <span className="k-account-words">
                    <span className="k-account-name">{user.name}</span>
                    {user.role ? <span className="k-account-role">{user.role}</span> : null}
                  </span>
                </button>
              }
            />
          </div>
        </header>
        <SimulatedBanner provenance={props.provenance} />
        <main id="main" tabIndex={-1} className="k-main">
          {children}
        </main>
      </div>
    </div>
  );
}
