/** Pages of the citizens' app that others are sent to. */
import type { FastifyRequest } from 'fastify';
import type { Site } from '../../platform/declaration/index.ts';

/** The address of this site as the asker sees it, where nobody configured it. */
export const baseOf = (site: Site, request: FastifyRequest): string =>
  site.publicUrl ?? `${request.protocol}://${request.host}`;

export const reportPath = (number: string): string => `/reports/${number}`;
/** The code stands after '#': browsers send it to nobody, so that no server's log holds it. */
export const followPath = (code: string): string => `/follow#${code}`;
/** For a device that keeps the code of this number. */
export const followNumberPath = (number: string): string => `/follow?report=${number}`;
export const handoverPath = (token: string): string => `/handover/${token}`;
