import { IconMap2, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import {
  Age,
  aqiLevels,
  Button,
  Checklist,
  type ChecklistItem,
  Clock,
  ConfirmAct,
  Explain,
  Facts,
  Figure,
  FigureRow,
  IconButton,
  LevelBadge,
  levelOf,
  notify,
  Page,
  Panel,
  Row,
  Severity,
  SideSheet,
  SimulatedBanner,
  Split,
  Stack,
  StateBadge,
  severitySteps,
  Text,
  Timeline,
  wqiLevels,
} from '../index.ts';
import { minutesAgo, wave } from './sample.ts';
import { StatesStory } from './states-story.tsx';

const hour = 3600;
const trend = wave(24, 95, 40, 3);

export default function Parts() {
  const [asking, setAsking] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [steps, setSteps] = useState<ChecklistItem[]>([
    {
      id: 'a',
      title: 'Gọi trực ban trạm xác nhận số liệu',
      done: true,
      doneAt: minutesAgo(34),
      doneBy: 'Phạm Thị Hoa',
    },
    { id: 'b', title: 'So với hai trạm lân cận', done: true, doneAt: minutesAgo(31), doneBy: 'Phạm Thị Hoa' },
    {
      id: 'c',
      title: 'Giao cán bộ xã kiểm tra hiện trường',
      hint: 'Chụp ảnh, ghi nguồn khói và hướng gió',
      done: false,
      required: true,
    },
    { id: 'd', title: 'Thông báo cho người dân trong bán kính 2 km', done: false },
  ]);
  return (
    <main>
      <SimulatedBanner provenance="simulated" />
      <Page
        title="Các phần của bộ giao diện"
        lead="Dữ liệu mẫu của trang trình bày"
        crumbs={[{ title: 'Bộ giao diện', href: '/' }, { title: 'Các phần' }]}
        primary={
          <Button
            kind="primary"
            icon={IconPlus}
            onClick={() => notify({ title: 'Đã mở sự việc SV-2026-0147', kind: 'done' })}
          >
            Mở sự việc
          </Button>
        }
        acts={
          <>
            <Button onClick={() => setSheet(true)}>Xem chi tiết</Button>
            <Button kind="quiet" onClick={() => setAsking(true)}>
              Gửi cảnh báo
            </Button>
            <Button kind="danger" onClick={() => setAsking(true)}>
              Huỷ cảnh báo
            </Button>
            <Button disabled>Chưa đủ quyền</Button>
            <IconButton icon={IconMap2} title="Bản đồ" />
          </>
        }
      >
        <FigureRow label="Số liệu chính">
          <Figure
            title="VN_AQI giờ, trạm Trần Lãm"
            value={163}
            at={minutesAgo(2)}
            trend={trend}
            limit={150}
            severity={4}
            provenance="simulated"
            href="/environment/stations/tran-lam"
          />
          <Figure
            title="PM2.5"
            value={86.4}
            unit="ug/m3"
            decimals={1}
            at={minutesAgo(2)}
            trend={wave(24, 70, 20, 5)}
            href="/a"
          />
          <Figure
            title="Mực nước cống Trà Linh"
            value={1.32}
            unit="m"
            decimals={2}
            at={minutesAgo(74)}
            staleAfterSeconds={900}
            trend={[1.1, 1.15, 1.2, null, null, 1.3, 1.32, null]}
            href="/b"
          />
          <Figure
            title="Phản ánh trả lời đúng hạn"
            value={94.2}
            unit="%"
            decimals={1}
            note="tháng 11, mục tiêu 95 %"
            trend={wave(12, 93, 2, 8)}
            limit={95}
            href="/c"
          />
          <Figure title="Số liệu đã nhận hôm nay" value={131550} at={minutesAgo(0)} href="/d" />
        </FigureRow>
        <Split
          main={
            <>
              <Panel title="Mức độ và trạng thái">
                <Row gap={5}>
                  {severitySteps.map((step) => (
                    <Severity key={step} step={step} />
                  ))}
                </Row>
                <Row gap={3}>
                  {severitySteps.map((step) => (
                    <Severity key={step} step={step} loud />
                  ))}
                </Row>
                <Row gap={5}>
                  <StateBadge word="Mới" tone="new" />
                  <StateBadge word="Đang xử lý" tone="active" />
                  <StateBadge word="Chờ bổ sung" tone="waiting" />
                  <StateBadge word="Đã xong" tone="done" />
                  <StateBadge word="Quá hạn" tone="late" />
                  <StateBadge word="Đã đóng" />
                </Row>
                <Row gap={4}>
                  {[32, 78, 120, 163, 240, 380].map((value) => (
                    <LevelBadge key={value} level={levelOf(aqiLevels, value)} value={value} />
                  ))}
                </Row>
                <Row gap={4}>
                  {[5, 20, 45, 70, 85, 95].map((value) => (
                    <LevelBadge key={value} level={levelOf(wqiLevels, value)} value={value} />
                  ))}
                  <LevelBadge level={null} />
                </Row>
                <LevelBadge level={levelOf(aqiLevels, 163)} value={163} large />
              </Panel>
              <Panel
                title="Diễn biến"
                tools={
                  <Text soft inline>
                    Giờ Hà Nội
                  </Text>
                }
              >
                <Timeline
                  label="Diễn biến sự việc"
                  items={[
                    {
                      id: '1',
                      at: minutesAgo(64),
                      knownAt: minutesAgo(62),
                      title: 'VN_AQI vượt 150',
                      by: 'machine',
                      severity: 4,
                      body: 'Trạm Trần Lãm, PM2.5 là thông số chính',
                    },
                    { id: '2', at: minutesAgo(61), title: 'Nhận xử lý', who: 'Phạm Thị Hoa, trực ban', by: 'hand' },
                    {
                      id: '3',
                      at: minutesAgo(50),
                      knownAt: minutesAgo(20),
                      title: 'Người dân phản ánh khói ở cụm công nghiệp',
                      who: 'Hệ thống 1022',
                    },
                    {
                      id: '4',
                      at: minutesAgo(18),
                      title: 'Giao việc cho UBND phường Trần Lãm',
                      who: 'Phạm Thị Hoa',
                      by: 'hand',
                    },
                  ]}
                />
              </Panel>
              <StatesStory />
            </>
          }
          side={
            <>
              <Panel title="Thông tin" boxed>
                <Facts
                  facts={[
                    { term: 'Mã', value: 'SV-2026-0147' },
                    { term: 'Đơn vị', value: 'Phường Trần Lãm' },
                    { term: 'Số liệu', value: <Age at={minutesAgo(2)} /> },
                    { term: 'Ghi chú', value: null },
                  ]}
                />
                <Explain
                  title="VN_AQI giờ 163"
                  explanation={{
                    value: '163 (Xấu)',
                    formula: 'Lấy chỉ số lớn nhất trong các thông số; PM2.5 tính theo NowCast 12 giờ gần nhất.',
                    version: 1,
                    law: 'Quyết định 1459/QĐ-TCMT ngày 12/11/2019',
                    columns: [{ title: 'Giờ' }, { title: 'PM2.5 (µg/m³)', number: true }],
                    rows: [
                      { id: '1', cells: ['13:00', '92,1'] },
                      { id: '2', cells: ['12:00', '88,0'] },
                      { id: '3', cells: ['11:00 (hiệu chuẩn)', '140,2'], left: true },
                    ],
                    href: '/history',
                  }}
                />
              </Panel>
              <Panel title="Thời hạn" boxed>
                <Stack gap={3}>
                  <Clock budgetSeconds={8 * hour} usedSeconds={2 * hour} deadlineAt={minutesAgo(-360)} />
                  <Clock budgetSeconds={8 * hour} usedSeconds={6.8 * hour} deadlineAt={minutesAgo(-72)} />
                  <Clock budgetSeconds={8 * hour} usedSeconds={9.5 * hour} deadlineAt={minutesAgo(90)} />
                  <Clock budgetSeconds={8 * hour} usedSeconds={3 * hour} pausedFor="chờ người dân bổ sung" />
                  <Clock budgetSeconds={8 * hour} usedSeconds={4 * hour} met />
                </Stack>
              </Panel>
              <Panel title="Quy trình" boxed>
                <Checklist
                  label="Quy trình xử lý vượt ngưỡng"
                  items={steps}
                  onToggle={(id, done) =>
                    setSteps(
                      steps.map((step) =>
                        step.id === id ? { ...step, done, doneAt: minutesAgo(0), doneBy: 'Bạn' } : step,
                      ),
                    )
                  }
                />
              </Panel>
            </>
          }
        />
      </Page>
      <ConfirmAct
        opened={asking}
        onClose={() => setAsking(false)}
        title="Gửi cảnh báo không khí xấu?"
        happens="Người dân trong vùng nhận thông báo đẩy và tin trên loa phường."
        to="Khoảng 12.400 người ở phường Trần Lãm"
        undo="Huỷ được trong 2 phút; sau đó chỉ đính chính được"
        verb="Gửi cảnh báo"
        reason={{ label: 'Căn cứ', required: true }}
        onConfirm={() => notify({ title: 'Đã gửi cảnh báo', kind: 'done' })}
      />
      <SideSheet
        opened={sheet}
        onClose={() => setSheet(false)}
        title="Trạm Trần Lãm"
        foot={<Button kind="primary">Giao việc</Button>}
      >
        <LevelBadge level={levelOf(aqiLevels, 163)} value={163} large />
        <Text prose>Không khí xấu. Người già, trẻ em và người có bệnh hô hấp nên ở trong nhà.</Text>
      </SideSheet>
    </main>
  );
}
