import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const id = Type.Object({ id: Type.String({ format: 'uuid' }) });

export const filesApi = endpoints({
  'GET /api/files/:id': {
    access: 'signed-in',
    summary: { vi: 'Tải một tệp', en: 'Download a file' },
    params: id,
    answer: 'file',
  },
  'GET /api/files/:id/thumbnail': {
    access: 'signed-in',
    summary: { vi: 'Ảnh thu nhỏ (cạnh dài nhất 480 điểm ảnh)', en: 'Thumbnail (longest side 480 pixels)' },
    params: id,
    answer: 'file',
  },
});
