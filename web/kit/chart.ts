/** Charts that need ECharts: import lazily, `const { TimeSeriesChart } = await import('../kit/chart.ts')`. */

export { type CalendarDay, CalendarHeat } from './charts/calendar-heat.tsx';
export type { SeriesPoint } from './charts/series.ts';
export {
  type ChartBand,
  type ChartLimit,
  type ChartSeries,
  type ChartSpan,
  TimeSeriesChart,
  type TimeSeriesChartProps,
} from './charts/time-series-chart.tsx';
