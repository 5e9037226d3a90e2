export type FilesTables = {
  files: {
    id: string;
    sha256: string;
    thumbnail_sha256: string | null;
    media_type: string;
    bytes: number;
    width: number | null;
    height: number | null;
    name: string;
    uploaded_by: string;
    area_code: string | null;
    organisation_id: string | null;
    subject: string;
    created_at: Date;
  };
  file_uploads: { id: string; name: string; bytes: number; created_at: Date; file_id: string | null };
};
