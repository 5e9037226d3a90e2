import { lazy, Suspense, useMemo } from 'react';
import { LoadingState, useTurn, WallLayout, WallTrends, WallWrongList } from '../index.ts';
import { incidents, minutesAgo, stations, units, wave } from './sample.ts';

const MapView = lazy(() => import('../map.ts').then(({ MapView: View }) => ({ default: View })));

export default function WallStory() {
  const { turn } = useTurn(2, 30);
  const base = useMemo(() => ({ units, approximate: true }), []);
  const layers = useMemo(() => [stations(40), incidents], []);
  return (
    <WallLayout
      title="Trung tâm điều hành Thái Bình"
      provenance="simulated"
      weather="28 °C, gió đông nam"
      shift="Ca sáng: Phạm Thị Hoa"
      turn={{ turn, seconds: 30 }}
      left={
        <WallWrongList
          title="Đang có vấn đề"
          calm="Không có việc nào cần xử lý."
          items={[
            {
              id: '1',
              severity: 5,
              title: 'Nước dâng trên báo động III',
              where: 'Tiền Hải',
              at: minutesAgo(12),
              who: null,
            },
            {
              id: '2',
              severity: 4,
              title: 'Không khí xấu, AQI 163',
              where: 'Trần Lãm',
              at: minutesAgo(64),
              who: 'Phạm Thị Hoa',
            },
            {
              id: '3',
              severity: 3,
              title: 'pH nước thải ngoài giới hạn',
              where: 'Phong Phú',
              at: minutesAgo(140),
              who: 'Chi cục BVMT',
            },
            {
              id: '4',
              severity: 2,
              title: 'Trạm Diêm Điền mất tín hiệu',
              where: 'Thái Thụy',
              at: minutesAgo(300),
              who: 'Đội kỹ thuật',
            },
            {
              id: '5',
              severity: 2,
              title: 'Trạm Vũ Thư gửi muộn',
              where: 'Vũ Thư',
              at: minutesAgo(320),
              who: 'Đội kỹ thuật',
            },
          ]}
        />
      }
      centre={
        <Suspense fallback={<LoadingState height={600} />}>
          <MapView label="Bản đồ tỉnh" base={base} layers={layers} bare />
        </Suspense>
      }
      right={
        <WallTrends
          title="Tốt lên hay xấu đi"
          trends={[
            {
              id: '1',
              title: 'Phản ánh đúng hạn',
              value: 94.2,
              unit: '%',
              decimals: 1,
              trend: wave(12, 93, 2, 8),
              target: 95,
              better: 'more',
            },
            {
              id: '2',
              title: 'Giờ không khí xấu, tháng',
              value: 12,
              unit: 'giờ',
              trend: wave(12, 14, 6, 9),
              target: 15,
              better: 'less',
            },
            {
              id: '3',
              title: 'Trạm gửi đủ số liệu',
              value: 97.8,
              unit: '%',
              decimals: 1,
              trend: wave(12, 97, 1, 2),
              target: 95,
              better: 'more',
            },
            {
              id: '4',
              title: 'Nhận xử lý cảnh báo',
              value: 4.1,
              unit: 'phút',
              decimals: 1,
              trend: wave(12, 5, 1, 6),
              target: 5,
              better: 'less',
            },
            {
              id: '5',
              title: 'Hồ sơ đúng hạn',
              value: 98.9,
              unit: '%',
              decimals: 1,
              trend: wave(12, 98, 1, 12),
              target: 98,
              better: 'more',
            },
            {
              id: '6',
              title: 'Vượt giới hạn nước thải',
              value: 3,
              unit: 'lần',
              trend: wave(12, 4, 2, 15),
              target: 2,
              better: 'less',
            },
          ]}
        />
      }
      ticker={[
        { id: '1', at: minutesAgo(1), text: 'Trạm Trần Lãm: AQI 163' },
        { id: '2', at: minutesAgo(4), text: 'Giao việc cho phường Trần Lãm' },
        { id: '3', at: minutesAgo(9), text: 'Cống Trà Linh mở' },
        { id: '4', at: minutesAgo(22), text: 'Trạm Vũ Thư gửi lại số liệu' },
      ]}
    />
  );
}
