import type { System } from '../platform/declaration/index.ts';
import { citizenSensors } from '../systems/citizen-sensors/index.ts';
import { environment } from '../systems/environment/index.ts';
import { lighting } from '../systems/lighting/index.ts';
import { operations } from '../systems/operations/index.ts';
import { participation } from '../systems/participation/index.ts';
import { reports } from '../systems/reports/index.ts';

/** The only list of systems. A system is added by one import and one entry; the order is that of the navigation. */
export const systems: readonly System[] = [operations, environment, lighting, reports, participation, citizenSensors];
