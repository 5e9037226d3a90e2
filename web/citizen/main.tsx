import { IconChecklist, IconHome, IconInfoCircle, IconWind } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  useRouterState,
} from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CitizenShell, KitProvider, LoadingState, useTexts } from '../kit/index.ts';
import { About } from './about.tsx';
import { AirPage } from './air.tsx';
import { client } from './client.ts';
import { ConsultationsPage } from './consultations.tsx';
import { Home } from './home.tsx';
import { VotePage } from './vote.tsx';
import { citizenWords } from './words.ts';

function Shell() {
  const t = useTexts(citizenWords);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data: systems } = useQuery(client.ask('GET /api/systems'));
  return (
    <CitizenShell
      product={t('product')}
      path={path}
      {...(systems?.mode === 'demo' ? { provenance: 'simulated' as const } : {})}
      nav={[
        { href: '/', title: t('home'), icon: IconHome },
        { href: '/air', title: t('air'), icon: IconWind },
        { href: '/vote', title: t('vote'), icon: IconChecklist },
        { href: '/about', title: t('about'), icon: IconInfoCircle },
      ]}
      foot={t('foot')}
    >
      <Outlet />
    </CitizenShell>
  );
}

const rootRoute = createRootRoute({ component: Shell });
const router = createRouter({
  routeTree: rootRoute.addChildren([
    createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home }),
    createRoute({ getParentRoute: () => rootRoute, path: '/air', component: AirPage }),
    createRoute({ getParentRoute: () => rootRoute, path: '/vote', component: ConsultationsPage }),
    createRoute({ getParentRoute: () => rootRoute, path: '/vote/$id', component: VotePage }),
    createRoute({ getParentRoute: () => rootRoute, path: '/about', component: About }),
  ]),
  defaultPendingComponent: () => <LoadingState />,
});

const place = document.getElementById('app');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <KitProvider scale="citizen" live={false} navigate={(href) => void router.navigate({ href })}>
        <RouterProvider router={router} />
      </KitProvider>
    </StrictMode>,
  );
}
