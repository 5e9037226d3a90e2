/** The committed facts: units before and after 1 July 2025, and outlines (Natural Earth, public domain). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MultiPolygon, Ring } from './geometry.ts';

/** One unit of `data/units.json`; names are NFC. */
export type SourceUnit = {
  code: string;
  name: string;
  type: string;
  parent: string | null;
  validFrom: string | null;
  validTo: string | null;
  centre?: [number, number];
  areaKm2?: number;
  /** names of the units that were merged into it, with the district where a name repeats */
  formedFrom?: string[];
  /** the same, from a source not yet checked */
  formedFromToConfirm?: string[];
  inFormerThaiBinh?: boolean;
  formerDistrict?: string;
};

export type Source = { version: number; sources: string[]; units: SourceUnit[] };

export function readSource(): Source {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'data', 'units.json'), 'utf8')) as Source;
}

/** Land outlines of the two former provinces by ISO 3166-2 code; coarse (1:10 million), so all made of them is approximate. */
export function readOutlines(): { source: string; thaiBinh: MultiPolygon; hungYen: MultiPolygon } {
  const file = JSON.parse(readFileSync(join(import.meta.dirname, 'data', 'outlines.json'), 'utf8')) as {
    source: string;
    states: Record<'VN-20' | 'VN-66', { coordinates: Ring[] }>;
  };
  return {
    source: file.source,
    thaiBinh: [file.states['VN-20'].coordinates],
    hungYen: [file.states['VN-66'].coordinates],
  };
}
