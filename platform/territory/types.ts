/** Levels of government: three until 30 June 2025, province and commune since 1 July 2025. */
export type Level = 'province' | 'district' | 'commune';

/** A unit with its time; codes are used again after a reorganisation, so `id` is code and first day. */
export type Unit = {
  id: string;
  /** the statistics office's code */
  code: string;
  name: string;
  /** Tỉnh, Huyện, Thành phố, Xã, Phường, Thị trấn */
  type: string;
  level: Level;
  /** code of the unit above */
  parent: string | null;
  /** first day (yyyy-mm-dd); null where the list does not say */
  validFrom: string | null;
  /** first day no longer valid; null while it stands */
  validTo: string | null;
  centre: { lon: number; lat: number } | null;
  areaKm2: number | null;
  /** for communes since 1 July 2025: the district in which most of it lay */
  formerDistrict: string | null;
  inFormerThaiBinh: boolean | null;
};

/**
 * How a predecessor was found: `named` by its exact name in the right district; `spelling` by a name that differs in
 * spelling only; `to-confirm` from a source not yet checked; `not-listed` where the unit lies outside our list;
 * `unresolved` where the list should hold it and does not, or holds several.
 */
export type Basis = 'named' | 'spelling' | 'to-confirm' | 'not-listed' | 'unresolved';

export type Link = { successorId: string; name: string; predecessorId: string | null; basis: Basis };

/** The place of a point. `approximate` where the border is not the surveyed one. */
export type Located = Unit & { approximate: boolean };

const OFFSET_MS = 7 * 3600_000;

/** The calendar day in Vietnam (UTC+7 all year) as yyyy-mm-dd. */
export function localDay(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

/** Whether the unit stands on the day. */
export function validOn(unit: Pick<Unit, 'validFrom' | 'validTo'>, day: string): boolean {
  return (unit.validFrom === null || unit.validFrom <= day) && (unit.validTo === null || day < unit.validTo);
}
