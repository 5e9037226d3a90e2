export type ContextTables = {
  entities: {
    id: string;
    type: string;
    name: string;
    name_plain: string;
    organisation_id: string | null;
    area_code: string | null;
    lon: number | null;
    lat: number | null;
    properties: Record<string, unknown>;
    provenance: 'measured' | 'simulated' | 'replayed';
    is_public: boolean;
    version: number;
    created_at: Date;
    updated_at: Date;
  };
  series_states: {
    series_id: number;
    entity_id: string;
    property: string;
    value: number;
    quality: 0 | 1 | 2 | 3;
    observed_at: Date;
    received_at: Date;
  };
};
