import { createClient } from '../../../web/kit/index.ts';
import type { citizenSensorsApi } from '../api.ts';

export const client = createClient<typeof citizenSensorsApi>();

export type DeskSensor = Awaited<ReturnType<typeof client.call<'GET /api/citizen-sensors/desk'>>>['items'][number];
