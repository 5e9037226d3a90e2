import type { declarationApi } from '../../../platform/declaration/api.ts';
import type { organisationsApi } from '../../../platform/identity/api.ts';
import { createClient } from '../../../web/kit/index.ts';
import type { reportsAbuseApi } from '../abuse-api.ts';
import type { reportsApi, reportsBulkApi, reportsFiguresApi, reportsManageApi } from '../api.ts';
import type { reportHandoverApi } from '../handover-api.ts';

/** What the pages of administration ask. */
export const client = createClient<
  typeof reportsManageApi &
    typeof reportsBulkApi &
    typeof reportsFiguresApi &
    typeof reportsAbuseApi &
    typeof reportHandoverApi &
    typeof reportsApi &
    typeof organisationsApi &
    typeof declarationApi
>();

export type Category = Awaited<ReturnType<typeof client.call<'GET /api/reports/manage/categories'>>>['items'][number];
