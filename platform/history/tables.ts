export type Width = 'hour' | 'day';

export type HistoryTables = {
  rollups: {
    series_id: number;
    width: Width;
    bucket: Date;
    n: number;
    n_all: number;
    sum: number;
    min: number | null;
    max: number | null;
    last: number | null;
  };
  derivations_due: { entity_id: string; target: string; bucket: Date; due_at: Date };
};
