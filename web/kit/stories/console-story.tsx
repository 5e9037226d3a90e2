import {
  IconAlertTriangle,
  IconBuildingFactory2,
  IconClipboardList,
  IconDroplet,
  IconHistory,
  IconMap2,
  IconReportAnalytics,
  IconSettings,
} from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { AppShell, Button, LoadingState, notify, Page } from '../index.ts';
import { incidents, stations, units } from './sample.ts';

const MapView = lazy(() => import('../map.ts').then(({ MapView: View }) => ({ default: View })));

export default function ConsoleStory() {
  const count = Number(new URLSearchParams(window.location.search).get('points') ?? 60);
  const [selected, setSelected] = useState<string | null>('i1');
  const [hidden, setHidden] = useState<string[]>([]);
  const base = useMemo(() => ({ units, approximate: true }), []);
  const layers = useMemo(
    () => [stations(count), incidents].map((layer) => ({ ...layer, hidden: hidden.includes(layer.id) })),
    [count, hidden],
  );
  return (
    <AppShell
      product="ĐTTM Thái Bình"
      organisation="Trung tâm điều hành"
      path="/operations/map"
      provenance="simulated"
      crumbs={[{ title: 'Điều hành', href: '/operations' }, { title: 'Bản đồ' }]}
      user={{ name: 'Phạm Thị Hoa', role: 'Trực ban, ca sáng' }}
      onLogOut={() => notify({ title: 'Đã đăng xuất' })}
      nav={[
        {
          items: [
            { href: '/operations/map', title: 'Bản đồ', icon: IconMap2 },
            { href: '/operations/alerts', title: 'Cảnh báo', icon: IconAlertTriangle, count: 4 },
            { href: '/operations/incidents', title: 'Sự việc', icon: IconClipboardList, count: 2 },
            { href: '/operations/shift', title: 'Sổ trực', icon: IconHistory },
          ],
        },
        {
          title: 'Tài nguyên và môi trường',
          items: [
            { href: '/environment/stations', title: 'Trạm không khí', icon: IconBuildingFactory2 },
            { href: '/environment/water', title: 'Nước mặt, nước thải', icon: IconDroplet },
            { href: '/environment/reports', title: 'Báo cáo tháng', icon: IconReportAnalytics },
          ],
        },
        { title: 'Hệ thống', items: [{ href: '/admin', title: 'Quản trị', icon: IconSettings }] },
      ]}
    >
      <Page title="Bản đồ điều hành" fill primary={<Button kind="primary">Mở sự việc</Button>}>
        <Suspense fallback={<LoadingState height={400} />}>
          <MapView
            label="Bản đồ điều hành"
            base={base}
            layers={layers}
            selected={selected}
            onSelect={setSelected}
            onLayers={(shown) => setHidden(['air', 'incidents'].filter((id) => !shown.includes(id)))}
          />
        </Suspense>
      </Page>
    </AppShell>
  );
}
