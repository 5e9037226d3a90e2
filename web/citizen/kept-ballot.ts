import type { Voucher } from '../../systems/participation/credentials.ts';
import { recall, remember } from '../kit/index.ts';

/** What this device keeps of a ballot: under way, or cast with its receipt. Nobody else has it. */
export type Kept = { voucher?: Voucher; receipt?: string; proof?: string; choices?: string[] };

const keyOf = (consultationId: string): string => `dttm.ballot.${consultationId}`;

export const keptOf = (consultationId: string): Kept => JSON.parse(recall(keyOf(consultationId)) ?? '{}') as Kept;

/** Answers whether it was kept: a browser without storage must not begin a vote that it cannot take up again. */
export const keepBallot = (consultationId: string, kept: Kept): boolean =>
  remember(keyOf(consultationId), JSON.stringify(kept));
