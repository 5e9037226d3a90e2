import { createClient } from '../../../web/kit/index.ts';
import type { environmentApi } from '../api.ts';

export const environmentClient = createClient<typeof environmentApi>();
