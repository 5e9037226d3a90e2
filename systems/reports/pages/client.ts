import type { casesApi } from '../../../platform/cases/api.ts';
import type { organisationsApi, sessionApi } from '../../../platform/identity/api.ts';
import type { territoryApi } from '../../../platform/territory/api.ts';
import { createClient } from '../../../web/kit/index.ts';
import type {
  reportPhotosApi,
  reportsApi,
  reportsBulkApi,
  reportsDeskApi,
  reportsFieldApi,
  reportsFiguresApi,
  reportsHotlineApi,
  reportsManageApi,
} from '../api.ts';

export const client = createClient<
  typeof reportsApi &
    typeof reportPhotosApi &
    typeof reportsDeskApi &
    typeof reportsBulkApi &
    typeof reportsFieldApi &
    typeof reportsFiguresApi &
    typeof reportsHotlineApi &
    typeof reportsManageApi &
    typeof casesApi &
    typeof organisationsApi &
    typeof sessionApi &
    typeof territoryApi
>();

export type DeskItem = Awaited<ReturnType<typeof client.call<'GET /api/reports/desk'>>>['items'][number];
export type DeskReport = Awaited<ReturnType<typeof client.call<'GET /api/reports/desk/:id'>>>;

/** Photos are sent in one piece from its beginning, small enough after shrinking. */
const pieces = createClient<typeof reportPhotosApi>({
  fetch: (address, init) => {
    const headers = new Headers(init?.headers);
    headers.set('upload-offset', '0');
    headers.set('content-type', 'application/offset+octet-stream');
    return fetch(address, { ...init, headers });
  },
});

/** Sends a photo and answers its upload's id, for an answer that is given with it. */
export async function sendPhoto(photo: Blob, name: string): Promise<string> {
  const { id } = await client.call('POST /api/reports/uploads', { body: { name, bytes: photo.size } });
  await pieces.call('PATCH /api/reports/uploads/:id', { params: { id }, body: photo });
  return id;
}
