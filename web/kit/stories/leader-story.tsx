import { Clock, Figure, FigureRow, PhoneLayout, PhonePart, Severity, Stack } from '../index.ts';
import { minutesAgo, wave } from './sample.ts';

export default function LeaderStory() {
  return (
    <main>
      <PhoneLayout title="Tỉnh hôm nay" sub="Dữ liệu mẫu, 7:30">
        <PhonePart title="Đang có vấn đề" href="/alerts">
          <Stack gap={3}>
            <Severity step={5} loud />
            <Severity step={4} word="Không khí xấu ở Trần Lãm" />
            <Clock budgetSeconds={8 * 3600} usedSeconds={9 * 3600} deadlineAt={minutesAgo(60)} />
          </Stack>
        </PhonePart>
        <PhonePart title="Tốt lên hay xấu đi" href="/indicators">
          <FigureRow label="Xu hướng">
            <Figure
              title="Phản ánh đúng hạn"
              value={94.2}
              unit="%"
              decimals={1}
              trend={wave(12, 93, 2, 8)}
              limit={95}
              href="/1"
            />
            <Figure title="Giờ không khí xấu" value={12} unit="giờ" trend={wave(12, 14, 6, 9)} limit={10} href="/2" />
          </FigureRow>
        </PhonePart>
      </PhoneLayout>
    </main>
  );
}
