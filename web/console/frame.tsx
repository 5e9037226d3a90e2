import {
  IconAlertTriangle,
  IconArchive,
  IconBook,
  IconChartBar,
  IconCpu,
  IconDatabase,
  IconDatabaseOff,
  IconDeviceMobile,
  IconDeviceTv,
  IconFileAnalytics,
  IconGavel,
  IconHeadset,
  IconHeartbeat,
  IconLeaf,
  IconList,
  IconListCheck,
  IconMap2,
  IconReport,
  IconSettings,
  IconShieldCheck,
  IconUpload,
  IconUrgent,
  IconUsers,
} from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { AppShell, type Icon, notifyError, useNavigateTo, useSay, useTexts } from '../kit/index.ts';
import { forgetDay } from '../kit/offline/device-day.ts';
import { client, type Session, type Systems } from './client.ts';
import { Notifications } from './notifications.tsx';
import { consoleWords } from './words.ts';

const icons: Record<string, Icon> = {
  map: IconMap2,
  alert: IconAlertTriangle,
  incident: IconUrgent,
  task: IconListCheck,
  book: IconBook,
  wall: IconDeviceTv,
  phone: IconDeviceMobile,
  chart: IconChartBar,
  shield: IconShieldCheck,
  service: IconHeartbeat,
  rule: IconGavel,
  device: IconCpu,
  source: IconDatabase,
  upload: IconUpload,
  gap: IconDatabaseOff,
  keep: IconArchive,
  users: IconUsers,
  leaf: IconLeaf,
  list: IconList,
  report: IconReport,
  call: IconHeadset,
  settings: IconSettings,
};

/** The console around every page: navigation from the declarations, by right. */
export function Frame({ session, systems }: { session: Session; systems: Systems }) {
  const t = useTexts(consoleWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const signOut = async () => {
    // First, and whatever the server says: what is personal leaves the device with the one who signs out.
    await forgetDay();
    try {
      await client.call('DELETE /api/session');
    } catch (error) {
      notifyError(error);
    }
    window.location.assign('/console');
  };
  return (
    <AppShell
      product={t('product')}
      organisation={session.principal?.organisationName ? say(session.principal.organisationName) : ''}
      path={path}
      nav={systems.systems
        .map((system) => ({
          title: say(system.title),
          items: system.pages
            .filter((page) => page.order !== undefined && page.shell !== 'citizen')
            .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
            .map((page) => ({
              href: `/console/${page.path}`.replace(/\/$/, ''),
              title: say(page.title),
              icon: icons[page.icon ?? ''] ?? IconFileAnalytics,
            })),
        }))
        .filter((group) => group.items.length > 0)}
      user={{ name: session.principal?.name ?? '', role: session.roles.map((role) => say(role.name)).join(', ') }}
      userMenu={[
        { title: t('changePassword'), onClick: () => navigate('/console/password') },
        { title: t('phone'), href: '/' },
      ]}
      onLogOut={() => void signOut()}
      tools={<Notifications />}
      {...(systems.mode === 'demo' ? { provenance: 'simulated' as const } : {})}
    >
      <Outlet />
    </AppShell>
  );
}
