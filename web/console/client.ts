import type { declarationApi } from '../../platform/declaration/api.ts';
import type { sessionApi } from '../../platform/identity/api.ts';
import type { notifyApi } from '../../platform/notify/api.ts';
import { createClient } from '../kit/index.ts';

/** What the console's shell itself asks of the server; pages bring their own clients. */
export const client = createClient<typeof sessionApi & typeof declarationApi & typeof notifyApi>();

export type Session = Awaited<ReturnType<typeof readSession>>;
export const readSession = () => client.call('GET /api/session');
export type Systems = Awaited<ReturnType<typeof readSystems>>;
export const readSystems = () => client.call('GET /api/systems');
