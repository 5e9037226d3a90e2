/** The forms of map symbols: the type of a thing is told by its form, the state by its colour. */

export const mapShapes = ['circle', 'square', 'triangle', 'diamond', 'drop', 'hexagon', 'cross', 'star'] as const;

export type MapShape = (typeof mapShapes)[number];

/** Points of a shape in a box from -1 to 1; null for the circle and the drop, which are drawn with arcs. */
export function cornersOf(shape: MapShape): [number, number][] | null {
  const ring = (count: number, turn: number, size = 1): [number, number][] =>
    Array.from({ length: count }, (_unused, index) => {
      const angle = turn + (index * 2 * Math.PI) / count;
      return [Math.sin(angle) * size, -Math.cos(angle) * size];
    });
  switch (shape) {
    case 'square':
      return [
        [-0.82, -0.82],
        [0.82, -0.82],
        [0.82, 0.82],
        [-0.82, 0.82],
      ];
    case 'triangle':
      return ring(3, 0, 1.1);
    case 'diamond':
      return ring(4, 0, 1.08);
    case 'hexagon':
      return ring(6, 0, 1);
    case 'star':
      return Array.from({ length: 10 }, (_unused, index) => {
        const angle = (index * Math.PI) / 5;
        const size = index % 2 === 0 ? 1.15 : 0.52;
        return [Math.sin(angle) * size, -Math.cos(angle) * size];
      });
    case 'cross': {
      const a = 0.36;
      return [
        [-a, -1],
        [a, -1],
        [a, -a],
        [1, -a],
        [1, a],
        [a, a],
        [a, 1],
        [-a, 1],
        [-a, a],
        [-1, a],
        [-1, -a],
        [-a, -a],
      ];
    }
    default:
      return null;
  }
}

function trace(context: CanvasRenderingContext2D, shape: MapShape, centre: number, size: number): void {
  const corners = cornersOf(shape);
  context.beginPath();
  if (corners) {
    corners.forEach(([x, y], index) => {
      if (index === 0) context.moveTo(centre + x * size, centre + y * size);
      else context.lineTo(centre + x * size, centre + y * size);
    });
    context.closePath();
  } else if (shape === 'drop') {
    context.moveTo(centre, centre - size * 1.15);
    context.bezierCurveTo(centre + size, centre - size * 0.1, centre + size, centre + size, centre, centre + size);
    context.bezierCurveTo(
      centre - size,
      centre + size,
      centre - size,
      centre - size * 0.1,
      centre,
      centre - size * 1.15,
    );
    context.closePath();
  } else {
    context.arc(centre, centre, size * 0.92, 0, Math.PI * 2);
  }
}

export type Drawn = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> };

/** A symbol's picture at twice the screen's size: filled with its state's colour, ringed with `rim`. */
export function drawSymbol(shape: MapShape, fill: string, rim: string, sizePx: number): Drawn | null {
  const side = Math.ceil(sizePx * 2 + 8) * 2;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.lineJoin = 'round';
  trace(context, shape, side / 2, sizePx * 2);
  context.lineWidth = 6;
  context.strokeStyle = rim;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  return { width: side, height: side, data: context.getImageData(0, 0, side, side).data };
}

/** The same form as a path for legends and lists, in a box of 16. */
export function symbolPath(shape: MapShape): string {
  const corners = cornersOf(shape);
  if (corners) return `M${corners.map(([x, y]) => `${(8 + x * 6).toFixed(2)} ${(8 + y * 6).toFixed(2)}`).join('L')}Z`;
  if (shape === 'drop') return 'M8 1.1C14 7.4 14 14 8 14C2 14 2 7.4 8 1.1Z';
  return 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z';
}
