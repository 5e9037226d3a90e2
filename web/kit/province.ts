/** The generic parts that every system's pages share, drawn from the declarations: import where they are used. */
export {
  type EntityRow,
  entityIsLate,
  headlineOf,
  intervalSeconds,
  levelsOf,
  ROWS_A_PAGE,
  servedColumn,
  staleSeconds,
  type TypeRow,
  useEntitiesById,
  useEntity,
  useEntityList,
  useProvinceBase,
} from './generic/entities.ts';
export { EntityCurve, type EntityCurveProps } from './generic/entity-curve.tsx';
export { EntitiesField, EntityPicker } from './generic/entity-picker.tsx';
export { EntityTablePage } from './generic/entity-table.tsx';
export { ExplainDerived, type ExplainDerivedProps } from './generic/explain-derived.tsx';
export { placeLayers, usePlaces } from './generic/places.ts';
export { platformClient } from './generic/platform-client.ts';
export { EntityNow, StateReading } from './generic/state-reading.tsx';
