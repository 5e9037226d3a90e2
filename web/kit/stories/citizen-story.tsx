import { IconBell, IconCloud, IconHome, IconMessage2Plus, IconProgressCheck } from '@tabler/icons-react';
import {
  aqiLevels,
  BigDoor,
  CitizenShell,
  LevelBadge,
  levelOf,
  Page,
  Severity,
  Stack,
  StateBadge,
  Text,
} from '../index.ts';

export default function CitizenStory() {
  return (
    <CitizenShell
      product="Thái Bình thông minh"
      path="/"
      provenance="simulated"
      nav={[
        { href: '/', title: 'Trang đầu', icon: IconHome },
        { href: '/air', title: 'Không khí', icon: IconCloud },
        { href: '/report', title: 'Phản ánh', icon: IconMessage2Plus },
        { href: '/warnings', title: 'Cảnh báo', icon: IconBell, count: 1 },
      ]}
    >
      <Page title="Hôm nay ở phường Trần Lãm">
        <Stack gap={3}>
          <BigDoor
            href="/warnings/1"
            icon={IconBell}
            title="1 cảnh báo cho bạn"
            text="Không khí xấu đến 20:00. Hạn chế ra ngoài."
          />
          <BigDoor
            href="/report"
            icon={IconMessage2Plus}
            title="Phản ánh một việc"
            text="Rác, đường hỏng, khói bụi, tiếng ồn"
          />
          <BigDoor href="/mine" icon={IconProgressCheck} title="Phản ánh của tôi" text="1 đang xử lý, 2 đã xong" />
        </Stack>
        <Stack gap={2}>
          <LevelBadge level={levelOf(aqiLevels, 163)} value={163} large />
          <Text>Người già, trẻ em và người có bệnh hô hấp nên ở trong nhà, đóng cửa sổ.</Text>
          <Severity step={4} loud word="Không khí xấu" />
          <StateBadge word="Đang xử lý" tone="active" />
        </Stack>
      </Page>
    </CitizenShell>
  );
}
