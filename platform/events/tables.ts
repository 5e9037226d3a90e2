import type { ColumnType, Generated } from 'kysely';

export type EventsTables = {
  events: {
    id: Generated<number>;
    xid: ColumnType<string, never, never>;
    at: Date;
    kind: string;
    subject: string | null;
    area_code: string | null;
    organisation_id: string | null;
    permission: string | null;
    is_public: ColumnType<boolean, boolean | undefined, never>;
    payload: ColumnType<Record<string, unknown>, string, never>;
  };
  cursors: { follower: string; xid: string; id: number; updated_at: Date };
  series: { id: Generated<number>; entity_id: string; property: string };
  observations: { series_id: number; observed_at: Date; value: number; quality: number; batch: number };
};
