import type { Flaw, Text } from '../../words/index.ts';

/** What one fetch brought and would become. */
export type Trial = {
  status: number;
  bytes: number;
  problem: Text | null;
  beginning: string;
  rows: number;
  passed: number;
  values: number;
  refused: number;
  shown: {
    row: string;
    values: { entity: string; property: string; at: number; value: number; reason: Text | null }[];
    bad: Flaw[];
  }[];
};
