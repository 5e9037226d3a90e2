import { expect, it } from 'vitest';
import { sparkOf } from './spark-geometry.ts';

it('breaks the line where a value is missing', () => {
  const spark = sparkOf([1, 2, null, 3, null], null, 100, 20);
  expect(spark.lines.map((line) => line.length)).toEqual([2, 1]);
});

it('puts the lowest at the foot, the highest at the head, the newest at the right', () => {
  // box 106 x 26 with a margin of 3: x from 3 to 103, y from 3 (high) to 23 (low)
  const spark = sparkOf([0, 5, 10], null, 106, 26);
  expect(spark.lines[0]).toEqual([
    { x: 3, y: 23 },
    { x: 53, y: 13 },
    { x: 103, y: 3 },
  ]);
  expect(spark.last).toEqual({ x: 103, y: 3 });
});

it('always shows the limit, even far above all values', () => {
  const spark = sparkOf([0, 10], 100, 106, 26);
  expect(spark.limitY).toBe(3);
  // 10 of 100 lies a tenth of 20 above the foot
  expect(spark.lines[0]?.[1]?.y).toBeCloseTo(21, 9);
});

it('draws nothing for no values and a middle line for equal ones', () => {
  expect(sparkOf([null, null], null, 100, 20).lines).toEqual([]);
  expect(sparkOf([4, 4], null, 100, 20).lines[0]?.map((point) => point.y)).toEqual([10, 10]);
});
