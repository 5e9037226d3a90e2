import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTheme } from '../base/provider.tsx';
import { formatInstant } from '../formats/times.ts';
import { useFormats } from '../formats/use-formats.ts';
import { SwitchRow } from '../forms/switch-row.tsx';
import { fontFamily, palettes } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { axisTime, instantOfAxis, type SeriesPoint, tableRows, withGaps } from './series.ts';
import './charts.css';

register([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

export type ChartSeries = {
  id: string;
  name: string;
  points: readonly SeriesPoint[];
  /** Drawn against the second axis, at the right, in `rightUnit`. */
  right?: boolean;
};
export type ChartLimit = { value: number; name: string };
/** A level's band, from below to above; drawn faintly in the level's colour with its word at the right. */
export type ChartBand = { from: number; to: number; color: string; name: string };
/** A span of time that is not like the rest: calibration, fault, power cut. */
export type ChartSpan = { from: string | number; to: string | number; name: string };

export type TimeSeriesChartProps = {
  /** What the chart shows; its name for screen readers and its heading. */
  title: string;
  series: readonly ChartSeries[];
  unit?: string;
  rightUnit?: string;
  decimals?: number;
  /** The promised interval: where it is missed, the line breaks. */
  everySeconds?: number;
  limits?: readonly ChartLimit[];
  bands?: readonly ChartBand[];
  spans?: readonly ChartSpan[];
  /** The period shown, where it is more than the data's own. */
  from?: string | number;
  to?: string | number;
  height?: number;
  /** A click on a point: the door to its records. */
  onPick?: (at: Date, seriesId: string) => void;
};

/** Lines over time with their limits; gaps stay gaps; the same data as a table one press away. */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const {
    title,
    series,
    unit,
    rightUnit,
    decimals,
    everySeconds,
    limits,
    bands,
    spans,
    from,
    to,
    height = 260,
    onPick,
  } = props;
  const t = useTexts(kitWords);
  const formats = useFormats();
  const { theme } = useTheme();
  const palette = palettes[theme];
  const [asTable, setAsTable] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  const option = useMemo<EChartsCoreOption>(() => {
    const inBand = (bands ?? []).map((band) => [
      {
        name: band.name,
        yAxis: band.from,
        itemStyle: { color: band.color, opacity: theme === 'dark' ? 0.1 : 0.09 },
        label: { show: true, position: 'right', distance: 8, color: palette.inkSoft, fontSize: 11, fontFamily },
      },
      { yAxis: band.to },
    ]);
    const inSpan = (spans ?? []).map((span) => [
      {
        name: span.name,
        xAxis: axisTime(span.from),
        itemStyle: { color: palette.inkSoft, opacity: 0.14 },
        label: { show: true, position: 'insideTop', color: palette.inkSoft, fontSize: 11, fontFamily },
      },
      { xAxis: axisTime(span.to) },
    ]);
    const inLimit = (limits ?? []).map((limit) => ({
      yAxis: limit.value,
      name: limit.name,
      lineStyle: { color: palette.severity[4].mark, type: 'dashed', width: 1.25 },
      label: {
        formatter: `${limit.name} ${formats.number(limit.value)}`,
        position: 'insideStartTop',
        color: palette.severity[4].text,
        backgroundColor: palette.page,
        padding: [1, 4],
        fontSize: 11,
        fontFamily,
      },
    }));
    const top = Math.max(0, ...(limits ?? []).map((limit) => limit.value));
    return {
      useUTC: true,
      animation: false,
      textStyle: { fontFamily },
      grid: {
        left: 8,
        right: bands?.length ? 84 : 12,
        top: series.some((one) => one.right) ? 30 : 14,
        bottom: 4,
        containLabel: true,
      },
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: palette.raised,
        borderColor: palette.line,
        textStyle: { color: palette.ink, fontFamily, fontSize: 13 },
        axisPointer: { lineStyle: { color: palette.lineStrong } },
        renderMode: 'richText',
        formatter: (
          items: { axisValue: number; seriesId: string; seriesName: string; value: [number, number | null] }[],
        ) => {
          const first = items[0];
          if (!first) return '';
          const unitOf = (id: string) => (series.find((one) => one.id === id)?.right ? rightUnit : unit);
          const lines = items.map(
            (item) => `${item.seriesName}: ${formats.quantity(item.value[1], unitOf(item.seriesId), decimals)}`,
          );
          return [formatInstant(instantOfAxis(first.axisValue)), ...lines].join('\n');
        },
      },
      xAxis: {
        type: 'time',
        ...(from === undefined ? {} : { min: axisTime(from) }),
        ...(to === undefined ? {} : { max: axisTime(to) }),
        axisLine: { lineStyle: { color: palette.lineStrong } },
        axisLabel: {
          color: palette.inkSoft,
          fontFamily,
          hideOverlap: true,
          formatter: { year: '{yyyy}', month: '{M}/{yyyy}', day: '{d}/{M}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' },
        },
        splitLine: { show: false },
      },
      yAxis: [
        {
          type: 'value',
          scale: !bands?.length,
          max: ({ max }: { max: number }) => (top > max ? Math.ceil(top * 1.1) : null),
          axisLabel: { color: palette.inkSoft, fontFamily, formatter: (value: number) => formats.number(value) },
          splitLine: { lineStyle: { color: palette.line } },
        },
        ...(series.some((one) => one.right)
          ? [
              {
                type: 'value',
                scale: true,
                position: 'right',
                name: formats.unit(rightUnit),
                nameTextStyle: { color: palette.inkSoft, fontFamily },
                axisLabel: { color: palette.inkSoft, fontFamily, formatter: (value: number) => formats.number(value) },
                splitLine: { show: false },
              },
            ]
          : []),
      ],
      series: series.map((one, index) => ({
        id: one.id,
        name: one.name,
        type: 'line',
        yAxisIndex: one.right ? 1 : 0,
        data: withGaps(one.points, everySeconds),
        connectNulls: false,
        showSymbol: one.points.length <= 1,
        symbolSize: 5,
        lineStyle: { width: 1.75, type: index > 2 ? 'dashed' : 'solid' },
        itemStyle: { color: palette.series[index % palette.series.length] },
        emphasis: { disabled: true },
        ...(index === 0
          ? {
              markArea: { silent: true, data: [...inBand, ...inSpan] },
              markLine: { silent: true, symbol: 'none', data: inLimit },
            }
          : {}),
      })),
    };
  }, [series, unit, rightUnit, decimals, everySeconds, limits, bands, spans, from, to, theme, palette, formats]);

  useEffect(() => {
    if (!box.current || asTable) return;
    const chart = init(box.current, null, { renderer: 'canvas' });
    chart.setOption(option);
    chart.on('click', (event) => {
      const value = event.value as [number, number | null] | undefined;
      if (value && event.seriesId) pick.current?.(new Date(instantOfAxis(value[0])), event.seriesId);
    });
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [option, asTable]);

  return (
    <figure className="k-chart">
      <figcaption className="k-chart-head">
        <span className="k-chart-title">
          {title}
          {unit ? <span className="k-text-soft"> ({formats.unit(unit)})</span> : null}
        </span>
        {series.length > 1 ? (
          <ul className="k-chart-legend">
            {series.map((one, index) => (
              <li key={one.id}>
                <i
                  style={{
                    borderTopColor: palette.series[index % palette.series.length],
                    borderTopStyle: index > 2 ? 'dashed' : 'solid',
                  }}
                />
                {one.name}
              </li>
            ))}
          </ul>
        ) : null}
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
        <ChartTable {...props} height={height} />
      ) : (
        <div ref={box} style={{ height }} role="img" aria-label={title} />
      )}
    </figure>
  );
}

function ChartTable({ title, series, unit, rightUnit, decimals, height }: TimeSeriesChartProps & { height: number }) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const rows = tableRows(series);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    <section className="k-chart-table" style={{ height }} aria-label={title} tabIndex={0}>
      <table className="k-plain-table">
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            {series.map((one) => (
              <th key={one.id} scope="col" className="k-right">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 1000).map((row) => (
            <tr key={row.at}>
              <td className="k-num">{formats.instant(row.at)}</td>
              {row.values.map((value, index) => (
                <td key={series[index]?.id ?? index} className="k-right k-num">
                  {formats.quantity(value, series[index]?.right ? rightUnit : unit, decimals)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > 1000 ? <p className="k-text k-text-soft">{t('more', { n: rows.length - 1000 })}</p> : null}
    </section>
  );
}
