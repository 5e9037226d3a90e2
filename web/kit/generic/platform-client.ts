/** What the generic parts (entity lists, map layers, curves) ask of the platform; systems add their own clients. */
import type { alertsApi } from '../../../platform/alerts/api.ts';
import type { contextApi } from '../../../platform/context/api.ts';
import type { historyApi } from '../../../platform/history/api.ts';
import type { sessionApi } from '../../../platform/identity/api.ts';
import type { territoryApi } from '../../../platform/territory/api.ts';
import { createClient } from '../client/client.ts';

export const platformClient = createClient<
  typeof contextApi & typeof historyApi & typeof territoryApi & typeof alertsApi & typeof sessionApi
>();
