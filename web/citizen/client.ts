import type { citizensApi } from '../../platform/citizens/api.ts';
import type { contextApi } from '../../platform/context/api.ts';
import type { declarationApi } from '../../platform/declaration/api.ts';
import type { historyApi } from '../../platform/history/api.ts';
import type { notifyApi } from '../../platform/notify/api.ts';
import type { territoryApi } from '../../platform/territory/api.ts';
import type { citizenSensorsApi } from '../../systems/citizen-sensors/api.ts';
import type { environmentApi } from '../../systems/environment/api.ts';
import type { participationApi } from '../../systems/participation/api.ts';
import type { surveyApi } from '../../systems/participation/survey-api.ts';
import type { voiceApi } from '../../systems/participation/voice-api.ts';
import type { publicReportsApi, reportsApi, reportsPushApi } from '../../systems/reports/api.ts';
import type { questionsApi } from '../../systems/reports/questions-api.ts';
import { createClient } from '../kit/index.ts';

/** What the public's pages ask of the server. */
export const client = createClient<
  typeof environmentApi &
    typeof historyApi &
    typeof contextApi &
    typeof declarationApi &
    typeof citizensApi &
    typeof territoryApi &
    typeof notifyApi &
    typeof participationApi &
    typeof voiceApi &
    typeof surveyApi &
    typeof citizenSensorsApi &
    typeof reportsApi &
    typeof questionsApi &
    typeof publicReportsApi &
    typeof reportsPushApi
>();
