import { sparkOf } from './spark-geometry.ts';
import './spark.css';

export type SparkLineProps = {
  /** Oldest first, at equal steps; null is a gap and is drawn as one. */
  values: readonly (number | null)[];
  limit?: number | null;
  /** What the line says, for those who do not see it. */
  label: string;
  height?: number;
};

/** A trend in one line, with its limit drawn in. Plain SVG: light enough for a table cell. */
export function SparkLine({ values, limit, label, height = 32 }: SparkLineProps) {
  const width = 160;
  const { lines, last, limitY } = sparkOf(values, limit, width, height);
  return (
    <svg
      className="k-spark"
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {limitY === null ? null : (
        <line x1="0" x2={width} y1={limitY} y2={limitY} className="k-spark-limit" vectorEffect="non-scaling-stroke" />
      )}
      {lines.map((line) => (
        <polyline
          key={`${line[0]?.x}`}
          points={(line.length === 1 ? [line[0]!, { x: line[0]!.x + 0.5, y: line[0]!.y }] : line)
            .map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`)
            .join(' ')}
          className="k-spark-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {last ? (
        <line
          x1={last.x}
          x2={last.x + 0.01}
          y1={last.y}
          y2={last.y}
          className="k-spark-last"
          vectorEffect="non-scaling-stroke"
        />
      ) : null}
    </svg>
  );
}
