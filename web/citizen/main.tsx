import { IconChecklist, IconHome, IconListDetails, IconSpeakerphone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  useRouterState,
} from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CitizenShell, KitProvider, LoadingState, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { Home } from './home.tsx';
import { citizenWords } from './words.ts';
import { keepSending } from './worker/install.ts';

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
        { href: '/report', title: t('reportShort'), icon: IconSpeakerphone },
        { href: '/follow', title: t('mine'), icon: IconListDetails },
        { href: '/vote', title: t('vote'), icon: IconChecklist },
      ]}
      foot={t('foot')}
    >
      <Outlet />
    </CitizenShell>
  );
}

/** Within another site the address stays the widget's: its pages follow one another in memory, without our menu. */
const isWidget = location.pathname.startsWith('/widgets/');
const rootRoute = createRootRoute({
  component: isWidget ? lazyRouteComponent(() => import('./widgets/widget-shell.tsx'), 'WidgetShell') : Shell,
});
/** A page is loaded by who opens it; the worker has fetched them all soon after the first visit. */
const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => rootRoute, path, component });
const router = createRouter({
  routeTree: rootRoute.addChildren([
    createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home }),
    page(
      '/report',
      lazyRouteComponent(() => import('./report/report.tsx'), 'ReportPage'),
    ),
    page(
      '/follow',
      lazyRouteComponent(() => import('./follow/follow.tsx'), 'FollowPage'),
    ),
    page(
      '/near',
      lazyRouteComponent(() => import('./open/near.tsx'), 'NearPage'),
    ),
    page(
      '/reports/$number',
      lazyRouteComponent(() => import('./open/one.tsx'), 'PublicReportPage'),
    ),
    page(
      '/statistics',
      lazyRouteComponent(() => import('./open/statistics.tsx'), 'StatisticsPage'),
    ),
    page(
      '/air',
      lazyRouteComponent(() => import('./air.tsx'), 'AirPage'),
    ),
    page(
      '/sensors',
      lazyRouteComponent(() => import('./sensors/sensors.tsx'), 'SensorsPage'),
    ),
    page(
      '/sensors/mine',
      lazyRouteComponent(() => import('./sensors/mine.tsx'), 'MySensorsPage'),
    ),
    page(
      '/vote',
      lazyRouteComponent(() => import('./consultations.tsx'), 'ConsultationsPage'),
    ),
    page(
      '/vote/$id',
      lazyRouteComponent(() => import('./vote.tsx'), 'VotePage'),
    ),
    page(
      '/initiatives',
      lazyRouteComponent(() => import('./voice/initiatives.tsx'), 'InitiativesPage'),
    ),
    page(
      '/initiatives/new',
      lazyRouteComponent(() => import('./voice/propose.tsx'), 'ProposePage'),
    ),
    page(
      '/initiatives/$id',
      lazyRouteComponent(() => import('./voice/initiative.tsx'), 'InitiativePage'),
    ),
    page(
      '/questions',
      lazyRouteComponent(() => import('./questions/questions.tsx'), 'QuestionsPage'),
    ),
    page(
      '/questions/ask',
      lazyRouteComponent(() => import('./questions/ask.tsx'), 'AskPage'),
    ),
    page(
      '/widgets/report',
      lazyRouteComponent(() => import('./report/report.tsx'), 'ReportPage'),
    ),
    page(
      '/widgets/map',
      lazyRouteComponent(() => import('./widgets/pages.tsx'), 'MapWidget'),
    ),
    page(
      '/widgets/warnings',
      lazyRouteComponent(() => import('./widgets/pages.tsx'), 'WarningsWidget'),
    ),
    page(
      '/survey',
      lazyRouteComponent(() => import('./survey.tsx'), 'SurveyPage'),
    ),
    page(
      '/about',
      lazyRouteComponent(() => import('./about.tsx'), 'About'),
    ),
  ]),
  ...(isWidget ? { history: createMemoryHistory({ initialEntries: [location.pathname] }) } : {}),
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
keepSending({ worker: !isWidget });
