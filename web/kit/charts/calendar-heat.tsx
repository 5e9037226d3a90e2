import { HeatmapChart } from 'echarts/charts';
import { CalendarComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ScrollRegion } from '../base/layout.tsx';
import { useTheme } from '../base/provider.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { SwitchRow } from '../forms/switch-row.tsx';
import { fontFamily, palettes } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './charts.css';

register([HeatmapChart, CalendarComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

/** A local day, '2026-11-23', and its share 0 to 1; days still to come are left out. */
export type CalendarDay = { day: string; share: number };

/** A year, one square a day: how much of what was promised came. The months with their shares as a table beside it. */
export function CalendarHeat({ title, year, days }: { title: string; year: number; days: readonly CalendarDay[] }) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const { theme } = useTheme();
  const palette = palettes[theme];
  const [asTable, setAsTable] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const option = useMemo<EChartsCoreOption>(
    () => ({
      animation: false,
      textStyle: { fontFamily },
      tooltip: {
        confine: true,
        backgroundColor: palette.raised,
        borderColor: palette.line,
        textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
        renderMode: 'richText',
        formatter: ({ value }: { value: [string, number] }) =>
          `${formats.date(`${value[0]}T00:00:00+07:00`)}: ${formats.share(value[1], 0)}`,
      },
      visualMap: {
        min: 0,
        max: 1,
        type: 'piecewise',
        orient: 'horizontal',
        left: 40,
        bottom: 0,
        itemWidth: 14,
        itemHeight: 14,
        textStyle: { color: palette.inkSoft, fontFamily },
        pieces: [
          { value: 0, label: '0 %', color: palette.severity[4].mark },
          { gt: 0, lt: 0.75, label: '< 75 %', color: palette.severity[3].mark },
          { gte: 0.75, lt: 0.95, label: '75–95 %', color: palette.lineStrong },
          { gte: 0.95, label: '≥ 95 %', color: palette.series[0] },
        ],
      },
      calendar: {
        top: 24,
        left: 40,
        right: 8,
        cellSize: ['auto', 15],
        range: String(year),
        itemStyle: { color: palette.page, borderColor: palette.line, borderWidth: 1 },
        splitLine: { lineStyle: { color: palette.lineStrong } },
        yearLabel: { show: false },
        monthLabel: {
          color: palette.inkSoft,
          fontFamily,
          nameMap: Array.from({ length: 12 }, (_, month) => `${month + 1}`),
        },
        dayLabel: { firstDay: 1, color: palette.inkSoft, fontFamily, nameMap: t('weekdays').split(' ') },
      },
      series: [{ type: 'heatmap', coordinateSystem: 'calendar', data: days.map((one) => [one.day, one.share]) }],
    }),
    [year, days, palette, formats, t],
  );
  useEffect(() => {
    if (!box.current || asTable) return;
    const chart = init(box.current, null, { renderer: 'canvas' });
    chart.setOption(option);
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [option, asTable]);
  const months = Map.groupBy(days, (one) => one.day.slice(0, 7));
  return (
    <figure className="k-chart">
      <figcaption className="k-chart-head">
        <span className="k-chart-title">{title}</span>
        <SwitchRow
          label={title}
          value={asTable ? 'table' : 'chart'}
          onChange={(value) => setAsTable(value === 'table')}
          choices={[
            { value: 'chart', title: t('chart') },
            { value: 'table', title: t('table') },
          ]}
        />
      </figcaption>
      {asTable ? (
        <table className="k-plain-table">
          <tbody>
            {[...months].map(([month, all]) => (
              <tr key={month}>
                <th scope="row">{formats.month(`${month}-15T00:00:00+07:00`)}</th>
                <td className="k-right k-num">
                  {formats.share(all.reduce((sum, one) => sum + one.share, 0) / all.length, 1)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <ScrollRegion label={title}>
          <div ref={box} style={{ height: 180, minWidth: 640 }} role="img" aria-label={title} />
        </ScrollRegion>
      )}
    </figure>
  );
}
