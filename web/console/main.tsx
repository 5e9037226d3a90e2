import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  redirect,
} from '@tanstack/react-router';
import { type ComponentType, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Button, EmptyState, ErrorState, KitProvider, LoadingState, ProblemError, useTexts } from '../kit/index.ts';
import { dayHolder, demandHolder } from '../kit/offline/device-day.ts';
import { readSession, readSystems, type Session, type Systems } from './client.ts';
import { Frame } from './frame.tsx';
import { PasswordPage } from './password.tsx';
import { SignIn } from './sign-in.tsx';
import { consoleWords } from './words.ts';

/** Pages of all systems, loaded when they are opened; the server says which of them this account may open. */
const files = import.meta.glob<{ Page: ComponentType }>('../../systems/*/pages/*.tsx');

function NotFound() {
  const t = useTexts(consoleWords);
  return (
    <EmptyState title={t('noPage')} act={<Button href="/console">{t('home')}</Button>}>
      {t('noPageDo')}
    </EmptyState>
  );
}

function makeRouter(session: Session, systems: Systems) {
  const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
  const frame = createRoute({
    getParentRoute: () => root,
    id: 'frame',
    component: () => <Frame session={session} systems={systems} />,
  });
  const framed: AnyRoute[] = [];
  const bare: AnyRoute[] = [];
  const pages = systems.systems.flatMap((system) => system.pages.map((page) => ({ system: system.name, ...page })));
  for (const page of pages) {
    const load = files[`../../systems/${page.system}/pages/${page.file}.tsx`];
    if (!load || page.shell === 'citizen') continue;
    const component = lazyRouteComponent(load, 'Page');
    const path = `/console/${page.path}`;
    if (page.shell === 'wall') bare.push(createRoute({ getParentRoute: () => root, path, component }));
    else framed.push(createRoute({ getParentRoute: () => frame, path, component }));
  }
  const password = createRoute({
    getParentRoute: () => frame,
    path: '/console/password',
    component: () => (
      <PasswordPage must={session.mustChangePassword} onChanged={() => window.location.assign('/console')} />
    ),
  });
  const first = pages.filter((page) => page.order !== undefined).sort((a, b) => (a.order ?? 0) - (b.order ?? 0))[0];
  const home = createRoute({
    getParentRoute: () => root,
    path: '/console',
    beforeLoad: () => {
      throw redirect({
        to: session.mustChangePassword ? '/console/password' : `/console/${first?.path ?? 'password'}`,
      });
    },
  });
  return createRouter({
    routeTree: root.addChildren([home, ...bare, frame.addChildren([password, ...framed])]),
    defaultPendingComponent: () => <LoadingState />,
    defaultErrorComponent: ({ error }) => <ErrorState error={error} />,
    // Search values are plain strings: an address typed or shared by hand reads as it is written.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text ? `?${text}` : '';
    },
  });
}

/** Who is signed in; without a network whose day this device keeps, with the pages that work so. */
async function begin(): Promise<{ session: Session; systems: Systems | null }> {
  try {
    const session = await readSession();
    // Signed out elsewhere, or somebody else now: what was kept for another goes.
    await demandHolder(session.principal?.id ?? null);
    return { session, systems: null };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'offline') throw error;
    const holder = await dayHolder();
    if (!holder) throw error;
    return { session: holder.session as Session, systems: holder.systems as Systems };
  }
}

const place = document.getElementById('app');
if (place) {
  const tree = createRoot(place);
  try {
    const { session, systems: kept } = await begin();
    if (!session.principal) {
      tree.render(
        <StrictMode>
          <KitProvider live={false}>
            <SignIn setupNeeded={session.setupNeeded} />
          </KitProvider>
        </StrictMode>,
      );
    } else {
      const systems = kept ?? (await readSystems());
      const router = makeRouter(session, systems);
      const walls = systems.systems.flatMap((system) => system.pages).filter((page) => page.shell === 'wall');
      const isWall = (href: string): boolean => walls.some((page) => href.split('?')[0] === `/console/${page.path}`);
      const onWall = isWall(window.location.pathname);
      tree.render(
        <StrictMode>
          <KitProvider
            {...(onWall ? { scale: 'wall' as const, theme: 'dark' as const } : {})}
            // The wall has a look of its own: going to it or leaving it loads the page anew.
            navigate={(href) =>
              isWall(href) === onWall ? void router.navigate({ href }) : window.location.assign(href)
            }
          >
            <RouterProvider router={router} />
          </KitProvider>
        </StrictMode>,
      );
    }
  } catch (error) {
    tree.render(
      <KitProvider live={false}>
        <ErrorState error={error} onRetry={() => window.location.reload()} />
      </KitProvider>,
    );
  }
}
