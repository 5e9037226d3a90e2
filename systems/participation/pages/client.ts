import type { organisationsApi, sessionApi } from '../../../platform/identity/api.ts';
import type { territoryApi } from '../../../platform/territory/api.ts';
import { createClient } from '../../../web/kit/index.ts';
import type { participationApi } from '../api.ts';
import type { surveyApi } from '../survey-api.ts';
import type { voiceApi } from '../voice-api.ts';

export const client = createClient<
  typeof participationApi &
    typeof voiceApi &
    typeof surveyApi &
    typeof organisationsApi &
    typeof sessionApi &
    typeof territoryApi
>();
