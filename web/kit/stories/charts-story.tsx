import { TimeSeriesChart } from '../chart.ts';
import { aqiLevels, BarTrend, CompletenessStrip, Page, Panel } from '../index.ts';
import { minutesAgo, now, steady, wave } from './sample.ts';

const hours = 96;
const aqi = wave(hours, 105, 55, 21);
const points = aqi.flatMap((value, index) =>
  index > 40 && index < 47 ? [] : ([[now - (hours - index) * 3600_000, value]] as [number, number][]),
);
const pm = wave(hours, 60, 25, 4).map((value, index) => [now - (hours - index) * 3600_000, value] as [number, number]);
const pm10 = wave(hours, 90, 30, 14).map(
  (value, index) => [now - (hours - index) * 3600_000, value] as [number, number],
);
const random = steady(3);

export default function ChartsStory() {
  return (
    <main>
      <Page title="Biểu đồ" lead="Dữ liệu mẫu">
        <Panel>
          <TimeSeriesChart
            title="VN_AQI giờ, trạm Trần Lãm"
            series={[{ id: 'aqi', name: 'VN_AQI', points }]}
            everySeconds={3600}
            limits={[{ value: 150, name: 'Ngưỡng cảnh báo' }]}
            bands={aqiLevels
              .map((level, index) => ({
                from: index === 0 ? 0 : (aqiLevels[index - 1]?.upTo ?? 0),
                to: level.upTo,
                color: level.color,
                name: level.name.vi,
              }))
              .slice(0, 4)}
            spans={[{ from: minutesAgo(60 * 20), to: minutesAgo(60 * 14), name: 'Hiệu chuẩn' }]}
          />
        </Panel>
        <Panel>
          <TimeSeriesChart
            title="Bụi"
            unit="ug/m3"
            decimals={1}
            everySeconds={3600}
            series={[
              { id: 'pm25', name: 'PM2.5', points: pm },
              { id: 'pm10', name: 'PM10', points: pm10 },
            ]}
            height={220}
          />
        </Panel>
        <Panel title="Số liệu đã đến">
          <CompletenessStrip
            label="Số liệu 72 giờ qua"
            cells={Array.from({ length: 72 }, (_unused, index) => {
              const roll = random();
              return {
                label: `${index % 24}:00`,
                expected: 12,
                got: roll < 0.04 ? 0 : roll < 0.1 ? 6 : roll < 0.2 ? 11 : 12,
              };
            })}
          />
        </Panel>
        <Panel title="Trả lời đúng hạn">
          <BarTrend
            label="Trả lời đúng hạn sáu tháng"
            unit="%"
            decimals={1}
            better="more"
            target={{ value: 95, name: 'Mục tiêu' }}
            bars={[92.1, 93.4, 96.2, 95.5, 94.2, 97].map((value, index) => ({ label: `T${index + 6}`, value }))}
          />
        </Panel>
      </Page>
    </main>
  );
}
