import { useState } from 'react';
import {
  Age,
  Button,
  Clock,
  type Column,
  DataTable,
  Page,
  Severity,
  type SeverityStep,
  StateBadge,
  severityWords,
  type TableView,
} from '../index.ts';
import { minutesAgo, steady } from './sample.ts';

type Alert = {
  id: string;
  step: SeverityStep;
  what: string;
  where: string;
  at: string;
  state: string;
  value: number | null;
  used: number;
};

const random = steady(11);
const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const rows: Alert[] = Array.from({ length: 240 }, (_unused, index) => ({
  id: `CB-${1000 + index}`,
  step: (Math.min(5, 1 + Math.floor(random() ** 2 * 5.2)) || 1) as SeverityStep,
  what: pick([
    'VN_AQI giờ trên 150',
    'Trạm không gửi số liệu',
    'Mực nước trên báo động I',
    'pH ngoài giới hạn',
    'Tiếng ồn ban đêm',
  ]),
  where: pick(['Vũ Thư', 'Đông Hưng', 'Thái Thụy', 'Tiền Hải', 'Kiến Xương', 'Trần Lãm']),
  at: minutesAgo(Math.floor(random() * 3000)),
  state: pick(['Mới', 'Đang xử lý', 'Đã xong', 'Chờ bổ sung']),
  value: random() < 0.1 ? null : Math.round(random() * 3000) / 10,
  used: random() * 9.5 * 3600,
}));

const tones = { Mới: 'new', 'Đang xử lý': 'active', 'Đã xong': 'done', 'Chờ bổ sung': 'waiting' } as const;

const columns: Column<Alert>[] = [
  { id: 'what', title: 'Cảnh báo', value: (row) => row.what },
  {
    id: 'step',
    title: 'Mức độ',
    value: (row) => row.step,
    text: (row) => severityWords[row.step].vi,
    cell: (row) => <Severity step={row.step} />,
    kind: 'text',
    filter: true,
  },
  { id: 'where', title: 'Địa bàn', value: (row) => row.where, filter: true },
  { id: 'value', title: 'Giá trị', value: (row) => row.value, kind: 'number', unit: 'ug/m3', decimals: 1 },
  { id: 'at', title: 'Lúc', value: (row) => row.at, kind: 'instant', cell: (row) => <Age at={row.at} /> },
  {
    id: 'state',
    title: 'Trạng thái',
    value: (row) => row.state,
    cell: (row) => <StateBadge word={row.state} tone={tones[row.state as keyof typeof tones]} />,
    filter: true,
  },
  {
    id: 'clock',
    title: 'Thời hạn',
    value: (row) => row.used,
    cell: (row) => <Clock short budgetSeconds={8 * 3600} usedSeconds={row.used} />,
  },
  { id: 'code', title: 'Mã', value: (row) => row.id, hidden: true },
];

export default function TableStory() {
  const [view, setView] = useState<TableView>({
    sort: { column: 'step', down: true },
    filters: { state: ['Mới', 'Đang xử lý'] },
  });
  const [fresh, setFresh] = useState(3);
  return (
    <main>
      <Page title="Cảnh báo" lead="Dữ liệu mẫu">
        <DataTable
          label="Cảnh báo đang mở"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowName={(row) => `${row.what}, ${row.where}`}
          rowHref={(row) => `/alerts/${row.id}`}
          view={view}
          onView={setView}
          pageSize={25}
          fresh={fresh}
          onShowFresh={() => setFresh(0)}
          bulk={(chosen, clear) => (
            <Button kind="primary" onClick={clear}>
              Nhận xử lý {chosen.length} cảnh báo
            </Button>
          )}
        />
      </Page>
    </main>
  );
}
