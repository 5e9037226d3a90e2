import type { alertsApi } from '../../../platform/alerts/api.ts';
import type { auditApi } from '../../../platform/audit/api.ts';
import type { casesApi } from '../../../platform/cases/api.ts';
import type { contextApi } from '../../../platform/context/api.ts';
import type { gapsApi } from '../../../platform/history/gaps-api.ts';
import type { retentionApi } from '../../../platform/history/retention-api.ts';
import type { organisationsApi, peopleApi } from '../../../platform/identity/api.ts';
import type { indicatorsApi } from '../../../platform/indicators/api.ts';
import type { connectorsApi, ingestApi } from '../../../platform/ingest/api.ts';
import type { uploadsApi } from '../../../platform/ingest/uploads/api.ts';
import type { rulesApi } from '../../../platform/rules/api.ts';
import type { serviceApi } from '../../../platform/service/api.ts';
import type { sourcesApi } from '../../../platform/sources/api.ts';
import { createClient } from '../../../web/kit/index.ts';
import type { operationsApi } from '../api.ts';

/** What the operations centre's pages ask of the platform. */
export const client = createClient<
  typeof alertsApi &
    typeof contextApi &
    typeof gapsApi &
    typeof retentionApi &
    typeof casesApi &
    typeof rulesApi &
    typeof auditApi &
    typeof organisationsApi &
    typeof peopleApi &
    typeof ingestApi &
    typeof connectorsApi &
    typeof uploadsApi &
    typeof indicatorsApi &
    typeof serviceApi &
    typeof sourcesApi &
    typeof operationsApi
>();
