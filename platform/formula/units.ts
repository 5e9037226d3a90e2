/** Units of formulas as data: a dimension and the factor to its base unit. An unknown unit is a dimension of its own. */
type Unit = { dimension: string; factor: number };

const known: Record<string, Unit> = {
  '': { dimension: '', factor: 1 },
  '1': { dimension: '', factor: 1 },
  '%': { dimension: '', factor: 1 },
  'µg/m³': { dimension: 'concentration in air', factor: 1 },
  'mg/m³': { dimension: 'concentration in air', factor: 1000 },
  'mg/l': { dimension: 'concentration in water', factor: 1 },
  'µg/l': { dimension: 'concentration in water', factor: 0.001 },
  'g/l': { dimension: 'concentration in water', factor: 1000 },
  mm: { dimension: 'length', factor: 0.001 },
  cm: { dimension: 'length', factor: 0.01 },
  m: { dimension: 'length', factor: 1 },
  km: { dimension: 'length', factor: 1000 },
  s: { dimension: 'time', factor: 1 },
  min: { dimension: 'time', factor: 60 },
  h: { dimension: 'time', factor: 3600 },
  d: { dimension: 'time', factor: 86_400 },
  'm³/h': { dimension: 'flow', factor: 1 },
  'm³/s': { dimension: 'flow', factor: 3600 },
};

export function unitOf(name: string): Unit {
  return Object.hasOwn(known, name) ? (known[name] as Unit) : { dimension: name, factor: 1 };
}

/** The factor from one unit to another; null where they measure different things. */
export function factorBetween(from: string, to: string): number | null {
  const [a, b] = [unitOf(from), unitOf(to)];
  return a.dimension === b.dimension ? a.factor / b.factor : null;
}

/** The unit of a product or quotient; a plain number keeps the other's unit, equal units cancel out. */
export function unitOfProduct(left: string, right: string, divided: boolean): string {
  const [a, b] = [unitOf(left), unitOf(right)];
  if (b.dimension === '') return left;
  if (divided) return a.dimension === b.dimension ? '' : `${left || '1'}/${right}`;
  return a.dimension === '' ? right : `${left}·${right}`;
}
