/** The generic parts that every system's pages share, drawn from the declarations: import where they are used. */
export {
  type EntityRow,
  entityIsLate,
  entityLayers,
  headlineOf,
  intervalSeconds,
  levelsOf,
  staleSeconds,
  type TypeRow,
  useEntities,
  useEntity,
  useProvinceBase,
} from './generic/entities.ts';
export { EntityCurve, type EntityCurveProps } from './generic/entity-curve.tsx';
export { EntityTablePage } from './generic/entity-table.tsx';
export { ExplainDerived, type ExplainDerivedProps } from './generic/explain-derived.tsx';
export { platformClient } from './generic/platform-client.ts';
export { EntityNow, StateReading } from './generic/state-reading.tsx';
